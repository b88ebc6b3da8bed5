/** SQL that reads a table's files: rows by field id, and the positions of rows that delete files name. */
import { identifier, pathList } from '../../core/quote.js';
import type { Field } from '../iceberg/model.js';
import { plainLocationSql } from '../storage/location.js';
import { parquetSchema, sqlType } from './column-sql.js';

/** Names of further columns, as SQL: which file a row is in, and its position there. */
export interface PlaceColumns {
  readonly file: string;
  readonly position: string;
}

/** SELECT of columns from data files, dead rows among them. @param place absent: without the rows' places */
export function rowsIn(paths: readonly string[], fields: readonly Field[], place?: PlaceColumns): string {
  if (paths.length === 0) return `${nullsOf(fields, place)} WHERE false`;
  const columns = fields.map(({ id, name }) => `c${id} AS ${identifier(name)}`);
  const places = place ? [`filename AS ${place.file}`, `file_row_number AS ${place.position}`] : [];
  const numbered = place ? ', filename = true, file_row_number = true' : '';
  return `SELECT ${[...places, ...columns].join(', ')}
    FROM read_parquet(${pathList(paths)}, schema = ${parquetSchema(fields)}${numbered})`;
}

/** One SELECT of as many nulls as there are columns, of their types. */
export function nullsOf(fields: readonly Pick<Field, 'name' | 'type'>[], place?: PlaceColumns): string {
  const places = place ? [`NULL::VARCHAR AS ${place.file}`, `NULL::BIGINT AS ${place.position}`] : [];
  const columns = fields.map(({ name, type }) => `NULL::${sqlType(type)} AS ${identifier(name)}`);
  return `SELECT ${[...places, ...columns].join(', ')}`;
}

/**
 * SELECT of the places of dead rows. Another tool's delete file may name a data file in other words; each name is compared
 * once, not at each row.
 * @param files a table of data files with their `location`
 * @param file SQL of what it calls a file
 */
export function deadIn(deletes: readonly string[], files: string, file: string, place: PlaceColumns): string {
  const rows = `read_parquet(${pathList(deletes)})`;
  return `SELECT ${place.file}, pos AS ${place.position} FROM ${rows} JOIN (
      SELECT ${file} AS ${place.file}, file_path FROM (SELECT DISTINCT file_path FROM ${rows})
      JOIN ${files} ON ${plainLocationSql('location')} = ${plainLocationSql('file_path')}) USING (file_path)`;
}
