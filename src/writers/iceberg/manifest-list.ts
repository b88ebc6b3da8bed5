/** Manifest lists: the manifests of one snapshot with their totals (spec: Manifest Lists). No I/O. */
import { avroType, decodeContainer, encodeContainer } from './avro-container.js';
import { type ManifestContent, type ManifestEntry, STATUS, type Status } from './manifest.js';
import { MANIFEST_FILE } from './manifest-schema.js';
import type { LiveFile } from './model.js';
import { type FieldSummary, summarizePartitions } from './partition-bounds.js';
import type { BoundSpec } from './partitions.js';

export interface Tally {
  readonly files: number;
  readonly rows: number;
}

export interface ManifestRow {
  readonly location: string;
  readonly bytes: number;
  readonly content: ManifestContent;
  readonly specId: number;
  /** For each field of the spec; null: not told. */
  readonly partitions: readonly FieldSummary[] | null;
  /** Of the snapshot that wrote the manifest. */
  readonly sequenceNumber: number;
  /** The lowest data sequence number among its live entries. */
  readonly minSequenceNumber: number;
  readonly addedSnapshotId: bigint;
  readonly added: Tally;
  readonly existing: Tally;
  readonly deleted: Tally;
}

interface RawRow {
  readonly manifest_path: string;
  readonly manifest_length: bigint;
  readonly partition_spec_id: number;
  readonly content: number;
  readonly sequence_number: bigint;
  readonly min_sequence_number: bigint;
  readonly added_snapshot_id: bigint;
  readonly added_files_count: number;
  readonly existing_files_count: number;
  readonly deleted_files_count: number;
  readonly added_rows_count: bigint;
  readonly existing_rows_count: bigint;
  readonly deleted_rows_count: bigint;
  readonly partitions: readonly RawSummary[] | null;
  readonly key_metadata: null;
}

interface RawSummary {
  readonly contains_null: boolean;
  readonly contains_nan: boolean | null;
  readonly lower_bound: Buffer | null;
  readonly upper_bound: Buffer | null;
}

/** The snapshot a list belongs to, as its header names it. */
export interface ListedSnapshot {
  readonly snapshotId: bigint;
  readonly parentId: bigint | null;
  readonly sequenceNumber: number;
}

const TYPE = avroType(MANIFEST_FILE);

export function encodeManifestList(of: ListedSnapshot, rows: readonly ManifestRow[]): Uint8Array {
  const header = {
    'snapshot-id': String(of.snapshotId),
    'parent-snapshot-id': of.parentId === null ? 'null' : String(of.parentId),
    'sequence-number': String(of.sequenceNumber),
    'format-version': '2',
  };
  return encodeContainer(MANIFEST_FILE, TYPE, header, rows.map(toRaw));
}

/** @throws ConnectorError kind `failed` for a damaged file. */
export function decodeManifestList(bytes: Uint8Array, location: string): readonly ManifestRow[] {
  // decodeContainer has resolved every record to TYPE, whose shape RawRow spells out.
  return (decodeContainer(bytes, () => TYPE, location).records as readonly RawRow[]).map(fromRaw);
}

/** Describes a manifest just written, from its entries. */
export function manifestRow(
  written: Pick<ManifestRow, 'location' | 'bytes' | 'content' | 'sequenceNumber' | 'addedSnapshotId'>,
  spec: BoundSpec,
  entries: readonly ManifestEntry[],
): ManifestRow {
  const live = entries.filter((entry) => entry.status !== STATUS.deleted);
  const sequenceNumbers = live.map((entry) => entry.sequenceNumber ?? written.sequenceNumber);
  return {
    ...written,
    specId: spec.specId,
    partitions: summarizePartitions(
      spec,
      entries.map(({ file }) => file.partition),
    ),
    minSequenceNumber: sequenceNumbers.reduce((a, b) => Math.min(a, b), written.sequenceNumber),
    added: tally(entries, STATUS.added),
    existing: tally(entries, STATUS.existing),
    deleted: tally(entries, STATUS.deleted),
  };
}

/** The files a manifest keeps alive, with what its entries inherit from its row. */
export function liveFiles(row: ManifestRow, entries: readonly ManifestEntry[]): LiveFile[] {
  return entries
    .filter((entry) => entry.status !== STATUS.deleted)
    .map((entry) => ({
      ...entry.file,
      sequenceNumber: entry.sequenceNumber ?? row.sequenceNumber,
      fileSequenceNumber: entry.fileSequenceNumber ?? row.sequenceNumber,
      snapshotId: String(entry.snapshotId ?? row.addedSnapshotId),
    }));
}

function tally(entries: readonly ManifestEntry[], status: Status): Tally {
  const chosen = entries.filter((entry) => entry.status === status);
  return { files: chosen.length, rows: chosen.reduce((sum, entry) => sum + entry.file.records, 0) };
}

function toRaw(row: ManifestRow): RawRow {
  return {
    manifest_path: row.location,
    manifest_length: BigInt(row.bytes),
    partition_spec_id: row.specId,
    content: row.content === 'data' ? 0 : 1,
    sequence_number: BigInt(row.sequenceNumber),
    min_sequence_number: BigInt(row.minSequenceNumber),
    added_snapshot_id: row.addedSnapshotId,
    added_files_count: row.added.files,
    existing_files_count: row.existing.files,
    deleted_files_count: row.deleted.files,
    added_rows_count: BigInt(row.added.rows),
    existing_rows_count: BigInt(row.existing.rows),
    deleted_rows_count: BigInt(row.deleted.rows),
    partitions: row.partitions?.map(summaryToRaw) ?? null,
    key_metadata: null,
  };
}

function summaryToRaw({ containsNull, containsNan, lower, upper }: FieldSummary): RawSummary {
  return {
    contains_null: containsNull,
    contains_nan: containsNan,
    lower_bound: lower && Buffer.from(lower),
    upper_bound: upper && Buffer.from(upper),
  };
}

function summaryFromRaw(raw: RawSummary): FieldSummary {
  return {
    containsNull: raw.contains_null,
    containsNan: raw.contains_nan,
    lower: raw.lower_bound,
    upper: raw.upper_bound,
  };
}

function fromRaw(raw: RawRow): ManifestRow {
  return {
    location: raw.manifest_path,
    bytes: Number(raw.manifest_length),
    content: raw.content === 0 ? 'data' : 'deletes',
    specId: raw.partition_spec_id,
    partitions: raw.partitions?.map(summaryFromRaw) ?? null,
    sequenceNumber: Number(raw.sequence_number),
    minSequenceNumber: Number(raw.min_sequence_number),
    addedSnapshotId: raw.added_snapshot_id,
    added: { files: raw.added_files_count, rows: Number(raw.added_rows_count) },
    existing: { files: raw.existing_files_count, rows: Number(raw.existing_rows_count) },
    deleted: { files: raw.deleted_files_count, rows: Number(raw.deleted_rows_count) },
  };
}
