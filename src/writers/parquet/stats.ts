/** DuckDB's RETURN_STATS as Iceberg's file statistics by field id. */
import type { DuckDBValue } from '@duckdb/node-api';
import { identifier } from '../../core/quote.js';
import { encodeBound } from '../iceberg/bounds.js';
import type { DataFile, Field, FieldType, PrimitiveType } from '../iceberg/model.js';
import { duckdbPackage } from './duckdb-package.js';

/** One written file as DuckDB reports it. */
export interface FileReport {
  readonly path: string;
  readonly records: number;
  readonly bytes: number;
  /** By quoted column path (`"status"."name"`): `column_size_bytes`, `num_values`, `null_count`, `min`, `max`, `has_nan`. */
  readonly columns: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** Where row groups begin. */
  readonly splitOffsets: readonly number[] | null;
}

export function fileReport(row: Record<string, DuckDBValue>): Omit<FileReport, 'splitOffsets'> {
  const columns = entriesOf(row.column_statistics).map(([path, numbers]) => {
    const byName = entriesOf(numbers).map(([name, value]) => [name, String(value)] as const);
    return [path, new Map(byName)] as const;
  });
  return {
    path: String(row.filename),
    records: Number(row.count),
    bytes: Number(row.file_size_bytes),
    columns: new Map(columns),
  };
}

/** What a manifest says about the inside of a file. */
export type FileContents = Omit<DataFile, 'location' | 'partition' | 'referencedDataFile'>;

/** Bounds of a position-delete file are whole paths: readers prune by them. */
export function contentsOf(report: FileReport, fields: readonly Field[], content: DataFile['content']): FileContents {
  const columnSizes = new Map<number, number>();
  const valueCounts = new Map<number, number>();
  const nullCounts = new Map<number, number>();
  const nanCounts = new Map<number, number>();
  const lowerBounds = new Map<number, Uint8Array>();
  const upperBounds = new Map<number, Uint8Array>();
  const encode = content === 'data' ? encodeBound : wholeBound;
  for (const { path, id, type, repeated } of leaves(fields)) {
    const numbers = report.columns.get(path);
    if (!numbers) continue;
    columnSizes.set(id, Number(numbers.get('column_size_bytes')));
    if (repeated) continue;
    valueCounts.set(id, Number(numbers.get('num_values')));
    nullCounts.set(id, Number(numbers.get('null_count')));
    if (numbers.get('has_nan') === 'false') nanCounts.set(id, 0);
    const [lower, upper] = [numbers.get('min'), numbers.get('max')];
    if (lower !== undefined) setBound(lowerBounds, id, encode(type, lower, 'lower'));
    if (upper !== undefined) setBound(upperBounds, id, encode(type, upper, 'upper'));
  }
  const { records, bytes, splitOffsets } = report;
  const statistics = { columnSizes, valueCounts, nullCounts, nanCounts, lowerBounds, upperBounds };
  const sortOrderId = content === 'data' ? UNSORTED : null;
  return { content, records, bytes, ...statistics, splitOffsets, sortOrderId };
}

/** No table's order: a file may be sorted all the same. */
const UNSORTED = 0;

function setBound(bounds: Map<number, Uint8Array>, id: number, bound: Uint8Array | null | undefined): void {
  if (bound) bounds.set(id, bound);
}

function wholeBound(type: PrimitiveType, text: string, side: 'lower' | 'upper'): Uint8Array | null {
  return type === 'string' ? Buffer.from(text, 'utf8') : encodeBound(type, text, side);
}

interface Leaf {
  readonly path: string;
  readonly id: number;
  readonly type: PrimitiveType;
  /** Inside a list: its values are elements, not rows, so counts and bounds would mislead readers. */
  readonly repeated: boolean;
}

function leaves(fields: readonly Field[], prefix = '', repeated = false): Leaf[] {
  return fields.flatMap(({ id, name, type }) => leavesOf(`${prefix}${identifier(name)}`, id, type, repeated));
}

function leavesOf(path: string, id: number, type: FieldType, repeated: boolean): Leaf[] {
  if (typeof type === 'string') return [{ path, id, type, repeated }];
  if (type.kind === 'struct') return leaves(type.fields, `${path}.`, repeated);
  return leavesOf(`${path}."element"`, type.elementId, type.element, true);
}

function entriesOf(value: DuckDBValue | undefined): [string, DuckDBValue][] {
  if (!(value instanceof duckdbPackage().DuckDBMapValue)) return [];
  return value.entries.map(({ key, value: entry }) => [String(key), entry]);
}
