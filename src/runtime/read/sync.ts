/** The main job for one connection: check the credentials, open the tables, walk the tree, report. */

import { emptyReport, type StreamReport } from '../../contract/report.js';
import type { TableWriter } from '../../contract/table.js';
import { ConnectorError, type ErrorKind } from '../../core/errors.js';
import { makeLane } from '../../core/limiter.js';
import { planTree } from '../plan/tree.js';
import { wantedOf } from '../plan/wanted.js';
import { dialectOf, type Identity, identify } from '../probe/identity.js';
import type { Refused } from '../probe/preparation.js';
import { resolveScope } from '../probe/resolve-scope.js';
import { quickest, withoutFeeds } from '../probe/route-choice.js';
import { readIds } from '../probe/scope.js';
import { viewSite } from '../probe/site-view.js';
import { tableSpecOf } from '../rows/table-spec.js';
import { deployedOn } from '../streams/dialect.js';
import { followsScope, type Stream } from '../streams/registry.js';
import { Branch } from './branch.js';
import type { RunContext } from './context.js';
import { Debts } from './debts.js';
import { restoreFollowers } from './followers.js';
import { incompleteness, tellMissing, tellWhatIsMissing } from './incomplete.js';
import { payDebts } from './pay-debts.js';
import { readRepeated } from './repeated.js';
import { clocksOf, makeContext } from './run-context.js';
import { stuckFeeds } from './stuck-feeds.js';
import type { SyncInput } from './sync-input.js';
import { openedTables } from './table-states.js';
import { takeCensus } from './take-census.js';
import { walkRoot } from './walk.js';

export interface SyncResult {
  readonly identity: Identity;
  readonly reports: readonly StreamReport[];
  /** What went wrong, by recovery: decides the exit code. */
  readonly failures: readonly ErrorKind[];
}

/** Roots under way at once; the throttle decides how fast they really go. */
const ROOTS_AT_ONCE = 8;

/** @throws ConnectorError when nothing can be read at all (credentials, another site's warehouse). */
export async function runSync(asked: SyncInput): Promise<SyncResult> {
  const identity = await identify(asked.client);
  const dialect = dialectOf(identity);
  const { registry, streams, absent } = deployedOn(dialect, asked.registry, asked.streams);
  const view = await viewSite({ ...asked, registry, streams }, dialect);
  const input = { ...asked, registry: view.registry, streams };
  const tables = new Map<string, TableWriter>();
  const scope = await resolveScope(input, dialect, input.scopes);
  const busy = new Map<string, unknown>([...view.refused, ...scope.refused]);
  const ended: Branch[] = [];
  try {
    for (const name of input.streams)
      if (!busy.has(name)) await openTable(input, input.registry.get(name), tables, busy);
    const values = { scope: scope.clause };
    const ids = new Map<string, ReadonlySet<string>>();
    const { earliest, latest } = clocksOf(input, identity);
    const debts = new Debts(await input.debts.load(), input.debts, earliest);
    const branches: Branch[] = [];
    const ctx = makeContext(input, identity, view, { scope, ids, debts, branches });
    const opened = await openedTables(tables, input.registry, latest);
    const wanted = wantedOf(input, (stream) => opened.get(stream)?.state ?? null, ctx.settings, ctx.rhythm);
    const unkept = await scope.keep();
    const choice = await quickest(input, wanted, dialect, values);
    const roots = planTree(input.registry, wanted, dialect, choice);
    const inScope = await readIds(input, roots, values);
    for (const [stream, set] of inScope.ids) ids.set(stream, set);
    const refused: Refused = new Map([...unkept, ...inScope.refused]);
    branches.push(...roots.map((node) => new Branch(node, ctx, (stream) => opened.get(stream) ?? null)));
    await readAll(ctx, branches, refused);
    await readRepeated(ctx, branches);
    await takeCensus(ctx, input.registry, branches);
    await payDebts(ctx, branches, input.retryOwed);
    await restoreFollowers(branches);
    const again = stuckFeeds(branches);
    const redone = new Set(again.map(({ stream }) => stream));
    ended.push(...branches.flatMap((branch) => branch.all()).filter(({ name }) => !redone.has(name)));
    if (again.length) {
      const tree = planTree(input.registry, again, dialect, withoutFeeds(input.registry, again, dialect));
      // Another name: the batches of the first attempt must not pass for those of the second (I3).
      const now = await openedTables(tables, input.registry, latest);
      const other = { ...ctx, runId: `${ctx.runId}.2` };
      const second = tree.map((node) => new Branch(node, other, (stream) => now.get(stream) ?? null));
      await readAll(other, second, refused);
      await takeCensus(ctx, input.registry, second);
      ended.push(...second.flatMap((branch) => branch.all()));
    }
  } finally {
    // What cannot be closed is a failure of its stream: it neither hides the result nor keeps other tables open.
    for (const [stream, table] of tables) await table.close().catch((error: unknown) => busy.set(stream, error));
  }
  return conclude(input, identity, ended, busy, absent, scope.lacking);
}

/** Reads all roots side by side; never throws for what concerns a stream alone. */
async function readAll(ctx: RunContext, branches: readonly Branch[], refusals: Refused): Promise<void> {
  for (const branch of branches.flatMap((root) => root.all())) {
    const refusal = refusals.get(branch.name);
    if (refusal) await branch.fail(refusal);
  }
  const lane = makeLane(ROOTS_AT_ONCE);
  // Lists that ask who is named elsewhere come last.
  const asksOthers = ({ node }: Branch) => (node.route.prefix?.met ? 1 : 0);
  for (const branch of branches.toSorted((a, b) => asksOthers(a) - asksOthers(b))) {
    if (asksOthers(branch)) await lane.drain();
    if (!branch.all().some(({ run, alive }) => run.table && alive)) continue;
    // A token that has expired is told once; asking for every stream with it would look like an attack.
    const refused = branches.flatMap((one) => one.all()).find(({ failure }) => isCredentials(failure))?.failure;
    if (refused) await branch.fail(refused);
    else await lane.run(() => timed(branch, () => walkRoot(ctx, branch)));
  }
  await lane.drain();
}

const isCredentials = (error: unknown) => error instanceof ConnectorError && error.kind === 'credentials';

/** A table that another run holds is left out; the rest goes on. */
async function openTable(
  input: SyncInput,
  stream: Stream,
  tables: Map<string, TableWriter>,
  busy: Map<string, unknown>,
): Promise<void> {
  try {
    tables.set(stream.stream, await input.writer.open(tableSpecOf(stream, input.connection)));
  } catch (error) {
    if (error instanceof ConnectorError && error.kind === 'usage') throw error;
    busy.set(stream.stream, error);
  }
}

async function timed(branch: Branch, walk: () => Promise<void>): Promise<void> {
  const begin = performance.now();
  await walk();
  const seconds = Math.round((performance.now() - begin) / 100) / 10;
  for (const one of branch.all()) one.run.report.seconds = seconds;
}

function conclude(
  input: SyncInput,
  identity: Identity,
  branches: readonly Branch[],
  busy: ReadonlyMap<string, unknown>,
  absent: ReadonlyMap<string, string>,
  lacking: string | null,
): SyncResult {
  const failures: ErrorKind[] = [];
  const reports: StreamReport[] = [...absent].map(([stream, reason]) => ({
    ...emptyReport(stream),
    state: 'unsupported',
    reason,
  }));
  for (const report of reports) {
    const problem = refusal(input, report, false);
    if (problem) failures.push(problem.kind);
    if (problem) report.error = problem.message;
  }
  const byLabel = input.client.counters().byLabel;
  for (const { run, failure } of branches) {
    if (!run.node.selected) continue;
    const { report } = run;
    tellWhatIsMissing(run, input.strict);
    report.requests = byLabel.get(report.stream) ?? 0;
    if (lacking !== null && !busy.has(report.stream) && followsScope(input.registry, run.node.stream))
      tellMissing(report, lacking);
    const problem =
      failure ??
      busy.get(report.stream) ??
      incompleteness(run, input.strict) ??
      refusal(input, report, run.state?.complete === true) ??
      (report.state === 'incomplete' ? new ConnectorError('failed', report.error ?? '') : null);
    if (problem !== null && problem !== undefined) {
      failures.push(problem instanceof ConnectorError ? problem.kind : 'failed');
      if (report.state === 'ok')
        report.state = problem instanceof ConnectorError && problem.kind === 'later' ? 'paused' : 'failed';
      report.error ??= problem instanceof Error ? problem.message : String(problem);
    }
    // Known only now: rows may still have come after the end of the walk, and a table that another run holds is not empty.
    if (report.state === 'ok' && report.mode === 'full' && report.rows_read === 0) report.state = 'empty';
    reports.push(report);
  }
  return { identity, reports: reports.sort((a, b) => (a.stream < b.stream ? -1 : 1)), failures };
}

/** Refused streams are fine only when nobody named them and they never worked before. */
function refusal(input: SyncInput, report: StreamReport, succeededBefore: boolean): ConnectorError | null {
  if (report.state !== 'forbidden' && report.state !== 'unsupported') return null;
  if (!input.explicit && !succeededBefore) return null;
  const stream = input.registry.get(report.stream);
  const why =
    report.state === 'forbidden'
      ? (report.reason ?? `this account may not read it; it needs: ${stream.needs.permission}`)
      : `the site does not offer it${report.reason ? `: ${report.reason}` : stream.needs.edition ? `; it needs: ${stream.needs.edition}` : ''}`;
  return new ConnectorError('failed', `${report.stream}: ${why}.${succeededBefore ? ' It worked before.' : ''}`);
}
