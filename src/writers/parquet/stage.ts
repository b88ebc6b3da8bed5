/** Spooled lines as a typed Parquet file of the batch: parsed once, then read column by column as often as needed. */

import { collectGarbage } from '../../core/heap.js';
import { literal, pathList } from '../../core/quote.js';
import type { Field } from '../iceberg/model.js';
import { jsonColumns } from './column-sql.js';
import type { DuckSession } from './duckdb.js';
import { nullsOf } from './read-sql.js';
import { makeRoomFor } from './room-for-columns.js';
import { SEQUENCE } from './row-text.js';
import type { Spool } from './spool.js';

/** The view or table that `stageRows` makes in the session: the sequence number and one column per field. */
export const STAGE = 'stage';

/** A batch of so few bytes is held as a table of the session: a file of its own costs more than what it spares. */
const IN_MEMORY = 256 * 1024;

/** From so many bytes on DuckDB's memory is at its most, and what pages have left in the heap should not lie beside it. */
const LARGE = 32 * 1024 * 1024;

/** DuckDB keeps a buffer of twice this size per thread; it must hold the longest line. */
const LEAST_BUFFER = 1024 * 1024;

/**
 * Makes the view `stage` over the spooled rows, converted to the types of `fields`.
 * @param path where the converted batch goes; may be removed when the session has ended
 * @throws DuckDB's error for a value that is no date or time although it looks like one
 */
export async function stageRows(
  session: DuckSession,
  spool: Spool | null,
  fields: readonly Pick<Field, 'name' | 'type'>[],
  path: string,
): Promise<void> {
  const columns = [{ name: SEQUENCE, type: 'long' as const }, ...fields];
  if (!spool) {
    return session.run(`CREATE TEMP VIEW ${STAGE} AS ${nullsOf(columns)} WHERE false`);
  }
  await makeRoomFor(session, fields, spool.longestLine);
  await spool.flush();
  const collect = spool.bytes >= LARGE ? collectGarbage : () => undefined;
  collect();
  const buffer = Math.max(LEAST_BUFFER, spool.longestLine + 1);
  const lines = `read_json(${pathList([spool.path])}, format = 'newline_delimited', maximum_object_size = ${buffer}, columns = ${jsonColumns(columns)})`;
  if (spool.bytes <= IN_MEMORY) return session.run(`CREATE TEMP TABLE ${STAGE} AS SELECT * FROM ${lines}`);
  await session.run(
    `COPY (SELECT * FROM ${lines}) TO ${literal(path)} (FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE_BYTES '4MB')`,
  );
  // Pages have come meanwhile, and to write the table's files takes more than this did.
  collect();
  await session.run(`CREATE TEMP VIEW ${STAGE} AS SELECT * FROM read_parquet(${pathList([path])})`);
}
