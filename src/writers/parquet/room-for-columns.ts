/** Memory for tables of many columns: DuckDB accounts whole blocks for every column in each step, however few the rows are. */
import type { Field, FieldType } from '../iceberg/model.js';
import { type DuckSession, memoryLimit } from './duckdb.js';

/**
 * Measured with 967 columns, struct members counted, and 5,000 rows: 700 MB were too little, 800 MB enough. Most of each
 * block is never touched: the process itself held less than 500 MB.
 */
const MB_PER_COLUMN = 0.85;
const MB_BESIDE = 64;
/** A reader of lines holds two of the longest, their parsed form, and the values. */
const LINES_IN_MEMORY = 16;

/**
 * Raises the database's memory limit where rows of these fields need more than it; never lowers it.
 * @param longestLine bytes of the longest row as JSON
 */
export async function makeRoomFor(
  session: DuckSession,
  fields: readonly Pick<Field, 'type'>[],
  longestLine = 0,
): Promise<void> {
  const need = MB_BESIDE + MB_PER_COLUMN * vectorsOf(fields) + (LINES_IN_MEMORY * longestLine) / 1e6;
  if ((await memoryLimit(session)) < need) await session.run(`SET memory_limit = '${Math.ceil(need)}MB'`);
}

/** Columns of the file that fields come down to. */
export function leavesOf(fields: readonly Pick<Field, 'type'>[]): number {
  return fields.reduce((sum, { type }) => sum + vectorsIn(type, 0), 0);
}

/** Vectors that DuckDB has for fields: one for each leaf, and one for each list and struct around it. */
function vectorsOf(fields: readonly Pick<Field, 'type'>[]): number {
  return fields.reduce((sum, { type }) => sum + vectorsIn(type, 1), 0);
}

/** @param around what a list or struct counts besides what is in it */
function vectorsIn(type: FieldType, around: number): number {
  if (typeof type === 'string') return 1;
  const inner = type.kind === 'list' ? [type.element] : type.fields.map((field) => field.type);
  return around + inner.reduce((sum, each) => sum + vectorsIn(each, around), 0);
}
