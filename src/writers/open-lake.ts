/** A lake opened as its settings say: its catalog, its locks, and a local folder for what is under way. */
import { join } from 'node:path';
import { FileCatalog } from './catalog/file-catalog.js';
import type { Catalog } from './iceberg/model.js';
import type { LakeSettings } from './lake.js';
import { type Lock, TableLock } from './lock/table-lock.js';
import { orStorageError } from './storage/file-io.js';
import { LocalFileIO } from './storage/local.js';

export interface Lake {
  readonly catalog: Catalog;
  /** The local folder beneath which the paths that `localPaths` answers lie. */
  readonly files: string;
  /** Absolute path of the local folder for rows under way. */
  readonly scratch: string;
  /** Makes what is missing and sees whether it can be written. @throws StorageError */
  prepare(): Promise<void>;
  /**
   * Keeps other runs from a table (I12).
   * @throws TableBusyError (kind `later`) when another run holds it
   */
  lock(namespace: string, name: string, runStart: Date): Promise<Lock>;
}

/** Opens a lake; makes and writes nothing. @param now the clock of table versions, milliseconds since 1970 */
export async function openLake(settings: LakeSettings, now: () => number = Date.now): Promise<Lake> {
  const storage = await LocalFileIO.open(settings.root);
  const catalog = new FileCatalog({ io: storage, root: storage.root, now });
  return {
    catalog,
    files: storage.root,
    scratch: join(storage.root, '.spool'),
    prepare: () => storage.prepare(),
    lock(namespace, name, runStart) {
      const table = `${namespace}.${name}`;
      const folder = join(storage.root, '.locks', table);
      return orStorageError(`lock table ${table} in ${folder}`, () =>
        TableLock.acquire(folder, `${table} (${catalog.locationOf(namespace, name)})`, runStart),
      );
    },
  };
}
