/** A row as one line of JSON, checked cell by cell against its column: DuckDB's casts would turn 5.7 into 6 and 1 into true. */

import { type Cell, type Column, type ColumnType, LARGEST_ROW, type Member, type Row } from '../../contract/table.js';
import { ConnectorError } from '../../core/errors.js';

/** The line's number within the batch; `#` keeps it apart from every legal column name. */
export const SEQUENCE = '#seq';

/** @returns the line with its line feed; null for a row that is larger than `LARGEST_ROW` */
export type RowEncoder = (row: Row, sequence: number) => string | null;

type Encode = (cell: Exclude<Cell, null>) => string;

/** A character of a text takes at most so many bytes. */
const BYTES_PER_CHARACTER = 3;

/**
 * Makes the encoder of a table's rows. Cells that are null or absent are left out of the line.
 * @param alwaysNull columns that may not have a value, because the table's column of that name has another type
 * @throws ConnectorError from the encoder: unknown column, missing key, or a cell that does not fit its type.
 */
export function rowEncoder(
  columns: readonly Column[],
  key: readonly string[],
  alwaysNull: readonly string[] = [],
): RowEncoder {
  const encode = structEncoder(columns, '', new Set(alwaysNull));
  const begin = `{${JSON.stringify(SEQUENCE)}:`;
  return (row, sequence) => {
    for (const name of key) {
      if (!Object.hasOwn(row, name) || row[name] === null) throw misfit(name, 'a value, being part of the key', 'null');
    }
    try {
      const text = encode(row);
      const line = `${begin}${sequence}${text === '{}' ? '' : ','}${text.slice(1)}\n`;
      return isWithin(line) ? line : null;
    } catch (error) {
      if (error === TOO_LARGE) return null;
      throw error;
    }
  };
}

/** Bytes are counted where the characters leave it open. */
const isWithin = (line: string) =>
  line.length * BYTES_PER_CHARACTER <= LARGEST_ROW || Buffer.byteLength(line) <= LARGEST_ROW;

/** Thrown before the texts of a row are written down that alone tell it to be too large: that takes their size again, twice. */
const TOO_LARGE = Symbol('too large');

const DATE = /^\d{4}-\d\d-\d\d$/;
const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z$/;
const LONG = 2n ** 63n;

const PRIMITIVES: Readonly<Record<Extract<ColumnType, string>, (path: string) => Encode>> = {
  string: (path) => (cell) => (typeof cell === 'string' ? stringText(cell) : refuse(path, 'a string', cell)),
  boolean: (path) => (cell) => (typeof cell === 'boolean' ? String(cell) : refuse(path, 'true or false', cell)),
  int: (path) => (cell) => ((Number(cell) | 0) === cell ? String(cell) : refuse(path, 'a 32-bit integer', cell)),
  long: (path) => (cell) => (isLong(cell) ? String(cell) : refuse(path, 'a 64-bit integer', cell)),
  double: (path) => (cell) =>
    Number.isFinite(cell) ? doubleText(cell as number) : refuse(path, 'a finite number', cell),
  date: (path) => (cell) => (matches(DATE, cell) ? `"${cell}"` : refuse(path, 'a date YYYY-MM-DD', cell)),
  timestamptz: (path) => (cell) =>
    matches(TIMESTAMP, cell) ? `"${cell}"` : refuse(path, 'a time YYYY-MM-DDTHH:MM:SS.ffffffZ', cell),
};

function encoderOf(type: ColumnType, path: string): Encode {
  if (typeof type === 'string') return PRIMITIVES[type](path);
  if ('struct' in type) return structEncoder(type.struct, path);
  const element = encoderOf(type.list, `${path}[]`);
  return (cell) => {
    if (!Array.isArray(cell)) return refuse(path, 'a list', cell);
    let text = '[';
    for (const item of cell as readonly Cell[])
      text = grown(text, `${text === '[' ? '' : ','}${item === null ? 'null' : element(item)}`);
    return `${text}]`;
  };
}

const noValue =
  (path: string): Encode =>
  (cell) =>
    refuse(path, "null, the table's column being of another type", cell);

/** @param path '' for the row itself */
function structEncoder(members: readonly Member[], path: string, alwaysNull: ReadonlySet<string> = new Set()): Encode {
  const under = path === '' ? '' : `${path}.`;
  const known = new Map(
    members.map(({ name, type }) => {
      const encode = alwaysNull.has(name) ? noValue(name) : encoderOf(type, `${under}${name}`);
      return [name, { before: `${JSON.stringify(name)}:`, encode }];
    }),
  );
  return (cell) => {
    if (typeof cell !== 'object' || Array.isArray(cell)) return refuse(path, `an object (${path || 'row'})`, cell);
    const row = cell as Row;
    let text = '{';
    for (const key of Object.keys(row)) {
      const member = known.get(key);
      if (!member) throw misfit(`${under}${key}`, 'a declared column', 'an unknown one');
      const value = row[key];
      if (value === null || value === undefined) continue;
      text = grown(text, `${text === '{' ? '' : ','}${member.before}${member.encode(value)}`);
    }
    return `${text}}`;
  };
}

function grown(text: string, more: string): string {
  if (text.length + more.length > LARGEST_ROW) throw TOO_LARGE;
  return text + more;
}

function stringText(text: string): string {
  if (text.length > LARGEST_ROW) throw TOO_LARGE;
  return wellFormed(text);
}

/** One lone surrogate would make DuckDB refuse the whole file; it becomes U+FFFD. Their escapes all begin with `\ud`. */
function wellFormed(text: string): string {
  const json = JSON.stringify(text);
  return json.includes('\\ud') ? JSON.stringify(text.replace(/\p{Surrogate}/gu, '\ufffd')) : json;
}

/** `String(-0)` is `0`: the sign would be lost. */
function doubleText(value: number): string {
  return Object.is(value, -0) ? '-0.0' : String(value);
}

function isLong(cell: Cell): boolean {
  return typeof cell === 'bigint' ? cell >= -LONG && cell < LONG : Number.isSafeInteger(cell);
}

function matches(pattern: RegExp, cell: Cell): boolean {
  return typeof cell === 'string' && pattern.test(cell);
}

function refuse(path: string, expected: string, cell: Cell): never {
  throw misfit(path, expected, Array.isArray(cell) ? 'a list' : `a ${typeof cell}`);
}

function misfit(path: string, expected: string, came: string): ConnectorError {
  return new ConnectorError(
    'failed',
    `A row cannot be written: column ${JSON.stringify(path)} needs ${expected}, but ${came} came. Nothing of it was stored; please report this as a bug of the stream's row shaping.`,
  );
}
