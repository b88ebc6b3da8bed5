/** DuckDB's types and values in Arrow's words. */
import {
  DuckDBDateValue,
  DuckDBListType,
  DuckDBListValue,
  DuckDBStructType,
  DuckDBStructValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  type DuckDBType,
  DuckDBTypeId,
  type DuckDBValue,
} from '@duckdb/node-api';
import {
  Bool,
  type DataType,
  DateDay,
  Field,
  Float64,
  Int32,
  Int64,
  List,
  Struct,
  TimestampMicrosecond,
  Utf8,
} from 'apache-arrow';
import { toText } from '../tables/cells.js';

const DAY_MS = 86_400_000;

const SCALARS: Readonly<Partial<Record<DuckDBTypeId, () => DataType>>> = {
  [DuckDBTypeId.BOOLEAN]: () => new Bool(),
  [DuckDBTypeId.TINYINT]: () => new Int32(),
  [DuckDBTypeId.SMALLINT]: () => new Int32(),
  [DuckDBTypeId.INTEGER]: () => new Int32(),
  [DuckDBTypeId.UTINYINT]: () => new Int32(),
  [DuckDBTypeId.USMALLINT]: () => new Int32(),
  [DuckDBTypeId.UINTEGER]: () => new Int64(),
  [DuckDBTypeId.BIGINT]: () => new Int64(),
  // What sum() of integers gives: DuckDB's own clients show it as a double too.
  [DuckDBTypeId.HUGEINT]: () => new Float64(),
  [DuckDBTypeId.UBIGINT]: () => new Float64(),
  [DuckDBTypeId.DECIMAL]: () => new Float64(),
  [DuckDBTypeId.FLOAT]: () => new Float64(),
  [DuckDBTypeId.DOUBLE]: () => new Float64(),
  [DuckDBTypeId.DATE]: () => new DateDay(),
  [DuckDBTypeId.TIMESTAMP]: () => new TimestampMicrosecond(),
  [DuckDBTypeId.TIMESTAMP_TZ]: () => new TimestampMicrosecond('UTC'),
};

/** Types without a counterpart become text, as `--format csv` shows them. */
export function arrowType(type: DuckDBType): DataType {
  if (type instanceof DuckDBListType) return new List(new Field('item', arrowType(type.valueType), true));
  if (type instanceof DuckDBStructType)
    return new Struct(
      type.entryNames.map((name, index) => new Field(name, arrowType(type.entryTypes[index] ?? type), true)),
    );
  return SCALARS[type.typeId]?.() ?? new Utf8();
}

/** The value as Arrow's builder of `type` wants it. */
export function arrowValue(value: DuckDBValue, type: DataType): unknown {
  if (value === null) return null;
  if (value instanceof DuckDBListValue && type instanceof List)
    return value.items.map((item) => arrowValue(item, type.valueType));
  if (value instanceof DuckDBStructValue && type instanceof Struct)
    return Object.fromEntries(
      type.children.map((child) => [child.name, arrowValue(value.entries[child.name] ?? null, child.type)]),
    );
  if (value instanceof DuckDBDateValue) return value.days * DAY_MS;
  if (value instanceof DuckDBTimestampTZValue || value instanceof DuckDBTimestampValue) return builderMs(value.micros);
  if (type instanceof Float64) return Number(String(value));
  if (type instanceof Int64) return BigInt(String(value));
  return type instanceof Utf8 ? toText(value) : value;
}

/** Arrow's builder multiplies milliseconds by 1000 and wants an integer; where a double cannot give it, milliseconds must do. */
function builderMs(micros: bigint): number {
  const exact = Number(micros) / 1000;
  return exact * 1000 === Number(micros) ? exact : Math.round(exact);
}
