/**
 * Data files written anew with the rows they hold now: dead rows left out, under the current schema, in the order of the
 * table, in full-sized files. One commit replaces the old files and every delete file.
 */
import { ConnectorError } from '../../core/errors.js';
import { orderOf, targetFileSize } from '../iceberg/layout.js';
import type { DataFile, LiveFile, LiveFiles, TableChange } from '../iceberg/model.js';
import type { TableVersion } from '../iceberg/version.js';
import type { DuckSession } from '../parquet/duckdb.js';
import { digestsOf } from '../write/digest-generation.js';
import { commitFiles } from '../write/on-newest.js';
import { Rewriter } from '../write/rewrite.js';
import { takenOverState } from '../write/state.js';
import { FILE, POSITION, StoredRows } from '../write/stored-rows.js';
import { inSession, type Workbench } from '../write/workbench.js';
import { groupFiles, keyRanges } from './key-ranges.js';

export interface Rewriting {
  /** `replace` when no reader sees a difference. */
  readonly operation: 'replace' | 'overwrite';
  /** Which data files have to be written anew, besides those that delete files concern. */
  choose(stored: StoredRows, data: readonly LiveFile[], session: DuckSession): Promise<ReadonlySet<LiveFile>>;
  /** From a SELECT of all columns to a SELECT of as many rows with the same columns in the same order; default: as they are. */
  select?(rows: string, session: DuckSession): Promise<string>;
  /** Asked right before the commit: what it throws, nothing is changed. */
  last?(): Promise<void>;
}

/** What rows of one key take may be far more than a file should have. */
const MOST_TARGETS = 4;

export interface Rewritten {
  readonly version: TableVersion;
  readonly removed: readonly LiveFile[];
  readonly added: readonly DataFile[];
}

/**
 * @returns null when there is nothing to write anew
 * @throws CommitConflict when another writer was faster; nothing is changed then
 */
export async function rewriteRows(bench: Workbench, version: TableVersion, how: Rewriting): Promise<Rewritten | null> {
  const { catalog } = bench;
  const storage = catalog.storageOf(version);
  const live = await catalog.files(version);
  const made = await inSession(bench, async (session, folder) => {
    const stored = await StoredRows.open(session, live, storage);
    const chosen = await filesToRewrite(session, stored, how);
    if (chosen.length === 0 && live.deletes.length === 0) return null;
    const { location, schema, spec } = version;
    // Rows that a SELECT has changed are no longer what their digests say.
    const beside = how.select || schema.identifierFieldIds.length === 0 ? [] : [digestsOf(version)];
    const rewriter = new Rewriter(session, { schema, spec, beside }, folder, { location, storage });
    const ordered = { fields: [...schema.fields, ...beside], target: targetFileSize(version) };
    const add: DataFile[] = [];
    const { orderId, fields: key } = orderOf(version);
    for (const group of groupFiles(live.data, new Set(chosen), key))
      for (const { rows, order } of await keyRanges(session, stored, { ...ordered, key }, group)) {
        const made = { fileBytes: ordered.target * MOST_TARGETS, sortOrderId: order === '' ? 0 : orderId };
        add.push(...(await rewriter.append(`${(await how.select?.(rows, session)) ?? rows} ${order}`, made)).add);
      }
    const removed = [...chosen.flatMap((number) => live.data[number] ?? []), ...live.deletes];
    return { add, removed, expected: await liveRows(session, live, chosen) };
  });
  if (!made) return null;
  const { add, removed, expected } = made;
  const change: TableChange = { operation: how.operation, add, remove: removed, summary: takenOverState(version) };
  const next = await commitFiles(catalog, version, change, async () => {
    await refuseLoss(version, add, expected, (location) => storage.size(location));
    await how.last?.();
  });
  return { version: next, removed, added: add };
}

/** Numbers of the chosen files and of those that delete files concern, so that no delete file is needed afterwards. */
async function filesToRewrite(session: DuckSession, stored: StoredRows, how: Rewriting): Promise<number[]> {
  const touched = await touchedFiles(session, stored);
  const chosen = await how.choose(stored, stored.data, session);
  return stored.data.flatMap((file, number) => (touched.has(number) || chosen.has(file) ? [number] : []));
}

/** Numbers of the data files in which rows are dead. */
export async function touchedFiles(session: DuckSession, stored: StoredRows): Promise<ReadonlySet<number>> {
  if (!(await stored.loadDead())) return new Set();
  const rows = await session.rows(`SELECT DISTINCT ${FILE} AS number FROM dead`);
  return new Set(rows.map(({ number }) => Number(number)));
}

/** Rows of the files that no delete file names: what has to be in the new files. */
async function liveRows(session: DuckSession, live: LiveFiles, chosen: readonly number[]): Promise<number> {
  const all = chosen.reduce((sum, number) => sum + (live.data[number]?.records ?? 0), 0);
  if (live.data.length === 0 || live.deletes.length === 0) return all;
  // Every file with dead rows is among the chosen ones.
  const [row] = await session.rows(`SELECT count(*) AS dead FROM (SELECT DISTINCT ${FILE}, ${POSITION} FROM dead)`);
  return all - Number(row?.dead ?? 0);
}

/** The last look before the old files go: as many rows as before, in files that are really there. */
async function refuseLoss(
  version: TableVersion,
  add: readonly DataFile[],
  expected: number,
  size: (location: string) => Promise<number | null>,
): Promise<void> {
  const table = `${version.namespace}.${version.name}`;
  const written = add.reduce((sum, { records }) => sum + records, 0);
  if (written !== expected)
    throw new ConnectorError(
      'failed',
      `Table ${table}: its files were to be written anew with ${expected} rows, but ${written} came out. Nothing was changed; please report this.`,
    );
  for (const { location } of add)
    if ((await size(location)) === null)
      throw new ConnectorError(
        'later',
        `${location} was removed while table ${table} was compacted, perhaps by another program that takes away unknown files. Nothing was changed; run again.`,
      );
}
