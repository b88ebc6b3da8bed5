/** Reads the newest version of every table of a warehouse folder, by Iceberg's own metadata. */
import type { Catalog, TableName, TableVersion } from '../writers/iceberg/model.js';
import type { LakeSettings } from '../writers/lake.js';
import { openLake } from '../writers/open-lake.js';
import type { StoredTable } from './views.js';

export interface LoadedTable {
  readonly stored: StoredTable;
  readonly version: TableVersion;
}

export interface LoadedWarehouse {
  /** The local folder beneath which the tables' files lie, with symbolic links resolved. */
  readonly root: string;
  readonly tables: readonly LoadedTable[];
  /** One line for each table that could not be read. */
  readonly problems: readonly string[];
}

/** @param wanted which tables to read; default: all. */
export async function loadTables(
  settings: LakeSettings,
  wanted: (table: TableName) => boolean = () => true,
): Promise<LoadedWarehouse> {
  const { catalog, files: root } = await openLake(settings);
  const tables: LoadedTable[] = [];
  const problems: string[] = [];
  for (const table of (await catalog.list()).filter(wanted)) {
    try {
      const loaded = await load(catalog, table);
      if (loaded) tables.push(loaded);
    } catch (error) {
      problems.push(`${table.namespace}.${table.name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return { root, tables, problems };
}

/** Null while the table's first version is not there yet. */
async function load(catalog: Catalog, { namespace, name }: TableName): Promise<LoadedTable | null> {
  const version = await catalog.load(namespace, name);
  if (version === null) return null;
  const { data, deletes } = await catalog.files(version);
  const storage = catalog.storageOf(namespace, name);
  const paths = async (files: typeof data) => [
    ...(await storage.localPaths(files.map((file) => file.location))).values(),
  ];
  const [dataFiles, deleteFiles] = await Promise.all([paths(data), paths(deletes)]);
  return { version, stored: { namespace, name, fields: version.schema.fields, dataFiles, deleteFiles } };
}
