/** Columns of the views for people, and the tables they come from. */

import type { Field, FieldType } from '../../writers/iceberg/model.js';
import { sqlType } from '../../writers/parquet/column-sql.js';
import type { ShownTable, ViewColumn } from '../tables/table-views.js';
import type { Dialect } from './dialect.js';

export interface ShownColumn extends ViewColumn {
  /** An expression over the view's FROM clause. */
  readonly sql: string;
  /** What the table says of it; undefined for what a view makes itself. */
  readonly doc?: string | undefined;
}

export interface ViewBody {
  readonly columns: readonly ShownColumn[];
  /** FROM and what follows. */
  readonly from: string;
}

export interface PeopleView extends ViewBody {
  readonly name: string;
}

export const shown = (name: string, type: string, sql: string, doc?: string): ShownColumn => ({ name, type, sql, doc });

/** A table under an alias. What the table lacks, or the warehouse when there is no such table, is null. */
export class Source {
  readonly #fields: ReadonlyMap<string, Field>;

  constructor(
    private readonly table: ShownTable | undefined,
    readonly alias: string,
    private readonly dialect: Dialect,
    /** What a query around calls its live rows; null: the table is read by its own name. */
    private readonly base: string | null = null,
  ) {
    this.#fields = new Map(table?.fields.map((field) => [field.name, field]));
  }

  has(column: string): boolean {
    return this.#fields.has(column);
  }

  get fields(): readonly Field[] {
    return [...this.#fields.values()];
  }

  /** Of a column that is not there, a text's. */
  typeOf(column: string): FieldType {
    return this.#fields.get(column)?.type ?? 'string';
  }

  /** Type of the elements of a column that is a list. */
  elementOf(column: string): FieldType {
    const type = this.#fields.get(column)?.type;
    return typeof type === 'object' && type.kind === 'list' ? type.element : 'string';
  }

  /** @param type of the null in place of a missing column */
  sql(column: string, type = 'VARCHAR'): string {
    return this.has(column) ? `${this.alias}.${this.dialect.name(column)}` : `CAST(NULL AS ${type})`;
  }

  /** A column as it is, perhaps under another name. */
  column(name: string, column = name, type = 'VARCHAR'): ShownColumn {
    const field = this.#fields.get(column);
    return shown(name, field ? sqlType(field.type) : type, this.sql(column, type), field?.doc);
  }

  /** `<schema>.<table> <alias>`, live rows alone or `all`. */
  rows(which: 'live' | 'all'): string {
    if (this.base !== null) return `${this.base} ${this.alias}`;
    if (!this.table) throw new Error('A view is made from a table that is there.');
    return `${this.dialect.table(this.table, which)} ${this.alias}`;
  }

  /**
   * SELECTs of these columns of the live rows, one below the other, in brackets. The table is named once: a database looks up
   * all its columns wherever it is named, and on a site with 700 fields that took a minute.
   */
  union(columns: readonly string[], selects: (base: Source) => readonly string[]): string | null {
    if (!this.table) return null;
    const own = columns.filter((column) => this.has(column));
    const fields = this.fields.filter(({ name }) => own.includes(name));
    const made = selects(new Source({ ...this.table, fields }, this.alias, this.dialect, 'base'));
    if (made.length === 0) return null;
    const rows = `SELECT ${own.map((column) => this.sql(column)).join(', ')} FROM ${this.rows('live')}`;
    return `(WITH base AS (${rows}) ${made.join(' UNION ALL ')})`;
  }

  /** Empty when this table, or the column that leads to it, is missing. */
  leftJoin(which: 'live' | 'all', key: string, from: Source, column: string): string {
    if (!this.has(key) || !from.has(column)) return '';
    return ` LEFT JOIN ${this.rows(which)} ON ${this.sql(key)} = ${from.sql(column)}`;
  }
}

/**
 * Live rows with one row for each element of a list: FROM item under the source's own alias, whose columns stay, with `item`
 * and `place` beside them.
 * @param distinct see `Apart`
 * @param columns that stay; default: all
 */
export function apart(
  { dialect }: { readonly dialect: Dialect },
  source: Source,
  list: string,
  distinct: string | null,
  key = 'id',
  columns: readonly string[] = source.fields.map(({ name }) => name),
): string {
  const keep = columns.filter((name) => !isTaken(name, list)).map((name) => source.sql(name));
  const rows = dialect.apart({
    ...{ rows: source.rows('live'), alias: source.alias, keep, distinct, key },
    list: source.sql(list),
  });
  return `${rows} ${source.alias}`;
}

const isTaken = (name: string, list: string) => [list, 'item', 'items', 'place'].includes(name);

/** A SELECT of a view's columns, in their order. */
export function selectOf({ columns, from }: ViewBody, { dialect }: { readonly dialect: Dialect }): string {
  return `SELECT ${columns.map((column) => `${column.sql} AS ${dialect.name(column.name)}`).join(', ')} ${from}`;
}
