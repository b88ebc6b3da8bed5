/** A question about the rows that a version of a table holds. */
import type { Field, TableName } from '../iceberg/model.js';
import type { TableVersion } from '../iceberg/version.js';
import type { DuckSession } from '../parquet/duckdb.js';
import { StoredRows } from './stored-rows.js';
import { inSession, isOvertaken } from './tools.js';
import type { Workshop } from './workshop.js';

export interface Stored {
  readonly stored: StoredRows;
  readonly fields: readonly Field[];
  /** For temporary files. */
  readonly folder: string;
}

type Place = Pick<Workshop, 'catalog' | 'duck' | 'folder'>;
type Ask<T> = (session: DuckSession, stored: Stored) => Promise<T>;

/** Asks again of the newest version when the files of this one have been tidied away meanwhile. */
export async function askCommitted<T>(
  place: Place,
  table: TableName,
  version: TableVersion | null,
  ask: Ask<T>,
): Promise<T> {
  try {
    return await askVersion(place, table, version, ask);
  } catch (error) {
    if (!(await isOvertaken(place.catalog, version, error))) throw error;
    return askVersion(place, table, await place.catalog.load(table.namespace, table.name), ask);
  }
}

function askVersion<T>(
  { catalog, duck, folder }: Place,
  table: TableName,
  version: TableVersion | null,
  ask: Ask<T>,
): Promise<T> {
  return inSession({ duck, folder: async () => folder }, async (session, own) => {
    const live = version ? await catalog.files(version) : { data: [], deletes: [] };
    const stored = await StoredRows.open(session, live, catalog.storageOf(table));
    return ask(session, { stored, fields: version?.schema.fields ?? [], folder: own });
  });
}
