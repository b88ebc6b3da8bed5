/** Carries out a plan: reads every root to its end, then what comes after all are read. */
import { ConnectorError } from '../../core/errors.js';
import { makeLimiter } from '../../core/limiter.js';
import type { PlanFacts, ReadPlan } from '../plan/read-plan.js';
import type { Refused } from '../probe/preparation.js';
import type { SiteView } from '../probe/site-view.js';
import { readAtRest } from './at-rest.js';
import type { RunContext } from './context.js';
import { endWithLeaders, restoreFollowers } from './followers.js';
import { payDebts } from './pay-debts.js';
import { reconcile } from './reconcile.js';
import { readRepeated } from './repeated.js';
import { makeContext, type Prepared } from './run-context.js';
import { scanRoot } from './scan.js';
import { StreamRun } from './stream-run.js';
import type { SyncInput } from './sync-input.js';

/** Roots under way at once; the throttle decides how fast they really go. */
const ROOTS_AT_ONCE = 8;

/** What a plan is carried out with. */
export interface ExecutePorts extends Omit<Prepared, 'streamRuns'> {
  readonly input: SyncInput;
  readonly facts: PlanFacts;
  readonly view: SiteView;
  /** Streams that cannot be read, and why. */
  readonly refused: Refused;
}

/** Never throws for what concerns a stream alone. @returns every stream of the plan, as it ended */
export async function execute(plan: ReadPlan, ports: ExecutePorts): Promise<readonly StreamRun[]> {
  const { input, facts, view, tables, refused } = ports;
  const roots: StreamRun[] = [];
  const ctx = makeContext(input, facts, view, { ...ports, streamRuns: roots });
  const scans = plan.steps.map((step) => ({ root: new StreamRun(step, ctx, tables), since: step.scan.since }));
  roots.push(...scans.map(({ root }) => root));
  await readAll(ctx, scans, refused);
  await readRepeated(ctx, roots);
  await reconcile(ctx, plan, roots);
  await payDebts(ctx, roots, input.retryOwed);
  const asides = plan.asides.filter(({ written }) => written).map((step) => new StreamRun(step, ctx, tables));
  await endWithLeaders(roots, asides);
  await readAtRest(ctx, roots, asides);
  await restoreFollowers(ctx, roots);
  return [...roots.flatMap((root) => root.all()), ...asides.filter(({ run }) => run.report.route !== '')];
}

interface Scan {
  readonly root: StreamRun;
  /** Epoch milliseconds. */
  readonly since: number;
}

/** Reads all roots side by side. */
async function readAll(ctx: RunContext, scans: readonly Scan[], refusals: Refused): Promise<void> {
  const roots = scans.map(({ root }) => root);
  for (const streamRun of roots.flatMap((root) => root.all())) {
    const refusal = refusals.get(streamRun.name);
    if (refusal) await streamRun.fail(refusal);
  }
  const limiter = makeLimiter(ROOTS_AT_ONCE);
  // Lists that ask who is named elsewhere come last.
  const asksOthers = ({ node }: StreamRun) => (node.route.prefix?.met ? 1 : 0);
  for (const { root, since } of scans.toSorted((a, b) => asksOthers(a.root) - asksOthers(b.root))) {
    if (asksOthers(root)) await limiter.drain();
    if (!root.all().some(({ run, alive }) => run.table && alive)) continue;
    // A token that has expired is told once; asking for every stream with it would look like an attack.
    const refused = roots.flatMap((one) => one.all()).find(({ failure }) => isCredentials(failure))?.failure;
    if (refused) await root.fail(refused);
    else await limiter.run(() => timed(root, () => scanRoot(ctx, root, since)));
  }
  await limiter.drain();
}

const isCredentials = (error: unknown) => error instanceof ConnectorError && error.kind === 'credentials';

async function timed(streamRun: StreamRun, walk: () => Promise<void>): Promise<void> {
  const begin = performance.now();
  await walk();
  const seconds = Math.round((performance.now() - begin) / 100) / 10;
  for (const one of streamRun.all()) one.run.tell({ kind: 'took', seconds });
}
