/** Columns with ids: giving them, growing them. Ids are what data files are read by; they are never reused. */
import { isDeepStrictEqual } from 'node:util';
import type { Column, ColumnType, Member } from '../../contract/table.js';
import { ConnectorError } from '../../core/errors.js';
import type { Field, FieldType, PrimitiveType, Schema } from './model.js';

/** A declared column that the stored one of its name cannot become, and where within it the types part. */
export interface TypeConflict {
  readonly column: string;
  /** `status.rank is int in the table but declared double` */
  readonly what: string;
}

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
 * The table's schema with what the columns add to it: new optional columns and struct members, int grown to long, float to
 * double (spec: Schema Evolution), new docs. Columns that are no longer declared stay, and so do the stored types of columns
 * in conflict, whole: files written before hold nothing else. `changed` is false when the old schema serves as it is.
 * @param lastColumnId of the table: the highest id in `old` is not enough when a column was dropped by another tool.
 * @throws ConnectorError kind `usage` for names that collide.
 */
export function evolveSchema(
  old: Schema,
  columns: readonly Column[],
  lastColumnId: number = highestId(old.fields),
): NumberedSchema & { readonly changed: boolean; readonly conflicts: readonly TypeConflict[] } {
  let last = lastColumnId;
  const conflicts = conflictsOf(old.fields, columns);
  const fields = growFields(old.fields, columns, () => ++last, new Set(conflicts.map(({ column }) => column)));
  if (isDeepStrictEqual(fields, old.fields)) return { schema: old, lastColumnId, changed: false, conflicts };
  return { schema: { ...old, schemaId: old.schemaId + 1, fields }, lastColumnId: last, changed: true, conflicts };
}

/** Whether a column or member that was int is long in the next schema. */
export function hasWidened(old: Schema, next: Schema): boolean {
  const now = new Map(primitivesOf(next.fields));
  return primitivesOf(old.fields).some(([id, type]) => type === 'int' && now.get(id) === 'long');
}

function primitivesOf(fields: readonly Field[]): [id: number, PrimitiveType][] {
  return fields.flatMap(({ id, type }) => primitivesOfType(id, type));
}

function primitivesOfType(id: number, type: FieldType): [id: number, PrimitiveType][] {
  if (typeof type === 'string') return [[id, type]];
  return type.kind === 'struct' ? primitivesOf(type.fields) : primitivesOfType(type.elementId, type.element);
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

/** @param fixed names of fields whose types stay as they are */
function growFields(
  old: readonly Field[],
  members: readonly Member[],
  nextId: NextId,
  fixed: ReadonlySet<string> = new Set(),
): Field[] {
  refuseCollisions(members);
  const declared = new Map(members.map((member) => [member.name, member]));
  const kept = old.map((field) => {
    const member = declared.get(field.name);
    declared.delete(field.name);
    if (!member) return field;
    const type = fixed.has(field.name) ? field.type : growType(field.type, member.type, nextId);
    return member.doc === undefined ? { ...field, type } : { ...field, type, doc: member.doc };
  });
  refuseCollisions([...kept, ...declared.values()]);
  return [...kept, ...numberFields([...declared.values()], nextId, new Set())];
}

/** What primitive types can become in place; everything else they only stay. */
const GROWS: Readonly<Record<string, PrimitiveType>> = { int: 'long', float: 'double' };

/** Of types without a conflict. */
function growType(old: FieldType, wanted: ColumnType, nextId: NextId): FieldType {
  if (typeof old === 'string' || typeof wanted === 'string') {
    const grown = typeof old === 'string' ? GROWS[old] : undefined;
    return grown !== undefined && grown === wanted ? grown : old;
  }
  if (old.kind === 'struct') {
    return 'struct' in wanted ? { ...old, fields: growFields(old.fields, wanted.struct, nextId) } : old;
  }
  return 'list' in wanted ? { ...old, element: growType(old.element, wanted.list, nextId) } : old;
}

function conflictsOf(old: readonly Field[], members: readonly Member[], above = ''): TypeConflict[] {
  const stored = new Map(old.map((field) => [field.name, field.type]));
  return members.flatMap(({ name, type }) => {
    const storedType = stored.get(name);
    const what = storedType && conflictIn(storedType, type, `${above}${name}`);
    return what === undefined ? [] : [{ column: name, what }];
  });
}

function conflictIn(old: FieldType, wanted: ColumnType, path: string): string | undefined {
  if (typeof old === 'string' || typeof wanted === 'string') {
    const fits = old === wanted || (old === 'long' && wanted === 'int');
    if (fits || (typeof old === 'string' && GROWS[old] === wanted)) return undefined;
  } else if (old.kind === 'struct' && 'struct' in wanted) {
    return conflictsOf(old.fields, wanted.struct, `${path}.`)[0]?.what;
  } else if (old.kind === 'list' && 'list' in wanted) {
    return conflictIn(old.element, wanted.list, `${path}.element`);
  }
  return `${path} is ${typeName(old)} in the table but declared ${typeName(wanted)}`;
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
