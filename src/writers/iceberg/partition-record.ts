/**
 * The record `partition` of a manifest, which has one field for each of its spec (spec: Manifests, field 102). Avro knows
 * fields by name; ours are found by id, as a spec's names may be anything. No I/O.
 */
import { plainName } from './avro-container.js';
import type { Partition, PartitionValue, PrimitiveType } from './model.js';
import type { BoundSpec } from './partitions.js';

type AvroJson = Readonly<Record<string, unknown>>;

/** As it stands in a manifest's own schema. */
export interface PartitionRecord {
  readonly type: AvroJson;
  readonly fields: readonly { readonly name: string; readonly id: number }[];
}

const AVRO: Readonly<Record<PrimitiveType, unknown>> = {
  string: 'string',
  boolean: 'boolean',
  int: 'int',
  long: 'long',
  float: 'float',
  double: 'double',
  date: { type: 'int', logicalType: 'date' },
  timestamptz: { type: 'long', logicalType: 'timestamp-micros', 'adjust-to-utc': true },
};

export function partitionType({ fields }: BoundSpec): AvroJson {
  return {
    type: 'record',
    name: 'r102',
    fields: fields.map(({ id, name, result }) => ({
      name: plainName(name),
      type: ['null', AVRO[result]],
      default: null,
      'field-id': id,
    })),
  };
}

/** @throws Error for a schema without one */
export function partitionRecordIn(manifestEntry: unknown): PartitionRecord {
  const type = fieldOf(fieldOf(manifestEntry, 'data_file'), 'partition');
  const fields = fieldsOf(type).map(({ name, 'field-id': id }) => ({ name: plainName(String(name)), id: Number(id) }));
  return { type, fields };
}

/** Values in the types of a spec's fields: a column may have grown since the file was written. */
export function encodePartition({ fields }: BoundSpec, { values }: Partition): Record<string, unknown> {
  return Object.fromEntries(
    fields.map(({ id, name, result }) => {
      const value = values.get(id);
      return [plainName(name), value === undefined ? null : asType(result, value)];
    }),
  );
}

/** @throws Error for a value of a type that no column here has */
export function decodePartition(record: PartitionRecord, value: object): Partition['values'] {
  const cells = value as Readonly<Record<string, unknown>>;
  const known = record.fields.flatMap(({ name, id }): [number, PartitionValue][] => {
    const cell = cells[name];
    if (cell === null || cell === undefined) return [];
    if (isValue(cell)) return [[id, cell]];
    throw new Error(`the partition field ${name} has a value of an unknown type`);
  });
  return new Map(known);
}

function asType(type: PrimitiveType, value: PartitionValue): unknown {
  if (type === 'long' || type === 'timestamptz') return BigInt(value);
  return type === 'string' || type === 'boolean' ? value : Number(value);
}

const isValue = (cell: unknown): cell is PartitionValue =>
  ['string', 'number', 'bigint', 'boolean'].includes(typeof cell);

function fieldOf(record: unknown, name: string): AvroJson {
  const type = fieldsOf(record).find((field) => field.name === name)?.type;
  if (typeof type !== 'object' || type === null) throw new Error(`its schema has no record ${name}`);
  return type as AvroJson;
}

function fieldsOf(record: unknown): readonly AvroJson[] {
  const { fields } = (record ?? {}) as AvroJson;
  return Array.isArray(fields) ? fields : [];
}
