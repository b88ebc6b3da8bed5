/** What callers see of a table's metadata. No I/O. */
import { ancestry, currentSchema, currentSnapshot, type TableMetadata } from '../iceberg/metadata.js';
import type { LiveFile, Schema, TableVersion } from '../iceberg/model.js';
import { specOf } from '../iceberg/partitions.js';
import { schemaFromJson } from '../iceberg/schema-json.js';

export function toTableVersion(
  namespace: string,
  name: string,
  metadata: TableMetadata,
  metadataLocation: string,
): TableVersion {
  const schemas = metadata.schemas.map((json): [number, Schema] => [json['schema-id'], schemaFromJson(json)]);
  const snapshot = currentSnapshot(metadata);
  return {
    namespace,
    name,
    uuid: metadata['table-uuid'],
    location: metadata.location,
    metadataLocation,
    schema: currentSchema(metadata),
    schemas: new Map(schemas),
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

export function byContent(files: readonly LiveFile[]) {
  return {
    data: files.filter((file) => file.content === 'data'),
    deletes: files.filter((file) => file.content === 'position-deletes'),
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
