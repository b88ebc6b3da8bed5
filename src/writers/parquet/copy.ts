/** SELECT to Parquet files: zstd, field ids, row groups of bounded size, statistics. */
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { literal, pathList } from '../../core/quote.js';
import type { Field } from '../iceberg/model.js';
import type { DuckSession } from './duckdb.js';
import { fieldIds } from './field-ids.js';
import { makeRoomFor } from './room-for-columns.js';
import { type FileReport, fileReport } from './stats.js';

/** Memory is bounded by this: the default of 122,880 rows holds 600 MB of wide rows. */
const ROW_GROUP = '32MB';
/** Files end near this size, unless rows were cut into files before. */
const FILE = 128 * 1024 * 1024;

/** Writes `select` (its columns named as `fields`) into new files in a folder of its own inside `folder`; none for no rows. */
export async function copyRows(
  session: DuckSession,
  select: string,
  fields: readonly Field[],
  folder: string,
  fileBytes = FILE,
): Promise<FileReport[]> {
  await makeRoomFor(session, fields);
  const target = await mkdtemp(join(folder, 'data-'));
  return copy(session, select, target, fields, `FILE_SIZE_BYTES ${fileBytes}, FILENAME_PATTERN '{uuidv7}'`);
}

/** As `copyRows`, into the one file `path`; for a few narrow columns. */
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
  const reports = rows.map(fileReport).filter((report) => report.records > 0);
  const offsets = await splitOffsets(session, reports);
  return reports.map((report) => ({ ...report, splitOffsets: offsets.get(report.path) ?? null }));
}

/** Where the row groups of files begin: at their first column's dictionary, where it has one. */
async function splitOffsets(
  session: DuckSession,
  reports: readonly { readonly path: string }[],
): Promise<ReadonlyMap<string, readonly number[]>> {
  const found = new Map<string, number[]>();
  if (reports.length === 0) return found;
  const rows = await session.rows(`SELECT file_name, coalesce(dictionary_page_offset, data_page_offset) AS start
    FROM parquet_metadata(${pathList(reports.map(({ path }) => path))}) WHERE column_id = 0 ORDER BY file_name, row_group_id`);
  for (const { file_name: path, start } of rows)
    found.set(String(path), [...(found.get(String(path)) ?? []), Number(start)]);
  return found;
}
