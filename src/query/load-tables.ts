/** Reads the newest version of every table of a lake, by Iceberg's own metadata; their files are asked for later. */
import type { Catalog, TableName, TableVersion } from '../writers/iceberg/model.js';
import type { LakeSettings } from '../writers/lake.js';
import { openLake } from '../writers/open-lake.js';
import { inParallel } from '../writers/storage/in-parallel.js';

export interface LoadedLake {
  readonly catalog: Catalog;
  /** The local folders beneath which the tables' files lie. */
  readonly folders: readonly string[];
  readonly tables: readonly TableVersion[];
  /** One line for each table that could not be read. */
  readonly problems: readonly string[];
}

/** Local paths of a table's files. */
export interface TableFiles {
  /** By location, as delete files name data files. */
  readonly data: ReadonlyMap<string, string>;
  readonly deletes: readonly string[];
}

/** Enough to hide the way to an object store, few enough for any server. */
const METADATA_AT_ONCE = 16;

/** @param wanted which tables to read */
export async function loadTables(settings: LakeSettings, wanted: (table: TableName) => boolean): Promise<LoadedLake> {
  const { catalog, foldersOf } = await openLake(settings);
  const tables: TableVersion[] = [];
  const problems: string[] = [];
  const names = (await catalog.list()).filter(wanted);
  const loaded = await inParallel(names, METADATA_AT_ONCE, async ({ namespace, name }) => {
    try {
      return await catalog.load(namespace, name);
    } catch (error) {
      return `${namespace}.${name}: ${error instanceof Error ? error.message : String(error)}`;
    }
  });
  for (const one of loaded) {
    if (typeof one === 'string') problems.push(one);
    // Null while the table's first version is not there yet.
    else if (one !== null) tables.push(one);
  }
  const folders = foldersOf(tables.map(({ location }) => location));
  return { catalog, folders, tables, problems };
}

/** The files of a version's current snapshot; remote ones are copied to this machine. */
export async function localFiles(catalog: Catalog, version: TableVersion): Promise<TableFiles> {
  const files = await catalog.files(version);
  const storage = catalog.storageOf(version.namespace, version.name);
  const paths = (list: typeof files.data) => storage.localPaths(list.map(({ location }) => location));
  const [data, deletes] = await Promise.all([paths(files.data), paths(files.deletes)]);
  return { data, deletes: [...deletes.values()] };
}
