/** A warehouse of Iceberg tables as a `Writer`. */
import { join } from 'node:path';
import type { TableSpec, TableWriter, Writer } from '../contract/table.js';
import { ConnectorError } from '../core/errors.js';
import type { Lease } from '../core/lease/lease.js';
import { CommitConflict } from './iceberg/errors.js';
import type { LayoutSettings } from './iceberg/layout.js';
import type { TableVersion } from './iceberg/version.js';
import { refuseUnwritable } from './iceberg/writable.js';
import type { WarehouseSettings } from './storage/warehouse-settings.js';
import type { StepReport } from './upkeep/report.js';
import { type Keeping, keepUp } from './upkeep/upkeep.js';
import type { UpsertMode } from './write/rewrite.js';
import { IcebergTableWriter } from './write/table-writer.js';
import { openWorkbench } from './write/workbench.js';

export interface WarehouseOptions extends WarehouseSettings {
  readonly runId: string;
  /** The clock of `_synced_at`; default the system's. */
  readonly now?: () => Date;
  /** What DuckDB may use, in its words; default that of `Duck`. */
  readonly memoryLimit?: string;
  /** How stored rows are replaced in the tables of a namespace; default: by position deletes. */
  readonly upserts?: (namespace: string) => UpsertMode;
  /** How rows of a table are to lie in its files; default: as the table says. */
  readonly layouts?: (namespace: string, name: string) => LayoutSettings | undefined;
  /** Once it is given, tables are closed as they are. */
  readonly signal?: AbortSignal;
  /**
   * Told of the upkeep of a table that this run wrote: what was done, or why it could not be; of the folder for rows under way, too,
   * where files stay that cannot be removed. Never a failure of the run.
   */
  readonly onUpkeep?: (table: string, outcome: readonly StepReport[] | Error) => void;
  /** Told, in a sentence, of a lease that was taken over although something was wrong with it. */
  readonly onLeaseTaken?: (warning: string) => void;
  /** Told, when a table is closed, of the version that readers should see now; not of one whose rows are those of before. */
  readonly onNewRows?: (version: TableVersion) => void;
}

/** Opens a warehouse for one run. Creates no table; removes what dead runs left under way. @throws StorageError when it cannot be written */
export async function openWarehouse(options: WarehouseOptions): Promise<Writer> {
  const { now = () => new Date(), runId, memoryLimit } = options;
  const tellUntidied = (what: string) => (error: unknown) =>
    options.onUpkeep?.(what, error instanceof Error ? error : new Error(String(error)));
  const untidied = (error: unknown) => tellUntidied(bench.scratch)(error);
  const bench = await openWorkbench(options, { runId, now: () => now().getTime(), memoryLimit, untidied });
  await bench.prepare();
  const { catalog } = bench;
  const runStart = now();
  const open = new Set<TableWriter>();
  let closed = false;

  const upkeep = async (table: string, version: TableVersion, keeping: Keeping): Promise<void> => {
    // Who wants the run to end waits for no upkeep.
    const outcome = options.signal?.aborted
      ? []
      : await keepUp(bench, version, keeping).catch((error: unknown) =>
          error instanceof Error ? error : new Error(String(error)),
        );
    options.onUpkeep?.(table, outcome);
    const tidied = Array.isArray(outcome) && outcome.length > 0;
    // The version before the tidying has the same rows: good enough to tell, should the newest not be known.
    const newest = tidied ? await catalog.load(version.namespace, version.name).catch(() => null) : version;
    options.onNewRows?.(newest ?? version);
  };

  const openTable = async (spec: TableSpec): Promise<TableWriter> => {
    const table = `${spec.namespace}.${spec.name}`;
    const lease = await bench.lease(spec.namespace, spec.name, runStart);
    try {
      if (lease.warning !== undefined) options.onLeaseTaken?.(lease.warning);
      const version = await catalog.load(spec.namespace, spec.name);
      // At once: a run that can write nothing must not read for hours first.
      if (version) refuseUnwritable(table, version.metadata);
      const folder = join(await bench.folder(), table);
      const own = {
        ...bench,
        folder: async () => folder,
        untidied: tellUntidied(table),
        upserts: options.upserts?.(spec.namespace),
        layout: options.layouts?.(spec.namespace, spec.name),
        keepUp: (newest: TableVersion, first: boolean) =>
          upkeep(table, newest, { first, held: () => stillHeld(lease) }),
      };
      return new IcebergTableWriter(own, spec, lease, version);
    } catch (error) {
      await lease.release();
      throw error;
    }
  };

  return {
    async open(spec) {
      const table = await openTable(spec);
      open.add(table);
      if (!closed) return table;
      // Nobody would close it any more.
      await table.close();
      throw new ConnectorError(
        'interrupted',
        `Table ${spec.namespace}.${spec.name} was opened after the run had ended.`,
      );
    },
    has: async (namespace, name) => (await catalog.load(namespace, name)) !== null,
    async close() {
      closed = true;
      const failures: unknown[] = [];
      for (const table of open) await table.close().catch((error: unknown) => failures.push(error));
      await bench.close();
      if (failures.length > 0) throw failures[0];
    },
  };
}

/** @throws CommitConflict when another run has taken the table, or whose lease it is cannot be told */
async function stillHeld(lease: Lease): Promise<void> {
  await lease.verify().catch((error: unknown) => {
    throw new CommitConflict(error instanceof Error ? error.message : String(error), { cause: error });
  });
}
