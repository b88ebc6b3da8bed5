/** Compaction: fewer and fuller files without dead rows; what readers see stays. */

import { hasManyDeletes, LIMITS } from '../iceberg/limits.js';
import type { LiveFile, LiveFiles } from '../iceberg/model.js';
import { byPartition } from '../iceberg/partitions.js';
import type { TableVersion } from '../iceberg/version.js';
import { StoredRows } from '../write/stored-rows.js';
import { inSession, type Workbench } from '../write/workbench.js';
import { type Amount, NOTHING_REMOVED, type StepReport, sumBytes } from './report.js';
import { rewriteRows, touchedFiles } from './rewrite-rows.js';

export async function compact(bench: Workbench, version: TableVersion, dryRun: boolean): Promise<StepReport> {
  const live = await bench.catalog.files(version);
  const before = amountOf(live);
  const why = reasonToCompact(live);
  const report = { step: 'compact', unit: 'files', before, removed: NOTHING_REMOVED } as const;
  if (why === null) return { ...report, outcome: 'nothing', after: before, why: 'files are few and full enough' };
  if (dryRun)
    return { ...report, outcome: 'would', after: null, why: `${why}; ${await rewriteText(bench, version, live)}` };
  const rewritten = await rewriteRows(bench, version, {
    operation: 'replace',
    choose: async (_stored, data) => new Set(smallFiles(data)),
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

/** Null when the files serve as they are. */
export function reasonToCompact({ data, deletes }: LiveFiles): string | null {
  const rows = rowsOf(data);
  const dead = deletes.reduce((sum, { records }) => sum + records, 0);
  const small = smallFiles(data).length;
  const reasons = [
    dead > rows * LIMITS.deadShare ? `${dead} of ${rows} rows are dead` : null,
    hasManyDeletes(deletes.length, data.length) ? `${deletes.length} delete files` : null,
    small > LIMITS.smallFiles ? `${small} small data files` : null,
  ].filter((reason) => reason !== null);
  return reasons.length === 0 ? null : reasons.join(', ');
}

/** Small files that others of their partition could take in: a file that is alone in its partition is as full as it can be. */
function smallFiles(data: readonly LiveFile[]): LiveFile[] {
  return [...byPartition(data, ({ partition }) => partition).values()].flatMap((own) =>
    own.length > 1 ? own.filter(({ bytes }) => bytes < LIMITS.smallFile) : [],
  );
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
  const small = new Set(smallFiles(live.data));
  const chosen = live.data.filter((file, number) => touched.has(number) || small.has(file));
  return `${chosen.length} data files (${rowsOf(chosen)} rows, ${sumBytes(chosen)} bytes) and ${live.deletes.length} delete files would be replaced`;
}
