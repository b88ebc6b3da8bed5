/** The spec's JSON form of schemas (Appendix C), both ways. */
import { z } from 'zod';
import { ConnectorError } from '../../core/errors.js';
import type { Field, FieldType, PrimitiveType, Schema } from './model.js';

const PRIMITIVES: ReadonlySet<string> = new Set<PrimitiveType>([
  'string',
  'boolean',
  'int',
  'long',
  'float',
  'double',
  'date',
  'timestamptz',
]);

const fieldJson = z.looseObject({
  id: z.int(),
  name: z.string(),
  required: z.boolean(),
  type: z.unknown(),
  doc: z.string().optional(),
});
const structJson = z.looseObject({ type: z.literal('struct'), fields: z.array(fieldJson) });
const listJson = z.looseObject({ type: z.literal('list'), 'element-id': z.int(), element: z.unknown() });
const schemaJson = structJson.extend({
  'schema-id': z.int().default(0),
  'identifier-field-ids': z.array(z.int()).default([]),
});

export function schemaToJson(schema: Schema): Record<string, unknown> {
  return {
    type: 'struct',
    'schema-id': schema.schemaId,
    'identifier-field-ids': schema.identifierFieldIds,
    fields: schema.fields.map(fieldToJson),
  };
}

function fieldToJson(field: Field): Record<string, unknown> {
  const { id, name, required, doc } = field;
  return { id, name, required, type: typeToJson(field.type), ...(doc === undefined ? {} : { doc }) };
}

function typeToJson(type: FieldType): unknown {
  if (typeof type === 'string') return type;
  if (type.kind === 'struct') return { type: 'struct', fields: type.fields.map(fieldToJson) };
  const { elementId, element } = type;
  return { type: 'list', 'element-id': elementId, element: typeToJson(element), 'element-required': false };
}

/** @throws ConnectorError kind `failed` for a type this writer does not know, or for JSON that is no schema. */
export function schemaFromJson(json: unknown): Schema {
  const parsed = schemaJson.safeParse(json);
  if (!parsed.success) throw notASchema(z.prettifyError(parsed.error));
  return {
    schemaId: parsed.data['schema-id'],
    fields: parsed.data.fields.map(fieldFromJson),
    identifierFieldIds: parsed.data['identifier-field-ids'],
  };
}

function fieldFromJson(json: z.infer<typeof fieldJson>): Field {
  const { id, name, required, doc } = json;
  return { id, name, required, type: typeFromJson(json.type, name), ...(doc === undefined ? {} : { doc }) };
}

function typeFromJson(json: unknown, column: string): FieldType {
  if (isPrimitive(json)) return json;
  const struct = structJson.safeParse(json);
  if (struct.success) return { kind: 'struct', fields: struct.data.fields.map(fieldFromJson) };
  const list = listJson.safeParse(json);
  if (list.success) {
    return { kind: 'list', elementId: list.data['element-id'], element: typeFromJson(list.data.element, column) };
  }
  throw notASchema(`column ${column} has type ${JSON.stringify(json)}`);
}

function isPrimitive(json: unknown): json is PrimitiveType {
  return typeof json === 'string' && PRIMITIVES.has(json);
}

function notASchema(what: string): ConnectorError {
  return new ConnectorError(
    'failed',
    `A table schema cannot be read: ${what}. Expected ${[...PRIMITIVES].join(', ')}, struct or list. ` +
      'Another tool may have changed the table; undo that change, or let the connector write to another warehouse.',
  );
}
