/** Partition transforms as SQL (spec: Partition Transforms), and their values as this writer holds them. No I/O. */
import { identifier, literal } from '../../core/quote.js';
import type { PartitionValue, PrimitiveType } from '../iceberg/model.js';
import type { BoundField } from '../iceberg/partitions.js';
import { hashOfLong, hashOfText } from './murmur3-sql.js';

const HOUR = 3_600_000_000;
const DAY = 24 * HOUR;

/** SQL of a row's value in a partition field, as VARCHAR; null for null, and for a field that is always null. */
export function transformSql(field: BoundField): string {
  return `(${TRANSFORMS[field.kind](field)})::VARCHAR`;
}

/** What such a text says. */
export function partitionValue(type: PrimitiveType, text: string): PartitionValue {
  switch (type) {
    case 'string':
      return text;
    case 'boolean':
      return text === 'true';
    case 'long':
    case 'timestamptz':
      return BigInt(text);
    case 'float':
      return Math.fround(floating(text));
    case 'double':
      return floating(text);
    case 'int':
    case 'date':
      return Number(text);
  }
}

const floating = (text: string) => Number(text.replace('inf', 'Infinity'));

const TRANSFORMS: Readonly<Record<BoundField['kind'], (field: BoundField) => string>> = {
  identity: (field) => sourceValue(field),
  void: () => 'NULL',
  year: (field) => `date_part('year', ${calendar(field)}) - 1970`,
  month: (field) => `(date_part('year', ${calendar(field)}) - 1970) * 12 + date_part('month', ${calendar(field)}) - 1`,
  day: (field) => (field.source === 'date' ? sourceValue(field) : whole(sourceValue(field), DAY)),
  hour: (field) => whole(sourceValue(field), HOUR),
  bucket: (field) => `(${hashOf(field)} & 2147483647) % ${field.width}`,
  truncate: (field) => (field.source === 'string' ? `left(${sourceValue(field)}, ${field.width})` : truncated(field)),
};

/** The column's value, moments as microseconds and dates as days since 1970. */
function sourceValue(field: BoundField): string {
  const column = columnSql(field.path);
  if (field.source === 'date') return `(${column} - DATE '1970-01-01')`;
  return field.source === 'timestamptz' ? `epoch_us(${column})` : column;
}

const calendar = ({ source, path }: BoundField) =>
  source === 'date' ? columnSql(path) : `(${columnSql(path)} AT TIME ZONE 'UTC')`;

function columnSql([first = '', ...members]: readonly string[]): string {
  return members.reduce((struct, member) => `struct_extract(${struct}, ${literal(member)})`, identifier(first));
}

/** How far a number lies over a multiple of the width, below zero as well. SQL's own remainder is negative there. */
const over = (value: string, width: number) => `((${value} % ${width} + ${width}) % ${width})`;

/** How many whole lengths lie before a moment, those before 1970 being negative. */
const whole = (value: string, length: number) => `(${value} - ${over(value, length)}) // ${length}`;

function hashOf(field: BoundField): string {
  return field.source === 'string' ? hashOfText(sourceValue(field)) : hashOfLong(sourceValue(field));
}

/** Below the least number of its type a value goes on from the greatest, as in Iceberg's own library. */
function truncated(field: BoundField): string {
  const column = sourceValue(field);
  const value = `(${column}::HUGEINT - ${over(column, field.width)})`;
  const [least, span] = field.source === 'int' ? [-(2n ** 31n), 2n ** 32n] : [-(2n ** 63n), 2n ** 64n];
  return `CASE WHEN ${value} < ${least}::HUGEINT THEN ${value} + ${span}::HUGEINT ELSE ${value} END`;
}
