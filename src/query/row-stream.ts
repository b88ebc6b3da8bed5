/**
 * The rows of one statement as they come. DuckDB's binding takes an error in the midst of a stream for its end, and the rows
 * after it would be lost without a word; a transaction around the stream knows better, as an error makes it void.
 */
import type {
  DuckDBConnection,
  DuckDBPreparedStatement,
  DuckDBResult,
  DuckDBType,
  DuckDBValue,
} from '@duckdb/node-api';
import { ConnectorError } from '../core/errors.js';

export class RowStream {
  private constructor(
    private readonly connection: DuckDBConnection,
    private readonly statement: DuckDBPreparedStatement,
    private readonly result: DuckDBResult,
  ) {}

  /** Until its rows have been read or let go of, the connection is this stream's. */
  static async of(connection: DuckDBConnection, statement: DuckDBPreparedStatement): Promise<RowStream> {
    await connection.run('BEGIN TRANSACTION');
    try {
      return new RowStream(connection, statement, await statement.stream());
    } catch (error) {
      await connection.run('ROLLBACK');
      throw error;
    }
  }

  /** Unique: a second `a` is called `a:1`. */
  get names(): readonly string[] {
    return this.result.deduplicatedColumnNames();
  }

  get types(): readonly DuckDBType[] {
    return this.result.columnTypes();
  }

  /** Some 2,000 rows at a time. @throws DuckDB's error; ConnectorError kind `failed` when it does not come again */
  async *pieces(): AsyncIterable<readonly (readonly DuckDBValue[])[]> {
    let rows = 0;
    let isWhole = false;
    try {
      for (;;) {
        const chunk = await this.result.fetchChunk();
        if (chunk === null || chunk.rowCount === 0) break;
        rows += chunk.rowCount;
        yield chunk.getRows();
      }
      isWhole = await this.#isWhole();
    } finally {
      await this.connection.run('ROLLBACK');
    }
    if (isWhole) return;
    // Not streamed, the same statement says what is wrong.
    await this.statement.run();
    throw new ConnectorError(
      'failed',
      `The answer broke off after ${rows} rows, and DuckDB does not say why. Ask again.`,
    );
  }

  async #isWhole(): Promise<boolean> {
    return this.connection.run('SELECT 1').then(
      () => true,
      () => false,
    );
  }
}
