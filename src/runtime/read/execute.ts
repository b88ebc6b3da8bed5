/** Carries out a plan: reads every root to its end, then what comes after all are read. */
import type { TableWriter } from '../../contract/table.js';
import { ConnectorError } from '../../core/errors.js';
import { makeLane } from '../../core/limiter.js';
import type { PlanFacts, ReadPlan, RootStep } from '../plan/read-plan.js';
import type { Refused } from '../probe/preparation.js';
import type { SiteView } from '../probe/site-view.js';
import { Branch } from './branch.js';
import type { RunContext } from './context.js';
import { restoreFollowers } from './followers.js';
import { payDebts } from './pay-debts.js';
import { readRepeated } from './repeated.js';
import { makeContext, type Prepared } from './run-context.js';
import type { SyncInput } from './sync-input.js';
import { takeCensus } from './take-census.js';
import { walkRoot } from './walk.js';

/** Roots under way at once; the throttle decides how fast they really go. */
const ROOTS_AT_ONCE = 8;

/** What a plan is carried out with. */
export interface Ports extends Omit<Prepared, 'branches'> {
  readonly input: SyncInput;
  readonly facts: PlanFacts;
  readonly view: SiteView;
  readonly tables: ReadonlyMap<string, TableWriter>;
  /** Streams that cannot be read, and why. */
  readonly refused: Refused;
}

/** Never throws for what concerns a stream alone. @returns every stream of the plan, as it ended */
export async function execute(plan: ReadPlan, ports: Ports): Promise<readonly Branch[]> {
  const { input, facts, view, tables, refused } = ports;
  const roots: Branch[] = [];
  const ctx = makeContext(input, facts, view, { ...ports, branches: roots });
  roots.push(...plan.steps.map((step) => new Branch(step, ctx, tables)));
  await readAll(ctx, plan.steps, roots, refused);
  await readRepeated(ctx, roots);
  await takeCensus(ctx, plan, roots);
  await payDebts(ctx, roots, input.retryOwed);
  await restoreFollowers(roots);
  return roots.flatMap((root) => root.all());
}

/** Reads all roots side by side. */
async function readAll(ctx: RunContext, steps: readonly RootStep[], roots: readonly Branch[], refusals: Refused) {
  for (const branch of roots.flatMap((root) => root.all())) {
    const refusal = refusals.get(branch.name);
    if (refusal) await branch.fail(refusal);
  }
  const lane = makeLane(ROOTS_AT_ONCE);
  // Lists that ask who is named elsewhere come last.
  const asksOthers = ({ node }: Branch) => (node.route.prefix?.met ? 1 : 0);
  for (const branch of roots.toSorted((a, b) => asksOthers(a) - asksOthers(b))) {
    if (asksOthers(branch)) await lane.drain();
    if (!branch.all().some(({ run, alive }) => run.table && alive)) continue;
    // A token that has expired is told once; asking for every stream with it would look like an attack.
    const refused = roots.flatMap((one) => one.all()).find(({ failure }) => isCredentials(failure))?.failure;
    const since = steps.find(({ stream }) => stream === branch.node.stream)?.scan.since ?? 0;
    if (refused) await branch.fail(refused);
    else await lane.run(() => timed(branch, () => walkRoot(ctx, branch, since)));
  }
  await lane.drain();
}

const isCredentials = (error: unknown) => error instanceof ConnectorError && error.kind === 'credentials';

async function timed(branch: Branch, walk: () => Promise<void>): Promise<void> {
  const begin = performance.now();
  await walk();
  const seconds = Math.round((performance.now() - begin) / 100) / 10;
  for (const one of branch.all()) one.run.tell({ kind: 'took', seconds });
}
