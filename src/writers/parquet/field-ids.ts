/** The FIELD_IDS clause of COPY. A column left out is written without an id, silently, and Iceberg readers see null. */

import { identifier } from '../../core/quote.js';
import type { Field, FieldType } from '../iceberg/model.js';

/** `{"id": 1, "status": {__duckdb_field_id: 4, "name": 5}, "labels": {__duckdb_field_id: 7, element: 8}}` */
export function fieldIds(fields: readonly Field[]): string {
  return `{${members(fields)}}`;
}

function members(fields: readonly Field[]): string {
  return fields.map((field) => `${identifier(field.name)}: ${idsOf(field.id, field.type)}`).join(', ');
}

function idsOf(id: number, type: FieldType): string {
  if (typeof type === 'string') return String(id);
  if (type.kind === 'struct') return `{__duckdb_field_id: ${id}, ${members(type.fields)}}`;
  return `{__duckdb_field_id: ${id}, element: ${idsOf(type.elementId, type.element)}}`;
}
