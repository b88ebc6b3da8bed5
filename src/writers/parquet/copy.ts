/** SELECT to Parquet files: zstd, field ids, row groups of bounded size, statistics. */
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import type { Field } from '../iceberg/model.js';
import { literal } from '../quote.js';
import type { DuckSession } from './duckdb.js';
import { fieldIds } from './field-ids.js';
import { makeRoomFor } from './room-for-columns.js';
import { type FileReport, fileReport } from './stats.js';

/** Memory is bounded by this: the default of 122,880 rows holds 600 MB of wide rows. */
const ROW_GROUP = '32MB';
/** Files end near this size. */
const FILE = '128MB';

/** Writes `select` (its columns named as `fields`) into new files in a folder of its own inside `folder`; none for no rows. */
export async function copyRows(
  session: DuckSession,
  select: string,
  fields: readonly Field[],
  folder: string,
): Promise<FileReport[]> {
  const target = await mkdtemp(join(folder, 'data-'));
  return copy(session, select, target, fields, `FILE_SIZE_BYTES '${FILE}', FILENAME_PATTERN '{uuidv7}'`);
}

/** As `copyRows`, into the one file `path`. */
export async function copyToFile(
  session: DuckSession,
  select: string,
  fields: readonly Field[],
  path: string,
): Promise<FileReport[]> {
  return copy(session, select, path, fields);
}

async function copy(
  session: DuckSession,
  select: string,
  target: string,
  fields: readonly Field[],
  more?: string,
): Promise<FileReport[]> {
  await makeRoomFor(session, fields);
  const options = [
    'FORMAT parquet',
    'COMPRESSION zstd',
    `ROW_GROUP_SIZE_BYTES '${ROW_GROUP}'`,
    `FIELD_IDS ${fieldIds(fields)}`,
    ...(more ? [more] : []),
    'RETURN_STATS',
  ];
  const rows = await session.rows(`COPY (${select}) TO ${literal(target)} (${options.join(', ')})`);
  // A file without rows is written all the same; a table has no use for it.
  return rows.map(fileReport).filter((report) => report.records > 0);
}
