/** Live rows of a table read back into memory: for the few questions that a run asks of its own tables. */
import type { LiveRows, Row } from '../../contract/table.js';
import { identifier, literal } from '../../core/quote.js';
import type { Field } from '../iceberg/model.js';
import type { DuckSession } from '../parquet/duckdb.js';
import { loadTexts } from '../parquet/load-texts.js';
import type { Stored } from './ask-committed.js';
import { filesWithKeys } from './key-bounds.js';

const WANTED = 'wanted_value';

export async function liveRows(session: DuckSession, table: Stored, asked: LiveRows): Promise<Row[]> {
  const { columns, where, deleted } = asked;
  const [looked = ''] = where?.column.split('[]') ?? [];
  const names = new Set([...columns, looked, '_deleted_at']);
  const fields = table.fields.filter(({ name }) => names.has(name));
  const known = (column: string) => fields.some(({ name }) => name === column);
  if (fields.length === 0 || (where && !known(looked))) return [];
  const files = where ? await filesWith(session, table, where) : undefined;
  const condition = where ? ` AND ${holds(where.column)}` : '';
  const cells = columns.map((column) => `${literal(column)}, ${known(column) ? cell(fields, column) : 'NULL'}`);
  const kept = ` WHERE _deleted_at IS ${deleted ? 'NOT ' : ''}NULL${condition}`;
  const rows = await session.rows(`SELECT json_object(${cells.join(', ')})::VARCHAR AS row
    FROM (${await table.stored.select(fields, files, kept)})`);
  return rows.map(({ row }) => JSON.parse(String(row)) as Row);
}

export async function countLive(session: DuckSession, { stored, fields }: Stored): Promise<number> {
  const marks = fields.filter(({ name }) => name === '_deleted_at');
  if (marks.length === 0) return 0;
  const [row] = await session.rows(`SELECT count(*) AS live FROM (${await stored.live(marks)})`);
  return Number(row?.live);
}

/** Whether what lies at the path is among the wanted values. */
function holds(path: string): string {
  const [column = '', member] = path.split('[]');
  const name = identifier(column);
  if (member === undefined) return `${name} IN (SELECT value FROM ${WANTED})`;
  const values = member === '' ? name : `[element.${identifier(member.slice(1))} FOR element IN ${name}]`;
  return `list_has_any(${values}, (SELECT list(value) FROM ${WANTED}))`;
}

export async function latestValue(
  session: DuckSession,
  { stored, fields }: Stored,
  column: string,
  notAfter: string,
): Promise<string | null> {
  const wanted = fields.filter(({ name }) => name === column || name === '_deleted_at');
  if (!wanted.some(({ name }) => name === column)) return null;
  const [row] = await session.rows(`SELECT ${iso(`max(${identifier(column)})`)} AS latest
    FROM (${await stored.live(wanted)}) WHERE ${identifier(column)} <= ${literal(notAfter)}::TIMESTAMPTZ`);
  return row?.latest == null ? null : String(row.latest);
}

async function filesWith(
  session: DuckSession,
  { stored, fields, folder }: Stored,
  where: NonNullable<LiveRows['where']>,
) {
  await loadTexts(
    session,
    WANTED,
    ['value'],
    where.in.map((value) => ({ value })),
    folder,
  );
  const listed = `(SELECT value AS ${identifier(where.column)} FROM ${WANTED}) listed`;
  const column = fields.filter(({ name }) => name === where.column);
  // The bounds of files are known for whole columns alone.
  if (column.length === 0) return undefined;
  return filesWithKeys(session, stored.data, column, listed);
}

/** As a row had it when it was written. */
const cell = (fields: readonly Field[], column: string) =>
  fields.some(({ name, type }) => name === column && type === 'timestamptz')
    ? iso(identifier(column))
    : identifier(column);

const iso = (moment: string) => `strftime(${moment} AT TIME ZONE 'UTC', '%Y-%m-%dT%H:%M:%S.%fZ')`;
