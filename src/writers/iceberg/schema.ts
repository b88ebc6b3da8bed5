/** Columns with ids: giving them, growing them. Ids are what data files are read by; they are never reused. */
import { isDeepStrictEqual } from 'node:util';
import { ConnectorError } from '../../errors.js';
import type { Column, ColumnType, Member } from '../writer.js';
import type { Field, FieldType, Schema } from './model.js';

/** A schema and the highest id ever given in its table, counting members of structs and elements of lists. */
export interface NumberedSchema {
  readonly schema: Schema;
  readonly lastColumnId: number;
}

type NextId = () => number;

/**
 * Gives every column, member and element an id: all of one level before the levels beneath it.
 * @param primaryKey becomes the identifier fields: required, and of a type that can be compared exactly.
 * @throws ConnectorError kind `usage` for names that collide and for keys that cannot be keys.
 */
export function assignIds(columns: readonly Column[], primaryKey: readonly string[]): NumberedSchema {
  let last = 0;
  const fields = numberFields(columns, () => ++last, new Set(primaryKey));
  const identifierFieldIds = primaryKey.map((name) => keyField(fields, name).id);
  return { schema: { schemaId: 0, fields, identifierFieldIds }, lastColumnId: last };
}

/**
 * The table's schema with what the columns add to it: new optional columns and struct members, int grown to long, new docs.
 * Columns that are no longer declared stay. `changed` is false when the old schema serves as it is.
 * @param lastColumnId of the table: the highest id in `old` is not enough when a column was dropped by another tool.
 * @throws ConnectorError kind `usage` for a type that cannot grow into the declared one, naming column and types.
 */
export function evolveSchema(
  old: Schema,
  columns: readonly Column[],
  lastColumnId: number = highestId(old.fields),
): NumberedSchema & { readonly changed: boolean } {
  let last = lastColumnId;
  const fields = growFields(old.fields, columns, () => ++last, '');
  if (isDeepStrictEqual(fields, old.fields)) return { schema: old, lastColumnId, changed: false };
  return { schema: { ...old, schemaId: old.schemaId + 1, fields }, lastColumnId: last, changed: true };
}

/** The highest id among fields, their members and elements; 0 for none. */
export function highestId(fields: readonly Field[]): number {
  return fields.reduce((highest, field) => Math.max(highest, field.id, highestIdOfType(field.type)), 0);
}

function highestIdOfType(type: FieldType): number {
  if (typeof type === 'string') return 0;
  if (type.kind === 'struct') return highestId(type.fields);
  return Math.max(type.elementId, highestIdOfType(type.element));
}

function numberFields(members: readonly Member[], nextId: NextId, required: ReadonlySet<string>): Field[] {
  refuseCollisions(members);
  const ids = members.map(nextId);
  return members.map((member, index) => ({
    id: ids[index] ?? nextId(),
    name: member.name,
    required: required.has(member.name),
    type: numberType(member.type, nextId),
    ...(member.doc === undefined ? {} : { doc: member.doc }),
  }));
}

function numberType(type: ColumnType, nextId: NextId): FieldType {
  if (typeof type === 'string') return type;
  if ('struct' in type) return { kind: 'struct', fields: numberFields(type.struct, nextId, new Set()) };
  const elementId = nextId();
  return { kind: 'list', elementId, element: numberType(type.list, nextId) };
}

function growFields(old: readonly Field[], members: readonly Member[], nextId: NextId, above: string): Field[] {
  refuseCollisions(members);
  const declared = new Map(members.map((member) => [member.name, member]));
  const kept = old.map((field) => {
    const member = declared.get(field.name);
    declared.delete(field.name);
    return member ? growField(field, member, nextId, above) : field;
  });
  refuseCollisions([...kept, ...declared.values()]);
  return [...kept, ...numberFields([...declared.values()], nextId, new Set())];
}

function growField(field: Field, member: Member, nextId: NextId, above: string): Field {
  const type = growType(field.type, member.type, nextId, `${above}${field.name}`);
  return member.doc === undefined ? { ...field, type } : { ...field, type, doc: member.doc };
}

function growType(old: FieldType, wanted: ColumnType, nextId: NextId, path: string): FieldType {
  if (typeof old === 'string' && typeof wanted === 'string') {
    if (old === wanted || (old === 'long' && wanted === 'int')) return old;
    if (old === 'int' && wanted === 'long') return wanted;
  }
  if (typeof old === 'object' && typeof wanted === 'object') {
    if (old.kind === 'struct' && 'struct' in wanted) {
      return { ...old, fields: growFields(old.fields, wanted.struct, nextId, `${path}.`) };
    }
    if (old.kind === 'list' && 'list' in wanted) {
      return { ...old, element: growType(old.element, wanted.list, nextId, `${path}.element`) };
    }
  }
  throw new ConnectorError(
    'usage',
    `Column ${path} is ${typeName(old)} in the table but declared ${typeName(wanted)}. A table's column can only grow from int to long. ` +
      'Give the column another name, or keep the old type.',
  );
}

function typeName(type: FieldType | ColumnType): string {
  if (typeof type === 'string') return type;
  if ('kind' in type) return type.kind;
  return 'struct' in type ? 'struct' : 'list';
}

/** Readers such as Snowflake and DuckDB take `id` and `ID` for the same column. */
function refuseCollisions(members: readonly { readonly name: string }[]): void {
  const seen = new Map<string, string>();
  for (const { name } of members) {
    const other = seen.get(name.toLowerCase());
    if (name === '' || other !== undefined) {
      const complaint = name === '' ? 'A column has no name.' : `Columns ${other} and ${name} have the same name.`;
      throw new ConnectorError('usage', `${complaint} Names must be unique at their level without regard to case.`);
    }
    seen.set(name.toLowerCase(), name);
  }
}

function keyField(fields: readonly Field[], name: string): Field {
  const field = fields.find((candidate) => candidate.name === name);
  if (field && typeof field.type === 'string' && field.type !== 'double') return field;
  const came = field ? `its type is ${typeName(field.type)}` : 'there is no such column';
  throw new ConnectorError(
    'usage',
    `Primary key ${name} cannot be a key: ${came}. Expected a column with a simple, exact type.`,
  );
}
