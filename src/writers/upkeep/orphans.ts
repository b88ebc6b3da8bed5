/** Files in a table's folder that no version needs: of commits that failed, of killed runs, of expired snapshots. */

import type { FileDetails, FileIO } from '../../core/files/file-io.js';
import { versionOf } from '../catalog/versions.js';
import type { Catalog } from '../iceberg/catalog.js';
import { KEPT_FILES, keepsEveryFile } from '../iceberg/kept-files.js';
import { reachedBy } from '../iceberg/reach.js';
import type { TableVersion } from '../iceberg/version.js';
import { isBeneath, isStraight, plainLocation } from '../storage/location.js';
import type { Workbench } from '../write/workbench.js';
import { NOTHING_REMOVED, type StepReport, sumBytes } from './report.js';

/** What Iceberg writers make, and nothing else: any other file is somebody's own. */
const KNOWN = /^(data\/.+\.parquet|metadata\/[^/]+(\.avro|\.metadata\.json)|(data|metadata)\/.+\.tmp)$/;

export interface OrphanRules {
  /** Only files last written before then, milliseconds since 1970. */
  readonly before: number;
  /** Whether earlier metadata files that the table's log names stay. */
  readonly keepLog: boolean;
}

/**
 * @param neighbours locations of all other tables of the catalog; null when one of them could not be told
 */
export async function removeOrphans(
  { catalog, now }: Workbench,
  { namespace, name, location, properties }: TableVersion,
  { ageMs, neighbours, dryRun }: { ageMs: number; neighbours: readonly string[] | null; dryRun: boolean },
): Promise<StepReport> {
  const storage = catalog.storageOf({ namespace, name });
  const report = { step: 'orphans', unit: 'files' } as const;
  const alone = isAlone(location, neighbours);
  if (!alone || keepsEveryFile(properties)) {
    const why = alone ? KEPT_FILES : SHARED_FOLDER;
    return { ...report, outcome: 'skipped', before: { count: 0 }, after: null, removed: NOTHING_REMOVED, why };
  }
  const rules = { before: now() - ageMs, keepLog: true };
  const { all, orphans } = await findOrphans(catalog, { namespace, name, location }, rules);
  const before = { count: all.length, bytes: sumBytes(all) };
  const removed = { files: orphans.length, bytes: sumBytes(orphans) };
  const after = { count: before.count - removed.files, bytes: before.bytes - removed.bytes };
  if (orphans.length === 0)
    return { ...report, outcome: 'nothing', before, after, removed, why: 'every file is needed' };
  const why = `nothing refers to ${orphans.length} files`;
  if (!dryRun) await storage.delete(orphans.map((file) => file.location));
  return { ...report, outcome: dryRun ? 'would' : 'done', before, after, removed, why };
}

/**
 * The folder is listed before the newest version is read: whatever a commit adds meanwhile is younger than any rule asks.
 * Metadata files come first and oldest first, as everywhere they are removed.
 */
export async function findOrphans(
  catalog: Catalog,
  table: Pick<TableVersion, 'namespace' | 'name' | 'location'>,
  { before, keepLog }: OrphanRules,
): Promise<{ readonly all: readonly FileDetails[]; readonly orphans: readonly FileDetails[] }> {
  const storage = catalog.storageOf(table);
  const all = await storage.details(table.location);
  const version = await catalog.load(table.namespace, table.name);
  if (version?.location !== table.location || keepsEveryFile(version.properties)) return { all, orphans: [] };
  const needed = await neededFiles(storage, version, keepLog);
  const newest = versionOf(version.metadataLocation) ?? Number.POSITIVE_INFINITY;
  const orphans = all.filter(({ location, modified }) => {
    const inside = location.slice(table.location.length + 1);
    return (
      modified < before &&
      KNOWN.test(inside) &&
      !needed.has(plainLocation(location)) &&
      (versionOf(location) ?? 0) < newest
    );
  });
  return { all, orphans: orphans.toSorted((a, b) => order(a) - order(b)) };
}

const order = ({ location }: FileDetails) => versionOf(location) ?? Number.POSITIVE_INFINITY;

async function neededFiles(
  storage: FileIO,
  { metadata, metadataLocation }: TableVersion,
  keepLog: boolean,
): Promise<ReadonlySet<string>> {
  const log = keepLog ? metadata['metadata-log'].map((entry) => entry['metadata-file']) : [];
  const reached = await reachedBy(storage, metadata.snapshots);
  return new Set([metadataLocation, ...log, ...reached].map(plainLocation));
}

/** Why files that a table does not need are not removed. */
export const SHARED_FOLDER = 'the folder may hold other tables, too';

/** Whether no other table can lie in the folder. @param neighbours null: nobody knows */
export const isAlone = (location: string, neighbours: readonly string[] | null): boolean =>
  neighbours?.every((other) => !overlap(other, location)) === true;

/** A location that leads elsewhere than it reads may be anywhere, also within the other one. */
function overlap(a: string, b: string): boolean {
  if (!isStraight(a) || !isStraight(b)) return true;
  return plainLocation(a) === plainLocation(b) || isBeneath(a, b) || isBeneath(b, a);
}
