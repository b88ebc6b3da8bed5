/** Old snapshots leave the history, and then the files that only they needed leave the storage. */
import { KEPT_FILES, keepsEveryFile } from '../iceberg/kept-files.js';
import { DAY_MS } from '../iceberg/limits.js';
import { reachedOnlyBy } from '../iceberg/reach.js';
import type { TableVersion } from '../iceberg/version.js';
import { isBeneath } from '../storage/location.js';
import { newestWithState } from '../write/state.js';
import type { Workbench } from '../write/workbench.js';
import { NOTHING_REMOVED, type StepReport, sumBytes } from './report.js';

export interface Retention {
  /** Snapshots younger than this stay. */
  readonly days: number;
  /** The newest snapshots of the table's history stay, at least one: the current one. */
  readonly snapshots: number;
}

/**
 * The commit comes first: should the run die before all files are removed, what is left is unused and found as orphans.
 * No file of a commit under way is removed: its base is the current snapshot or it is refused.
 */
export async function expire(
  { catalog, now }: Workbench,
  version: TableVersion,
  retention: Retention,
  dryRun: boolean,
): Promise<StepReport> {
  const { metadata } = version;
  const total = metadata.snapshots.length;
  const report = { step: 'expire', unit: 'snapshots', before: { count: total }, removed: NOTHING_REMOVED } as const;
  if (keepsEveryFile(version.properties)) return { ...report, outcome: 'skipped', after: null, why: KEPT_FILES };
  const gone = expired(version, retention, now());
  const after = { count: total - gone.length };
  if (gone.length === 0) return { ...report, outcome: 'nothing', after, why: 'none is old enough' };
  const storage = catalog.storageOf(version);
  const kept = metadata.snapshots.filter((snapshot) => !gone.includes(snapshot));
  const only = await reachedOnlyBy(storage, gone, kept);
  // Files that a table merely refers to (imported by another tool, or by a forged name) are not the table's to remove.
  const files = only.filter((file) => isBeneath(version.location, file.location));
  const removed = { files: files.length, bytes: sumBytes(files) };
  const why = `older than ${retention.days} days and not of the newest ${retention.snapshots}`;
  if (dryRun) return { ...report, outcome: 'would', after, removed, why };
  await catalog.commit(version, {
    ...{ operation: null, add: [], remove: [] },
    expire: gone.map((snapshot) => String(snapshot['snapshot-id'])),
  });
  await storage.delete(files.map(({ location }) => location));
  return { ...report, outcome: 'done', after, removed, why };
}

/** How many snapshots would go. Told by the version alone; those that a tag or a branch names are counted, too. */
export function countExpired(version: TableVersion, retention: Retention, now: number): number {
  const limit = now - retention.days * DAY_MS;
  const { history } = version;
  return history.slice(keptOfLine(version, retention)).filter(({ timestampMs }) => timestampMs <= limit).length;
}

function expired(version: TableVersion, retention: Retention, now: number) {
  const { metadata } = version;
  const kept = new Set([
    ...version.history.slice(0, keptOfLine(version, retention)).map(({ snapshotId }) => snapshotId),
    ...Object.values(metadata.refs).map((ref) => String(ref['snapshot-id'])),
  ]);
  const limit = now - retention.days * DAY_MS;
  return metadata.snapshots.filter(
    (snapshot) => snapshot['timestamp-ms'] <= limit && !kept.has(String(snapshot['snapshot-id'])),
  );
}

/** So many of the newest stay: the snapshot that the bookmark belongs to is found by going from parent to parent. */
function keptOfLine(version: TableVersion, { snapshots }: Retention): number {
  const withState = newestWithState(version);
  const bookmarked = version.history.findIndex(({ snapshotId }) => snapshotId === withState);
  return Math.max(1, snapshots, bookmarked + 1);
}
