/** What passes between the parts of a read, and what they ask of tables. */
import type { LiveRows, Row, TableWriter } from '../../contract/table.js';

/** A row that passed, beside the record it was made of: what children read from. */
export interface Kept {
  readonly row: Row;
  readonly record: unknown;
}

/** The values of one column as texts, of the rows that are wanted; none without a table. */
export async function valuesOf(
  table: TableWriter | null | undefined,
  column: string,
  wanted: Omit<LiveRows, 'columns'> = {},
): Promise<readonly string[]> {
  const rows = (await table?.rows({ ...wanted, columns: [column] })) ?? [];
  return rows.map((row) => String(row[column]));
}
