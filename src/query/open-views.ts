/** A DuckDB with the tables and views of a lake, that reaches their files and nothing else. It knows no catalog and no store. */
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { lockDown, type Readable } from './read-only.js';
import { showViews } from './shown-views.js';
import type { ShownTable } from './tables/views.js';
import { type FilesOf, UnreadTables } from './unread-tables.js';

export interface ViewsWanted {
  readonly tables: readonly ShownTable[];
  /** What people call the connections, by name; default: the names. */
  readonly labels: ReadonlyMap<string, string>;
  /** Beneath which the tables' files lie. */
  readonly folders: readonly string[];
  /** For what does not fit into memory; the caller's to make and remove. */
  readonly temporary: string;
  /** DuckDB's words: `1GB`. */
  readonly memoryLimit?: string | undefined;
}

export interface OpenViews extends Readable {
  readonly tables: readonly ShownTable[];
  /** Names of the views for people in `main`. */
  readonly peopleViews: readonly string[];
  /** One line for each view that could not be made. */
  readonly problems: readonly string[];
  close(): void;
}

export async function openViews(wanted: ViewsWanted, filesOf: FilesOf): Promise<OpenViews> {
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: wanted.memoryLimit ?? '1GB',
    temp_directory: wanted.temporary,
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  const connection = await instance.connect();
  const unread = new UnreadTables(connection, filesOf);
  const close = () => {
    unread.close();
    connection.closeSync();
    instance.closeSync();
  };
  try {
    return { connection, close, ...(await fill(connection, unread, wanted)) };
  } catch (error) {
    close();
    throw error;
  }
}

async function fill(
  connection: DuckDBConnection,
  unread: UnreadTables,
  { tables, labels, folders }: ViewsWanted,
): Promise<Omit<OpenViews, 'connection' | 'close'>> {
  await connection.run("SET TimeZone = 'UTC'");
  const shown = await showViews(tables, unread, labels);
  await lockDown(connection, folders);
  return { ...shown, readyFor: (sql) => unread.readyFor(sql) };
}
