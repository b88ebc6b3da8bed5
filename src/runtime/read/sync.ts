/** The main job for one connection: check the credentials, open the tables, walk the tree, report. */

import { emptyReport, type StreamReport } from '../../contract/report.js';
import type { TableWriter } from '../../contract/table.js';
import { ConnectorError, type ErrorKind } from '../../core/errors.js';
import { makeReadPlan, wantedOf } from '../plan/read-plan.js';
import { clocksOf, factsOf } from '../probe/facts.js';
import { dialectOf, type Identity, identify } from '../probe/identity.js';
import type { Refused } from '../probe/preparation.js';
import { resolveScope } from '../probe/resolve-scope.js';
import { quickest, withoutFeeds } from '../probe/route-choice.js';
import { readIds } from '../probe/scope.js';
import { viewSite } from '../probe/site-view.js';
import { tableSpecOf } from '../rows/table-spec.js';
import { deployedOn } from '../streams/dialect.js';
import { followsScope, type Stream } from '../streams/registry.js';
import type { Branch } from './branch.js';
import { Debts } from './debts.js';
import { execute } from './execute.js';
import { incompleteness, tellMissing, tellWhatIsMissing } from './incomplete.js';
import { stuckFeeds } from './stuck-feeds.js';
import type { SyncInput } from './sync-input.js';
import { liveOf, statesOf } from './table-states.js';

export interface SyncResult {
  readonly identity: Identity;
  readonly reports: readonly StreamReport[];
  /** What went wrong, by recovery: decides the exit code. */
  readonly failures: readonly ErrorKind[];
}

/** @throws ConnectorError when nothing can be read at all (credentials, another site's warehouse). */
export async function runSync(asked: SyncInput): Promise<SyncResult> {
  const { client } = asked;
  const identity = await identify(client);
  const dialect = dialectOf(identity);
  const { registry: declared, streams, absent } = deployedOn(dialect, asked.registry, asked.streams);
  const view = await viewSite({ ...asked, registry: declared, streams }, dialect);
  const { registry, pseudonyms } = view;
  const input = { ...asked, registry, streams };
  const tables = new Map<string, TableWriter>();
  const scope = await resolveScope(input, dialect, input.scopes);
  const busy = new Map<string, unknown>([...view.refused, ...scope.refused]);
  const ended: Branch[] = [];
  try {
    for (const name of streams) if (!busy.has(name)) await openTable(input, registry.get(name), tables, busy);
    const values = { scope: scope.clause };
    const { earliest: runStart, latest } = clocksOf(input, identity);
    const debts = new Debts(await input.debts.load(), input.debts, runStart);
    const site = { identity, dialect, registry, scope, pseudonyms, runStart, acceptDeletes: input.acceptDeletes };
    const known = factsOf(input, site);
    const facts = {
      ...known,
      states: await statesOf(tables, registry, latest),
      live: await liveOf(tables, registry),
    };
    const wanted = wantedOf(streams, facts);
    const unkept = await scope.keep();
    const plan = makeReadPlan(facts, wanted, await quickest(input, wanted, dialect, values));
    const inScope = await readIds(input, plan.scopeIds, values);
    const refused: Refused = new Map([...unkept, ...inScope.refused]);
    const prepared = { scope, ids: inScope.ids, debts };
    const first = await execute(plan, { input, facts, view, ...prepared, tables, refused });
    const again = stuckFeeds(first);
    const redone = new Set(again.map(({ stream }) => stream));
    ended.push(...first.filter(({ name }) => !redone.has(name)));
    if (again.length) {
      const now = { ...facts, states: await statesOf(tables, registry, latest) };
      const other = makeReadPlan(now, again, withoutFeeds(registry, again, dialect));
      // Another name: the batches of the first attempt must not pass for those of the second (I3).
      const renamed = { ...input, runId: `${input.runId}.2` };
      ended.push(...(await execute(other, { input: renamed, facts: now, view, ...prepared, tables, refused })));
    }
  } finally {
    // What cannot be closed is a failure of its stream: it neither hides the result nor keeps other tables open.
    for (const [stream, table] of tables) await table.close().catch((error: unknown) => busy.set(stream, error));
  }
  return conclude(input, identity, ended, busy, absent, scope.lacking);
}

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
