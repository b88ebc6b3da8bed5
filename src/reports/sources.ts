/** What a warehouse shows in `main`: which views there are and with which columns. What is not there reads as null. */
import type { DuckDBValue } from '@duckdb/node-api';
import { identifier, literal } from '../core/quote.js';
import type { OpenWarehouse } from '../query/open.js';
import { withOwnWords, worded } from '../query/read-only.js';
import { RowStream } from '../query/row-stream.js';
import { type JsonCell, toJson } from '../query/tables/cells.js';

export type Row = Readonly<Record<string, JsonCell>>;

export class Sources {
  constructor(readonly warehouse: OpenWarehouse) {}

  has(view: string, column?: string): boolean {
    const columns = this.warehouse.columns.get(view);
    return columns !== undefined && (column === undefined || columns.has(column));
  }

  /** Names with DuckDB's types, in the view's order. */
  columns(view: string): ReadonlyMap<string, string> {
    return this.warehouse.columns.get(view) ?? new Map();
  }

  /** Those that have a table, be it empty. */
  get connections(): readonly string[] {
    return [...new Set(this.warehouse.tables.map(({ namespace }) => namespace))].sort();
  }

  /** `alias."column"`, or a null of that type where the view lacks it. */
  column(alias: string, view: string, column: string, type = 'VARCHAR'): string {
    return this.has(view, column) ? `${alias}.${identifier(column)}` : `CAST(NULL AS ${type})`;
  }

  /** Every row of a small answer. @throws what reading the tables throws */
  async rows(sql: string): Promise<readonly Row[]> {
    const answer = await this.warehouse.read(sql);
    return answer
      .getRowObjects()
      .map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, toJson(value)])));
  }

  /** Rows of a large answer, some 2,000 at a time. */
  async *stream(sql: string): AsyncIterable<readonly Row[]> {
    const { connection } = this.warehouse;
    const stream = await withOwnWords(async () => {
      await this.warehouse.readyFor(sql);
      return RowStream.of(connection, await connection.prepare(sql));
    });
    const { names } = stream;
    for await (const rows of worded(stream.pieces(), withOwnWords)) yield rows.map((row) => rowOf(row, names));
  }
}

/** Filled one by one: of a million rows, lists of pairs would be twice the garbage. */
function rowOf(values: readonly DuckDBValue[], names: readonly string[]): Row {
  const row: Record<string, JsonCell> = {};
  for (const [index, name] of names.entries()) row[name] = toJson(values[index] ?? null);
  return row;
}

/** `(VALUES ('a', 'b'), …)`; no rows make an empty set of that width. */
export function valueRows(rows: readonly (readonly string[])[], width: number): string {
  if (rows.length > 0) return `(VALUES ${rows.map((row) => `(${row.map(literal).join(', ')})`).join(', ')})`;
  return `(SELECT ${Array.from({ length: width }, () => 'NULL').join(', ')} WHERE false)`;
}
