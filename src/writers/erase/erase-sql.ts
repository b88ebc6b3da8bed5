/** SQL that erases a person from rows: from ids, from names beside them, and from any text in between. */

import { identifier, literal } from '../../core/quote.js';
import type { Field, FieldType } from '../iceberg/model.js';
import type { DuckSession } from '../parquet/duckdb.js';
import { FORMER, idBeside, PERSONAL, type Person } from './person.js';
import { allSpellings, holdsAny, type TextRule, textRules } from './text-rules.js';

export class Eraser {
  readonly #rules: readonly TextRule[];
  readonly #spellings: readonly string[];
  readonly #id: string;

  /** @param concerned names of the columns that need a look; the others stay as they are */
  constructor(
    private readonly person: Person,
    private readonly concerned: ReadonlySet<string>,
  ) {
    this.#rules = textRules(person);
    this.#spellings = allSpellings(person);
    this.#id = literal(person.id);
  }

  /** SELECT of all columns, as many rows as before; changed ones carry `time` as `_synced_at` (ISO 8601). */
  select(rows: string, fields: readonly Field[], time: string): string {
    const erased = this.#columns(fields);
    const columns = fields.map(({ name }) => {
      const column = identifier(name);
      if (name === '_synced_at')
        return `CASE WHEN ${differs(erased)} THEN ${literal(time)}::TIMESTAMPTZ ELSE ${column} END AS ${column}`;
      return erased.has(name) ? `${beside(name)} AS ${column}` : column;
    });
    return `SELECT ${columns.join(', ')} FROM (${withErased(rows, erased)})`;
  }

  /** SELECT of the rows that hold something of the person, with further columns. */
  changed(rows: string, fields: readonly Field[]): string {
    const erased = this.#columns(fields);
    return `SELECT * FROM (${withErased(rows, erased)}) WHERE ${differs(erased)}`;
  }

  /** Erasing expressions of the top-level columns that can hold a text. */
  #columns(fields: readonly Field[]): ReadonlyMap<string, string> {
    const members = this.#members(fields, identifier, false);
    const erased = fields.flatMap(({ name }, at): [string, string][] => {
      const sql = members[at] ?? null;
      return sql === null || !this.concerned.has(name) ? [] : [[name, sql]];
    });
    return new Map(erased);
  }

  /** One expression for each field of a level, null for those that hold no text. @param of the SQL of a field by its name */
  #members(fields: readonly Field[], of: (name: string) => string, inStruct: boolean): (string | null)[] {
    const names = new Set(fields.filter(({ type }) => type === 'string').map(({ name }) => name));
    const isPerson = names.has('account_id') && names.has('display_name');
    return fields.map(({ name, type }) => {
      const value = of(name);
      if (type !== 'string') return this.#nested(value, type, 1);
      if (isPerson && PERSONAL.includes(name))
        return `CASE WHEN ${of('account_id')} = ${this.#id} THEN NULL ELSE ${this.#text(value)} END`;
      const id = name === 'name' && inStruct ? 'id' : idBeside(name);
      return id !== null && names.has(id) ? this.#nameBeside(value, of(id)) : this.#text(value);
    });
  }

  /** A name belongs to the id beside it: somebody else of the same name keeps it. */
  #nameBeside(name: string, id: string): string {
    const namesakes = this.person.names.map((one) => literal(one));
    const isNamesake = `${id} IS NOT NULL AND NOT (${this.#mentionsId(id)}) AND ${name} IN (${namesakes.join(', ')})`;
    return `CASE WHEN ${id} = ${this.#id} AND ${name} IS NOT NULL THEN ${literal(FORMER)}
      ${namesakes.length === 0 ? '' : `WHEN ${isNamesake} THEN ${name}`} ELSE ${this.#text(name)} END`;
  }

  #nested(value: string, type: FieldType, depth: number): string | null {
    if (type === 'string') return this.#text(value);
    if (typeof type === 'string') return null;
    if (type.kind === 'list') {
      const element = `e${depth}`;
      const erased = this.#nested(element, type.element, depth + 1);
      return erased === null ? null : `list_transform(${value}, lambda ${element}: ${erased})`;
    }
    const member = (name: string) => `struct_extract(${value}, ${literal(name)})`;
    const members = this.#members(type.fields, member, true);
    if (members.every((one) => one === null)) return null;
    const packed = type.fields.map(({ name }, at) => `${identifier(name)} := ${members[at] ?? member(name)}`);
    return `CASE WHEN ${value} IS NULL THEN NULL ELSE struct_pack(${packed.join(', ')}) END`;
  }

  #text(value: string): string {
    const replaced = this.#rules.reduce((sql, { pattern, by }) => {
      const once = `regexp_replace(${sql}, ${pattern}, ${by}, 'g')`;
      // Two in a row share the character between them, which one pass takes for the first alone.
      return `regexp_replace(${once}, ${pattern}, ${by}, 'g')`;
    }, value);
    return `CASE WHEN ${holdsAny(value, this.#spellings)} THEN ${replaced} ELSE ${value} END`;
  }

  #mentionsId(value: string): string {
    return `regexp_matches(${value}, ${this.#rules[0]?.pattern ?? "''"})`;
  }
}

type Erased = ReadonlyMap<string, string>;

/** The erased columns stand beside the others, so that each is worked out once however often it is asked for. */
function withErased(rows: string, erased: Erased): string {
  const more = Array.from(erased, ([name, sql]) => `, ${sql} AS ${beside(name)}`);
  return `SELECT *${more.join('')} FROM (${rows})`;
}

function differs(erased: Erased): string {
  const columns = Array.from(erased.keys(), (name) => `${beside(name)} IS DISTINCT FROM ${identifier(name)}`);
  return columns.length === 0 ? 'false' : `(${columns.join(' OR ')})`;
}

const beside = (name: string) => identifier(`#erased ${name}`);

/** Names of columns that hold something of a person, found by a quick search; also those erased only because of the id beside them. */
export async function concernedColumns(
  session: DuckSession,
  rows: string,
  fields: readonly Field[],
  person: Person,
): Promise<ReadonlySet<string>> {
  const texts = fields.filter(({ type }) => holdsText(type));
  if (texts.length === 0) return new Set();
  const spellings = allSpellings(person);
  const found = texts.map((field, at) => `coalesce(bool_or(${holdsAny(textOf(field), spellings)}), false) AS "${at}"`);
  const [row = {}] = await session.rows(`SELECT ${found.join(', ')} FROM (${rows})`);
  const holding = new Set(texts.filter((_, at) => row[String(at)] === true).map(({ name }) => name));
  const beside = fields.filter(
    ({ name }) => holding.has(idBeside(name) ?? '') || (PERSONAL.includes(name) && holding.has('account_id')),
  );
  return new Set([...holding, ...beside.map(({ name }) => name)]);
}

function textOf({ name, type }: Field): string {
  return type === 'string' ? identifier(name) : `to_json(${identifier(name)})::VARCHAR`;
}

function holdsText(type: FieldType): boolean {
  if (typeof type === 'string') return type === 'string';
  return type.kind === 'list' ? holdsText(type.element) : type.fields.some((field) => holdsText(field.type));
}
