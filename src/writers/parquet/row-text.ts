/** A row as one line of JSON, checked cell by cell against its column: DuckDB's casts would turn 5.7 into 6 and 1 into true. */

import type { Cell, Column, ColumnType, Member, Row } from '../../contract/table.js';
import { ConnectorError } from '../../core/errors.js';

/** The line's number within the batch; `#` keeps it apart from every legal column name. */
export const SEQUENCE = '#seq';

type Encode = (cell: Exclude<Cell, null>, path: string) => string;

/**
 * Makes the encoder of a table's rows. Cells that are null or absent are left out of the line.
 * @param alwaysNull columns that may not have a value, because the table's column of that name has another type
 * @throws ConnectorError from the encoder: unknown column, missing key, or a cell that does not fit its type.
 */
export function rowEncoder(
  columns: readonly Column[],
  key: readonly string[],
  alwaysNull: readonly string[] = [],
): (row: Row, sequence: number) => string {
  const encode = structEncoder(columns, 'row', new Set(alwaysNull));
  return (row, sequence) => {
    for (const name of key) {
      if (!Object.hasOwn(row, name) || row[name] === null) throw misfit(name, 'a value, being part of the key', 'null');
    }
    const text = encode(row, '');
    return `{${JSON.stringify(SEQUENCE)}:${sequence}${text === '{}' ? '' : ','}${text.slice(1)}\n`;
  };
}

const DATE = /^\d{4}-\d\d-\d\d$/;
const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z$/;
const LONG = 2n ** 63n;

const PRIMITIVES: Readonly<Record<Extract<ColumnType, string>, Encode>> = {
  string: (cell, path) => (typeof cell === 'string' ? wellFormed(cell) : refuse(path, 'a string', cell)),
  boolean: (cell, path) => (typeof cell === 'boolean' ? String(cell) : refuse(path, 'true or false', cell)),
  int: (cell, path) => ((Number(cell) | 0) === cell ? String(cell) : refuse(path, 'a 32-bit integer', cell)),
  long: (cell, path) => (isLong(cell) ? String(cell) : refuse(path, 'a 64-bit integer', cell)),
  double: (cell, path) => (Number.isFinite(cell) ? doubleText(cell as number) : refuse(path, 'a finite number', cell)),
  date: (cell, path) => (matches(DATE, cell) ? `"${cell}"` : refuse(path, 'a date YYYY-MM-DD', cell)),
  timestamptz: (cell, path) =>
    matches(TIMESTAMP, cell) ? `"${cell}"` : refuse(path, 'a time YYYY-MM-DDTHH:MM:SS.ffffffZ', cell),
};

function encoderOf(type: ColumnType, name: string): Encode {
  if (typeof type === 'string') return PRIMITIVES[type];
  if ('struct' in type) return structEncoder(type.struct, name);
  const element = encoderOf(type.list, name);
  return (cell, path) => {
    if (!Array.isArray(cell)) return refuse(path, 'a list', cell);
    const items = (cell as readonly Cell[]).map((item) => (item === null ? 'null' : element(item, `${path}[]`)));
    return `[${items.join(',')}]`;
  };
}

const NO_VALUE: Encode = (cell, path) => refuse(path, "null, the table's column being of another type", cell);

function structEncoder(members: readonly Member[], name: string, alwaysNull: ReadonlySet<string> = new Set()): Encode {
  const encoders = new Map(
    members.map((member) => [
      member.name,
      alwaysNull.has(member.name) ? NO_VALUE : encoderOf(member.type, member.name),
    ]),
  );
  return (cell, path) => {
    if (typeof cell !== 'object' || Array.isArray(cell)) return refuse(path, `an object (${name})`, cell);
    const parts: string[] = [];
    for (const [key, value] of Object.entries(cell as Row)) {
      const encode = encoders.get(key);
      if (!encode) throw misfit(path ? `${path}.${key}` : key, 'a declared column', 'an unknown one');
      if (value === null || value === undefined) continue;
      parts.push(`${JSON.stringify(key)}:${encode(value, path ? `${path}.${key}` : key)}`);
    }
    return `{${parts.join(',')}}`;
  };
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
