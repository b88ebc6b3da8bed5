/** Iceberg types in DuckDB's words: for reading JSON strictly and for reading files written under older schemas. */

import { identifier, literal } from '../../core/quote.js';
import type { Field, FieldType, PrimitiveType } from '../iceberg/model.js';

const PRIMITIVES: Readonly<Record<PrimitiveType, string>> = {
  string: 'VARCHAR',
  boolean: 'BOOLEAN',
  int: 'INTEGER',
  long: 'BIGINT',
  float: 'FLOAT',
  double: 'DOUBLE',
  date: 'DATE',
  timestamptz: 'TIMESTAMP WITH TIME ZONE',
};

/** The SQL type of a field: `STRUCT("id" VARCHAR, "labels" VARCHAR[])`. */
export function sqlType(type: FieldType): string {
  if (typeof type === 'string') return PRIMITIVES[type];
  if (type.kind === 'list') return `${sqlType(type.element)}[]`;
  return `STRUCT(${type.fields.map((field) => `${identifier(field.name)} ${sqlType(field.type)}`).join(', ')})`;
}

/** `columns={…}` of `read_json`: types are declared, never guessed from a batch. */
export function jsonColumns(fields: readonly Pick<Field, 'name' | 'type'>[]): string {
  return `{${fields.map((field) => `${identifier(field.name)}: ${literal(sqlType(field.type))}`).join(', ')}}`;
}

/**
 * `schema=MAP{…}` of `read_parquet`: columns are found by field id; added ones are null, int is widened to long and float to double.
 * They are called `c<id>`, so that no column of a table can meet `filename` and `file_row_number`.
 */
export function parquetSchema(fields: readonly Field[]): string {
  const entries = fields.map(
    ({ id, type }) => `${id}: {name: 'c${id}', type: ${literal(sqlType(type))}, default_value: NULL}`,
  );
  return `MAP{${entries.join(', ')}}`;
}
