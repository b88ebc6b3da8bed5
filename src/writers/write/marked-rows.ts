/** Which stored rows marks end, and the one guard against a mark that would end too many at once. */
import type { Committed, TableSpec } from '../../contract/table.js';
import { identifier } from '../../core/quote.js';
import type { Field, Schema } from '../iceberg/model.js';
import type { DuckSession } from '../parquet/duckdb.js';
import { type LoadedMark, markedColumns, reasonOf } from './deletion-marks.js';
import { filesWithKeys } from './key-bounds.js';
import { FILE, POSITION, type StoredRows } from './stored-rows.js';

export interface MarkInput {
  readonly session: DuckSession;
  readonly spec: TableSpec;
  readonly schema: Schema;
  readonly stored: StoredRows;
  readonly marks: readonly LoadedMark[];
}

type Refused = NonNullable<Committed['refused']>;

export const REASON = '"#reason"';

/** The marks without those that would end more than they may, and the largest of these. Needs the table `batch`. */
export async function withoutMassDeletion(
  input: MarkInput,
): Promise<{ readonly marks: readonly LoadedMark[]; readonly refused: Refused | undefined }> {
  const marks: LoadedMark[] = [];
  let refused: Refused | undefined;
  for (const loaded of input.marks) {
    const { atMost } = loaded.mark;
    const found = atMost && (await endedBy(input, loaded));
    const tooMany = atMost && found && found.rows > atMost.rows && found.rows > found.live * atMost.share;
    if (!tooMany) marks.push(loaded);
    else if (!refused || found.rows > refused.rows) refused = found;
  }
  return { marks, refused };
}

/**
 * SELECT of the places of live stored rows that marks end, and why, without those of which the batch has a version.
 * @param near as `nearRows` gives it
 */
export async function newlyMarked(input: MarkInput, near: string | null): Promise<string> {
  const { spec, schema, stored, marks } = input;
  const looked = markedColumns(marks.map(({ mark }) => mark));
  const fields = fieldsNamed(schema, [...spec.primaryKey, ...looked, '_deleted_at']);
  const rows = near ?? `(${await stored.select(fields, await filesWithMarked(input))})`;
  return `SELECT * FROM (
      SELECT ${FILE}, ${POSITION}, ${reasonOf(marks)} AS ${REASON}
      FROM (SELECT * FROM ${rows} WHERE _deleted_at IS NULL) ANTI JOIN batch USING (${columnList(spec.primaryKey)}))
    WHERE ${REASON} IS NOT NULL`;
}

/**
 * A table of the session with the stored rows of which the batch may have a version, or which marks may end: the keys of a large
 * table are most of what a small batch reads, and are read once. Null where marks do not all list values: they may end any row.
 * @param files numbers of the files that may hold keys of the batch
 */
export async function nearRows(
  input: MarkInput,
  fields: readonly Field[],
  files: readonly number[],
): Promise<string | null> {
  const { session, spec, stored, marks } = input;
  const [first] = spec.primaryKey;
  const lists = marks.flatMap(({ mark: { where }, name }) =>
    where !== 'all' && 'in' in where ? [{ column: where.column, values: `SELECT value FROM ${name}` }] : [],
  );
  if (first === undefined || lists.length === 0 || lists.length < marks.length) return null;
  // One list for each column: two of them joined by OR keep DuckDB from passing over row groups that hold none of the values.
  const wanted = new Map<string, string[]>([[first, [`SELECT ${identifier(first)} FROM batch`]]]);
  for (const { column, values } of lists) wanted.set(column, [...(wanted.get(column) ?? []), values]);
  const conditions = [...wanted].map(([column, values]) => `${identifier(column)} IN (${values.join(' UNION ALL ')})`);
  const only = [...new Set([...files, ...((await filesWithMarked(input)) ?? stored.data.keys())])];
  const rows = await stored.select(fields, only, ` WHERE ${conditions.join(' OR ')}`);
  await session.runOnCores(`CREATE TEMP TABLE near AS ${rows}`);
  return 'near';
}

/** Live rows, or values of the mark's column, that a mark would end, and how many there are. */
async function endedBy({ session, spec, schema, stored }: MarkInput, loaded: LoadedMark): Promise<Refused> {
  const { where, atMost, exceptBatch } = loaded.mark;
  const counted = atMost?.values && where !== 'all' ? `DISTINCT ${identifier(where.column)}` : '*';
  const fields = fieldsNamed(schema, [...spec.primaryKey, ...markedColumns([loaded.mark]), '_deleted_at']);
  const key = columnList(spec.primaryKey);
  const [row] =
    await session.rows(`SELECT count(${counted}) AS live, count(${counted}) FILTER (WHERE ended) AS rows FROM (
      SELECT *, ${reasonOf([loaded])} IS NOT NULL${exceptBatch ? ' AND "#met" IS NULL' : ''} AS ended
      FROM (${await stored.live(fields)})
      LEFT JOIN (SELECT ${key}, true AS "#met" FROM batch) USING (${key}))`);
  return { rows: Number(row?.rows), live: Number(row?.live) };
}

/** Numbers of the files in which a mark may meet a row; undefined: in all of them. */
async function filesWithMarked({ session, schema, stored, marks }: MarkInput): Promise<number[] | undefined> {
  const files = new Set<number>();
  for (const { mark, name } of marks) {
    if (mark.where === 'all' || !('in' in mark.where)) return undefined;
    const { column } = mark.where;
    const listed = `(SELECT value AS ${identifier(column)} FROM ${name}) listed`;
    for (const number of await filesWithKeys(session, stored.data, fieldsNamed(schema, [column]), listed))
      files.add(number);
  }
  return [...files];
}

export function fieldsNamed({ fields }: Schema, names: readonly string[]): Field[] {
  return fields.filter(({ name }) => names.includes(name));
}

export function columnList(names: readonly string[]): string {
  return names.map(identifier).join(', ');
}
