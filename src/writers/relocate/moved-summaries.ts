/** Sizes in the summaries of snapshots: delete files that were written anew have another size, and totals go on from there. */

import type { FileIO } from '../../core/files/file-io.js';
import { inParallel } from '../../core/in-parallel.js';
import { type ManifestEntry, STATUS } from '../iceberg/manifest.js';
import { AT_ONCE, entriesOf, manifestsOf } from '../iceberg/manifest-files.js';
import type { Snapshot } from '../iceberg/metadata.js';

/**
 * Reads all manifests of all snapshots back, so that each is seen to be whole before any reader meets it.
 * @param snapshots with their lists at the new place
 * @returns the same, their sizes as the manifests have them; a size that a summary does not tell stays untold
 */
export async function withSizes(io: FileIO, snapshots: readonly Snapshot[]): Promise<Snapshot[]> {
  const read = new Map<string, Promise<readonly ManifestEntry[]>>();
  return inParallel(snapshots, AT_ONCE, async (snapshot) => {
    const own = snapshot['snapshot-id'];
    const sizes = { 'total-files-size': 0, 'added-files-size': 0, 'removed-files-size': 0 };
    for (const row of await manifestsOf(io, snapshot)) {
      const entries = read.get(row.location) ?? entriesOf(io, row);
      read.set(row.location, entries);
      for (const { status, snapshotId, file } of await entries) {
        if (status !== STATUS.deleted) sizes['total-files-size'] += file.bytes;
        if ((snapshotId ?? row.addedSnapshotId) !== own || status === STATUS.existing) continue;
        sizes[status === STATUS.added ? 'added-files-size' : 'removed-files-size'] += file.bytes;
      }
    }
    const told = Object.entries(sizes).filter(([name]) => name in snapshot.summary);
    return {
      ...snapshot,
      summary: { ...snapshot.summary, ...Object.fromEntries(told.map(([name, size]) => [name, String(size)])) },
    };
  });
}
