/** Manifests: which files belong to a table, since when, and what is in them (spec: Manifests). No I/O. */

import { ConnectorError } from '../../core/errors.js';
import { avroType, decodeContainer, encodeContainer } from './avro-container.js';
import { manifestEntryRead, manifestEntryWritten } from './manifest-schema.js';
import type { DataFile, PartitionField, Schema } from './model.js';
import {
  decodePartition,
  encodePartition,
  type PartitionRecord,
  partitionRecordIn,
  partitionType,
} from './partition-record.js';
import { type BoundSpec, UNPARTITIONED } from './partitions.js';
import { schemaToJson } from './schema-json.js';

export const STATUS = { existing: 0, added: 1, deleted: 2 } as const;
export type Status = (typeof STATUS)[keyof typeof STATUS];

export type ManifestContent = 'data' | 'deletes';

/** Nulls are inherited from the manifest's row in the manifest list; only an added entry may have them. */
export interface ManifestEntry {
  readonly status: Status;
  readonly snapshotId: bigint | null;
  readonly sequenceNumber: number | null;
  readonly fileSequenceNumber: number | null;
  readonly file: DataFile;
}

interface RawEntry {
  readonly status: number;
  readonly snapshot_id: bigint | null;
  readonly sequence_number: bigint | null;
  readonly file_sequence_number: bigint | null;
  readonly data_file: RawFile;
}

interface RawFile {
  readonly content: number;
  readonly file_path: string;
  readonly file_format: string;
  readonly partition: object;
  readonly record_count: bigint;
  readonly file_size_in_bytes: bigint;
  readonly column_sizes: readonly Pair<bigint>[] | null;
  readonly value_counts: readonly Pair<bigint>[] | null;
  readonly null_value_counts: readonly Pair<bigint>[] | null;
  readonly nan_value_counts: readonly Pair<bigint>[] | null;
  readonly lower_bounds: readonly Pair<Buffer>[] | null;
  readonly upper_bounds: readonly Pair<Buffer>[] | null;
  readonly split_offsets: readonly bigint[] | null;
  readonly sort_order_id: number | null;
  readonly referenced_data_file: string | null;
}

interface Pair<V> {
  readonly key: number;
  readonly value: V;
}

/** What all entries of one manifest have in common. */
export interface ManifestOf {
  readonly content: ManifestContent;
  /** The table's schema now. */
  readonly schema: Schema;
  readonly spec: BoundSpec;
}

export function encodeManifest({ content, schema, spec }: ManifestOf, entries: readonly ManifestEntry[]): Uint8Array {
  const header = {
    schema: JSON.stringify(schemaToJson(schema)),
    'schema-id': String(schema.schemaId),
    'partition-spec': JSON.stringify(spec.fields.map(fieldToJson)),
    'partition-spec-id': String(spec.specId),
    'format-version': '2',
    content,
  };
  const written = manifestEntryWritten(partitionType(spec));
  const raw = entries.map((entry) => toRaw(entry, spec));
  return encodeContainer(written, avroType(written), header, raw);
}

const fieldToJson = ({ id, name, sourceId, transform }: PartitionField) => ({
  'field-id': id,
  'source-id': sourceId,
  transform,
  name,
});

/** @throws ConnectorError kind `failed` for a damaged file or one with content this writer does not know. */
export function decodeManifest(bytes: Uint8Array, location: string): readonly ManifestEntry[] {
  let partition: PartitionRecord = { type: {}, fields: [] };
  const readType = (schema: unknown) => {
    partition = partitionRecordIn(schema);
    return avroType(manifestEntryRead(partition.type));
  };
  const { header, records } = decodeContainer(bytes, readType, location);
  // Iceberg's own library takes a manifest that does not say so for one of a table's first spec.
  const specId = Number(header.get('partition-spec-id') ?? UNPARTITIONED.specId);
  // decodeContainer has resolved every record to that type, whose shape RawEntry spells out.
  return (records as readonly RawEntry[]).map((record) => fromRaw(record, { location, specId, partition }));
}

function toRaw(entry: ManifestEntry, spec: BoundSpec): RawEntry & { data_file: Record<string, unknown> } {
  const { file } = entry;
  return {
    status: entry.status,
    snapshot_id: entry.snapshotId,
    sequence_number: orNull(entry.sequenceNumber),
    file_sequence_number: orNull(entry.fileSequenceNumber),
    data_file: {
      content: file.content === 'data' ? 0 : 1,
      file_path: file.location,
      file_format: 'PARQUET',
      partition: encodePartition(spec, file.partition),
      record_count: BigInt(file.records),
      file_size_in_bytes: BigInt(file.bytes),
      column_sizes: pairs(file.columnSizes, BigInt),
      value_counts: pairs(file.valueCounts, BigInt),
      null_value_counts: pairs(file.nullCounts, BigInt),
      nan_value_counts: pairs(file.nanCounts, BigInt),
      lower_bounds: pairs(file.lowerBounds, asBuffer),
      upper_bounds: pairs(file.upperBounds, asBuffer),
      key_metadata: null,
      split_offsets: file.splitOffsets?.map(BigInt) ?? null,
      equality_ids: null,
      sort_order_id: file.sortOrderId,
      referenced_data_file: file.referencedDataFile,
    },
  };
}

interface Read {
  readonly location: string;
  readonly specId: number;
  readonly partition: PartitionRecord;
}

function fromRaw(raw: RawEntry, { location, specId, partition }: Read): ManifestEntry {
  const file = raw.data_file;
  return {
    status: statusOf(raw.status, location),
    snapshotId: raw.snapshot_id,
    sequenceNumber: toNumber(raw.sequence_number),
    fileSequenceNumber: toNumber(raw.file_sequence_number),
    file: {
      content: contentOf(file, location),
      location: file.file_path,
      partition: { specId, values: partitionValues(partition, file, location) },
      records: Number(file.record_count),
      bytes: Number(file.file_size_in_bytes),
      columnSizes: fromPairs(file.column_sizes, Number),
      valueCounts: fromPairs(file.value_counts, Number),
      nullCounts: fromPairs(file.null_value_counts, Number),
      nanCounts: fromPairs(file.nan_value_counts, Number),
      lowerBounds: fromPairs(file.lower_bounds, (bytes) => new Uint8Array(bytes)),
      upperBounds: fromPairs(file.upper_bounds, (bytes) => new Uint8Array(bytes)),
      splitOffsets: file.split_offsets?.map(Number) ?? null,
      sortOrderId: file.sort_order_id,
      referencedDataFile: file.referenced_data_file,
    },
  };
}

function statusOf(status: number, location: string): Status {
  if (status === STATUS.existing || status === STATUS.added || status === STATUS.deleted) return status;
  throw unknownContent(location, `an entry of status ${status}`);
}

function contentOf(file: RawFile, location: string): DataFile['content'] {
  if (file.file_format.toUpperCase() !== 'PARQUET') throw unknownContent(location, `a ${file.file_format} file`);
  if (file.content === 0) return 'data';
  if (file.content === 1) return 'position-deletes';
  throw unknownContent(location, `a file of content ${file.content} (equality deletes)`);
}

function partitionValues(record: PartitionRecord, { partition }: RawFile, location: string) {
  try {
    return decodePartition(record, partition);
  } catch (error) {
    throw unknownContent(location, error instanceof Error ? error.message : String(error));
  }
}

function unknownContent(location: string, what: string): ConnectorError {
  return new ConnectorError(
    'failed',
    `${location} lists ${what}; expected Parquet data files and position deletes. Another tool has changed the table: ` +
      'rewrite it there into plain data files, or let the connector write to another warehouse.',
  );
}

function pairs<V, R>(map: ReadonlyMap<number, V>, convert: (value: V) => R): Pair<R>[] | null {
  if (map.size === 0) return null;
  return Array.from(map, ([key, value]) => ({ key, value: convert(value) }));
}

function fromPairs<V, R>(list: readonly Pair<V>[] | null, convert: (value: V) => R): Map<number, R> {
  return new Map((list ?? []).map(({ key, value }) => [key, convert(value)]));
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function orNull(value: number | null): bigint | null {
  return value === null ? null : BigInt(value);
}

function toNumber(value: bigint | null): number | null {
  return value === null ? null : Number(value);
}
