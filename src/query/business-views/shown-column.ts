/** Columns of the views for people, and the tables they come from. */

import { identifier } from '../../core/quote.js';
import type { Field } from '../../writers/iceberg/model.js';
import { sqlType } from '../../writers/parquet/column-sql.js';
import type { ShownTable, ViewColumn } from '../tables/table-views.js';

export interface ShownColumn extends ViewColumn {
  /** An expression over the view's FROM clause. */
  readonly sql: string;
}

export interface PeopleView {
  readonly name: string;
  readonly columns: readonly ShownColumn[];
  /** FROM and what follows. */
  readonly from: string;
}

export const shown = (name: string, type: string, sql: string): ShownColumn => ({ name, type, sql });

/** A table under an alias. What the table lacks, or the warehouse when there is no such table, is null. */
export class Source {
  readonly #fields: ReadonlyMap<string, Field>;

  constructor(
    private readonly table: ShownTable | undefined,
    readonly alias: string,
  ) {
    this.#fields = new Map(table?.fields.map((field) => [field.name, field]));
  }

  has(column: string): boolean {
    return this.#fields.has(column);
  }

  get fields(): readonly Field[] {
    return [...this.#fields.values()];
  }

  /** @param type of the null in place of a missing column */
  sql(column: string, type = 'VARCHAR'): string {
    return this.has(column) ? `${this.alias}.${identifier(column)}` : `CAST(NULL AS ${type})`;
  }

  /** A column as it is, perhaps under another name. */
  column(name: string, column = name, type = 'VARCHAR'): ShownColumn {
    const field = this.#fields.get(column);
    return shown(name, field ? sqlType(field.type) : type, this.sql(column, type));
  }

  /** `<schema>.<table> <alias>`, live rows alone or `all`. */
  rows(which: 'live' | 'all'): string {
    if (!this.table) throw new Error('A view is made from a table that is there.');
    const { namespace, name } = this.table;
    return `${identifier(namespace)}.${identifier(which === 'all' ? `${name}_all` : name)} ${this.alias}`;
  }

  /** Empty when this table, or the column that leads to it, is missing. */
  leftJoin(which: 'live' | 'all', key: string, from: Source, column: string): string {
    if (!this.has(key) || !from.has(column)) return '';
    return ` LEFT JOIN ${this.rows(which)} ON ${this.sql(key)} = ${from.sql(column)}`;
  }
}
