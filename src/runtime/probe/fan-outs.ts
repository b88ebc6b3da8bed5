/** How many records of a walk are asked for what hangs on them, one request each, and how many a filter spares: found by counts alone. */
import { HttpStatusError } from '../../http/errors.js';
import { everyStep, type ReadPlan, type RootStep, type ScanStep } from '../plan/read-plan.js';
import { withQuery } from '../requests/since.js';
import { isRequestRoute } from '../streams/registry.js';
import type { Probe } from './probe.js';

/** More requests than these for one stream are told before they are paid. */
export const MANY_REQUESTS = 5000;

/** Records that a walk brings, or those of them that a query finds. Null: nobody tells. */
export async function countOf(probe: Probe, root: RootStep, query: string | null): Promise<number | null> {
  try {
    return await counted(probe, root, query);
  } catch (error) {
    // Then all may have to be asked.
    if (query !== null && isUnknownWord(error)) return null;
    throw error;
  }
}

async function counted(probe: Probe, { stream, route, scan }: RootStep, query: string | null): Promise<number | null> {
  const values = withQuery(probe.values, query);
  const found = await probe.count(stream, scan.since, values);
  if (found !== null || !isRequestRoute(route) || route.page?.kind === 'feed') return found;
  return (await probe.firstPage(stream, route, values, scan.since))?.total ?? null;
}

/** A site refuses a query with a word that it does not know, such as one of a feature that is switched off. */
const isUnknownWord = (error: unknown) => error instanceof HttpStatusError && error.status === 400;

/** Queries that would narrow a walk and that the site refuses: their streams would fail, where a plain walk can be read. */
export async function unknownQueries({ steps }: ReadPlan, probe: Probe): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (const root of steps.filter(({ query }) => query !== null))
    for (const { parent } of root.children) {
      const query = parent?.query;
      if (query === undefined) continue;
      try {
        await counted(probe, root, query);
      } catch (error) {
        if (!isUnknownWord(error)) throw error;
        found.add(query);
      }
    }
  return found;
}

/** Whether each parent costs a request of its own. */
export const asksEach = ({ route }: Pick<ScanStep, 'route'>): boolean => route.request !== undefined && !route.batch;

/** Streams that will ask more parents than is told in silence, and how many. */
export async function largeFanOuts({ steps }: ReadPlan, probe: Probe): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, number>();
  for (const root of steps.filter(({ stream }) => stream.cursor !== undefined))
    for (const step of everyStep(root)) {
      if (step === root || !step.written || !asksEach(step) || step.parent?.stream !== root.stream.stream) continue;
      const asked = await countOf(probe, root, step.parent.query ?? null);
      if (asked !== null && asked > MANY_REQUESTS) found.set(step.stream.stream, asked);
    }
  return found;
}
