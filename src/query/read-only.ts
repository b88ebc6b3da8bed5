/** Keeps `query` from changing anything: DuckDB may open the warehouse's files, and no statement may write. */
import {
  type DuckDBConnection,
  type DuckDBPreparedStatement,
  type DuckDBResult,
  StatementType,
} from '@duckdb/node-api';
import { ConnectorError } from '../errors.js';
import { literal } from '../writers/quote.js';

/** After this, SQL reaches no file outside `folder`, loads nothing and changes no setting. */
export async function lockDown(connection: DuckDBConnection, folder: string): Promise<void> {
  await connection.run(`SET allowed_directories = [${literal(`${folder}/`)}]`);
  await connection.run('SET enable_external_access = false');
  await connection.run('SET lock_configuration = true');
}

/**
 * Runs each statement of a text; the result is that of the last one, read as it is asked for.
 * @throws ConnectorError kind `usage` with DuckDB's own words.
 */
export async function runSql(connection: DuckDBConnection, sql: string): Promise<DuckDBResult> {
  return withDuckWords(async () => {
    const statements = await connection.extractStatements(sql);
    if (statements.count === 0) throw new ConnectorError('usage', 'There is no SQL statement to run.');
    for (let index = 0; index < statements.count - 1; index++)
      await readOnly(await statements.prepare(index), sql).run();
    return readOnly(await statements.prepare(statements.count - 1), sql).stream();
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

/** `allowed_directories` also allows COPY to write there, and EXPLAIN ANALYZE runs what it explains. */
function readOnly(statement: DuckDBPreparedStatement, sql: string): DuckDBPreparedStatement {
  const explains = statement.statementType === StatementType.EXPLAIN && !/\banalyze\b/i.test(sql);
  if (statement.statementType === StatementType.SELECT || explains) return statement;
  throw new ConnectorError(
    'usage',
    'Only reading is allowed here: SELECT, WITH, FROM, VALUES, DESCRIBE, SUMMARIZE, SHOW and EXPLAIN.',
    { detail: `statement type ${StatementType[statement.statementType]}` },
  );
}
