/** A lake opened for upkeep. */

import { type Lake, openLake } from '../catalog/open-lake.js';
import type { LakeSettings } from '../storage/lake.js';
import { RunTools } from '../write/run-tools.js';
import type { Tools } from '../write/tools.js';

export interface Maintenance {
  readonly lake: Lake;
  readonly tools: Tools;
  close(): Promise<void>;
}

/** Makes nothing before a table is rewritten. @param runId part of the local folder's name @param now milliseconds since 1970 */
export async function openMaintenance(
  settings: LakeSettings,
  runId: string,
  now: () => number = Date.now,
): Promise<Maintenance> {
  const lake = await openLake(settings, now);
  // Sorting a table that does not fit into DuckDB's memory spills to the local folder.
  const run = new RunTools({ scratch: lake.scratch, runId });
  return {
    lake,
    tools: { catalog: lake.catalog, duck: run.duck, folder: run.folder, now },
    close: () => run.close(),
  };
}
