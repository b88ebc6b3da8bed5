/** A table without a past: for data that must be gone at once, not when its time has come. */
import { ConnectorError } from '../../core/errors.js';
import { KEPT_FILES, keepsEveryFile } from '../iceberg/kept-files.js';
import type { TableName } from '../iceberg/model.js';
import type { TableVersion } from '../iceberg/version.js';
import { plainLocation } from '../storage/location.js';
import { onNewest } from '../write/on-newest.js';
import type { Workbench } from '../write/workbench.js';
import { findOrphans } from './orphans.js';
import { commitPacked } from './pack-manifests.js';

/**
 * Leaves the current snapshot alone, its manifests without entries of removed files, and takes every other file of the table
 * from storage, earlier metadata files among them. Without a lease on the table others may write it meanwhile: whose files are
 * there before our commit is refused by it, and what comes later stays.
 * @returns the version that is left
 * @throws ConnectorError kind `failed` when history must stay (`whyHistoryStays`)
 */
export async function leaveOnlyCurrent(bench: Workbench, table: TableName): Promise<TableVersion> {
  const { catalog } = bench;
  const storage = catalog.storageOf(table);
  let former: readonly string[] = [];
  const version = await onNewest(bench, table, async (newest) => {
    refuseKept(newest);
    former = await storage.list(newest.location);
    return commitPacked(bench, newest);
  });
  const left = await onNewest(bench, table, (newest) => dropHistory(bench, newest));
  const rules = { before: Number.POSITIVE_INFINITY, keepLog: false };
  const { orphans } = await findOrphans(catalog, version, rules);
  const old = new Set([...former, version.metadataLocation].map(plainLocation));
  await storage.delete(orphans.map(({ location }) => location).filter((location) => old.has(plainLocation(location))));
  return left;
}

async function dropHistory({ catalog }: Workbench, version: TableVersion): Promise<TableVersion> {
  const ids = version.metadata.snapshots.map((snapshot) => String(snapshot['snapshot-id']));
  const expire = ids.filter((id) => id !== version.currentSnapshotId);
  return expire.length === 0 ? version : catalog.commit(version, { operation: null, add: [], remove: [], expire });
}

/**
 * What keeps earlier versions of a table, in words; null when they may go. A branch or tag on the current snapshot counts, too:
 * the rewritten table has another one.
 */
export function whyHistoryStays({ properties, metadata }: TableVersion): string | null {
  if (keepsEveryFile(properties)) return KEPT_FILES;
  const named = Object.entries(metadata.refs).find(([name]) => name !== 'main');
  return named ? `the ${named[1].type} ${named[0]} keeps a snapshot; drop it with the tool that made it` : null;
}

function refuseKept(version: TableVersion): void {
  const why = whyHistoryStays(version);
  if (why === null) return;
  throw new ConnectorError('failed', `Earlier versions of table ${version.namespace}.${version.name} stay: ${why}.`);
}
