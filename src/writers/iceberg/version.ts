/** A table's version: its metadata, and what callers see of it. No I/O. */
import { ancestry, currentSchema, currentSnapshot, type TableMetadata } from './metadata.js';
import type { PartitionSpec, Schema, TableName } from './model.js';
import { specOf } from './partitions.js';

export interface PastSnapshot {
  readonly snapshotId: string;
  readonly sequenceNumber: number;
  /** When it was made, milliseconds since 1970. */
  readonly timestampMs: number;
  readonly summary: Readonly<Record<string, string>>;
}

/** A table version as loaded. Immutable: a commit returns the next one. */
export interface TableVersion extends TableName {
  readonly uuid: string;
  /** Absolute location of the table's folder, without a trailing slash. */
  readonly location: string;
  /** Empty for a table that does not exist yet (`Catalog.draft`). */
  readonly metadataLocation: string;
  /** What the other members are told by: snapshots that are no ancestors, branches, logs. */
  readonly metadata: TableMetadata;
  readonly schema: Schema;
  /** What files are written by from now on. */
  readonly spec: PartitionSpec;
  readonly lastColumnId: number;
  readonly properties: Readonly<Record<string, string>>;
  readonly currentSnapshotId: string | null;
  /** Of the newest snapshot ever made, whether it is still there or not. */
  readonly lastSequenceNumber: number;
  /** The current snapshot and its ancestors, newest first, as far back as they have not expired. */
  readonly history: readonly PastSnapshot[];
}

export function toTableVersion(
  { namespace, name }: TableName,
  metadata: TableMetadata,
  metadataLocation: string,
): TableVersion {
  const snapshot = currentSnapshot(metadata);
  return {
    namespace,
    name,
    uuid: metadata['table-uuid'],
    location: metadata.location,
    metadataLocation,
    metadata,
    schema: currentSchema(metadata),
    spec: specOf(metadata, metadata['default-spec-id']),
    lastColumnId: metadata['last-column-id'],
    properties: metadata.properties,
    currentSnapshotId: snapshot && String(snapshot['snapshot-id']),
    lastSequenceNumber: metadata['last-sequence-number'],
    history: ancestry(metadata).map((ancestor) => ({
      snapshotId: String(ancestor['snapshot-id']),
      sequenceNumber: ancestor['sequence-number'],
      timestampMs: ancestor['timestamp-ms'],
      summary: ancestor.summary,
    })),
  };
}

/** Whether a later version of the same table came out of the given one, by its log or by the snapshot made with it. */
export function contains(later: TableMetadata, earlier: TableMetadata, earlierLocation: string): boolean {
  const made = earlier['last-updated-ms'];
  const isLogged = later['metadata-log'].some(
    (entry) => entry['metadata-file'] === earlierLocation && entry['timestamp-ms'] === made,
  );
  const snapshot = currentSnapshot(earlier);
  const own = snapshot?.['timestamp-ms'] === made ? snapshot['snapshot-id'] : null;
  return isLogged || ancestry(later).some((ancestor) => ancestor['snapshot-id'] === own);
}
