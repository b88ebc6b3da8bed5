/** A folder of Iceberg tables as a `Writer`: `<root>/<namespace>/<table>`, with `.locks` and `.spool` beside them. */
import { join } from 'node:path';
import { FileCatalog } from './catalog/file-catalog.js';
import { TableLock } from './lock/table-lock.js';
import { Duck } from './parquet/duckdb.js';
import { RunFolder } from './run-folder.js';
import { orStorageError } from './storage/file-io.js';
import { LocalFileIO } from './storage/local.js';
import { IcebergTableWriter } from './table-writer.js';
import type { TableSpec, TableWriter, Writer } from './writer.js';

export interface WarehouseOptions {
  /** The warehouse folder; made when missing. */
  readonly root: string;
  readonly runId: string;
  /** The clock of `_synced_at`; default the system's. */
  readonly now?: () => Date;
  /** What DuckDB may use, in its words; default 256MB. */
  readonly memoryLimit?: string;
}

/** Opens a warehouse for one run. Creates no table; removes what dead runs left in `.spool`. @throws StorageError when the folder cannot be written */
export async function openWarehouse(options: WarehouseOptions): Promise<Writer> {
  const { now = () => new Date(), memoryLimit = '256MB' } = options;
  const storage = await LocalFileIO.open(options.root);
  await storage.prepare();
  const catalog = new FileCatalog({ io: storage, root: storage.root, now: () => now().getTime() });
  const spools = new RunFolder(join(storage.root, '.spool'), options.runId);
  const runStart = now();
  let duck: Promise<Duck> | null = null;
  const sharedDuck = () => {
    duck ??= spools.path().then((path) => Duck.open({ memoryLimit, temporaryFolder: join(path, 'duckdb') }));
    return duck;
  };
  const open = new Set<TableWriter>();

  const openTable = async (spec: TableSpec): Promise<TableWriter> => {
    const table = `${spec.namespace}.${spec.name}`;
    const location = catalog.locationOf(spec.namespace, spec.name);
    const locks = join(storage.root, '.locks', table);
    const lock = await orStorageError(`lock table ${table} in ${locks}`, () =>
      TableLock.acquire(locks, `${table} (${location})`, runStart),
    );
    try {
      const version = await catalog.load(spec.namespace, spec.name);
      const folder = join(await orStorageError(`put rows aside in ${storage.root}`, () => spools.path()), table);
      const workshop = { catalog, storage, duck: sharedDuck, now, folder };
      return new IcebergTableWriter(workshop, spec, lock, version);
    } catch (error) {
      await lock.release();
      throw error;
    }
  };

  return {
    async open(spec) {
      const table = await openTable(spec);
      open.add(table);
      return table;
    },
    async close() {
      for (const table of open) await table.close();
      await (await duck)?.close();
      await spools.remove();
    },
  };
}
