/** An answer as a Parquet file: DuckDB writes it to a file of its own, whose bytes are handed on. */
import { createReadStream } from 'node:fs';
import { unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { ConnectorError } from '../../core/errors.js';
import { literal } from '../../core/quote.js';
import { guardedStatements } from '../guard/guard.js';
import { type Readable, withDuckWords } from '../read-only.js';

/** @param folder where DuckDB may write. @throws ConnectorError kind `usage` for what is not one statement that reads */
export async function* parquetOf(warehouse: Readable, text: string, folder: string): AsyncIterable<Uint8Array> {
  const path = join(folder, `export-${crypto.randomUUID()}.parquet`);
  await withDuckWords(async () => {
    const [statement, ...others] = await guardedStatements(warehouse.connection, text);
    if (statement === undefined || others.length > 0 || /^\s*(explain|show|describe|summarize)\b/i.test(statement))
      throw new ConnectorError('usage', 'A Parquet file holds the rows of one SELECT.');
    await warehouse.readyFor(statement);
    // The guard has judged the statement alone; the line break ends a comment in it.
    await warehouse.connection.run(
      `COPY (${statement.replace(/;\s*$/, '')}\n) TO ${literal(path)} (FORMAT parquet, COMPRESSION zstd)`,
    );
  });
  try {
    yield* createReadStream(path) as AsyncIterable<Uint8Array>;
  } finally {
    await unlink(path);
  }
}
