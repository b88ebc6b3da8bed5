/** Memory for tables of many columns: DuckDB accounts whole blocks for every column in each step, however few the rows are. */
import type { Field, FieldType } from '../iceberg/model.js';
import type { DuckSession } from './duckdb.js';

/**
 * Measured with 967 columns, struct members counted, and 5,000 rows: 700 MB were too little, 800 MB enough. Most of each
 * block is never touched: the process itself held less than 500 MB.
 */
const MB_PER_COLUMN = 0.85;
const MB_BESIDE = 64;
const MB_IN: Readonly<Record<string, number>> = { KiB: 0.001024, MiB: 1.048576, GiB: 1073.741824, TiB: 1099511.627776 };

/** Raises the database's memory limit where rows of these fields need more than it; never lowers it. */
export async function makeRoomFor(session: DuckSession, fields: readonly Pick<Field, 'type'>[]): Promise<void> {
  const need = MB_BESIDE + MB_PER_COLUMN * leavesOf(fields);
  const [row] = await session.rows("SELECT current_setting('memory_limit') AS allowed");
  // DuckDB's answer reads `244.1 MiB`.
  const [amount = '', unit = ''] = String(row?.allowed).split(' ');
  if (Number(amount) * (MB_IN[unit] ?? 0) < need) await session.run(`SET memory_limit = '${Math.ceil(need)}MB'`);
}

/** Columns of the file that fields come down to. */
export function leavesOf(fields: readonly Pick<Field, 'type'>[]): number {
  return fields.reduce((sum, { type }) => sum + leavesOfType(type), 0);
}

function leavesOfType(type: FieldType): number {
  if (typeof type === 'string') return 1;
  return type.kind === 'list' ? leavesOfType(type.element) : leavesOf(type.fields);
}
