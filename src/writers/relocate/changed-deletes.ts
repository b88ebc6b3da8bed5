/** Position-delete files name data files by location: here they are written anew with the new ones. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { ConnectorError } from '../../core/errors.js';
import { literal, pathList } from '../../core/quote.js';
import { copyToFile } from '../parquet/copy.js';
import type { DuckSession } from '../parquet/duckdb.js';
import { contentsOf } from '../parquet/stats.js';
import { plainLocationSql } from '../storage/location.js';
import { DELETE_FIELDS } from '../write/rewrite.js';
import type { ChangedFile } from './changed-manifests.js';
import type { Places } from './places.js';

/**
 * @param path a local path of the file as it is
 * @param rows how many positions it must hold
 * @param folder a local folder for the file under way
 * @returns the local path of the changed file, and what a manifest says about it
 */
export async function changedDeleteFile(
  session: DuckSession,
  file: { readonly location: string; readonly path: string; readonly rows: number },
  places: Places,
  folder: string,
): Promise<{ readonly localFile: string; readonly entry: ChangedFile }> {
  const localFile = join(folder, `${randomUUID()}.parquet`);
  const [report] = await copyToFile(session, moved(file.path, places), DELETE_FIELDS, localFile);
  if (report?.records !== file.rows)
    throw new ConnectorError(
      'failed',
      `${file.location} holds ${report?.records ?? 0} positions, but its manifest counts ${file.rows}. The table is damaged; it was not moved.`,
    );
  return {
    localFile,
    entry: { ...contentsOf(report, DELETE_FIELDS, 'position-deletes'), location: places.changed(file.location) },
  };
}

function moved(path: string, { named, target }: Places): string {
  return `SELECT CASE WHEN starts_with(plain, ${literal(`${named}/`)})
      THEN ${literal(target)} || substr(plain, length(${literal(named)}) + 1) ELSE file_path END AS file_path, pos
    FROM (SELECT file_path, pos, ${plainLocationSql('file_path')} AS plain FROM read_parquet(${pathList([path])})) ORDER BY 1, 2`;
}
