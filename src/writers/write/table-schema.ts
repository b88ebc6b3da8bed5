/** The schema a table has from its next version on: the declared columns, the writer's own, and what was there before. */

import { SYSTEM_COLUMNS, type TableSpec } from '../../contract/table.js';
import { ConnectorError } from '../../core/errors.js';
import type { Schema } from '../iceberg/model.js';
import { assignIds, evolveSchema, hasWidened, type TypeConflict } from '../iceberg/schema.js';
import type { TableVersion } from '../iceberg/version.js';

/**
 * Spark's quick reader fails on old files of a column that was int and is long now (apache/iceberg#16341, up to 1.11); this
 * makes it take the other one.
 */
const SLOW_BUT_RIGHT = { 'read.parquet.vectorization.enabled': 'false' };

export interface NextSchema {
  readonly schema: Schema;
  readonly lastColumnId: number;
  /** False when the table's own schema serves as it is, and for a new table. */
  readonly changed: boolean;
  /** Properties that the table needs with this schema. */
  readonly properties: Readonly<Record<string, string>>;
  /** Names of declared columns whose stored type cannot become the declared one: the stored type stays. */
  readonly conflicts: readonly string[];
}

/** @throws ConnectorError for another primary key, and for a key, a cursor or a column of the writer's own in conflict */
export function schemaFor(spec: TableSpec, version: TableVersion | null): NextSchema {
  refuseReserved(spec);
  const columns = [...spec.columns, ...SYSTEM_COLUMNS];
  if (!version) return { ...assignIds(columns, spec.primaryKey), changed: false, properties: {}, conflicts: [] };
  refuseOtherKey(spec, version.schema);
  const next = evolveSchema(version.schema, columns, version.lastColumnId);
  refuseIndispensable(spec, next.conflicts);
  const properties = hasWidened(version.schema, next.schema) ? SLOW_BUT_RIGHT : {};
  return { ...next, properties, conflicts: next.conflicts.map(({ column }) => column) };
}

/** Rows are found by their key, compared by their cursor and marked by the writer's own columns: none can be left null. */
function refuseIndispensable(
  { namespace, name, primaryKey, cursor }: TableSpec,
  conflicts: readonly TypeConflict[],
): void {
  const needed = new Set([...primaryKey, ...(cursor ? [cursor] : []), ...SYSTEM_COLUMNS.map((column) => column.name)]);
  const conflict = conflicts.find(({ column }) => needed.has(column));
  if (!conflict) return;
  throw new ConnectorError(
    'usage',
    `Column ${conflict.what} (${namespace}.${name}). A column of the key, the cursor and those beginning with _ can only ` +
      'grow from int to long: restore the type, or move the table away and read the stream anew.',
  );
}

/** Rows found by another key would be other rows: what is stored could neither be replaced nor marked. */
function refuseOtherKey(spec: TableSpec, { fields, identifierFieldIds }: Schema): void {
  const stored = fields.filter(({ id }) => identifierFieldIds.includes(id)).map(({ name }) => name);
  const [was, is] = [stored.toSorted().join(', '), spec.primaryKey.toSorted().join(', ')];
  if (was === is) return;
  throw new ConnectorError(
    'usage',
    `Table ${spec.namespace}.${spec.name} is keyed by (${was}), but the stream declares the primary key (${is}). ` +
      'A key cannot change in place: restore it, or move the table away and read the stream anew.',
  );
}

/** DuckDB cannot number the rows of a file that has the first of these columns; `#` begins the writer's own names. */
function refuseReserved({ namespace, name, columns }: TableSpec): void {
  const taken = columns.find((column) => /^(file_row_number$|#)/i.test(column.name));
  if (!taken) return;
  throw new ConnectorError(
    'usage',
    `Table ${namespace}.${name} declares a column ${taken.name}, a name that is reserved. Give the column another name.`,
  );
}
