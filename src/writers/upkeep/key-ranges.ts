/**
 * Rows in an order that readers can skip by, within a bounded memory: cut into ranges of keys, each of about a full file. What is
 * called key here are the columns of the table's order (`orderOf`); rows without a value in the first of them come first.
 * DuckDB's sort keeps texts in memory, so that whole rows are sorted only where they are known to fit.
 */
import type { DuckDBValue } from '@duckdb/node-api';
import { identifier } from '../../core/quote.js';
import { LIMITS } from '../iceberg/limits.js';
import type { Field, LiveFile } from '../iceberg/model.js';
import { byPartition } from '../iceberg/partitions.js';
import { sqlType } from '../parquet/column-sql.js';
import type { DuckSession } from '../parquet/duckdb.js';
import { duckdbPackage } from '../parquet/duckdb-package.js';
import { leavesOf } from '../parquet/room-for-columns.js';
import { byLowerBound } from '../write/key-bounds.js';
import { FILE, POSITION, type StoredRows } from '../write/stored-rows.js';

export interface Ordered {
  /** The columns of every SELECT. */
  readonly fields: readonly Field[];
  readonly key: readonly Field[];
  /** Bytes of a file. */
  readonly target: number;
}

export interface KeyRange {
  /** SELECT of all columns of the range's rows. */
  readonly rows: string;
  /** `ORDER BY` for them, or nothing where they would not fit into memory. */
  readonly order: string;
}

/** A text of a sort takes this much besides its bytes, and so does any other value. */
const BYTES_PER_CELL = 16;
/** Rows that are weighed, about: of more, every so many-th, as where ranges part need not be exact. */
const WEIGHED = 200_000;
/** Of a row that is weighed. */
const COLUMNS_AT_ONCE = 100;

/**
 * Files in groups of bounded size, each of one partition and of neighbours by key: as every range looks into the files of its
 * group, the work grows with the table and not with its square.
 * @param numbers of the files to group
 */
export function groupFiles(
  data: readonly LiveFile[],
  numbers: ReadonlySet<number>,
  [first]: readonly Field[],
): number[][] {
  const compare = first ? byLowerBound(first) : () => 0;
  const chosen = [...data.entries()].filter(([number]) => numbers.has(number));
  const groups: number[][] = [];
  for (const own of byPartition(chosen, ([, { partition }]) => partition).values()) {
    const all = own.reduce((sum, [, { bytes }]) => sum + bytes, 0);
    // Of one size: the last of groups that are filled up would have less than a file in it.
    const each = all / Math.ceil(all / LIMITS.group);
    const mine: number[][] = [];
    let before = 0;
    for (const [number, { bytes }] of own.toSorted(([, one], [, other]) => compare(one, other))) {
      const at = Math.floor(before / each);
      mine[at] = [...(mine[at] ?? []), number];
      before += bytes;
    }
    groups.push(...mine.filter((group) => group !== undefined));
  }
  return groups;
}

/**
 * The rows of some files, cut by the first column of the order; those of a table without any as the files have them.
 * @param target bytes of a file
 */
export async function keyRanges(
  session: DuckSession,
  stored: StoredRows,
  { fields, key, target }: Ordered,
  files: readonly number[],
): Promise<readonly KeyRange[]> {
  const select = async (only: readonly number[]) =>
    `SELECT ${columnList(fields)} FROM (${await stored.select(fields, only)})`;
  const [first] = key;
  if (!first) return [{ rows: await select(files), order: '' }];
  const bytes = files.reduce((sum, number) => sum + (stored.data[number]?.bytes ?? 0), 0);
  const count = Math.max(1, Math.floor(bytes / (target * LIMITS.leastShare)));
  const memory = await cutKeys(session, stored, { fields, first, files, count });
  const order =
    memory > LIMITS.sortable ? '' : `ORDER BY ${key.map(({ name }) => `${identifier(name)} NULLS FIRST`).join(', ')}`;
  const ranges = await session.rows(`SELECT part, list(${FILE}) AS numbers
    FROM key_range JOIN file_key ON (most >= start OR start IS NULL) AND coalesce(least < stop, true) GROUP BY part ORDER BY part`);
  // None of few rows among many dead ones is in a sample.
  if (ranges.length === 0) return [{ rows: await select(files), order: '' }];
  const rangeOf = async ({ part, numbers }: Record<string, DuckDBValue>): Promise<KeyRange> => {
    const holding = new Set(numbers instanceof duckdbPackage().DuckDBListValue ? numbers.items.map(Number) : []);
    const limit = (name: string) => `(SELECT ${name} FROM key_range WHERE part = ${Number(part)})`;
    const name = identifier(first.name);
    const rows = await select(files.filter((number) => holding.has(number)));
    const reached = `coalesce(${name} >= ${limit('start')}, ${limit('start')} IS NULL)`;
    return { rows: `${rows} WHERE ${reached} AND coalesce(${name} < ${limit('stop')}, true)`, order };
  };
  const made: KeyRange[] = [];
  for (const range of ranges) made.push(await rangeOf(range));
  return made;
}

interface Cut {
  readonly fields: readonly Field[];
  /** The column whose values are cut. */
  readonly first: Field;
  readonly files: readonly number[];
  /** Of ranges wanted; equal keys stay together, which may make it fewer. */
  readonly count: number;
}

/**
 * Makes the session's tables `key_range` (part, start: null for the first, stop: the next one's start, null for the last) and
 * `file_key` (number, least: null where rows have no key, most), ranges having equally much in them.
 * @returns bytes that the rows of the fullest range take in a sort
 */
async function cutKeys(
  session: DuckSession,
  stored: StoredRows,
  { fields, first, files, count }: Cut,
): Promise<number> {
  const name = identifier(first.name);
  const records = files.reduce((sum, number) => sum + (stored.data[number]?.records ?? 0), 0);
  const oneOf = Math.max(1, Math.ceil(records / WEIGHED));
  const some = oneOf === 1 ? '' : ` WHERE hash(${FILE}, ${POSITION}) % ${oneOf} = 0`;
  await session.run(`CREATE OR REPLACE TEMP TABLE row_key (key ${sqlType(first.type)}, bytes BIGINT)`);
  // Of the widest rows DuckDB has all columns of a query in memory at once: a part of the columns at a time weighs the same.
  for (const slice of slicesOf(fields))
    await session.run(`INSERT INTO row_key SELECT ${name}, (${memoryOf(slice)}) * ${oneOf}
      FROM (${await stored.select([...new Set([first, ...slice])], files)})${some}`);
  const part = `least(upto * ${count} // (SELECT sum(bytes) FROM row_key), ${count - 1})`;
  await session.run(`CREATE OR REPLACE TEMP TABLE key_range AS
    SELECT part, lead(start) OVER (ORDER BY part) AS stop,
      CASE WHEN lag(part) OVER (ORDER BY part) IS NULL THEN NULL ELSE start END AS start, bytes FROM (
      SELECT ${part} AS part, min(key) AS start, sum(bytes) AS bytes
      FROM (SELECT key, bytes, sum(bytes) OVER (ROWS UNBOUNDED PRECEDING) AS upto
            FROM (SELECT key, sum(bytes) AS bytes FROM row_key GROUP BY key ORDER BY key NULLS FIRST))
      GROUP BY 1)`);
  await session.run('DROP TABLE row_key');
  // Of every row: a file that is not looked into would lose those that no sample has met.
  await session.run(`CREATE OR REPLACE TEMP TABLE file_key AS
    SELECT ${FILE}, CASE WHEN count(${name}) = count(*) THEN min(${name}) END AS least, max(${name}) AS most
    FROM (${await stored.select([first], files)}) GROUP BY ${FILE}`);
  const [row] = await session.rows('SELECT max(bytes)::BIGINT AS fullest FROM key_range');
  return Number(row?.fullest ?? 0);
}

/** Fields in their order, so many columns at a time. */
function slicesOf(fields: readonly Field[]): Field[][] {
  const slices: Field[][] = [];
  let columns = Infinity;
  for (const field of fields) {
    const more = leavesOf([field]);
    if (columns + more > COLUMNS_AT_ONCE) slices.push([]);
    columns = columns + more > COLUMNS_AT_ONCE ? more : columns + more;
    slices.at(-1)?.push(field);
  }
  return slices;
}

/** Bytes that these cells of one row take in a sort, as SQL. */
function memoryOf(fields: readonly Field[]): string {
  const texts = fields.flatMap(({ name, type }) => {
    if (type === 'string') return [`coalesce(strlen(${identifier(name)}), 0)`];
    return typeof type === 'string' ? [] : [`coalesce(strlen(${identifier(name)}::VARCHAR), 0)`];
  });
  return [leavesOf(fields) * BYTES_PER_CELL, ...texts].join(' + ');
}

function columnList(fields: readonly Field[]): string {
  return fields.map(({ name }) => identifier(name)).join(', ');
}
