/** Compaction, snapshot expiry, orphans and manifests, table by table. */
import { randomUUID } from 'node:crypto';
import { ConnectorError, type ErrorKind } from '../core/errors.js';
import { armFailpoints } from '../core/failpoints.js';
import { type Ports, portsOf } from '../core/ports.js';
import { refuseUnknown } from '../core/yaml-file.js';
import { ORPHAN_AGE_HOURS, RETENTION } from '../writers/iceberg/limits.js';
import type { TableName } from '../writers/iceberg/model.js';
import type { WarehouseSettings } from '../writers/storage/warehouse-settings.js';
import { locationsOf, maintainTable, neighboursOf } from '../writers/upkeep/maintain.js';
import type { StepReport } from '../writers/upkeep/report.js';
import { type OpenWorkbench, openWorkbench } from '../writers/write/workbench.js';
import { readEnvironment } from './settings/environment.js';

export interface MaintainJob {
  readonly warehouse: WarehouseSettings;
  /** Only these; empty: all. */
  readonly tables?: readonly string[];
  readonly connections?: readonly string[];
  readonly dryRun?: boolean;
  readonly retainDays?: number;
  readonly retainSnapshots?: number;
  /** Hours. */
  readonly orphanAge?: number;
}

/** `maintain --json` (docs/maintenance.md). */
export interface TableReport {
  readonly table: string;
  readonly steps: readonly StepReport[];
  readonly error?: string;
}

/** @returns what was done, and what kinds of failures there were */
export async function maintain(job: MaintainJob, given: Partial<Ports> = {}): ReturnType<typeof maintainAll> {
  const ports = portsOf(given);
  armFailpoints(readEnvironment(ports.env).failpoint ?? '');
  const bench = await openWorkbench(job.warehouse, { runId: randomUUID() });
  try {
    return await maintainAll(bench, job, ports);
  } finally {
    await bench.close();
  }
}

async function maintainAll(
  bench: OpenWorkbench,
  job: MaintainJob,
  ports: Ports,
): Promise<{ readonly tables: readonly TableReport[]; readonly failures: readonly ErrorKind[] }> {
  const { retainDays: days = RETENTION.days, retainSnapshots: snapshots = RETENTION.snapshots } = job;
  const all = await bench.catalog.list();
  const places = await locationsOf(bench, all);
  const reports: TableReport[] = [];
  const failures: ErrorKind[] = [];
  for (const table of select(all, job)) {
    if (ports.signal.aborted) break;
    const order = {
      retention: { days, snapshots },
      orphanAgeMs: (job.orphanAge ?? ORPHAN_AGE_HOURS) * 3_600_000,
      dryRun: job.dryRun === true,
      neighbours: neighboursOf(places, table),
    };
    const steps: StepReport[] = [];
    const name = `${table.namespace}.${table.name}`;
    try {
      await maintainTable(bench, table, order, (step) => steps.push(step));
      reports.push({ table: name, steps });
    } catch (error) {
      if (!(error instanceof ConnectorError)) throw error;
      ports.log.error(`${name}: ${error.message}`);
      failures.push(error.kind);
      reports.push({ table: name, steps, error: error.message });
    }
  }
  return { tables: reports, failures };
}

/** @throws ConnectorError kind `usage` naming the nearest table or connection */
function select(all: readonly TableName[], { tables = [], connections = [] }: MaintainJob): readonly TableName[] {
  refuseUnknown('The warehouse has no connection', connections, sorted(all.map(({ namespace }) => namespace)));
  const within = all.filter(({ namespace }) => connections.length === 0 || connections.includes(namespace));
  refuseUnknown('The warehouse has no table', tables, sorted(within.map(({ name }) => name)));
  return within.filter(({ name }) => tables.length === 0 || tables.includes(name));
}

const sorted = (names: readonly string[]) => [...new Set(names)].sort();
