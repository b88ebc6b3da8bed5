/** Keeps `query` from changing anything: DuckDB may open the warehouse's files, and no statement may write. */
import type { DuckDBConnection, DuckDBResult } from '@duckdb/node-api';
import { ConnectorError } from '../errors.js';
import { literal, pathList } from '../writers/quote.js';

/** Where statements run. */
export interface Readable {
  readonly connection: DuckDBConnection;
  /** Makes ready what these statements read. */
  readyFor(sql: string): Promise<void>;
}

/**
 * After this, SQL reaches no file outside these folders, loads nothing and changes no setting. DuckDB compares the text of a
 * path before it resolves wildcards, so a folder is allowed as it is and as `pathList` writes it.
 */
export async function lockDown(connection: DuckDBConnection, folders: readonly string[]): Promise<void> {
  const paths = folders.map((folder) => `${folder}/`);
  await connection.run(`SET allowed_directories = ${pathList(paths)} || [${paths.map(literal).join(', ')}]`);
  await connection.run('SET enable_external_access = false');
  await connection.run('SET lock_configuration = true');
}

/**
 * Runs each statement of a text; the result is that of the last one, read as it is asked for.
 * @throws ConnectorError kind `usage` with DuckDB's own words.
 */
export async function runSql(warehouse: Readable, sql: string): Promise<DuckDBResult> {
  const { connection } = warehouse;
  await withDuckWords(() => refuseWriting(connection, sql));
  await warehouse.readyFor(sql);
  return withDuckWords(async () => {
    const statements = await connection.extractStatements(sql);
    const last = statements.count - 1;
    for (let index = 0; index < last; index++) await (await statements.prepare(index)).run();
    return (await statements.prepare(last)).stream();
  });
}

/** DuckDB's error as a usage error, also for what comes to light while rows are fetched. */
export async function withDuckWords<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof ConnectorError) throw cause;
    const words = cause instanceof Error ? cause.message : String(cause);
    throw new ConnectorError('usage', words.replace(/^Failed to extract statements: /, ''), { cause });
  }
}

/**
 * `allowed_directories` also allows COPY to write there, and merely preparing EXPORT makes a folder: so the text is judged
 * before that, by DuckDB's own parser, which turns nothing but SELECT into JSON.
 */
async function refuseWriting(connection: DuckDBConnection, sql: string): Promise<void> {
  const select = sql.replace(/^\s*explain\s+/i, '');
  const read = await connection.runAndReadAll('SELECT json_serialize_sql($1::VARCHAR)::VARCHAR', [select]);
  const parsed: unknown = JSON.parse(String(read.getRows()[0]?.[0]));
  const { error_type, statements } = parsed as { error_type?: string; statements?: unknown[] };
  if (statements?.length === 0) throw new ConnectorError('usage', 'There is no SQL statement to run.');
  if (statements !== undefined) return;
  // Of a mistake in the text DuckDB says more here: it throws, with the line.
  if (error_type === 'parser') await connection.extractStatements(sql);
  throw new ConnectorError(
    'usage',
    'Only reading is allowed here: SELECT, WITH, FROM, VALUES, DESCRIBE, SUMMARIZE, SHOW and EXPLAIN of those.',
  );
}
