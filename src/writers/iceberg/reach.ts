/** Every file that snapshots refer to: what may go when some of them expire, and what nothing refers to. */
import type { FileIO } from '../../core/files/file-io.js';
import { inParallel } from '../../core/in-parallel.js';
import { plainLocation } from '../storage/location.js';
import { STATUS } from './manifest.js';
import { AT_ONCE, entriesOf, manifestsOf } from './manifest-files.js';
import type { ManifestRow } from './manifest-list.js';
import type { Snapshot } from './metadata.js';

export interface ReachedFile {
  readonly kind: 'data' | 'deletes' | 'manifest' | 'list';
  readonly location: string;
  readonly bytes: number;
}

/**
 * The files that only the `gone` snapshots reach, each once.
 * @throws ConnectorError when a file that a kept snapshot needs is missing or damaged: then nothing may be removed
 */
export async function reachedOnlyBy(
  io: FileIO,
  gone: readonly Snapshot[],
  kept: readonly Snapshot[],
): Promise<readonly ReachedFile[]> {
  const lists = await listsToDrop(io, gone, kept);
  const keptRows = await manifestRows(io, kept);
  const goneRows = new Map<string, ManifestRow>();
  for (const [location, row] of await manifestRows(io, lists.snapshots))
    if (!keptRows.has(location)) goneRows.set(location, row);
  const files = new Map<string, ReachedFile>();
  for (const file of await filesNamed(io, [...goneRows.values()], 'all')) files.set(plainLocation(file.location), file);
  if (files.size > 0)
    for (const { location } of await filesNamed(io, [...keptRows.values()], 'live'))
      files.delete(plainLocation(location));
  const manifests = [...goneRows.values()].map(({ location, bytes }) => ({
    kind: 'manifest' as const,
    location,
    bytes,
  }));
  return [...files.values(), ...manifests, ...lists.files];
}

/** Locations of everything that these snapshots need. @throws as `reachedOnlyBy` */
export async function reachedBy(io: FileIO, snapshots: readonly Snapshot[]): Promise<ReadonlySet<string>> {
  const rows = await manifestRows(io, snapshots);
  const files = await filesNamed(io, [...rows.values()], 'live');
  return new Set([
    ...snapshots.map((snapshot) => snapshot['manifest-list']),
    ...rows.keys(),
    ...files.map(({ location }) => location),
  ]);
}

/** Lists that are there still: a run that died while removing files has perhaps removed some. */
async function listsToDrop(io: FileIO, gone: readonly Snapshot[], kept: readonly Snapshot[]) {
  const needed = new Set(kept.map((snapshot) => plainLocation(snapshot['manifest-list'])));
  const candidates = gone.filter((snapshot) => !needed.has(plainLocation(snapshot['manifest-list'])));
  const sizes = await inParallel(candidates, AT_ONCE, (snapshot) => io.size(snapshot['manifest-list']));
  const present = candidates.filter((_, index) => sizes[index] !== null);
  const files = candidates.flatMap((snapshot, index): ReachedFile[] => {
    const bytes = sizes[index];
    return bytes === null || bytes === undefined ? [] : [{ kind: 'list', location: snapshot['manifest-list'], bytes }];
  });
  return { snapshots: present, files };
}

/** By their location in plain words: two writers may name one file differently. */
async function manifestRows(io: FileIO, snapshots: readonly Snapshot[]): Promise<Map<string, ManifestRow>> {
  const rows = await inParallel(snapshots, AT_ONCE, (snapshot) => manifestsOf(io, snapshot));
  return new Map(rows.flat().map((row) => [plainLocation(row.location), row]));
}

/** @param which `all`: also the files that an entry says were removed; they belonged to older snapshots */
async function filesNamed(io: FileIO, rows: readonly ManifestRow[], which: 'all' | 'live'): Promise<ReachedFile[]> {
  const found = await inParallel(rows, AT_ONCE, async (row) =>
    (await entriesOf(io, row))
      .filter(({ status }) => which === 'all' || status !== STATUS.deleted)
      .map(({ file: { content, location, bytes } }): ReachedFile => {
        return { kind: content === 'data' ? 'data' : 'deletes', location, bytes };
      }),
  );
  return found.flat();
}
