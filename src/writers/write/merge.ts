/**
 * What a batch does to a table, told from keys, cursor and digests of what is stored; whole rows are read only where a row that
 * might be equal has no digest. The outcome lies in temporary tables of the session:
 * `batch` (the last row of each key), `hit` (stored rows of the same keys), `same` (batch rows equal to what is stored),
 * `marked` (other stored rows that are gone now) and `replaced` (positions that die).
 */

import type { Committed, TableSpec } from '../../contract/table.js';
import { identifier, literal } from '../../core/quote.js';
import type { Field, LiveFile, Schema } from '../iceberg/model.js';
import { sqlType } from '../parquet/column-sql.js';
import { nullsOf } from '../parquet/read-sql.js';
import { SEQUENCE } from '../parquet/row-text.js';
import { STAGE } from '../parquet/stage.js';
import { markedColumns, reasonOf } from './deletion-marks.js';
import { comparedFields, equalRows } from './equal-rows.js';
import { filesWithKeys } from './key-bounds.js';
import {
  columnList,
  fieldsNamed,
  type MarkInput,
  nearRows,
  newlyMarked,
  REASON,
  withoutMassDeletion,
} from './marked-rows.js';
import { DIGEST_COLUMN, digestOf } from './row-digest.js';
import type { BatchKeys, RunKeys } from './run-keys.js';
import { FILE, fileNumbers, POSITION } from './stored-rows.js';

export interface MergeInput extends MarkInput {
  /** Columns that others have added: a new version of a row keeps the values of the one it replaces. */
  readonly others: readonly Field[];
  /** The column of digests that can be believed. */
  readonly digest: Field;
  /** ISO 8601, UTC: `_synced_at` of everything written. */
  readonly time: string;
  /** ISO 8601, UTC: written rows with an earlier cursor are late. */
  readonly seenUntil?: string;
  /** What this run has put into the table. */
  readonly keys: RunKeys;
}

export interface Merged {
  readonly written: number;
  readonly unchanged: number;
  readonly duplicate: number;
  readonly deleted: number;
  readonly late: number;
  readonly refused?: Committed['refused'];
  /** Stored rows that a new version replaces, or that are written anew to carry a mark. */
  readonly replaced: number;
  /** Of the batch, where they are worth keeping. */
  readonly batchKeys: BatchKeys | null;
  /** SELECT of all columns of the rows to write, and of their digests. */
  readonly newRows: string;
  /** SELECT of the same columns of the stored rows that stay as they are, in all files or in those of these numbers. */
  readonly keptRows: (only?: readonly number[]) => Promise<string>;
  /** Numbers of the files that hold replaced rows, or rows that delete files name. */
  readonly outdatedFiles: () => Promise<readonly number[]>;
  /** For each file with replaced rows: a SELECT of its location and their positions, sorted. */
  readonly deadPositions: () => Promise<readonly DeadPositions[]>;
}

export interface DeadPositions {
  readonly file: LiveFile;
  /** SELECT of `file_path` and `pos`. */
  readonly rows: string;
}

const SEQ = identifier(SEQUENCE);
const CURSOR = '"#cursor"';

/** Classifies the staged rows and the marks against the stored rows; writes nothing. Needs the view `stage`. */
export async function merge(asked: MergeInput): Promise<Merged> {
  const { session } = asked;
  await session.run(`CREATE TEMP TABLE batch AS ${lastOfEachKey(asked)}`);
  if (asked.stored.data.length === 0) return intoEmpty(asked);
  const { marks, refused } = await withoutMassDeletion(asked);
  const input = { ...asked, marks };
  if (refused) await session.run(`CREATE OR REPLACE TEMP TABLE batch AS ${lastOfEachKey(input)}`);
  const files = await filesToLookInto(input);
  const near = await nearRows(input, toldBy(input), files);
  await session.runOnCores(`CREATE TEMP TABLE hit AS ${await storedOfSameKey(input, near, files)}`);
  await session.run(`CREATE TEMP TABLE same AS ${await equalRows(input)}`);
  await session.run(`CREATE TEMP TABLE marked AS ${await newlyMarked(input, near)}`);
  await session.run(
    `CREATE TEMP TABLE replaced AS
     SELECT ${FILE}, ${POSITION} FROM hit ANTI JOIN same USING (${SEQ})
     UNION ALL SELECT ${FILE}, ${POSITION} FROM marked`,
  );
  const counted = await counts(input);
  return {
    ...counted,
    ...(refused ? { refused } : {}),
    batchKeys: await input.keys.putAside(session, counted.keys, input.stored.data, keyFields(input)),
    newRows: await newRows(input, await fileNumbers(session, 'marked')),
    keptRows: (only) => keptRows(input, only),
    outdatedFiles: () => outdatedFiles(input),
    deadPositions: () => deadPositions(input),
  };
}

/** Into a table without rows: nothing to compare with, nothing to replace, and no mark that could end too many. */
async function intoEmpty(input: MergeInput): Promise<Merged> {
  const { session } = input;
  const [row] = await session.rows(`SELECT (SELECT count(*) FROM ${STAGE}) AS staged, count(*) AS keys,
    count(*) FILTER (${lateness(input)}) AS late, count(*) FILTER (${REASON} IS NOT NULL) AS marked FROM batch`);
  const number = (name: string) => Number(row?.[name]);
  const [staged, keys, marked] = [number('staged'), number('keys'), number('marked')];
  return {
    ...{ written: keys, unchanged: 0, duplicate: staged - keys, deleted: marked, late: number('late'), replaced: 0 },
    batchKeys: await input.keys.putAside(session, keys, [], keyFields(input)),
    // Rows that all stay as they came need no join.
    newRows: withDigests(
      input,
      staged === keys && marked === 0 ? UNMARKED : `${STAGE} JOIN (SELECT ${SEQ}, ${REASON} FROM batch) USING (${SEQ})`,
    ),
    keptRows: async () => `${nullsOf(filed(input))} WHERE false`,
    outdatedFiles: async () => [],
    deadPositions: async () => [],
  };
}

/** Numbers of the files that may hold a key of the batch. */
async function filesToLookInto(input: MergeInput): Promise<readonly number[]> {
  const { session, stored, keys } = input;
  const key = keyFields(input);
  if (await keys.areNew(session, stored.data, key)) return [];
  return filesWithKeys(session, stored.data, key, 'batch');
}

/** SELECT of the staged rows as new rows of a table that only grows. */
export function appendedRows(spec: TableSpec, schema: Schema, time: string): string {
  return `SELECT ${stagedColumns(spec, schema, time)} FROM ${UNMARKED}`;
}

const UNMARKED = `(SELECT *, NULL::VARCHAR AS ${REASON} FROM ${STAGE})`;

/** SELECT of staged rows as new rows, from staged columns, reasons, and values of others. */
function withDigests(input: MergeInput, from: string, others?: readonly Field[]): string {
  const { spec, schema, time } = input;
  return `SELECT ${stagedColumns(spec, schema, time, others)}, ${digestOf(comparedFields(input))} AS ${DIGEST_COLUMN} FROM ${from}`;
}

/** The columns of a data file. */
const filed = ({ schema, digest }: MergeInput): Field[] => [...schema.fields, digest];

/**
 * The row with the latest cursor wins, of equal ones the later: a page that was asked for again may bring a newer version than
 * the page behind it. A mark that spares no batch rows meets them as it meets stored ones.
 */
function lastOfEachKey({ spec, marks }: MergeInput): string {
  const key = columnList(spec.primaryKey);
  const reason = reasonOf(marks.filter(({ mark }) => !mark.exceptBatch));
  const cursor = spec.cursor === undefined ? 'NULL' : identifier(spec.cursor);
  const rank = spec.cursor === undefined ? SEQ : `row(${cursor}, ${SEQ})`;
  return `SELECT ${key}, "#last".seq AS ${SEQ}, "#last".reason AS ${REASON}, "#last".cursor AS ${CURSOR} FROM (
      SELECT ${key}, arg_max(struct_pack(seq := ${SEQ}, reason := ${REASON}, "cursor" := ${CURSOR}), "#rank") AS "#last"
      FROM (SELECT ${key}, ${SEQ}, ${reason} AS ${REASON}, ${cursor} AS ${CURSOR}, ${rank} AS "#rank" FROM ${STAGE})
      GROUP BY ${key})`;
}

/** What is read of a stored row to tell what becomes of it. */
function toldBy(input: MergeInput): Field[] {
  const { spec, schema, marks } = input;
  const cursor = spec.cursor === undefined ? [] : [spec.cursor];
  const looked = markedColumns(marks.map(({ mark }) => mark));
  const names = [...spec.primaryKey, ...cursor, ...looked, '_deleted_at', '_deleted_reason'];
  return [...fieldsNamed(schema, names), input.digest];
}

async function storedOfSameKey(input: MergeInput, near: string | null, files: readonly number[]): Promise<string> {
  const { spec, stored } = input;
  const moved = spec.cursor === undefined ? '' : ` OR ${identifier(spec.cursor)} IS DISTINCT FROM ${CURSOR}`;
  const joined = ` JOIN batch USING (${columnList(spec.primaryKey)})`;
  return `SELECT ${FILE}, ${POSITION}, ${SEQ}, _deleted_at IS NULL AS live,
      (_deleted_reason IS DISTINCT FROM ${REASON}${moved}) AS differs, ${DIGEST_COLUMN}
    FROM (${near === null ? await stored.select(toldBy(input), files, joined) : `SELECT * FROM ${near}${joined}`})`;
}

async function keptRows(input: MergeInput, only?: readonly number[]): Promise<string> {
  return `SELECT ${columnList(filed(input).map(({ name }) => name))}
    FROM (${await input.stored.select(filed(input), only)}) ANTI JOIN replaced USING (${FILE}, ${POSITION})`;
}

async function outdatedFiles({ session, stored }: MergeInput): Promise<readonly number[]> {
  await stored.loadDead();
  return fileNumbers(session, `(SELECT ${FILE} FROM replaced UNION ALL SELECT ${FILE} FROM dead)`);
}

async function deadPositions({ session, stored }: MergeInput): Promise<readonly DeadPositions[]> {
  const numbers = await fileNumbers(session, 'replaced');
  return numbers.flatMap((number) => {
    const file = stored.data[number];
    if (!file) return [];
    const rows = `SELECT ${literal(file.location)} AS file_path, ${POSITION} AS pos FROM replaced WHERE ${FILE} = ${number} ORDER BY 2`;
    return [{ file, rows }];
  });
}

function keyFields({ spec, schema }: MergeInput): Field[] {
  return fieldsNamed(schema, spec.primaryKey);
}

async function newRows(input: MergeInput, files: readonly number[]): Promise<string> {
  const { schema, stored, time, others } = input;
  const ofOthers = others.length > 0 ? ` LEFT JOIN (${await valuesOfOthers(input)}) USING (${SEQ})` : '';
  const changed = `(SELECT ${SEQ}, ${REASON} FROM batch ANTI JOIN same USING (${SEQ}))`;
  const staged = withDigests(input, `${STAGE} JOIN ${changed} USING (${SEQ})${ofOthers}`, others);
  if (files.length === 0) return staged;
  const own = new Map([
    ['_synced_at', stamp(time)],
    ['_deleted_at', stamp(time)],
    ['_deleted_reason', REASON],
  ]);
  const marked = `SELECT ${columns(schema, (name) => own.get(name) ?? identifier(name))}, ${DIGEST_COLUMN}
    FROM (${await stored.select(filed(input), files)}) JOIN marked USING (${FILE}, ${POSITION})`;
  return `${staged} UNION ALL ${marked}`;
}

async function valuesOfOthers({ session, stored, others }: MergeInput): Promise<string> {
  const rows = await stored.select(others, await fileNumbers(session, 'hit'));
  const values = others.map(({ name }) => `any_value(${identifier(name)}) AS ${identifier(name)}`).join(', ');
  return `SELECT ${SEQ}, ${values} FROM (${rows}) JOIN (SELECT ${FILE}, ${POSITION}, ${SEQ} FROM hit) USING (${FILE}, ${POSITION}) GROUP BY ${SEQ}`;
}

/** A column the table has and the stream no longer declares is null in new rows. */
function stagedColumns(spec: TableSpec, schema: Schema, time: string, others: readonly Field[] = []): string {
  const declared = new Set([...[...spec.columns, ...others].map(({ name }) => name), '_extra']);
  const own = new Map([
    ['_synced_at', stamp(time)],
    ['_deleted_at', `CASE WHEN ${REASON} IS NULL THEN NULL ELSE ${stamp(time)} END`],
    ['_deleted_reason', REASON],
  ]);
  return columns(schema, (name) => own.get(name) ?? (declared.has(name) ? identifier(name) : 'NULL'));
}

/** Every column of the table, in its order and type. */
function columns(schema: Schema, expression: (name: string) => string): string {
  return schema.fields
    .map(({ name, type }) => `(${expression(name)})::${sqlType(type)} AS ${identifier(name)}`)
    .join(', ');
}

/** SQL: whether a row of `batch` is late. */
const lateness = ({ spec, seenUntil }: MergeInput) =>
  spec.cursor === undefined || seenUntil === undefined ? 'false' : `${CURSOR} < ${stamp(seenUntil)}`;

async function counts(
  input: MergeInput,
): Promise<
  Pick<Merged, 'written' | 'unchanged' | 'duplicate' | 'deleted' | 'late' | 'replaced'> & { readonly keys: number }
> {
  const { session } = input;
  const [row] = await session.rows(`SELECT
      (SELECT count(*) FROM ${STAGE}) AS staged, (SELECT count(*) FROM batch) AS keys,
      (SELECT count(*) FROM same) AS unchanged, (SELECT count(*) FROM marked) AS marked,
      (SELECT count(*) FROM replaced) AS replaced,
      (SELECT count(*) FROM batch ANTI JOIN same USING (${SEQ}) WHERE ${lateness(input)}) AS late,
      (SELECT count(*) FROM batch ANTI JOIN same USING (${SEQ}) ANTI JOIN (SELECT ${SEQ} FROM hit WHERE NOT live) USING (${SEQ})
       WHERE ${REASON} IS NOT NULL) AS marked_at_once`);
  const number = (name: string) => Number(row?.[name]);
  return {
    keys: number('keys'),
    written: number('keys') - number('unchanged'),
    unchanged: number('unchanged'),
    duplicate: number('staged') - number('keys'),
    deleted: number('marked') + number('marked_at_once'),
    late: number('late'),
    replaced: number('replaced'),
  };
}

function stamp(time: string): string {
  return `${literal(time)}::TIMESTAMP WITH TIME ZONE`;
}
