/**
 * Moving a warehouse: table metadata names every file by its whole location, so that a copied or moved folder does not open
 * until its metadata is written anew.
 */
import { ConnectorError, goOn } from '../../core/errors.js';
import type { FileIO } from '../../core/files/file-io.js';
import type { Lease } from '../../core/lease/lease.js';
import type { TableName } from '../iceberg/model.js';
import { plainLocation } from '../storage/location.js';
import type { WarehouseSettings } from '../storage/warehouse-settings.js';
import { type OpenWorkbench, openWorkbench } from '../write/workbench.js';
import { clearOfOthers, removeMarker } from './marker.js';
import { Places } from './places.js';
import { nextVersion, relocateTable, type TableMove } from './relocate-table.js';
import { contentsOf, newestMetadata } from './table-contents.js';

export interface RelocateOptions {
  /** Finds out what there is to do, and writes nothing. */
  readonly dryRun: boolean;
  readonly signal: AbortSignal;
  readonly onTable: (table: RelocatedTable) => void;
}

export interface RelocatedTable extends TableName {
  /** `there`: the table is at its place already, by a run before. */
  readonly outcome: 'moved' | 'there';
  readonly snapshots: number;
  /** Data files and statistics with their size; in place they stay as they are. */
  readonly files: number;
  readonly bytes: number;
  /** Position-delete files, manifests and manifest lists, which are written anew. */
  readonly rewritten: number;
}

interface Warehouse extends OpenWorkbench {
  readonly io: FileIO;
  /** As locations begin, without a trailing slash. */
  readonly root: string;
  readonly tables: readonly TableName[];
  folderOf(table: TableName): string;
}

/**
 * Copies all tables from one warehouse into another, or, when both are the same, makes a warehouse that was moved there by
 * hand name its own files. The source stays as it is. Run again, it goes on where it was stopped.
 * @throws ConnectorError kind `usage` for places that do not go together, `later` when a table is being written
 */
export async function relocate(
  from: WarehouseSettings,
  to: WarehouseSettings,
  options: RelocateOptions,
): Promise<void> {
  const [source, target] = [await openFiles(from), await openFiles(to)];
  refuseNested(source.root, target.root);
  if (source.tables.length === 0)
    throw new ConnectorError('usage', `There are no tables in ${source.root}; nothing was done.`);
  if (source.root !== target.root) await clearOfOthers(target.io, target.root, source.root, options.dryRun);
  const inspect = async (table: TableName) => inspectTable(source, target, table);
  if (options.dryRun) {
    for (const table of source.tables) options.onTable(describe(table, await inspect(table)));
    return;
  }
  await target.prepare();
  await withLeases([source, target], source.tables, () => moveAll(source, target, options));
  if (source.root !== target.root) await removeMarker(target.io, target.root);
}

async function moveAll(source: Warehouse, target: Warehouse, { signal, onTable }: RelocateOptions): Promise<void> {
  try {
    const { duck, now } = target;
    const folder = await target.folder();
    for (const table of source.tables) {
      goOn(signal);
      const move = await inspectTable(source, target, table);
      if (move) await relocateTable(move, { duck, folder, now, goOn: () => goOn(signal) });
      onTable(describe(table, move));
    }
  } finally {
    await target.close();
  }
}

/** What is to be done for a table; null when an earlier run has done it. */
async function inspectTable(source: Warehouse, target: Warehouse, table: TableName): Promise<TableMove | null> {
  const present = source.folderOf(table);
  const newest = await newestMetadata(source.io, present);
  if (newest === null) return null;
  const places = new Places(newest.metadata.location, present, target.folderOf(table));
  if (places.named === plainLocation(places.target) && places.inPlace) return null;
  if (!places.inPlace) {
    const there = await newestMetadata(target.io, places.target);
    const same = there?.metadata['table-uuid'] === newest.metadata['table-uuid'];
    if (there && (!same || there.version > nextVersion(newest))) throw writtenThere(places.target);
    if (there?.version === nextVersion(newest)) return null;
  }
  const contents = await contentsOf(source.io, places, newest.metadata);
  return { source: source.io, target: target.io, places, newest, contents };
}

function describe(table: TableName, move: TableMove | null): RelocatedTable {
  if (!move) return { ...table, outcome: 'there', snapshots: 0, files: 0, bytes: 0, rewritten: 0 };
  const { lists, manifests, plain, deletes } = move.contents;
  return {
    ...table,
    outcome: 'moved',
    snapshots: move.newest.metadata.snapshots.length,
    files: plain.size,
    bytes: [...plain.values()].reduce((sum, bytes) => sum + bytes, 0),
    rewritten: lists.length + manifests.length + deletes.size,
  };
}

async function openFiles(settings: WarehouseSettings): Promise<Warehouse> {
  const bench = await openWorkbench(settings, { runId: 'relocate' });
  const { catalog, root } = bench;
  if (root === null) throw new Error('A catalog that decides where its tables lie cannot be moved.');
  const tables = await catalog.list();
  const io = catalog.storageOf({ namespace: '', name: '' });
  const folderOf = ({ namespace, name }: TableName) => `${root}/${namespace}/${name}`;
  return { ...bench, io, root: plainLocation(root), tables, folderOf };
}

/** All tables of both places at once: a table written meanwhile would leave its last rows behind. */
async function withLeases(
  places: readonly Warehouse[],
  tables: readonly TableName[],
  work: () => Promise<void>,
): Promise<void> {
  const start = new Date();
  const byRoot = new Map(places.map((place) => [place.root, place]));
  const leases: Lease[] = [];
  try {
    for (const place of byRoot.values())
      for (const { namespace, name } of tables) leases.push(await place.lease(namespace, name, start));
    await work();
  } finally {
    for (const lease of leases) await lease.release();
  }
}

function refuseNested(from: string, to: string): void {
  if (from === to || !(`${from}/`.startsWith(`${to}/`) || `${to}/`.startsWith(`${from}/`))) return;
  throw new ConnectorError(
    'usage',
    `${from} and ${to} lie one inside the other; a warehouse can only be moved to a place of its own.`,
  );
}

function writtenThere(table: string): ConnectorError {
  return new ConnectorError(
    'failed',
    `The table in ${table} is another one, or it was written since it was moved there; nothing of it was changed. ` +
      'Go on with the new place, or move into an empty one.',
  );
}
