/** Which files can hold a key at all, by the bounds that manifests state: new keys of a growing table meet no file. */

import { identifier, literal } from '../../core/quote.js';
import { decodeBound } from '../iceberg/bounds.js';
import type { Field, LiveFile, PrimitiveType } from '../iceberg/model.js';
import { sqlType } from '../parquet/column-sql.js';
import type { DuckSession } from '../parquet/duckdb.js';

/** Types whose bounds order as DuckDB orders the values: strings by their bytes (spec: Appendix D). */
const ORDERED: ReadonlySet<unknown> = new Set<PrimitiveType>(['string', 'int', 'long']);

const UNSAYABLE = /[\0\ufffd]/;

/**
 * Numbers of the files that may hold a row whose key is in the session's table. A file without bounds may hold anything.
 * @param table has the key's columns by their names
 */
export async function filesWithKeys(
  session: DuckSession,
  files: readonly LiveFile[],
  key: readonly Field[],
  table: string,
): Promise<number[]> {
  const columns = key.filter(({ type }) => ORDERED.has(type));
  const bounded = files.map((file) => columns.map((column) => boundsOf(file, column)));
  const values = bounded.flatMap((bounds, number) =>
    bounds.every((bound) => bound !== null) ? [`(${[number, ...bounds.flat()].join(', ')})`] : [],
  );
  if (columns.length === 0 || values.length === 0) return [...files.keys()];
  const names = columns.flatMap((_, index) => [`lower_${index}`, `upper_${index}`]);
  const within = columns.map(({ name }, index) => `${identifier(name)} BETWEEN lower_${index} AND upper_${index}`);
  const found = await session.rows(
    `SELECT number FROM (VALUES ${values.join(', ')}) bound(number, ${names.join(', ')})
     SEMI JOIN ${table} ON ${within.join(' AND ')}`,
  );
  const may = new Set(found.map(({ number }) => Number(number)));
  return bounded.flatMap((bounds, number) => (may.has(number) || bounds.includes(null) ? [number] : []));
}

/** Compares files by the lower bound of a column; those without one come first. */
export function byLowerBound({ id, type }: Field): (one: LiveFile, other: LiveFile) => number {
  const bound = ({ lowerBounds }: LiveFile) => lowerBounds.get(id) ?? new Uint8Array();
  if (type === 'string' || typeof type !== 'string') return (one, other) => Buffer.compare(bound(one), bound(other));
  const value = (file: LiveFile) => (bound(file).length === 0 ? -Infinity : Number(decodeBound(type, bound(file))));
  return (one, other) => Math.sign(value(one) - value(other)) || 0;
}

/** Whether no file can hold a value of the column that lies between those of another one. */
export function areApart(files: readonly LiveFile[], column: Field): boolean {
  const { id, type } = column;
  if (files.some(({ lowerBounds, upperBounds }) => !lowerBounds.has(id) || !upperBounds.has(id))) return false;
  const sorted = files.toSorted(byLowerBound(column));
  const upper = (file: LiveFile) => ({ ...file, lowerBounds: file.upperBounds });
  return typeof type === 'string' && sorted.every((file, at) => at === 0 || above(sorted[at - 1], file));

  function above(before: LiveFile | undefined, file: LiveFile): boolean {
    return before !== undefined && byLowerBound(column)(upper(before), file) < 0;
  }
}

/** Lower and upper bound as SQL; null when one is missing. */
function boundsOf({ lowerBounds, upperBounds }: LiveFile, { id, type }: Field): readonly [string, string] | null {
  const [lower, upper] = [lowerBounds.get(id), upperBounds.get(id)];
  if (!lower || !upper || typeof type !== 'string') return null;
  const [from, to] = [decodeBound(type, lower), decodeBound(type, upper)].map(String);
  // Cut in the middle of a character, or not sayable in SQL: such a bound would say less or more than it should.
  if (from === undefined || to === undefined || UNSAYABLE.test(from + to)) return null;
  return [`${literal(from)}::${sqlType(type)}`, `${literal(to)}::${sqlType(type)}`];
}
