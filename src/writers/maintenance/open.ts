/** A lake opened for upkeep. */
import { join } from 'node:path';
import type { LakeSettings } from '../lake.js';
import { type Lake, openLake } from '../open-lake.js';
import { Duck } from '../parquet/duckdb.js';
import { RunFolder } from '../run-folder.js';
import { orStorageError } from '../storage/file-io.js';
import type { Tools } from './tools.js';

/** What DuckDB may use: sorting a table that does not fit spills to the local folder. */
const MEMORY_LIMIT = '256MB';

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
  const files = new RunFolder(lake.scratch, runId);
  const folder = () => orStorageError(`put files aside in ${lake.scratch}`, () => files.path());
  let duck: Promise<Duck> | null = null;
  const sharedDuck = () => {
    duck ??= folder().then((path) => Duck.open({ memoryLimit: MEMORY_LIMIT, temporaryFolder: join(path, 'duckdb') }));
    return duck;
  };
  return {
    lake,
    tools: { catalog: lake.catalog, duck: sharedDuck, folder, now },
    async close() {
      await (await duck)?.close();
      await files.remove();
    },
  };
}
