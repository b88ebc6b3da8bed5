/** What work on tables needs: their catalog and, made when first needed, a folder on this machine and a DuckDB in it. */
import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { orStorageError } from '../../core/files/file-io.js';
import { type OpenCatalog, openCatalog } from '../catalog/open-catalog.js';
import type { Catalog } from '../iceberg/catalog.js';
import { Duck, type DuckSession } from '../parquet/duckdb.js';
import type { WarehouseSettings } from '../storage/warehouse-settings.js';
import { RunFolder } from './run-folder.js';

export interface Workbench {
  readonly catalog: Catalog;
  readonly duck: () => Promise<Duck>;
  /** Absolute path of a local folder for files under way; made when needed. */
  readonly folder: () => Promise<string>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export interface OpenWorkbench extends Workbench, OpenCatalog {
  close(): Promise<void>;
}

export interface WorkbenchOptions {
  /** Part of the folder's name. */
  readonly runId: string;
  /** Milliseconds since 1970; default the system's clock. */
  readonly now?: () => number;
  /** What DuckDB may use, in its words. */
  readonly memoryLimit?: string | undefined;
  /** Told of what could not be removed, of this run or of dead ones; where nobody is told, it is an error. */
  readonly untidied?: (error: unknown) => void;
}

/** Opens a warehouse with a workbench, the one owner of both folder and DuckDB, who closes them together. Makes nothing yet. */
export async function openWorkbench(settings: WarehouseSettings, options: WorkbenchOptions): Promise<OpenWorkbench> {
  const { runId, now = Date.now, memoryLimit, untidied } = options;
  const warehouse = await openCatalog(settings, now);
  const own = new RunFolder(warehouse.scratch, runId, untidied);
  const folder = () => orStorageError(`put files aside in ${warehouse.scratch}`, () => own.path());
  let opened: Promise<Duck> | null = null;
  const open = async () => Duck.open({ memoryLimit, temporaryFolder: join(await folder(), 'duckdb') });
  const duck = () => {
    opened ??= open();
    return opened;
  };
  const close = async () => {
    try {
      // One that could not be opened has told so where it was needed.
      await (await opened?.catch(() => null))?.close();
    } finally {
      // What cannot be removed is cleared away by a later run, as what a dead one left.
      await own.remove().catch((error: unknown) => {
        if (!untidied) throw error;
        untidied(error);
      });
    }
  };
  return { ...warehouse, duck, folder, now, close };
}

/** Runs DuckDB work with a local folder of its own, removed afterwards: what stays goes with the run's folder, or is told then. */
export async function inSession<T>(
  { duck, folder }: Pick<Workbench, 'duck' | 'folder'>,
  work: (session: DuckSession, folder: string) => Promise<T>,
): Promise<T> {
  const own = join(await folder(), randomUUID());
  await orStorageError(`make the folder ${own}`, () => mkdir(own, { recursive: true, mode: 0o700 }));
  try {
    return await (await duck()).withSession((session) => work(session, own));
  } finally {
    await rm(own, { recursive: true, force: true }).catch(() => undefined);
  }
}
