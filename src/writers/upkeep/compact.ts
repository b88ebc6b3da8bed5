/** Compaction: fewer and fuller files without dead rows; what readers see stays. */

import { orderOf, targetFileSize } from '../iceberg/layout.js';
import { hasManyDeletes, isCostly, LIMITS } from '../iceberg/limits.js';
import type { LiveFile, LiveFiles } from '../iceberg/model.js';
import { byPartition } from '../iceberg/partitions.js';
import type { TableVersion } from '../iceberg/version.js';
import { areApart } from '../write/key-bounds.js';
import { StoredRows } from '../write/stored-rows.js';
import { inSession, type Workbench } from '../write/workbench.js';
import { type Amount, NOTHING_REMOVED, type StepReport, sumBytes } from './report.js';
import { rewriteRows, touchedFiles } from './rewrite-rows.js';

export interface Compacting {
  readonly dryRun?: boolean;
  /** The table has just been read as a whole for the first time: all its files are put in order. */
  readonly first?: boolean;
  /** Asked right before the commit: what it throws, nothing is changed. */
  last?(): Promise<void>;
}

export async function compact(
  bench: Workbench,
  version: TableVersion,
  { dryRun = false, first = false, last }: Compacting = {},
): Promise<StepReport> {
  const live = await bench.catalog.files(version);
  const before = amountOf(live);
  const target = targetFileSize(version);
  const untidy = first ? untidyFiles(version, live.data) : [];
  const why = untidy.length > 0 ? `${untidy.length} files of a first read` : reasonToCompact(live, target);
  const report = { step: 'compact', unit: 'files', before, removed: NOTHING_REMOVED } as const;
  if (why === null) return { ...report, outcome: 'nothing', after: before, why: 'files are few and full enough' };
  if (dryRun)
    return { ...report, outcome: 'would', after: null, why: `${why}; ${await rewriteText(bench, version, live)}` };
  const rewritten = await rewriteRows(bench, version, {
    operation: 'replace',
    choose: async (_stored, data) => new Set([...smallFiles(data, target), ...untidyAmong(data, untidy)]),
    ...(last ? { last } : {}),
  });
  if (!rewritten) return { ...report, outcome: 'nothing', after: before, why };
  const gone = new Set(rewritten.removed.map(({ location }) => location));
  const kept = [...live.data, ...live.deletes].filter(({ location }) => !gone.has(location));
  const after = {
    count: kept.length + rewritten.added.length,
    rows: rowsOf([...kept, ...rewritten.added]),
    bytes: sumBytes([...kept, ...rewritten.added]),
  };
  return { ...report, outcome: 'done', after, why };
}

/** Null when the files serve as they are. @param target bytes that a file is to have */
export function reasonToCompact({ data, deletes }: LiveFiles, target: number = LIMITS.targetFile): string | null {
  const rows = rowsOf(data);
  const dead = deletes.reduce((sum, { records }) => sum + records, 0);
  const small = partitionsOf(data)
    .map((own) => smallOf(own, target))
    .filter((own) => pays(own, target))
    .flat();
  const reasons = [
    dead > rows * LIMITS.deadShare ? `${dead} of ${rows} rows are dead` : null,
    hasManyDeletes(deletes.length, data.length) ? `${deletes.length} delete files` : null,
    small.length > 0 ? `${small.length} small data files of ${sumBytes(small)} bytes` : null,
  ].filter((reason) => reason !== null);
  return reasons.length === 0 ? null : reasons.join(', ');
}

/** Whether together they fill a file, or opening them costs readers as much as that. */
function pays(small: readonly LiveFile[], target: number): boolean {
  const full = target / 2;
  return small.length > 1 && (sumBytes(small) >= full || isCostly(small.length - 1, target));
}

/** Small files that others of their partition could take in: a file that is alone in its partition is as full as it can be. */
function smallFiles(data: readonly LiveFile[], target: number): LiveFile[] {
  return partitionsOf(data).flatMap((own) => (own.length > 1 ? smallOf(own, target) : []));
}

const smallOf = (files: readonly LiveFile[], target: number) => files.filter(({ bytes }) => bytes < target / 2);

const partitionsOf = (data: readonly LiveFile[]) => [...byPartition(data, ({ partition }) => partition).values()];

/** Files of partitions in which some are small, or hold keys between those of another one. */
function untidyFiles(version: TableVersion, data: readonly LiveFile[]): LiveFile[] {
  const [column] = orderOf(version).fields;
  const target = targetFileSize(version);
  const isTidy = (own: readonly LiveFile[]) =>
    own.length === 1 || (smallOf(own, target).length === 0 && (!column || areApart(own, column)));
  return partitionsOf(data).flatMap((own) => (isTidy(own) ? [] : own));
}

/** Files of a later look at the same snapshot. */
function untidyAmong(data: readonly LiveFile[], untidy: readonly LiveFile[]): LiveFile[] {
  const names = new Set(untidy.map(({ location }) => location));
  return data.filter(({ location }) => names.has(location));
}

const rowsOf = (files: readonly { readonly content: string; readonly records: number }[]) =>
  files.reduce((sum, { content, records }) => sum + (content === 'data' ? records : 0), 0);

function amountOf({ data, deletes }: LiveFiles): Amount {
  return { count: data.length + deletes.length, rows: rowsOf(data), bytes: sumBytes([...data, ...deletes]) };
}

async function rewriteText(bench: Workbench, version: TableVersion, live: LiveFiles): Promise<string> {
  const touched = await inSession(bench, async (session) => {
    const stored = await StoredRows.open(session, live, bench.catalog.storageOf(version));
    return touchedFiles(session, stored);
  });
  const small = new Set(smallFiles(live.data, targetFileSize(version)));
  const chosen = live.data.filter((file, number) => touched.has(number) || small.has(file));
  return `${chosen.length} data files (${rowsOf(chosen)} rows, ${sumBytes(chosen)} bytes) and ${live.deletes.length} delete files would be replaced`;
}
