/** Opens a warehouse for reading: every table's current snapshot as DuckDB views, and the views for people. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance, type DuckDBResultReader } from '@duckdb/node-api';
import type { Catalog, TableName, TableVersion } from '../writers/iceberg/model.js';
import type { LakeSettings } from '../writers/lake.js';
import { loadTables } from './load-tables.js';
import { lockDown, type Readable } from './read-only.js';
import { showViews } from './shown-views.js';
import { UnreadTables } from './unread-tables.js';

export interface OpenTable {
  readonly namespace: string;
  readonly name: string;
  readonly version: TableVersion;
}

export interface OpenWarehouse extends Readable {
  readonly tables: readonly OpenTable[];
  /** Names of the views for people in `main`. */
  readonly peopleViews: readonly string[];
  /** Tables that could not be read, with the reason. */
  readonly problems: readonly string[];
  /** What knows the tables' files. */
  readonly catalog: Catalog;
  /** Statements that run here directly must have been made ready before. */
  readonly connection: DuckDBConnection;
  /** One statement of our own. @throws what reading the tables in it throws */
  read(sql: string): Promise<DuckDBResultReader>;
  close(): void;
}

export interface ReadOptions {
  /** DuckDB's words: `1GB`. */
  readonly memoryLimit?: string;
  /** Which tables to show; default: all. */
  readonly wanted?: (table: TableName) => boolean;
  /** What people call the connections, by name; default: the names. */
  readonly labels?: ReadonlyMap<string, string>;
}

/**
 * A damaged table is left out and named in `problems`; the others can still be read. What is damaged in its files comes to
 * light when a statement needs them. A folder that does not exist is an empty warehouse.
 */
export async function openForReading(lake: LakeSettings, options: ReadOptions = {}): Promise<OpenWarehouse> {
  const temporary = mkdtempSync(join(tmpdir(), 'connector-query-'));
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: options.memoryLimit ?? '1GB',
    temp_directory: temporary,
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  const connection = await instance.connect();
  let unread: UnreadTables | undefined;
  const close = () => {
    unread?.close();
    connection.closeSync();
    instance.closeSync();
    rmSync(temporary, { recursive: true, force: true });
  };
  try {
    await connection.run("SET TimeZone = 'UTC'");
    const loaded = await loadTables(lake, options.wanted ?? (() => true));
    const tables = new UnreadTables(connection, loaded.catalog);
    unread = tables;
    const shown = await showViews(loaded.tables, tables, options.labels ?? new Map());
    await lockDown(connection, loaded.folders);
    const readyFor = (sql: string) => tables.readyFor(sql);
    const read = async (sql: string) => {
      await readyFor(sql);
      return connection.runAndReadAll(sql);
    };
    return {
      tables: shown.tables.map((version) => ({ namespace: version.namespace, name: version.name, version })),
      peopleViews: shown.peopleViews,
      problems: [...loaded.problems, ...shown.problems],
      catalog: loaded.catalog,
      connection,
      readyFor,
      read,
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}
