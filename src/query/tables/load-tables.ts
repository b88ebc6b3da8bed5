/** Reads the newest version of every table of a warehouse, by Iceberg's own metadata; their files are asked for later. */

import { inParallel } from '../../core/in-parallel.js';
import { openCatalog } from '../../writers/catalog/open-catalog.js';
import type { Catalog } from '../../writers/iceberg/catalog.js';
import type { TableName } from '../../writers/iceberg/model.js';
import type { TableVersion } from '../../writers/iceberg/version.js';
import type { WarehouseSettings } from '../../writers/storage/warehouse-settings.js';
import { siteOf } from './site-of.js';
import type { ShownTable, TableFiles } from './table-views.js';
import { problemOf } from './unreadable.js';

export interface LoadedTables {
  readonly catalog: Catalog;
  /** The local folders beneath which the tables' files lie. */
  readonly folders: readonly string[];
  readonly tables: readonly TableVersion[];
  /** The same, as far as views are made from them. */
  readonly shown: readonly ShownTable[];
  /** Where the files of one of these tables lie on this machine; remote ones are copied there. */
  readonly filesOf: (table: TableName) => Promise<TableFiles>;
  /** One line for each table that could not be read. */
  readonly problems: readonly string[];
}

/** Enough to hide the way to an object store, few enough for any server. */
const METADATA_AT_ONCE = 16;

/** @param wanted which tables to read */
export async function loadTables(
  settings: WarehouseSettings,
  wanted: (table: TableName) => boolean,
): Promise<LoadedTables> {
  const { catalog, foldersOf } = await openCatalog(settings);
  const tables: TableVersion[] = [];
  const problems: string[] = [];
  const names = (await catalog.list()).filter(wanted);
  const loaded = await inParallel(names, METADATA_AT_ONCE, async ({ namespace, name }) => {
    try {
      return await catalog.load(namespace, name);
    } catch (error) {
      return problemOf({ namespace, name }, error);
    }
  });
  for (const one of loaded) {
    if (typeof one === 'string') problems.push(one);
    // Null while the table's first version is not there yet.
    else if (one !== null) tables.push(one);
  }
  const folders = foldersOf(tables.map(({ location }) => location));
  const filesOf = async ({ namespace, name }: TableName) => {
    const version = tables.find((one) => one.namespace === namespace && one.name === name);
    if (!version) throw new Error(`There is no table ${namespace}.${name} here.`);
    return localFiles(catalog, version);
  };
  return { catalog, folders, tables, shown: tables.map(shownTable), filesOf, problems };
}

export function shownTable(version: TableVersion): ShownTable {
  const { namespace, name, schema } = version;
  return { namespace, name, fields: schema.fields, site: siteOf(version) };
}

/** The files of a version's current snapshot. */
async function localFiles(catalog: Catalog, version: TableVersion): Promise<TableFiles> {
  const files = await catalog.files(version);
  const storage = catalog.storageOf(version);
  const paths = (list: typeof files.data) => storage.localPaths(list.map(({ location }) => location));
  const [data, deletes] = await Promise.all([paths(files.data), paths(files.deletes)]);
  return { data, deletes: [...deletes.values()] };
}
