/** Opens a warehouse for statements of our own, in this process: every table's current snapshot, and the views for people. */
import { rmSync } from 'node:fs';
import type { DuckDBResultReader } from '@duckdb/node-api';
import type { Catalog } from '../writers/iceberg/catalog.js';
import type { TableName } from '../writers/iceberg/model.js';
import type { TableVersion } from '../writers/iceberg/version.js';
import type { WarehouseSettings } from '../writers/storage/warehouse-settings.js';
import { type Readable, withOwnWords } from './read-only.js';
import { type LoadedTables, loadTables } from './tables/load-tables.js';
import type { RowLimits } from './tables/row-limits.js';
import { makeTemporaryFolder } from './temporary-folder.js';
import { type Columns, type OpenViews, openViews } from './views.js';

export interface OpenTable {
  readonly namespace: string;
  readonly name: string;
  readonly version: TableVersion;
}

export interface OpenWarehouse extends Readable {
  readonly tables: readonly OpenTable[];
  /** Names of the views for people in `main`. */
  readonly peopleViews: readonly string[];
  /** Columns of everything in `main` with DuckDB's types, by view. */
  readonly columns: Columns;
  /** Tables that could not be read, with the reason. */
  readonly problems: readonly string[];
  /** What knows the tables' files. */
  readonly catalog: Catalog;
  /**
   * One statement of our own, after all earlier ones: the files of a table take their place between two statements, and one that still
   * runs when the warehouse is closed never ends. @throws what reading the tables in it throws
   */
  read(sql: string): Promise<DuckDBResultReader>;
  close(): void;
}

export interface ReadOptions {
  /** DuckDB's words: `1GB`. */
  readonly memoryLimit?: string;
  /** See `ViewsWanted`. */
  readonly isLean?: boolean;
  /** Which tables to show; default: all. */
  readonly wanted?: (table: TableName) => boolean;
  /** What people call the connections, by name; default: the names. */
  readonly labels?: ReadonlyMap<string, string>;
  /** A folder where a statement of our own may write. */
  readonly writable?: string;
  /** Which rows to show; default: all. */
  readonly limits?: RowLimits | undefined;
}

/**
 * A damaged table is left out and named in `problems`; the others can still be read. What is damaged in its files comes to
 * light when a statement needs them. A folder that does not exist is an empty warehouse.
 */
export async function openForReading(settings: WarehouseSettings, options: ReadOptions = {}): Promise<OpenWarehouse> {
  return openLoaded(await loadTables(settings, options.wanted ?? (() => true)), options);
}

/** The same, of versions that were looked up before. */
export async function openLoaded(
  { catalog, shown, tables, problems, folders, filesOf }: LoadedTables,
  options: Omit<ReadOptions, 'wanted'> = {},
): Promise<OpenWarehouse> {
  const temporary = makeTemporaryFolder();
  const clean = () => rmSync(temporary, { recursive: true, force: true });
  const { labels = new Map(), memoryLimit, isLean, writable, limits } = options;
  const reached = writable === undefined ? folders : [...folders, writable];
  const wanted = { tables: shown, labels, folders: reached, temporary, memoryLimit, isLean, limits };
  const views = await openViews(wanted, filesOf).catch((error: unknown) => {
    clean();
    throw error;
  });
  let before: Promise<unknown> = Promise.resolve();
  const made = new Set(views.tables.map(({ namespace, name }) => `${namespace}.${name}`));
  return {
    tables: tables
      .map((version) => ({ namespace: version.namespace, name: version.name, version }))
      .filter(({ namespace, name }) => made.has(`${namespace}.${name}`)),
    peopleViews: views.peopleViews,
    columns: views.columns,
    problems: [...problems, ...views.problems],
    catalog,
    connection: views.connection,
    listing: views.listing,
    readyFor: views.readyFor,
    read(sql) {
      const rows = before.then(() => read(views, sql));
      // Without the answer: it would be held until the next statement.
      before = rows.then(noop, noop);
      return rows;
    },
    close: () => {
      views.close();
      clean();
    },
  };
}

const noop = () => undefined;

async function read({ connection, readyFor }: OpenViews, sql: string): Promise<DuckDBResultReader> {
  return withOwnWords(async () => {
    await readyFor(sql);
    return connection.runAndReadAll(sql);
  });
}
