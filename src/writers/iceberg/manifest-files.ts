/** Reading manifest lists and manifests from storage, each checked against what refers to it. */
import { ConnectorError } from '../../core/errors.js';
import type { FileIO } from '../../core/files/file-io.js';
import { inParallel } from '../../core/in-parallel.js';
import { knownManifests } from './known-manifests.js';
import { decodeManifest, type ManifestEntry } from './manifest.js';
import { decodeManifestList, liveFiles, type ManifestRow } from './manifest-list.js';
import { currentSnapshot, type Snapshot, type TableMetadata } from './metadata.js';
import type { LiveFile, LiveFiles } from './model.js';

/** Reads under way at once: one after the other they would cost a round trip each. */
export const AT_ONCE = 8;

/** All files of a version's current snapshot, as the storage has them now. */
export async function filesOf(
  io: FileIO,
  metadata: TableMetadata,
  read: typeof entriesOf = entriesOf,
): Promise<readonly LiveFile[]> {
  const snapshot = currentSnapshot(metadata);
  const rows = snapshot ? await manifestsOf(io, snapshot) : [];
  const files = await inParallel(rows.filter(hasLiveFiles), AT_ONCE, async (row) =>
    liveFiles(row, await read(io, row)),
  );
  return files.flat();
}

/** The same, told apart; of manifests that this process knows, as it knows them. */
export async function liveFilesOf(io: FileIO, metadata: TableMetadata): Promise<LiveFiles> {
  const files = await filesOf(io, metadata, knownEntriesOf);
  return {
    data: files.filter(({ content }) => content === 'data'),
    deletes: files.filter(({ content }) => content === 'position-deletes'),
  };
}

/** @throws ConnectorError kind `failed` when the list is missing, damaged or not the whole of what its snapshot counts */
export async function manifestsOf(io: FileIO, snapshot: Snapshot): Promise<readonly ManifestRow[]> {
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

/** @throws ConnectorError kind `failed` when the manifest is missing, damaged or of another size */
export async function entriesOf(io: FileIO, row: ManifestRow): Promise<readonly ManifestEntry[]> {
  const bytes = await readWhole(io, row.location);
  if (bytes.length !== row.bytes) throw damaged(row.location, `has ${bytes.length} bytes, expected ${row.bytes}`);
  return decodeManifest(bytes, row.location);
}

/** As `entriesOf`; what this process has written or read is not read again. */
export async function knownEntriesOf(io: FileIO, row: ManifestRow): Promise<readonly ManifestEntry[]> {
  const known = knownManifests(io);
  const entries = known.get(row.location, row.bytes) ?? (await entriesOf(io, row));
  known.set(row.location, { bytes: row.bytes, entries });
  return entries;
}

export function hasLiveFiles(row: ManifestRow): boolean {
  return row.added.files + row.existing.files > 0;
}

async function readWhole(io: FileIO, location: string): Promise<Uint8Array> {
  const bytes = await io.read(location);
  if (bytes) return bytes;
  throw damaged(location, 'is missing although a snapshot of the table needs it');
}

function damaged(location: string, what: string): ConnectorError {
  return new ConnectorError(
    'failed',
    `${location} ${what}. The table is damaged; nothing was changed: restore the file, or move the table away and sync again.`,
  );
}
