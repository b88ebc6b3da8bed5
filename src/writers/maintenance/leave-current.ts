/** A table without a past: for data that must be gone at once, not when its time has come. */
import { ConnectorError } from '../../errors.js';
import type { TableName, TableVersion } from '../iceberg/model.js';
import { findOrphans } from './orphans.js';
import { commitPacked } from './pack-manifests.js';
import { onNewest, type Tools } from './tools.js';

/**
 * Leaves the current snapshot alone, its manifests without entries of removed files, and takes every other file of the table
 * from storage, earlier metadata files among them. The caller holds the table's lock: files of a commit under way would go too.
 * @returns the version that is left
 * @throws ConnectorError kind `failed` when a branch or tag names another snapshot
 */
export async function leaveOnlyCurrent(tools: Tools, table: TableName): Promise<TableVersion> {
  const { catalog } = tools;
  const version = await onNewest(tools, table, async (newest) => {
    await refuseNamed(tools, newest);
    return newest.currentSnapshotId === null ? newest : commitPacked(tools, newest);
  });
  const left = await onNewest(tools, table, (newest) => dropHistory(tools, newest));
  const rules = { before: Number.POSITIVE_INFINITY, keepLog: false };
  const { orphans } = await findOrphans(catalog, version, rules);
  await catalog.storageOf(table.namespace, table.name).delete(orphans.map(({ location }) => location));
  return left;
}

async function dropHistory({ catalog }: Tools, version: TableVersion): Promise<TableVersion> {
  const ids = (await catalog.metadataOf(version)).snapshots.map((snapshot) => String(snapshot['snapshot-id']));
  const expire = ids.filter((id) => id !== version.currentSnapshotId);
  return expire.length === 0 ? version : catalog.commit(version, { operation: null, add: [], remove: [], expire });
}

async function refuseNamed({ catalog }: Tools, version: TableVersion): Promise<void> {
  const { refs } = await catalog.metadataOf(version);
  const named = Object.entries(refs).find(([, ref]) => String(ref['snapshot-id']) !== version.currentSnapshotId);
  if (!named) return;
  throw new ConnectorError(
    'failed',
    `Table ${version.namespace}.${version.name} has a ${named[1].type} ${named[0]} that keeps an old snapshot. ` +
      'Drop it with the tool that made it, then run again.',
  );
}
