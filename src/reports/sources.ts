/** What a warehouse shows in `main`: which views there are and with which columns. What is not there reads as null. */
import { identifier, literal } from '../core/quote.js';
import type { OpenWarehouse } from '../query/open.js';
import { type JsonCell, toJson } from '../query/tables/cells.js';

export type Row = Readonly<Record<string, JsonCell>>;

export class Sources {
  readonly #columns = new Map<string, ReadonlyMap<string, string>>();

  private constructor(readonly warehouse: OpenWarehouse) {}

  static async of(warehouse: OpenWarehouse): Promise<Sources> {
    const sources = new Sources(warehouse);
    const found = await warehouse.connection.runAndReadAll(
      "SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema = 'main' ORDER BY ordinal_position",
    );
    const views = new Map<string, Map<string, string>>();
    for (const [view, column, type] of found.getRows()) {
      const columns = views.get(String(view)) ?? new Map<string, string>();
      columns.set(String(column), String(type));
      views.set(String(view), columns);
    }
    for (const [view, columns] of views) sources.#columns.set(view, columns);
    return sources;
  }

  has(view: string, column?: string): boolean {
    const columns = this.#columns.get(view);
    return columns !== undefined && (column === undefined || columns.has(column));
  }

  /** Names with DuckDB's types, in the view's order. */
  columns(view: string): ReadonlyMap<string, string> {
    return this.#columns.get(view) ?? new Map();
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
    await this.warehouse.readyFor(sql);
    const result = await this.warehouse.connection.stream(sql);
    const names = result.deduplicatedColumnNames();
    for (;;) {
      const chunk = await result.fetchChunk();
      if (chunk === null || chunk.rowCount === 0) return;
      yield chunk
        .getRows()
        .map((row) => Object.fromEntries(row.map((value, index) => [names[index] ?? '', toJson(value)])));
    }
  }
}

/** `(VALUES ('a', 'b'), …)`; no rows make an empty set of that width. */
export function valueRows(rows: readonly (readonly string[])[], width: number): string {
  if (rows.length > 0) return `(VALUES ${rows.map((row) => `(${row.map(literal).join(', ')})`).join(', ')})`;
  return `(SELECT ${Array.from({ length: width }, () => 'NULL').join(', ')} WHERE false)`;
}
