/** Turning a change into a snapshot: its manifests, its manifest list and its running totals (spec: Snapshots). */
import { ConnectorError } from '../../errors.js';
import type { FileIO } from '../storage/file-io.js';
import { CommitConflict } from './errors.js';
import { FAILPOINT, failpoint } from './failpoints.js';
import { newSnapshotId, newUuid } from './ids.js';
import { decodeManifest, encodeManifest, type ManifestContent, type ManifestEntry, STATUS } from './manifest.js';
import { decodeManifestList, encodeManifestList, liveFiles, type ManifestRow, manifestRow } from './manifest-list.js';
import { currentSchema, currentSnapshot, type Snapshot, type TableMetadata } from './metadata.js';
import type { DataFile, LiveFile, Schema, TableChange } from './model.js';
import { summarize } from './summary.js';

export interface SnapshotChange extends TableChange {
  readonly operation: NonNullable<TableChange['operation']>;
}

interface Staging {
  readonly io: FileIO;
  readonly folder: string;
  readonly uuid: string;
  readonly schema: Schema;
  readonly snapshotId: bigint;
  readonly sequenceNumber: number;
  /** Every file written, for the caller to remove should the commit fail. */
  readonly written: string[];
}

/**
 * Writes what the snapshot needs beside its data files; nothing is visible yet.
 * @param base the table as it will be but for the snapshot: the change's schema is already current.
 * @param written receives the location of every file before it is written.
 * @throws CommitConflict when a file to remove is not in the base's snapshot.
 */
export async function stageSnapshot(
  io: FileIO,
  base: TableMetadata,
  change: SnapshotChange,
  now: number,
  written: string[],
): Promise<Snapshot> {
  const parent = currentSnapshot(base);
  const schema = currentSchema(base);
  const sequenceNumber = base['last-sequence-number'] + 1;
  const snapshotId = newSnapshotId();
  const folder = `${base.location}/metadata`;
  const staging = { io, folder, uuid: newUuid(), schema, snapshotId, sequenceNumber, written };
  const kept = await keepManifests(staging, await manifestRows(io, base), change.remove);
  const added = await addManifests(staging, change.add);
  failpoint(FAILPOINT.manifestsWritten);
  const parentId = parent?.['snapshot-id'] ?? null;
  const list = `${folder}/snap-${snapshotId}-1-${staging.uuid}.avro`;
  written.push(list);
  await io.write(list, encodeManifestList({ snapshotId, parentId, sequenceNumber }, [...added, ...kept]));
  failpoint(FAILPOINT.manifestListWritten);
  return {
    'snapshot-id': snapshotId,
    ...(parentId === null ? {} : { 'parent-snapshot-id': parentId }),
    'sequence-number': sequenceNumber,
    'timestamp-ms': now,
    'manifest-list': list,
    summary: { ...change.summary, ...summarize(change, parent?.summary ?? null) },
    'schema-id': schema.schemaId,
  };
}

/** All files of a version's current snapshot. */
export async function filesOf(io: FileIO, metadata: TableMetadata): Promise<readonly LiveFile[]> {
  const files: LiveFile[] = [];
  for (const row of await manifestRows(io, metadata)) files.push(...liveFiles(row, await entriesOf(io, row)));
  return files;
}

async function manifestRows(io: FileIO, metadata: TableMetadata): Promise<readonly ManifestRow[]> {
  const snapshot = currentSnapshot(metadata);
  if (!snapshot) return [];
  const location = snapshot['manifest-list'];
  const rows = decodeManifestList(await readWhole(io, location), location);
  const listed = rows.reduce(
    (sum, row) => sum + (row.content === 'data' ? row.added.files + row.existing.files : 0),
    0,
  );
  const expected = Number(snapshot.summary['total-data-files'] ?? listed);
  // Cut exactly behind its header, an Avro file is whole but empty.
  if (listed !== expected) throw damaged(location, `lists ${listed} data files, but its snapshot counts ${expected}`);
  return rows;
}

async function entriesOf(io: FileIO, row: ManifestRow): Promise<readonly ManifestEntry[]> {
  const bytes = await readWhole(io, row.location);
  if (bytes.length !== row.bytes) throw damaged(row.location, `has ${bytes.length} bytes, expected ${row.bytes}`);
  return decodeManifest(bytes, row.location);
}

async function readWhole(io: FileIO, location: string): Promise<Uint8Array> {
  const bytes = await io.read(location);
  if (bytes) return bytes;
  throw damaged(location, "is missing although the table's current snapshot needs it");
}

function damaged(location: string, what: string): ConnectorError {
  return new ConnectorError(
    'failed',
    `${location} ${what}. The table is damaged; nothing was changed: restore the file, or move the table away and sync again.`,
  );
}

/** The previous snapshot's manifests without the removed files; those that name none of them are taken over as they are. */
async function keepManifests(
  staging: Staging,
  rows: readonly ManifestRow[],
  remove: readonly LiveFile[],
): Promise<ManifestRow[]> {
  const wanted = new Set(remove.map((file) => file.location));
  const kept: ManifestRow[] = [];
  for (const row of rows.filter(hasLiveFiles)) {
    const entries = wanted.size === 0 ? [] : await entriesOf(staging.io, row);
    const found = liveFiles(row, entries).filter((file) => wanted.delete(file.location));
    kept.push(found.length === 0 ? row : await rewriteManifest(staging, row, entries, found));
  }
  const [missing] = wanted;
  if (missing === undefined) return kept;
  throw new CommitConflict(
    `${missing} should be removed from the table but is not in its current snapshot. Run again.`,
  );
}

function hasLiveFiles(row: ManifestRow): boolean {
  return row.added.files + row.existing.files > 0;
}

async function rewriteManifest(
  staging: Staging,
  row: ManifestRow,
  entries: readonly ManifestEntry[],
  removed: readonly LiveFile[],
): Promise<ManifestRow> {
  const gone = new Set(removed.map((file) => file.location));
  // Inherited numbers become explicit here: the rewritten manifest has another row to inherit from.
  const next = liveFiles(row, entries).map((file): ManifestEntry => {
    const isGone = gone.has(file.location);
    return {
      status: isGone ? STATUS.deleted : STATUS.existing,
      snapshotId: isGone ? staging.snapshotId : BigInt(file.snapshotId),
      sequenceNumber: file.sequenceNumber,
      fileSequenceNumber: file.fileSequenceNumber,
      file,
    };
  });
  return writeManifest(staging, row.content, next);
}

async function addManifests(staging: Staging, add: readonly DataFile[]): Promise<ManifestRow[]> {
  const rows: ManifestRow[] = [];
  for (const content of ['data', 'deletes'] as const) {
    const files = add.filter((file) => (file.content === 'data') === (content === 'data'));
    if (files.length > 0)
      rows.push(
        await writeManifest(
          staging,
          content,
          files.map((file) => addedEntry(staging, file)),
        ),
      );
  }
  return rows;
}

function addedEntry(staging: Staging, file: DataFile): ManifestEntry {
  const { snapshotId } = staging;
  return { status: STATUS.added, snapshotId, sequenceNumber: null, fileSequenceNumber: null, file };
}

async function writeManifest(
  staging: Staging,
  content: ManifestContent,
  entries: readonly ManifestEntry[],
): Promise<ManifestRow> {
  const { snapshotId: addedSnapshotId, sequenceNumber, written } = staging;
  const location = `${staging.folder}/${staging.uuid}-m${written.length}.avro`;
  const bytes = encodeManifest(content, staging.schema, entries);
  written.push(location);
  await staging.io.write(location, bytes);
  return manifestRow({ location, bytes: bytes.length, content, sequenceNumber, addedSnapshotId }, entries);
}
