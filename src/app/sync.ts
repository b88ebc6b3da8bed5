/** The main job over all connections, side by side: client and writer made, streams synced, the run recorded, the exit code found. */

import { randomUUID } from 'node:crypto';
import type { StreamEvent } from '../contract/events.js';
import { emptyReport, type StreamReport } from '../contract/report.js';
import type { Writer } from '../contract/table.js';
import { type ErrorKind, EXIT, exitCodeOf } from '../core/errors.js';
import { armFailpoints } from '../core/failpoints.js';
import { inParallel } from '../core/in-parallel.js';
import { type Ports, portsOf } from '../core/ports.js';
import type { HttpClient } from '../http/client.js';
import { runSync } from '../runtime/read/sync.js';
import type { TableVersion } from '../writers/iceberg/version.js';
import type { WarehouseSettings } from '../writers/storage/warehouse-settings.js';
import type { StepReport } from '../writers/upkeep/report.js';
import { openWarehouse } from '../writers/warehouse.js';
import { SiteClients } from './connect/site-clients.js';
import { RunHooks, type Trouble } from './hooks/run-hooks.js';
import { noticesOf } from './notices.js';
import { OwedTable } from './run-log/owed-table.js';
import { OwnTable } from './run-log/own-table.js';
import { ProjectsTable } from './run-log/projects-table.js';
import { RejectsLog } from './run-log/rejects-log.js';
import { type RunFacts, runRow, runsTable } from './run-log/runs-table.js';
import type { Connection, Hooks, StoppedConnection } from './settings/config.js';
import { readEnvironment } from './settings/environment.js';
import { refuseUnknownStreams } from './settings/stream-names.js';
import { type SyncWishes, streamsOf, syncInputOf } from './sync-input.js';
import { toConnectorError } from './unexpected.js';

export interface SyncJob extends SyncWishes {
  readonly connections: readonly Connection[];
  /** Connections that cannot be read on this machine: they end failed. */
  readonly stopped?: readonly StoppedConnection[];
  readonly warehouse: WarehouseSettings;
  readonly hooks?: Hooks;
  /** Default: a new one. */
  readonly runId?: string;
  readonly progress?: ProgressDisplay;
}

/** One for all connections of a run: two displays would write over each other. */
export interface ProgressDisplay {
  /** @returns what is told of every step of a stream */
  watch(connection: string, client: HttpClient): Promise<(event: StreamEvent) => void>;
  stop(): void;
}

const NO_DISPLAY: ProgressDisplay = { watch: async () => () => undefined, stop: () => undefined };

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
  readonly ports: Ports;
  readonly job: SyncJob;
  readonly writer: Writer;
  readonly hooks: RunHooks;
  /** Tables with new rows so far, of all connections. */
  readonly grown: readonly TableVersion[];
  readonly progress: ProgressDisplay;
  readonly runId: string;
  readonly startedAt: string;
}

/** @throws ConnectorError when not even the warehouse can be opened; everything later is in the report. */
export async function sync(
  job: SyncJob,
  given: Partial<Ports> = {},
): Promise<{ readonly report: RunReport; readonly exitCode: number }> {
  const ports = portsOf(given);
  const { connections, runId = randomUUID(), progress = NO_DISPLAY } = job;
  armFailpoints(readEnvironment(ports.env).failpoint ?? '');
  const began = performance.now();
  const startedAt = new Date().toISOString();
  refuseUnknownStreams(job.streams ?? []);
  const grown: TableVersion[] = [];
  const writer = await openWarehouse({
    ...job.warehouse,
    runId,
    upserts: (namespace) => connections.find(({ name }) => name === namespace)?.upserts ?? 'position-deletes',
    layouts: (namespace, stream) => connections.find(({ name }) => name === namespace)?.tables[stream],
    signal: ports.signal,
    onUpkeep: (table, outcome) => tellUpkeep(ports, table, outcome),
    onLeaseTaken: (warning) => ports.log.warn(warning),
    onNewRows: (version) => grown.push(version),
  });
  const hooks = new RunHooks(ports, job.hooks ?? {}, runId);
  let results: readonly ConnectionResult[];
  try {
    const run: Run = { ports, job, writer, hooks, grown, progress, runId, startedAt };
    // All clients are there before the first is closed: connections to one site share its throttle to the end.
    const clients = new SiteClients(ports);
    const work = connections.map((connection) => ({ connection, client: clients.clientFor(connection) }));
    results = [
      ...(await inParallel(work, CONNECTIONS_AT_ONCE, ({ connection, client }) => syncOne(run, connection, client))),
      ...(await Promise.all((job.stopped ?? []).map((one) => stoppedOne(run, one)))),
    ];
  } finally {
    progress.stop();
    await writer.close();
  }
  const seconds = Math.round((performance.now() - began) / 100) / 10;
  const requests = results.reduce((sum, one) => sum + one.requests, 0);
  const failures = results.flatMap((one) => one.failures);
  if (failures.length === 0 && !ports.signal.aborted)
    failures.push(...(await hooks.ofSuccess({ connections: results.map(({ name }) => name), seconds, requests })));
  const exitCode = ports.signal.aborted ? EXIT.interrupted : exitCodeOf(failures);
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
  const { ports, job, runId, writer } = run;
  const { name, url: site } = connection;
  const rejects = new RejectsLog(writer, name, runId);
  const end = async (all: readonly StreamReport[], problems: Problems, recorded: boolean) => {
    const reports = all.map((report) => withoutSecrets(report, ports));
    for (const notice of reports.flatMap(noticesOf)) ports.log.warn(`${name}: ${notice}`);
    const troubles = troublesOf(reports, problems);
    if (recorded) troubles.push(...(await record(run, connection, reports, rejects)));
    const failures = await run.hooks.ofConnection(name, run.grown, troubles);
    const { requests } = client.counters();
    return { name, site, streams: reports, requests, failures };
  };
  try {
    const parts = {
      ...ports,
      client,
      writer,
      runId,
      rejects,
      scopes: new ProjectsTable(writer, name, runId),
      debts: new OwedTable(writer, name, runId),
      warn: (text: string) => ports.log.warn(`${name}: ${text}`),
      tell: await run.progress.watch(name, client),
    };
    const { reports, problems } = await runSync(syncInputOf(connection, job, parts));
    return await end(reports, problems, true);
  } catch (error) {
    const { kind, message } = toConnectorError(error, ports.log);
    ports.log.error(`${name}: ${message}`);
    const streams = streamsOf(connection, job);
    const reports = streams.map((stream) => notRead(stream, kind, message));
    // A warehouse that belongs to another site is left as it is.
    return await end(reports, new Map(streams.map((stream) => [stream, kind])), kind !== 'usage');
  } finally {
    await client.close();
  }
}

async function stoppedOne({ ports, job, hooks }: Run, one: StoppedConnection): Promise<ConnectionResult> {
  const { name, url: site } = one;
  const { kind, message } = one.error;
  ports.log.error(`${name} is not read: ${message}`);
  const streams = streamsOf(one, job).map((stream) => notRead(stream, kind, message));
  const failures = await hooks.ofConnection(
    name,
    [],
    streams.map((report) => ({ kind, error: message, report })),
  );
  return { name, site, streams, requests: 0, failures };
}

type Problems = Awaited<ReturnType<typeof runSync>>['problems'];

function troublesOf(reports: readonly StreamReport[], problems: Problems): Trouble[] {
  return reports.flatMap((report) => {
    const kind = problems.get(report.stream);
    return kind === undefined ? [] : [{ kind, error: report.error ?? '', report }];
  });
}

/** Errors go where no filter is behind them: into a table, and to hooks. */
function withoutSecrets(report: StreamReport, { redactor }: Ports): StreamReport {
  return report.error === undefined ? report : { ...report, error: redactor.redact(report.error) };
}

/** A table that could not be tidied is whole all the same. */
function tellUpkeep({ log }: Ports, table: string, outcome: readonly StepReport[] | Error): void {
  if (outcome instanceof Error) log.warn(`${table} was not tidied: ${outcome.message}`);
  else for (const { step, unit, why } of outcome) log.debug(`${table}: ${step} (${unit}): ${why}`);
}

/** Writes `_rejects` and `_runs`. A run that cannot be recorded has not gone well: I11. */
async function record(
  run: Run,
  connection: Connection,
  reports: readonly StreamReport[],
  rejects: RejectsLog,
): Promise<readonly Trouble[]> {
  const facts: RunFacts = { runId: run.runId, site: connection.url, startedAt: run.startedAt };
  const rows = reports.map((report) => runRow(facts, report));
  const troubles: Trouble[] = [];
  const attempts = [
    () => rejects.finish(),
    () => new OwnTable(run.writer, runsTable(connection.name), run.runId).add(rows),
  ];
  for (const attempt of attempts) {
    try {
      await attempt();
    } catch (error) {
      const { kind, message } = toConnectorError(error, run.ports.log);
      const text = `the run could not be recorded: ${message}`;
      run.ports.log.error(`${connection.name}: ${text}`);
      troubles.push({ kind, error: text });
    }
  }
  return troubles;
}

function notRead(stream: string, kind: ErrorKind, error: string): StreamReport {
  const state = kind === 'later' || kind === 'interrupted' ? 'paused' : 'failed';
  return { ...emptyReport(stream), state, error };
}
