/** Turning a change into a snapshot: its manifests, its manifest list and its running totals (spec: Snapshots). */

import { FAILPOINT, failpoint } from '../../core/failpoints.js';
import type { FileIO } from '../../core/files/file-io.js';
import { inParallel } from '../../core/in-parallel.js';
import { CommitConflict } from './errors.js';
import { newSnapshotId, newUuid } from './ids.js';
import { knownManifests } from './known-manifests.js';
import { encodeManifest, type ManifestEntry, STATUS } from './manifest.js';
import { AT_ONCE, hasLiveFiles, knownEntriesOf, manifestsOf } from './manifest-files.js';
import { encodeManifestList, liveFiles, type ManifestRow, manifestRow } from './manifest-list.js';
import { alike, type Kind, manifestsToPack, type OpenedManifest, packs, readable } from './manifest-packing.js';
import { currentSchema, currentSnapshot, type Snapshot, type TableMetadata } from './metadata.js';
import type { DataFile, Schema } from './model.js';
import { bindSpec, schemasOf, specOf } from './partitions.js';
import { type SnapshotChange, summarize } from './summary.js';

interface Staging {
  readonly io: FileIO;
  /** The table as it will be but for the snapshot. */
  readonly base: TableMetadata;
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
  const staging = { io, base, folder, uuid: newUuid(), schema, snapshotId, sequenceNumber, written };
  const kept = await keepManifests(staging, parent ? await manifestsOf(io, parent) : [], change);
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

/** The previous snapshot's manifests without the removed files; those that name none of them mostly stay as they are. */
async function keepManifests(
  staging: Staging,
  rows: readonly ManifestRow[],
  change: SnapshotChange,
): Promise<ManifestRow[]> {
  const live = rows.filter(hasLiveFiles);
  const packed = manifestsToPack(live, change.packManifests === true);
  const gone = new Set(change.remove.map((file) => file.location));
  const missing = new Set(gone);
  const kept: ManifestRow[] = [];
  const opened: OpenedManifest[] = [];
  const looked = gone.size > 0 ? live : live.filter((row) => packed.has(row));
  const entries = new Map(
    await inParallel(looked, AT_ONCE, async (row) => [row, await knownEntriesOf(staging.io, row)] as const),
  );
  for (const row of live) {
    const own = entries.get(row) ?? [];
    const found = liveFiles(row, own).filter((file) => missing.delete(file.location));
    if (found.length > 0 || packed.has(row)) opened.push({ row, entries: own });
    else kept.push(row);
  }
  const [first] = missing;
  if (first !== undefined)
    throw new CommitConflict(
      `${first} should be removed from the table but is not in its current snapshot. Run again.`,
    );
  for (const { kind, pack } of packs(opened)) kept.push(...(await writeAnew(staging, kind, pack, gone)));
  return kept;
}

async function writeAnew(
  staging: Staging,
  kind: Kind,
  pack: readonly OpenedManifest[],
  gone: ReadonlySet<string>,
): Promise<ManifestRow[]> {
  // Inherited numbers become explicit here: the new manifest has another row to inherit from.
  const entries = pack
    .flatMap(({ row, entries: own }) => liveFiles(row, own))
    .map((file): ManifestEntry => {
      const isGone = gone.has(file.location);
      return {
        status: isGone ? STATUS.deleted : STATUS.existing,
        snapshotId: isGone ? staging.snapshotId : BigInt(file.snapshotId),
        sequenceNumber: file.sequenceNumber,
        fileSequenceNumber: file.fileSequenceNumber,
        file,
      };
    });
  return writeManifests(staging, kind, entries);
}

async function addManifests(staging: Staging, add: readonly DataFile[]): Promise<ManifestRow[]> {
  const rows: ManifestRow[] = [];
  for (const { kind, all } of alike(add, kindOf)) {
    const entries = all.map((file) => addedEntry(staging, file));
    rows.push(...(await writeManifests(staging, kind, entries)));
  }
  return rows;
}

const kindOf = ({ content, partition: { specId } }: DataFile): Kind => {
  return { content: content === 'data' ? 'data' : 'deletes', specId };
};

function addedEntry(staging: Staging, file: DataFile): ManifestEntry {
  const { snapshotId } = staging;
  return { status: STATUS.added, snapshotId, sequenceNumber: null, fileSequenceNumber: null, file };
}

/** In as many manifests as a reader's memory asks for. */
async function writeManifests(staging: Staging, kind: Kind, entries: readonly ManifestEntry[]): Promise<ManifestRow[]> {
  const rows: ManifestRow[] = [];
  for (const some of readable(entries)) rows.push(await writeManifest(staging, kind, some));
  return rows;
}

async function writeManifest(
  staging: Staging,
  { content, specId }: Kind,
  entries: readonly ManifestEntry[],
): Promise<ManifestRow> {
  const { snapshotId: addedSnapshotId, sequenceNumber, written } = staging;
  const location = `${staging.folder}/${staging.uuid}-m${written.length}.avro`;
  const spec = bindSpec(specOf(staging.base, specId), schemasOf(staging.base));
  const bytes = encodeManifest({ content, schema: staging.schema, spec }, entries);
  written.push(location);
  await staging.io.write(location, bytes);
  knownManifests(staging.io).set(location, { bytes: bytes.length, entries });
  return manifestRow({ location, bytes: bytes.length, content, sequenceNumber, addedSnapshotId }, spec, entries);
}
