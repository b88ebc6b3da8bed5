/** Reads the newest version of every table of a warehouse folder, by Iceberg's own metadata. */
import { FileCatalog } from '../writers/catalog/file-catalog.js';
import type { Catalog, TableVersion } from '../writers/iceberg/model.js';
import { LocalFileIO, toLocalPath } from '../writers/storage/local.js';
import { findTables, type TableName } from './find-tables.js';
import type { StoredTable } from './views.js';

export interface LoadedTable {
  readonly stored: StoredTable;
  readonly version: TableVersion;
}

export interface LoadedWarehouse {
  /** The folder with symbolic links resolved, as the tables' files are named. */
  readonly root: string;
  readonly tables: readonly LoadedTable[];
  /** One line for each table that could not be read. */
  readonly problems: readonly string[];
}

/** @param wanted which tables to read; default: all. */
export async function loadTables(
  folder: string,
  wanted: (table: TableName) => boolean = () => true,
): Promise<LoadedWarehouse> {
  const io = await LocalFileIO.open(folder);
  const catalog = new FileCatalog({ io, root: io.root });
  const tables: LoadedTable[] = [];
  const problems: string[] = [];
  for (const table of findTables(io.root).filter(wanted)) {
    try {
      const loaded = await load(catalog, table);
      if (loaded) tables.push(loaded);
    } catch (error) {
      problems.push(`${table.namespace}.${table.name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return { root: io.root, tables, problems };
}

/** Null while the table's first version is not there yet. */
async function load(catalog: Catalog, { namespace, name }: TableName): Promise<LoadedTable | null> {
  const version = await catalog.load(namespace, name);
  if (version === null) return null;
  const { data, deletes } = await catalog.files(version);
  const paths = (files: typeof data) => files.map((file) => toLocalPath(file.location));
  return {
    version,
    stored: { namespace, name, fields: version.schema.fields, dataFiles: paths(data), deleteFiles: paths(deletes) },
  };
}
