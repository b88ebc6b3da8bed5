/** One JSON value -> one cell of a declared type, or a misfit. Nothing is coerced, shifted or rounded. */
import type { Cell } from '../../contract/table.js';
import type { ScalarType } from '../streams/stream-file.js';
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

/** For values that are there. */
export const scalarReader = (type: ScalarType): ((value: unknown) => Read) => READERS[type];

/** Null and absent values are null in every type. */
export function readScalar(type: ScalarType, value: unknown): Read {
  if (value === null || value === undefined) return null;
  return READERS[type](value);
}

/** What a list has for its column, and the elements that do not fit it. */
export interface ListRead<T> {
  readonly cells: readonly T[];
  readonly odd: readonly unknown[];
}

/** Element by element: an odd one stands aside and takes no other with it. Null elements say nothing and are dropped. */
export function readElements<T>(
  value: readonly unknown[],
  read: (element: unknown) => T | typeof MISFIT,
): ListRead<T> | typeof MISFIT {
  const cells: T[] = [];
  const odd: unknown[] = [];
  for (const element of value) {
    if (element === null || element === undefined) continue;
    const cell = read(element);
    if (cell === MISFIT) odd.push(element);
    else cells.push(cell);
  }
  return cells.length === 0 && odd.length > 0 ? MISFIT : { cells, odd };
}

/** A list of scalars; MISFIT for what is no list, or has no element that fits. */
export function readList(type: ScalarType, value: unknown): ListRead<Cell> | typeof MISFIT {
  return Array.isArray(value) ? readElements<Cell>(value, (element) => readScalar(type, element)) : MISFIT;
}
