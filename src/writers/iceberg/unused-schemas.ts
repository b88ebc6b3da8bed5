/** Schemas in a table's metadata that nothing refers to any more. */
import type { TableMetadata } from './metadata.js';
import { schemaFromJson } from './schema-json.js';

/**
 * Without the schemas that nothing needs any more: each renamed custom field makes one, and hundreds of wide ones would be more than
 * any reader takes. Those of snapshots stay, and the newest with each column that files were ever divided by.
 */
export function withoutUnusedSchemas(base: TableMetadata): TableMetadata {
  const kept = new Set<unknown>([
    base['current-schema-id'],
    // The next one gets another number than all before it.
    Math.max(...base.schemas.map((schema) => schema['schema-id'])),
    ...base.snapshots.map((snapshot) => snapshot['schema-id']),
    ...base['partition-specs'].flatMap(({ fields }) => fields.map((field) => newestWith(base, field['source-id']))),
  ]);
  return { ...base, schemas: base.schemas.filter((schema) => kept.has(schema['schema-id'])) };
}

/** Id of the newest schema with this column at its top. */
function newestWith({ schemas }: TableMetadata, column: number | undefined): number | undefined {
  const having = schemas.filter((json) => schemaFromJson(json).fields.some((field) => field.id === column));
  return having.length === 0 ? undefined : Math.max(...having.map((json) => json['schema-id']));
}
