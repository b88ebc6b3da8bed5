/** What upkeep works with, and how it meets other writers: without the table's lock, by commits that may be refused. */
import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { orStorageError } from '../../core/files/file-io.js';
import type { Catalog } from '../iceberg/catalog.js';
import { CommitConflict } from '../iceberg/errors.js';
import type { TableName } from '../iceberg/model.js';
import type { TableVersion } from '../iceberg/version.js';
import type { Duck, DuckSession } from '../parquet/duckdb.js';

export interface Tools {
  readonly catalog: Catalog;
  readonly duck: () => Promise<Duck>;
  /** Absolute path of a local folder for files under way; made when needed. */
  readonly folder: () => Promise<string>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Runs DuckDB work with a local folder of its own, removed afterwards: what stays goes with the run's folder, or is told then. */
export async function inSession<T>(
  { duck, folder }: Pick<Tools, 'duck' | 'folder'>,
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

/** Each lost round means that another writer's commit came first. */
const ATTEMPTS = 6;

/**
 * Does work that starts from a table's newest version, and does it again on a newer one when another writer was faster.
 * @throws CommitConflict (kind `later`) when others were faster every time
 */
export async function onNewest<T>(
  { catalog }: Tools,
  { namespace, name }: TableName,
  work: (version: TableVersion) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    const version = await catalog.load(namespace, name);
    if (!version) throw new CommitConflict(`Table ${namespace}.${name} is gone from the catalog.`);
    try {
      return await work(version);
    } catch (error) {
      if (attempt === ATTEMPTS || !(await isOvertaken(catalog, version, error))) throw error;
    }
  }
}

/**
 * Whether work failed because the table moved on: by a refused commit, or under files that vanished. Upkeep takes no lock, so
 * what it replaced and removed may be missing to whoever works on an older version.
 */
export async function isOvertaken(catalog: Catalog, version: TableVersion | null, error: unknown): Promise<boolean> {
  if (error instanceof CommitConflict) return true;
  const newest = version && (await catalog.load(version.namespace, version.name).catch(() => null));
  return newest !== null && newest.metadataLocation !== version?.metadataLocation;
}
