/** All steps of upkeep for one table, in the order in which each makes the next one's work smaller. */

import type { OpenCatalog } from '../catalog/open-catalog.js';
import type { TableName } from '../iceberg/model.js';
import { onNewest } from '../write/on-newest.js';
import type { Workbench } from '../write/workbench.js';
import { compact } from './compact.js';
import { expire, type Retention } from './expire.js';
import { removeOrphans } from './orphans.js';
import { packManifests } from './pack-manifests.js';
import type { StepReport } from './report.js';

export interface MaintainOptions {
  readonly retention: Retention;
  readonly orphanAgeMs: number;
  readonly dryRun: boolean;
  /** Locations of the other tables by name; null for one that could not be told. */
  readonly neighbours: readonly string[] | null;
}

/**
 * Safe beside runs that write the table: no lease is taken, every commit starts from the newest version and is done again when
 * another one came first (I12).
 * @param told receives each step's report as soon as it is done
 * @throws CommitConflict (kind `later`) when others were faster every time; the steps before it stand
 */
export async function maintainTable(
  bench: Workbench,
  table: TableName,
  { retention, orphanAgeMs, dryRun, neighbours }: MaintainOptions,
  told: (report: StepReport) => void,
): Promise<void> {
  told(await onNewest(bench, table, (version) => compact(bench, version, { dryRun })));
  told(await onNewest(bench, table, (version) => expire(bench, version, retention, dryRun)));
  const orphans = { ageMs: orphanAgeMs, neighbours, dryRun };
  told(await onNewest(bench, table, (version) => removeOrphans(bench, version, orphans)));
  told(await onNewest(bench, table, (version) => packManifests(bench, version, dryRun)));
}

/** Where each table lies; null for one that cannot be read in a catalog that decides that itself. */
export async function locationsOf(
  { catalog, root }: Pick<OpenCatalog, 'catalog' | 'root'>,
  tables: readonly TableName[],
): Promise<ReadonlyMap<TableName, string | null>> {
  const found = new Map<TableName, string | null>();
  for (const table of tables) {
    const { namespace, name } = table;
    const version = await catalog.load(namespace, name).catch(() => null);
    found.set(table, version?.location ?? (root && `${root}/${namespace}/${name}`));
  }
  return found;
}

/** Locations of all tables but this one; null when one of them could not be told. */
export function neighboursOf(
  places: ReadonlyMap<TableName, string | null>,
  { namespace, name }: TableName,
): readonly string[] | null {
  const others = [...places].filter(([other]) => other.namespace !== namespace || other.name !== name);
  const known = others.flatMap(([, place]) => place ?? []);
  return known.length === others.length ? known : null;
}
