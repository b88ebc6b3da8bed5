/** Which columns hold something of a person, found by a quick search for texts. */

import { identifier } from '../../core/quote.js';
import type { Field, FieldType } from '../iceberg/model.js';
import type { DuckSession } from '../parquet/duckdb.js';
import { idBeside, PERSONAL, type Person } from './person.js';
import { allSpellings, holdsAny } from './text-rules.js';

/** Names of columns, also of those that are erased only because of the id beside them. */
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
