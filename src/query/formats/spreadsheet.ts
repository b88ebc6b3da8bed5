/**
 * Texts in files that people open in a spreadsheet: one that begins like a formula is told to be a text by a `'` before it, since
 * anybody who may write a comment may write a formula. Numbers, dates and ids stay as they are.
 */
import { type DuckDBType, DuckDBTypeId } from '@duckdb/node-api';
import { printableLines } from '../../core/printable.js';

const BEGINS_A_FORMULA = /^[=+\-@\t\r]/;

/** Types whose values are never the words of a person. Lists and structs are JSON texts, which begin with a bracket. */
const NO_TEXTS: ReadonlySet<DuckDBTypeId> = new Set([
  DuckDBTypeId.BOOLEAN,
  DuckDBTypeId.TINYINT,
  DuckDBTypeId.SMALLINT,
  DuckDBTypeId.INTEGER,
  DuckDBTypeId.BIGINT,
  DuckDBTypeId.HUGEINT,
  DuckDBTypeId.UTINYINT,
  DuckDBTypeId.USMALLINT,
  DuckDBTypeId.UINTEGER,
  DuckDBTypeId.UBIGINT,
  DuckDBTypeId.UHUGEINT,
  DuckDBTypeId.FLOAT,
  DuckDBTypeId.DOUBLE,
  DuckDBTypeId.DECIMAL,
  DuckDBTypeId.BIGNUM,
  DuckDBTypeId.DATE,
  DuckDBTypeId.TIME,
  DuckDBTypeId.TIME_TZ,
  DuckDBTypeId.TIME_NS,
  DuckDBTypeId.TIMESTAMP,
  DuckDBTypeId.TIMESTAMP_S,
  DuckDBTypeId.TIMESTAMP_MS,
  DuckDBTypeId.TIMESTAMP_NS,
  DuckDBTypeId.TIMESTAMP_TZ,
  DuckDBTypeId.INTERVAL,
  DuckDBTypeId.UUID,
  DuckDBTypeId.LIST,
  DuckDBTypeId.ARRAY,
  DuckDBTypeId.STRUCT,
  DuckDBTypeId.MAP,
]);

/** Whether cells of such a column may be what a person wrote. */
export const isText = (type: DuckDBType): boolean => !NO_TEXTS.has(type.typeId);

/** A cell of a column of texts; ESC and its like are made visible. @param column its name: in `…_id`, `-1` is an id of Jira's */
export function textForSpreadsheet(text: string, column: string): string {
  if (/(^|_)id$/i.test(column) && /^-?\d+$/.test(text)) return text;
  return `${BEGINS_A_FORMULA.test(text) ? "'" : ''}${printableLines(text)}`;
}
