/** The main job over all connections, side by side: client and writer made, streams synced, the run recorded, the exit code found. */
import type { Connection } from '../app/settings/config.js';
import { readEnvironment } from '../app/settings/environment.js';
import { emptyReport, type StreamReport } from '../contract/report.js';
import type { Writer } from '../contract/table.js';
import { ConnectorError, type ErrorKind, EXIT, exitCodeOf } from '../core/errors.js';
import { armFailpoints } from '../core/failpoints.js';
import { inParallel } from '../core/in-parallel.js';
import type { HttpClient } from '../http/client.js';
import { runSync } from '../runtime/read/sync.js';
import type { TableVersion } from '../writers/iceberg/model.js';
import type { LakeSettings } from '../writers/storage/lake.js';
import type { StepReport } from '../writers/upkeep/report.js';
import { openWarehouse } from '../writers/warehouse.js';
import type { Context } from './context.js';
import { noticesOf } from './notices.js';
import { OwedTable } from './owed-table.js';
import { type ProgressDisplay, startProgress } from './progress.js';
import { ProjectsTable } from './projects-table.js';
import { RejectsLog } from './rejects-log.js';
import type { RunHooks } from './run-hooks.js';
import { appendRows, type RunFacts, runRow, runsTable } from './run-tables.js';
import { SiteClients } from './site-client.js';
import { knownError } from './unexpected.js';

export interface SyncJob {
  readonly connections: readonly Connection[];
  readonly lake: LakeSettings;
  /** They know the run's id. */
  readonly hooks: RunHooks;
  /** Named by `--stream`; empty: what the settings name, else every enabled stream. */
  readonly streams: readonly string[];
  readonly fullRefresh: boolean;
  readonly acceptDeletes: boolean;
  /** Deleted issues are looked for, whatever the settings say. */
  readonly census: boolean;
  /** Every parent that is owed is tried, whatever its turn. */
  readonly retryOwed: boolean;
  /** Parents that were given up are failures, too. */
  readonly strict: boolean;
  /** YYYY-MM-DD; beats the settings. */
  readonly start: string | undefined;
}

/** `sync --json` (docs/operations.md). */
export interface RunReport {
  readonly ok: boolean;
  readonly run_id: string;
  readonly started_at: string;
  readonly seconds: number;
  readonly requests: number;
  readonly connections: readonly ConnectionReport[];
}

export interface ConnectionReport {
  readonly name: string;
  readonly site: string;
  readonly streams: readonly StreamReport[];
}

interface ConnectionResult extends ConnectionReport {
  readonly requests: number;
  readonly failures: readonly ErrorKind[];
}

/** Sites wait for their own budgets, so reading several costs no time; each holds pages in memory. */
export const CONNECTIONS_AT_ONCE = 4;

/** What is the same for every connection of the run. */
interface Run {
  readonly context: Context;
  readonly job: SyncJob;
  readonly writer: Writer;
  /** Tables with new rows so far, of all connections. */
  readonly grown: readonly TableVersion[];
  readonly progress: ProgressDisplay;
  readonly runId: string;
  readonly startedAt: string;
}

/** @throws ConnectorError when not even the warehouse can be opened; everything later is in the report. */
export async function syncConnections(
  context: Context,
  job: SyncJob,
): Promise<{ readonly report: RunReport; readonly exitCode: number }> {
  armFailpoints(readEnvironment(context.io.env).failpoint ?? '');
  const began = performance.now();
  const { runId } = job.hooks;
  const startedAt = new Date().toISOString();
  for (const name of job.streams) context.registry().get(name);
  const grown: TableVersion[] = [];
  const writer = await openWarehouse({
    ...job.lake,
    runId,
    upserts: (namespace) => job.connections.find(({ name }) => name === namespace)?.upserts ?? 'position-deletes',
    onUpkeep: (table, outcome) => tellUpkeep(context, table, outcome),
    onLockTaken: (warning) => context.log.warn(warning),
    onNewRows: (version) => grown.push(version),
  });
  const progress = startProgress(context, { lake: job.lake, several: job.connections.length > 1 });
  let results: readonly ConnectionResult[];
  try {
    const run: Run = { context, job, writer, grown, progress, runId, startedAt };
    // All clients are there before the first is closed: connections to one site share its throttle to the end.
    const clients = new SiteClients(context.manifest(), context.log, context.io.signal);
    const work = job.connections.map((connection) => ({ connection, client: clients.clientFor(connection) }));
    results = await inParallel(work, CONNECTIONS_AT_ONCE, ({ connection, client }) => syncOne(run, connection, client));
  } finally {
    progress.stop();
    await writer.close();
  }
  const seconds = Math.round((performance.now() - began) / 100) / 10;
  const requests = results.reduce((sum, one) => sum + one.requests, 0);
  const failures = results.flatMap((one) => one.failures);
  if (failures.length === 0 && !context.io.signal.aborted)
    failures.push(...(await job.hooks.ofSuccess({ connections: results.map(({ name }) => name), seconds, requests })));
  const exitCode = context.io.signal.aborted ? EXIT.interrupted : exitCodeOf(failures);
  const report: RunReport = {
    ok: exitCode === EXIT.ok,
    run_id: runId,
    started_at: startedAt,
    seconds,
    requests,
    connections: results.map(({ name, site, streams }) => ({ name, site, streams })),
  };
  return { report, exitCode };
}

/** Throws nothing that a connection can cause: the others go on. */
async function syncOne(run: Run, connection: Connection, client: HttpClient): Promise<ConnectionResult> {
  const { context, job } = run;
  const { name, url: site } = connection;
  const named = job.streams.length > 0 ? job.streams : connection.streams;
  const streams =
    named ??
    context
      .registry()
      .enabled(connection.auth.type)
      .map(({ stream }) => stream);
  const rejects = new RejectsLog(run.writer, name, run.runId);
  const finish = (reports: readonly StreamReport[], failures: readonly ErrorKind[]) =>
    ({ name, site, streams: reports, requests: client.counters().requests, failures }) satisfies ConnectionResult;
  try {
    const ended = await readStreams(run, connection, streams, named !== undefined, client, rejects);
    const { failures } = ended;
    const reports = ended.reports.map((report) => withoutSecrets(report, context));
    for (const notice of reports.flatMap(noticesOf)) context.log.warn(`${name}: ${notice}`);
    const recorded = await record(run, connection, reports, rejects);
    return finish(reports, [...failures, ...recorded, ...(await job.hooks.ofConnection(name, run.grown, reports))]);
  } catch (error) {
    const { kind, message } = toConnectorError(error, context);
    context.log.error(`${name}: ${message}`);
    const reports = streams.map((stream) => withoutSecrets(notRead(stream, kind, message), context));
    // A warehouse that belongs to another site is left as it is.
    const more = kind === 'usage' ? [] : await record(run, connection, reports, rejects);
    return finish(reports, [kind, ...more, ...(await job.hooks.ofConnection(name, run.grown, reports))]);
  } finally {
    await client.close();
  }
}

async function readStreams(
  run: Run,
  connection: Connection,
  streams: readonly string[],
  explicit: boolean,
  client: HttpClient,
  rejects: RejectsLog,
) {
  const { context, job } = run;
  const manifest = context.manifest();
  const start = job.start ?? connection.start;
  const tell = await run.progress.watch(connection.name, client);
  return runSync({
    connection: connection.name,
    site: connection.url,
    registry: context.registry(),
    client,
    writer: run.writer,
    runId: run.runId,
    streams,
    explicit,
    scope: connection.scope ?? {},
    scopes: new ProjectsTable(run.writer, connection.name, run.runId),
    excludedFields: connection.excludedFields,
    people: connection.people,
    start: start === undefined ? 0 : Date.parse(`${start}T00:00:00Z`),
    fullRefresh: job.fullRefresh,
    acceptDeletes: job.acceptDeletes,
    retryOwed: job.retryOwed,
    strict: job.strict,
    debts: new OwedTable(run.writer, connection.name, run.runId),
    now: Date.now,
    links: new Set(manifest.links),
    commitRows: manifest.commit_rows,
    signal: context.io.signal,
    rhythm: job.census ? { ...connection.rhythm, census: 'always' } : connection.rhythm,
    rate: connection.requestsPerSecond ?? manifest.rate.requests_per_second,
    onReject: (reject) => rejects.add(reject),
    keepRejects: () => rejects.finish(),
    onProgress: tell,
  });
}

/** Errors go where no filter is behind them: into a table, and to hooks. */
function withoutSecrets(report: StreamReport, { redaction }: Context): StreamReport {
  return report.error === undefined ? report : { ...report, error: redaction.apply(report.error) };
}

/** A table that could not be tidied is whole all the same. */
function tellUpkeep({ log }: Context, table: string, outcome: readonly StepReport[] | Error): void {
  if (outcome instanceof Error) log.warn(`${table} was not tidied: ${outcome.message}`);
  else for (const { step, unit, why } of outcome) log.debug(`${table}: ${step} (${unit}): ${why}`);
}

/** Writes `_rejects` and `_runs`. A run that cannot be recorded has not gone well: I11. */
async function record(
  run: Run,
  connection: Connection,
  reports: readonly StreamReport[],
  rejects: RejectsLog,
): Promise<readonly ErrorKind[]> {
  const facts: RunFacts = { runId: run.runId, site: connection.url, startedAt: run.startedAt };
  const rows = reports.map((report) => runRow(facts, report));
  const failures: ErrorKind[] = [];
  const attempts = [
    () => rejects.finish(),
    () => appendRows(run.writer, runsTable(connection.name), rows, { runId: run.runId, batch: 1 }),
  ];
  for (const attempt of attempts) {
    try {
      await attempt();
    } catch (error) {
      const { kind, message } = toConnectorError(error, run.context);
      run.context.log.error(`${connection.name}: the run could not be recorded: ${message}`);
      failures.push(kind);
    }
  }
  return failures;
}

function notRead(stream: string, kind: ErrorKind, error: string): StreamReport {
  const state = kind === 'later' || kind === 'interrupted' ? 'paused' : 'failed';
  return { ...emptyReport(stream), state, error };
}

/** What is no ConnectorError is a mistake of ours: the developer's part goes to the debug log. */
export function toConnectorError(error: unknown, context: Context): ConnectorError {
  const known = knownError(error);
  if (known) return known;
  context.log.debug('unexpected error', { stack: error instanceof Error ? error.stack : String(error) });
  const message = error instanceof Error ? error.message : String(error);
  return new ConnectorError('failed', `Unexpected error, please report it: ${message}`, { cause: error });
}
