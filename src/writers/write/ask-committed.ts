/** A question about the rows that a version of a table holds. */
import type { Field, TableName } from '../iceberg/model.js';
import type { TableVersion } from '../iceberg/version.js';
import type { DuckSession } from '../parquet/duckdb.js';
import { isOvertaken } from './on-newest.js';
import { StoredRows } from './stored-rows.js';
import { inSession, type Workbench } from './workbench.js';

export interface Stored {
  readonly stored: StoredRows;
  readonly fields: readonly Field[];
  /** For temporary files. */
  readonly folder: string;
}

type Ask<T> = (session: DuckSession, stored: Stored) => Promise<T>;

/** Asks again of the newest version when the files of this one have been tidied away meanwhile. */
export async function askCommitted<T>(
  bench: Workbench,
  table: TableName,
  version: TableVersion | null,
  ask: Ask<T>,
): Promise<T> {
  try {
    return await askVersion(bench, table, version, ask);
  } catch (error) {
    if (!(await isOvertaken(bench.catalog, version, error))) throw error;
    return askVersion(bench, table, await bench.catalog.load(table.namespace, table.name), ask);
  }
}

function askVersion<T>(bench: Workbench, table: TableName, version: TableVersion | null, ask: Ask<T>): Promise<T> {
  return inSession(bench, async (session, folder) => {
    const live = version ? await bench.catalog.files(version) : { data: [], deletes: [] };
    const stored = await StoredRows.open(session, live, bench.catalog.storageOf(table));
    return ask(session, { stored, fields: version?.schema.fields ?? [], folder });
  });
}
