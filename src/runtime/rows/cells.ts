/** One JSON value -> one cell of a declared type, or a misfit. Nothing is coerced, shifted or rounded. */
import type { Cell } from '../../writers/writer.js';
import type { ScalarType } from '../registry/stream-file.js';
import { jsonText } from './json-text.js';
import { parseDate, parseTimestamp } from './timestamp.js';

/** Returned for a value that does not fit its column: the cell becomes null and the value is kept in `_extra`. */
export const MISFIT: unique symbol = Symbol('misfit');
export type Read = Cell | typeof MISFIT;

const INT_MAX = 2 ** 31 - 1;
const LONG_MAX = 2n ** 63n - 1n;

const READERS: Readonly<Record<ScalarType, (value: unknown) => Read>> = {
  string: (value) => (typeof value === 'string' ? value : MISFIT),
  // Jira writes the same id as text in one answer and as a number in another.
  id: (value) => (typeof value === 'string' ? value : isInteger(value) ? String(value) : MISFIT),
  boolean: (value) => (typeof value === 'boolean' ? value : MISFIT),
  int: (value) => (isInteger(value) && Math.abs(Number(value)) <= INT_MAX ? Number(value) : MISFIT),
  long: (value) => (isInteger(value) && BigInt(value) <= LONG_MAX && BigInt(value) >= -LONG_MAX - 1n ? value : MISFIT),
  double: (value) => {
    const number = typeof value === 'bigint' ? Number(value) : value;
    return typeof number === 'number' && Number.isFinite(number) ? number : MISFIT;
  },
  date: (value) => parseDate(value) ?? MISFIT,
  timestamptz: (value) => parseTimestamp(value)?.utc ?? MISFIT,
  json: (value) => jsonText(value),
};

function isInteger(value: unknown): value is number | bigint {
  return typeof value === 'bigint' || Number.isSafeInteger(value);
}

/** Null and absent values are null in every type. */
export function readScalar(type: ScalarType, value: unknown): Read {
  if (value === null || value === undefined) return null;
  return READERS[type](value);
}

/** A list of scalars; null elements are dropped, one misfit makes the whole list a misfit. */
export function readList(type: ScalarType, value: unknown): Read {
  if (value === null || value === undefined) return null;
  if (!Array.isArray(value)) return MISFIT;
  const cells: Cell[] = [];
  for (const element of value) {
    const cell = readScalar(type, element);
    if (cell === MISFIT) return MISFIT;
    if (cell !== null) cells.push(cell);
  }
  return cells;
}
