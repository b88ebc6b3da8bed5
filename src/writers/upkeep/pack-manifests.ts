/** Many small manifests become few; files, their sequence numbers and rows stay as they are. */

import { LIMITS } from '../iceberg/limits.js';
import { manifestsOf } from '../iceberg/manifest-files.js';
import { currentSnapshot } from '../iceberg/metadata.js';
import type { TableVersion } from '../iceberg/version.js';
import { takenOverState } from '../write/state.js';
import type { Workbench } from '../write/workbench.js';
import { type Amount, NOTHING_REMOVED, type StepReport, sumBytes } from './report.js';

export async function packManifests(bench: Workbench, version: TableVersion, dryRun: boolean): Promise<StepReport> {
  const rows = await currentManifests(bench, version);
  const before = amountOf(rows);
  const report = { step: 'manifests', unit: 'manifests', before, removed: NOTHING_REMOVED } as const;
  const small = rows.filter(({ bytes }) => bytes < LIMITS.fullManifest).length;
  if (small < LIMITS.packedManifests) return { ...report, outcome: 'nothing', after: before, why: 'they are few' };
  const why = `${small} are small`;
  if (dryRun) return { ...report, outcome: 'would', after: null, why };
  const next = await commitPacked(bench, version);
  return { ...report, outcome: 'done', after: amountOf(await currentManifests(bench, next)), why };
}

/** A snapshot of the same files in as few manifests as may be; none of them names a file that is gone. */
export function commitPacked({ catalog }: Workbench, version: TableVersion): Promise<TableVersion> {
  const summary = takenOverState(version);
  return catalog.commit(version, { operation: 'replace', add: [], remove: [], packManifests: true, summary });
}

async function currentManifests({ catalog }: Workbench, version: TableVersion) {
  const snapshot = currentSnapshot(version.metadata);
  return snapshot ? manifestsOf(catalog.storageOf(version), snapshot) : [];
}

function amountOf(rows: readonly { readonly bytes: number }[]): Amount {
  return { count: rows.length, bytes: sumBytes(rows) };
}
