/** Custom fields under their display names: `customfield_10016`, called "Story Points", becomes `story_points`. */

import { identifier } from '../../core/quote.js';
import type { Field, FieldType } from '../../writers/iceberg/model.js';
import { sqlType } from '../../writers/parquet/column-sql.js';
import { type ShownColumn, shown } from './shown-column.js';
import { slug } from './slug.js';

/** One field of the site: the columns it has in the table. */
interface CustomField {
  readonly number: bigint;
  readonly columns: ReadonlyMap<Part, Field>;
}

type Part = '' | 'id' | 'name' | 'text';

/** A column to be: its name is `stem`, a number where needed, and `suffix`. */
interface Draft {
  readonly stem: string;
  readonly suffix: string;
  readonly type: string;
  readonly sql: string;
}

/** How a dialect of SQL says what is shown of a field. */
export interface FieldWords {
  column(name: string): string;
  /** A member of a struct. */
  member(struct: string, name: string): string;
  /** That member of each element of a list, as a list. */
  each(list: string, name: string): string;
  /** The sprints an issue is or was in, each in the state that it has today. */
  sprints(list: string): string;
  /** Of those, the name of the active one, else one to come, else the one that began last. */
  presentSprint(sprints: string): string;
}

/**
 * DuckDB's words.
 * @param alias of the table
 * @param states the states of sprints by id, an expression; null: they are not known beside the issues
 */
export const duckWords = (alias: string, states: string | null = null): FieldWords => ({
  column: (name) => `${alias}.${identifier(name)}`,
  member: (struct, name) => `${struct}.${identifier(name)}`,
  each: (list, name) => `list_transform(${list}, lambda each_one: each_one.${identifier(name)})`,
  // Closing a sprint does not touch its issues: they still call it active.
  sprints: (list) =>
    states === null
      ? list
      : `list_transform(${list}, lambda each_one: CASE WHEN each_one IS NOT NULL THEN ` +
        `struct_update(each_one, state := coalesce(${states}[each_one.id], each_one.state)) END)`,
  presentSprint,
});

const COLUMN = /^customfield_(?<number>\d+)(?:_(?<part>id|name|text))?$/;

export const isCustom = ({ name }: Pick<Field, 'name'>): boolean => COLUMN.test(name);

/**
 * Fields claim their names in the order of their numbers, which grow as fields are made: a new field takes no name from an
 * older one. Where a name is taken, all columns of the field carry its number: `story_points_10027`.
 * @param taken names that no custom field may have
 */
export function customColumns(
  fields: readonly Field[],
  taken: Iterable<string>,
  words: FieldWords,
): readonly ShownColumn[] {
  const names = new Set(taken);
  return fieldsOf(fields).flatMap((field) => {
    const drafts = draftsOf(field, words);
    const raw = drafts.map((draft) => ({ ...draft, stem: `customfield_${field.number}` }));
    const candidates = [named(drafts, ''), named(drafts, `_${field.number}`), named(raw, '')];
    const columns = candidates.find((some) => some.every(({ name }) => !names.has(name))) ?? [];
    for (const { name } of columns) names.add(name);
    return columns;
  });
}

function fieldsOf(fields: readonly Field[]): readonly CustomField[] {
  const found = new Map<bigint, Map<Part, Field>>();
  for (const field of fields) {
    const { number, part = '' } = COLUMN.exec(field.name)?.groups ?? {};
    if (number === undefined) continue;
    const columns = found.get(BigInt(number)) ?? new Map<Part, Field>();
    found.set(BigInt(number), columns.set(part as Part, field));
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([number, columns]) => ({ number, columns }));
}

const named = (drafts: readonly Draft[], number: string): readonly ShownColumn[] =>
  drafts.map(({ stem, suffix, type, sql }) => shown(`${stem}${number}${suffix}`, type, sql));

function draftsOf({ number, columns }: CustomField, words: FieldWords): readonly Draft[] {
  const stem = slug(displayName(columns)) ?? `customfield_${number}`;
  const of = (field: Field) => words.column(field.name);
  const plain = columns.get('');
  const [id, name, text] = [columns.get('id'), columns.get('name'), columns.get('text')];
  const drafts: Draft[] = [];
  const add = (suffix: string, field: Field | undefined) => {
    if (field) drafts.push({ stem, suffix, type: sqlType(field.type), sql: of(field) });
  };
  add('', name);
  add('_id', id);
  add('', text);
  if (plain && !text) drafts.push(...valuesOf(plain.type, stem, of(plain), words));
  return drafts;
}

/** The writer of the tables says more than the name in the docs of columns that are a part of a field. */
function displayName(columns: ReadonlyMap<Part, Field>): string {
  const whole = columns.get('')?.doc;
  if (whole !== undefined) return whole;
  const [part] = [...columns.values()];
  return part?.doc?.replace(/ \((account id|name|plain text)\)$/, '') ?? '';
}

function valuesOf(type: FieldType, stem: string, sql: string, words: FieldWords): readonly Draft[] {
  const draft = (suffix: string, columnType: string, text: string) => ({ stem, suffix, type: columnType, sql: text });
  const list = typeof type === 'object' && type.kind === 'list';
  const members = membersOf(list ? type.element : type);
  const has = (...names: string[]) => names.every((name) => members.some((member) => member.name === name));
  if (list && has('id', 'name', 'state', 'start_date'))
    return [
      { stem: 'sprint', suffix: '', type: 'VARCHAR', sql: words.presentSprint(words.sprints(sql)) },
      { stem: 'sprints', suffix: '', type: sqlType(type), sql: words.sprints(sql) },
    ];
  const word = ['value', 'name'].find((name) => has(name));
  if (word === undefined) return [draft('', sqlType(type), sql)];
  if (list) return [draft('', 'VARCHAR[]', words.each(sql, word))];
  const child = has('child_value') ? [draft('_child', 'VARCHAR', words.member(sql, 'child_value'))] : [];
  return [draft('', 'VARCHAR', words.member(sql, word)), ...child];
}

const membersOf = (type: FieldType): readonly Field[] =>
  typeof type === 'object' && type.kind === 'struct' ? type.fields : [];

function presentSprint(sprints: string): string {
  const rank = "CASE lower(each_one.state) WHEN 'active' THEN 2 WHEN 'future' THEN 1 ELSE 0 END";
  const began = "coalesce(each_one.start_date, TIMESTAMPTZ '0001-01-01 00:00:00+00')";
  const number = 'coalesce(TRY_CAST(each_one.id AS BIGINT), 0)';
  const order = `{'rank': ${rank}, 'began': ${began}, 'number': ${number}, 'name': each_one.name}`;
  return `list_max(list_transform(${sprints}, lambda each_one: ${order})).name`;
}
