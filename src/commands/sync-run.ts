/** The main job over all connections, in turn: client and writer made, streams synced, the run recorded, the exit code found. */
import { randomUUID } from 'node:crypto';
import type { Connection } from '../config/config.js';
import { readEnvironment } from '../config/environment.js';
import { ConnectorError, type ErrorKind, EXIT, exitCodeOf } from '../errors.js';
import type { HttpClient } from '../runtime/http/client.js';
import { emptyReport, type StreamReport } from '../runtime/reading/report.js';
import { runSync } from '../runtime/sync.js';
import { armFailpoints } from '../writers/iceberg/failpoints.js';
import type { LakeSettings } from '../writers/lake.js';
import { openWarehouse } from '../writers/warehouse.js';
import type { Writer } from '../writers/writer.js';
import type { Context } from './context.js';
import { startProgress } from './progress.js';
import { RejectsLog } from './rejects-log.js';
import { appendRows, type RunFacts, runRow, runsTable } from './run-tables.js';
import { SiteClients } from './site-client.js';

export interface SyncJob {
  readonly connections: readonly Connection[];
  readonly lake: LakeSettings;
  /** Named by `--stream`; empty: what the settings name, else every enabled stream. */
  readonly streams: readonly string[];
  readonly fullRefresh: boolean;
  readonly acceptDeletes: boolean;
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

/** What is the same for every connection of the run. */
interface Run {
  readonly context: Context;
  readonly job: SyncJob;
  readonly writer: Writer;
  readonly clients: SiteClients;
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
  const runId = randomUUID();
  const startedAt = new Date().toISOString();
  const clients = new SiteClients(context.manifest(), context.log, context.io.signal);
  for (const name of job.streams) context.registry().get(name);
  const writer = await openWarehouse({ ...job.lake, runId });
  const results: ConnectionResult[] = [];
  try {
    for (const connection of job.connections)
      results.push(await syncOne({ context, job, writer, clients, runId, startedAt }, connection));
  } finally {
    await writer.close();
  }
  const exitCode = context.io.signal.aborted
    ? EXIT.interrupted
    : exitCodeOf(results.flatMap(({ failures }) => failures));
  const report: RunReport = {
    ok: exitCode === EXIT.ok,
    run_id: runId,
    started_at: startedAt,
    seconds: Math.round((performance.now() - began) / 100) / 10,
    requests: results.reduce((sum, { requests }) => sum + requests, 0),
    connections: results.map(({ name, site, streams }) => ({ name, site, streams })),
  };
  return { report, exitCode };
}

async function syncOne(run: Run, connection: Connection): Promise<ConnectionResult> {
  const { context, job } = run;
  const { name, url: site } = connection;
  const named = job.streams.length > 0 ? job.streams : connection.streams;
  const streams =
    named ??
    context
      .registry()
      .enabled()
      .map(({ stream }) => stream);
  const client = run.clients.clientFor(connection);
  const rejects = new RejectsLog(run.writer, name, run.runId);
  const finish = (reports: readonly StreamReport[], failures: readonly ErrorKind[]) =>
    ({ name, site, streams: reports, requests: client.counters().requests, failures }) satisfies ConnectionResult;
  try {
    const { reports, failures } = await readStreams(run, connection, streams, named !== undefined, client, rejects);
    return finish(reports, [...failures, ...(await record(run, connection, reports, rejects))]);
  } catch (error) {
    const { kind, message } = toConnectorError(error, context);
    context.log.error(`${name}: ${message}`);
    const reports = streams.map((stream) => notRead(stream, kind, message));
    // A warehouse that belongs to another site is left as it is.
    const more = kind === 'usage' ? [] : await record(run, connection, reports, rejects);
    return finish(reports, [kind, ...more]);
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
  const progress = await startProgress(context, { connection: connection.name, client, lake: job.lake });
  try {
    return await runSync({
      connection: connection.name,
      site: connection.url,
      registry: context.registry(),
      client,
      writer: run.writer,
      runId: run.runId,
      streams,
      explicit,
      scope: connection.scope ?? {},
      start: start === undefined ? 0 : Date.parse(`${start}T00:00:00Z`),
      fullRefresh: job.fullRefresh,
      acceptDeletes: job.acceptDeletes,
      links: new Set(manifest.links),
      commitRows: manifest.commit_rows,
      signal: context.io.signal,
      rhythm: connection.rhythm,
      rate: connection.requestsPerSecond ?? manifest.rate.requests_per_second,
      onReject: (reject) => rejects.add(reject),
      keepRejects: () => rejects.finish(),
      onProgress: (event) => progress.update(event),
    });
  } finally {
    progress.stop();
  }
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
function toConnectorError(error: unknown, context: Context): ConnectorError {
  if (error instanceof ConnectorError) return error;
  context.log.debug('unexpected error', { stack: error instanceof Error ? error.stack : String(error) });
  const message = error instanceof Error ? error.message : String(error);
  return new ConnectorError('failed', `Unexpected error, please report it: ${message}`, { cause: error });
}
