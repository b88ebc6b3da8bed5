/** Custom fields under their display names: `customfield_10016`, called "Story Points", becomes `story_points`. */

import type { Field, FieldType } from '../../writers/iceberg/model.js';
import { sqlType } from '../../writers/parquet/column-sql.js';
import type { Dialect } from './dialect.js';
import { type ShownColumn, type Source, shown } from './shown-column.js';
import { slug } from './slug.js';

/** One field of the site: the columns it has in the table. */
export interface CustomField {
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

/** What is shown of a field's columns. */
export interface FieldWords {
  readonly dialect: Dialect;
  column(name: string): string;
  /** Present names and states of sprints by id, where they are known. */
  readonly sprints: Readonly<Record<string, string>>;
}

/** Columns of a table as they were sent. */
export const fieldWords = (dialect: Dialect, alias: string): FieldWords => ({
  dialect,
  column: (name) => `${alias}.${dialect.name(name)}`,
  sprints: {},
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
  return customColumnsByField(fields, taken, words).flatMap(({ columns }) => columns);
}

/** The same, by the id of the field. */
export function customColumnsByField(
  fields: readonly Field[],
  taken: Iterable<string>,
  words: FieldWords,
): readonly { readonly id: string; readonly columns: readonly ShownColumn[] }[] {
  const names = new Set(taken);
  return fieldsOf(fields).map((field) => {
    const drafts = draftsOf(field, words);
    const raw = drafts.map((draft) => ({ ...draft, stem: `customfield_${field.number}` }));
    const doc = displayName(field.columns);
    const candidates = [named(drafts, '', doc), named(drafts, `_${field.number}`, doc), named(raw, '', doc)];
    const columns = candidates.find((some) => some.every(({ name }) => !names.has(name))) ?? [];
    for (const { name } of columns) names.add(name);
    return { id: `customfield_${field.number}`, columns };
  });
}

/** The first of these columns that holds texts; null where none does. */
export function customText(issue: Source, dialect: Dialect, ...names: readonly string[]): string | null {
  const columns = customColumns(issue.fields, [], fieldWords(dialect, issue.alias));
  return columns.find(({ name, type }) => names.includes(name) && type === 'VARCHAR')?.sql ?? null;
}

export function fieldsOf(fields: readonly Field[]): readonly CustomField[] {
  const found = new Map<bigint, Map<Part, Field>>();
  for (const field of fields) {
    const { number, part = '' } = COLUMN.exec(field.name)?.groups ?? {};
    if (number === undefined) continue;
    const columns = found.get(BigInt(number)) ?? new Map<Part, Field>();
    found.set(BigInt(number), columns.set(part as Part, field));
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([number, columns]) => ({ number, columns }));
}

const named = (drafts: readonly Draft[], number: string, doc: string): readonly ShownColumn[] =>
  drafts.map(({ stem, suffix, type, sql }) => shown(`${stem}${number}${suffix}`, type, sql, doc));

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
export function displayName(columns: ReadonlyMap<Part, Field>): string {
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
      { stem: 'sprint', suffix: '', type: 'VARCHAR', sql: words.dialect.presentSprint(sql, words.sprints) },
      { stem: 'sprints', suffix: '', type: sqlType(type), sql: words.dialect.updated(sql, words.sprints) },
    ];
  const word = ['value', 'name'].find((name) => has(name));
  if (word === undefined) return [draft('', sqlType(type), sql)];
  if (list) return [draft('', 'VARCHAR[]', words.dialect.each(sql, word))];
  const child = has('child_value') ? [draft('_child', 'VARCHAR', words.dialect.member(sql, 'child_value'))] : [];
  return [draft('', 'VARCHAR', words.dialect.member(sql, word)), ...child];
}

export const membersOf = (type: FieldType): readonly Field[] =>
  typeof type === 'object' && type.kind === 'struct' ? type.fields : [];
