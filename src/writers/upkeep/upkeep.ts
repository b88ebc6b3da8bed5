/** The cheap part of upkeep, done by the run that writes a table, and the signs that the rest is due. */
import { keepsEveryFile } from '../iceberg/kept-files.js';
import { hasManyDeletes, LIMITS, RETENTION } from '../iceberg/limits.js';
import type { TableVersion } from '../iceberg/version.js';
import { onNewest } from '../write/on-newest.js';
import type { Workbench } from '../write/workbench.js';
import { compact } from './compact.js';
import { countExpired, expire } from './expire.js';
import type { StepReport } from './report.js';

/**
 * After a table's last commit of a run: a small table that needs it is compacted, and a long history is cut by the usual
 * retention. Most tables need neither, which the version itself tells.
 * @returns what was done
 */
export async function keepUp(bench: Workbench, version: TableVersion): Promise<readonly StepReport[]> {
  const done: StepReport[] = [];
  if (totalOf(version, 'total-files-size') <= LIMITS.smallTable && reasonsOfFiles(version).length > 0)
    done.push(await onNewest(bench, version, (newest) => compact(bench, newest, false)));
  if (isLong(version, bench.now()))
    done.push(await onNewest(bench, version, (newest) => expire(bench, newest, RETENTION, false)));
  return done.filter(({ outcome }) => outcome === 'done');
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
  // At most so many files of full size fit into the bytes there are.
  const small = total('total-data-files') - Math.floor(total('total-files-size') / LIMITS.smallFile);
  return [...reasonsOfDeletes(version), ...(small > LIMITS.smallFiles ? [`${small} small files`] : [])];
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
