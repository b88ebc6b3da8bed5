/** The tables of one connection, as far as they are there, and what they say of the connection. */
import type { ShownTable } from '../tables/table-views.js';
import type { Dialect } from './dialect.js';
import { Source } from './shown-column.js';

export interface ConnectionTables {
  readonly namespace: string;
  /** For people. */
  readonly label: string;
  /** The site's base address without a slash at its end; null when no table knows it. */
  readonly site: string | null;
  readonly dialect: Dialect;
  source(table: string, alias: string): Source;
}

export function connectionTables(
  namespace: string,
  label: string,
  tables: readonly ShownTable[],
  dialect: Dialect,
): ConnectionTables {
  const byName = new Map(tables.map((table) => [table.name, table]));
  return {
    namespace,
    label,
    site: tables.find(({ site }) => site !== null)?.site ?? null,
    dialect,
    source: (table, alias) => new Source(byName.get(table), alias, dialect),
  };
}
