/** DuckDB's values as JSON: dates and times in ISO form, integers exact. */
import {
  DuckDBArrayValue,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBStructValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  type DuckDBValue,
} from '@duckdb/node-api';

export type JsonCell = string | number | boolean | null | JsonCell[] | { [name: string]: JsonCell };

/** An integer beyond 2^53 becomes text: as a JSON number most readers would bend it. */
export function toJson(value: DuckDBValue): JsonCell {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (value instanceof DuckDBTimestampTZValue) return isoTimestamp(value.micros, 'Z') ?? String(value);
  if (value instanceof DuckDBTimestampValue) return isoTimestamp(value.micros, '') ?? String(value);
  if (value instanceof DuckDBListValue || value instanceof DuckDBArrayValue) return value.items.map(toJson);
  if (value instanceof DuckDBStructValue)
    return Object.fromEntries(Object.entries(value.entries).map(([name, member]) => [name, toJson(member)]));
  if (value instanceof DuckDBMapValue)
    return value.entries.map((entry) => ({ key: toJson(entry.key), value: toJson(entry.value) }));
  return String(value);
}

/** A cell as one line of text, for tables and CSV; null for null. */
export function toText(value: DuckDBValue): string | null {
  const cell = toJson(value);
  if (cell === null) return null;
  return typeof cell === 'object' ? JSON.stringify(cell) : String(cell);
}

/** Milliseconds, or all six digits when there are more; null for infinity and years a Date cannot hold. */
function isoTimestamp(micros: bigint, zone: string): string | null {
  const rest = ((micros % 1000n) + 1000n) % 1000n;
  const date = new Date(Number((micros - rest) / 1000n));
  if (Number.isNaN(date.getTime())) return null;
  const digits = rest === 0n ? '' : String(rest).padStart(3, '0');
  return `${date.toISOString().slice(0, -1)}${digits}${zone}`;
}
