/** The part of upkeep that the run does that writes a table, and the signs that the rest is due. */
import { collectGarbage } from '../../core/heap.js';
import { keepsEveryFile } from '../iceberg/kept-files.js';
import { targetFileSize } from '../iceberg/layout.js';
import { hasManyDeletes, isCostly, LIMITS, RETENTION } from '../iceberg/limits.js';
import type { TableVersion } from '../iceberg/version.js';
import { isOvertaken, onNewest } from '../write/on-newest.js';
import type { Workbench } from '../write/workbench.js';
import { compact } from './compact.js';
import { countExpired, expire } from './expire.js';
import { NOTHING_REMOVED, type StepReport } from './report.js';

export interface Keeping {
  /** The table was read as a whole for the first time: its files are put in order, however large it is. */
  readonly first?: boolean;
  /** @throws CommitConflict when another run has taken the table */
  held?(): Promise<void>;
}

/**
 * After a table's last commit of a run: files of a first read are put in order, a small table that needs it is compacted, and a
 * long history is cut by the usual retention. Most tables need none of it, which the version itself tells.
 * @returns what was done, or left to another run that has the table
 */
export async function keepUp(
  bench: Workbench,
  version: TableVersion,
  keeping: Keeping = {},
): Promise<readonly StepReport[]> {
  const done: StepReport[] = [];
  if (keeping.first && totalOf(version, 'total-data-files') > 1) done.push(await putInOrder(bench, version, keeping));
  else if (totalOf(version, 'total-files-size') <= LIMITS.smallTable && reasonsOfFiles(version).length > 0)
    done.push(await onNewest(bench, version, (newest) => compact(bench, newest)));
  if (isLong(version, bench.now()))
    done.push(await onNewest(bench, version, (newest) => expire(bench, newest, RETENTION, false)));
  return done.filter(({ outcome }) => outcome === 'done' || outcome === 'skipped');
}

/** Once: who loses a race for a table that others write leaves its files to them. */
async function putInOrder(bench: Workbench, version: TableVersion, { held }: Keeping): Promise<StepReport> {
  try {
    await held?.();
    collectGarbage();
    return await compact(bench, version, { first: true, ...(held ? { last: held } : {}) });
  } catch (error) {
    if (!(await isOvertaken(bench.catalog, version, error))) throw error;
    const before = { count: totalOf(version, 'total-data-files') };
    const why = `another run has the table: ${error instanceof Error ? error.message : String(error)}`;
    return { step: 'compact', unit: 'files', outcome: 'skipped', before, after: null, removed: NOTHING_REMOVED, why };
  }
}

/** Why the table should be maintained, in words; empty when nothing is due. Asks the storage nothing. */
export function reasonsToMaintain(version: TableVersion, now = Date.now()): readonly string[] {
  // How many files its partitions need, a table's totals do not tell.
  const files = version.spec.fields.length > 0 ? reasonsOfDeletes(version) : reasonsOfFiles(version);
  return [...files, ...(isLong(version, now) ? [`${version.history.length} snapshots`] : [])];
}

/** Whether the history is long, may be cut, and much of it is old: as long as it is young, nothing can be done about it. */
function isLong(version: TableVersion, now: number): boolean {
  if (version.history.length <= LIMITS.snapshots || keepsEveryFile(version.properties)) return false;
  return countExpired(version, RETENTION, now) >= LIMITS.expiredAtOnce;
}

/** By the running totals that every snapshot carries; a total that another tool left out counts as nothing. */
function reasonsOfFiles(version: TableVersion): readonly string[] {
  const total = (name: string) => totalOf(version, name);
  const target = targetFileSize(version);
  // At most so many files of full size fit into the bytes there are.
  const small = total('total-data-files') - Math.floor(total('total-files-size') / (target / 2));
  return [...reasonsOfDeletes(version), ...(isCostly(small - 1, target) ? [`${small} small files`] : [])];
}

function reasonsOfDeletes(version: TableVersion): readonly string[] {
  const total = (name: string) => totalOf(version, name);
  const dead = total('total-position-deletes');
  const deleteFiles = total('total-delete-files');
  return [
    dead > total('total-records') * LIMITS.deadShare ? `${dead} dead rows` : '',
    hasManyDeletes(deleteFiles, total('total-data-files')) ? `${deleteFiles} delete files` : '',
  ].filter((reason) => reason !== '');
}

function totalOf({ history }: TableVersion, name: string): number {
  return Number(history[0]?.summary[name] ?? 0);
}
