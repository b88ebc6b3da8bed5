/** Opens a warehouse for reading: every table's current snapshot as DuckDB views. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { TableName, TableVersion } from '../writers/iceberg/model.js';
import type { LakeSettings } from '../writers/lake.js';
import { identifier } from '../writers/quote.js';
import { type LoadedWarehouse, loadTables } from './load-tables.js';
import { lockDown } from './read-only.js';
import { tableViews, unionViews } from './views.js';

export interface OpenTable {
  readonly namespace: string;
  readonly name: string;
  readonly version: TableVersion;
}

export interface OpenWarehouse {
  readonly tables: readonly OpenTable[];
  /** Tables that could not be read, with the reason. */
  readonly problems: readonly string[];
  readonly connection: DuckDBConnection;
  close(): void;
}

export interface ReadOptions {
  /** DuckDB's words: `1GB`. */
  readonly memoryLimit?: string;
  /** Which tables to show; default: all. */
  readonly wanted?: (table: TableName) => boolean;
}

/**
 * A damaged table is left out and named in `problems`; the others can still be read.
 * A folder that does not exist is an empty warehouse.
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
  const close = () => {
    connection.closeSync();
    instance.closeSync();
    rmSync(temporary, { recursive: true, force: true });
  };
  try {
    await connection.run("SET TimeZone = 'UTC'");
    const loaded = await loadTables(lake, options.wanted);
    const { tables, problems } = await makeViews(connection, loaded);
    await lockDown(connection, loaded.root);
    return { tables, problems, connection, close };
  } catch (error) {
    close();
    throw error;
  }
}

async function makeViews(
  connection: DuckDBConnection,
  loaded: LoadedWarehouse,
): Promise<Pick<OpenWarehouse, 'tables' | 'problems'>> {
  const problems = [...loaded.problems];
  const tables: OpenTable[] = [];
  const byStream = new Map<string, string[]>();
  for (const { stored, version } of loaded.tables) {
    try {
      await connection.run(`CREATE SCHEMA IF NOT EXISTS ${identifier(stored.namespace)}`);
      for (const sql of tableViews(stored)) await connection.run(sql);
    } catch (error) {
      problems.push(`${stored.namespace}.${stored.name}: ${error instanceof Error ? error.message : String(error)}`);
      continue;
    }
    tables.push({ namespace: stored.namespace, name: stored.name, version });
    byStream.set(stored.name, [...(byStream.get(stored.name) ?? []), stored.namespace]);
  }
  for (const [stream, connections] of byStream)
    for (const sql of unionViews(stream, connections)) await connection.run(sql);
  return { tables, problems };
}
