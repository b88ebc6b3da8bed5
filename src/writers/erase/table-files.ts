/** All rows that lie in a table's folder: current ones, dead ones, those of old snapshots and of commits that failed. */

import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { literal } from '../../core/quote.js';
import type { TableVersion } from '../iceberg/version.js';
import type { DuckSession } from '../parquet/duckdb.js';
import { rowsIn } from '../parquet/read-sql.js';
import type { Workbench } from '../write/workbench.js';

/** SELECT of all columns of every row in every data file of the folder; null when there is none. */
export async function everyRow({ catalog }: Workbench, version: TableVersion): Promise<string | null> {
  const storage = catalog.storageOf(version);
  const deletes = new Set((await catalog.files(version)).deletes.map(({ location }) => location));
  const files = (await storage.list(`${version.location}/data`)).filter(
    (location) => location.endsWith('.parquet') && !location.endsWith('-deletes.parquet') && !deletes.has(location),
  );
  if (files.length === 0) return null;
  const paths = await storage.localPaths(files);
  return rowsIn([...paths.values()], version.schema.fields);
}

/** Calls `see` with each row of a SELECT as a parsed JSON object; no more than one is in memory. */
export async function eachRow(
  session: DuckSession,
  folder: string,
  rows: string,
  see: (row: unknown) => void,
): Promise<void> {
  const path = join(folder, 'rows.ndjson');
  await session.run(`COPY (${rows}) TO ${literal(path)} (FORMAT json)`);
  const input = createReadStream(path);
  try {
    for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY }))
      if (line !== '') see(JSON.parse(line));
  } finally {
    // Reading lines to their end closes it; an error in between would leave it open.
    input.destroy();
  }
}
