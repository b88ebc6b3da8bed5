/** What tests of tables that others have partitioned share. */
import { expect } from 'vitest';
import type { Row, TableSpec } from '../../../src/contract/table.js';
import { entriesOf, manifestsOf } from '../../../src/writers/iceberg/manifest-files.js';
import { currentSnapshot } from '../../../src/writers/iceberg/metadata.js';
import type { DataFile } from '../../../src/writers/iceberg/model.js';
import { openWarehouse, type WarehouseOptions } from '../../../src/writers/warehouse.js';
import { batch, ITEMS, item, liveFiles, loadTable, storedRows } from './tables.js';

export const THINGS: TableSpec = {
  ...ITEMS,
  columns: [...ITEMS.columns, { name: 'project', type: 'string' }, { name: 'created', type: 'timestamptz' }],
};

export const thing = (id: string, project: string | null, month: string, value = 1): Row =>
  item(id, value, { project, created: `${month}-15T12:00:00Z` });

let runs = 0;

/** One run of one commit. */
export async function write(
  root: string,
  rows: readonly Row[],
  options: Partial<WarehouseOptions> = {},
): Promise<void> {
  const runId = `run-${++runs}`;
  const writer = await openWarehouse({ root, runId, ...options });
  const table = await writer.open(THINGS);
  await table.write(rows);
  await table.commit(batch(1, { at: runs }, runId));
  await writer.close();
}

/** Three files: more than a table that is rewritten whole has, and so many rows that a few dead ones call for no upkeep. */
export async function threeFiles(root: string): Promise<void> {
  for (const id of ['a', 'b', 'c']) {
    const others = Array.from({ length: 40 }, (_, number) => thing(`${id} other ${number}`, 'Q', '1969-12'));
    await write(root, [thing(id, 'P', '2024-01'), ...others]);
  }
}

/** `spec: values`, as the manifests say. */
export const placeOf = ({ partition: { specId, values } }: DataFile) =>
  `${specId}: ${[...values.values()].join(' ')}`.trim();

export async function places(root: string) {
  const { data, deletes } = await liveFiles(root, THINGS);
  return { data: data.map(placeOf).sort(), deletes: deletes.map(placeOf).sort() };
}

export const ids = async (root: string) =>
  (await storedRows(root, THINGS)).map(({ id, project, value }) => `${id} ${project} ${value}`).filter(isNamed);

export const isNamed = (row: string) => !row.includes('other');

/** Each manifest of the current snapshot, its entries, and what the list says of their partitions. */
export async function manifests(root: string) {
  const { catalog, version } = await loadTable(root, THINGS);
  const snapshot = currentSnapshot(version.metadata);
  const rows = snapshot ? await manifestsOf(catalog.storageOf(), snapshot) : [];
  return Promise.all(rows.map(async (row) => ({ row, entries: await entriesOf(catalog.storageOf(), row) })));
}

export async function mustKeepSpecsApart(root: string): Promise<void> {
  for (const { row, entries } of await manifests(root))
    expect(entries.map(({ file }) => file.partition.specId)).toEqual(entries.map(() => row.specId));
}
