/** What the proof of completeness will cost, when one is due: the list of all keys, and asking for those that seem to be gone. */
import { pageSize } from '../plan/cost.js';
import { exactly } from '../plan/range.js';
import { type CountedStream, everyStep, type ReadPlan, type RootStep } from '../plan/read-plan.js';
import { listRequests } from '../plan/reconcile-due.js';
import type { Estimating } from './estimate.js';

/** A root, and what its walk will bring. */
export interface Scanned {
  readonly root: RootStep;
  readonly records: number;
}

/** Counted on the first for whom it is due. */
export async function estimateReconciliations(
  plan: ReadPlan,
  scanned: readonly Scanned[],
  ctx: Estimating,
): Promise<void> {
  for (const { stream, listed, below } of plan.reconciliations) {
    const first = [listed, ...below].find((step) => step?.deletes.reconcile);
    const own = scanned.find(({ root }) => root.stream.stream === stream.stream);
    const requests = await reconcileRequests(stream, own, listed !== null, ctx);
    ctx.costs.add(first?.stream.stream ?? stream.stream, exactly(requests));
  }
  await estimateFollowers(plan, ctx);
}

/** Whose marks are carried over costs nothing; else each key is asked for. */
async function estimateFollowers({ steps }: ReadPlan, { costs, history }: Estimating): Promise<void> {
  const written = steps.flatMap(everyStep).filter((step) => step.written);
  for (const { stream, deletes } of written) {
    const { gone_with: decl } = stream;
    if (!decl?.confirm || !deletes.reconcile || written.some((other) => other.stream.stream === decl.stream)) continue;
    const max = stream.routes.find(({ name }) => name === decl.confirm)?.batch?.max ?? 1;
    costs.add(stream.stream, exactly(Math.ceil(((await history.rows(stream.stream)) ?? 0) / max)));
  }
}

async function reconcileRequests(
  stream: CountedStream,
  own: Scanned | undefined,
  selected: boolean,
  { probe, history, settings }: Estimating,
): Promise<number> {
  const everything = own !== undefined && own.root.scan.since <= settings.start;
  const live = selected ? await history.rows(stream.stream) : null;
  const listed = everything ? own.records : ((await probe.count(stream, settings.start)) ?? live ?? own?.records ?? 0);
  // What the walk brings anew is not in the table yet, so this is the least that is gone.
  const gone = live === null ? 0 : Math.max(0, live - listed);
  const routeOf = (name: string) => stream.routes.find((route) => route.name === name);
  const list = routeOf(stream.census.list);
  return (
    listRequests(listed, list ? pageSize(list) : 1) + Math.ceil(gone / (routeOf(stream.census.read)?.batch?.max ?? 1))
  );
}
