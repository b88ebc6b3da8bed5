/** What a run is thought to cost, for who watches it: the plan's own figure, at the plan's few requests. */
import { setTimeout as wait } from 'node:timers/promises';
import type { PlanJob } from '../app/plan.js';
import type { Context } from './context.js';
import type { Planned } from './ui/expected-requests.js';

/** The budget counts the requests of any second, and the run counts anew. */
const BUDGET_MS = 1000;

/** By connection. Null where nobody watches, or no plan can be made: the run itself tells why. */
export async function plannedRequests(context: Context, job: PlanJob): Promise<ReadonlyMap<string, Planned> | null> {
  if (!context.io.stderr.isTTY) return null;
  const { plan } = await import('../app/plan.js');
  try {
    // Of a host that does not answer the run tells, and it cannot begin before the plan has ended.
    const plans = await plan({ ...job, hasty: true }, { ...context, log: SILENT });
    return new Map(plans.map((planned) => [planned.name, planned]));
  } catch {
    return null;
  } finally {
    await wait(BUDGET_MS, undefined, { signal: context.signal }).catch(nothing);
  }
}

const nothing = () => undefined;
const SILENT = { debug: nothing, info: nothing, warn: nothing, error: nothing };
