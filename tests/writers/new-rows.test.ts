/** Who is told of new rows when a table is closed, and what may go wrong with that. */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, onTestFinished, test } from 'vitest';
import { armFailpoints } from '../../src/core/failpoints.js';
import { NO_LEASE } from '../../src/core/lease/lease.js';
import { CommitUnknown } from '../../src/writers/iceberg/errors.js';
import type { TableVersion } from '../../src/writers/iceberg/version.js';
import { openWarehouse, type WarehouseOptions } from '../../src/writers/warehouse.js';
import { IcebergTableWriter } from '../../src/writers/write/table-writer.js';
import { batch, ITEMS, item, temporaryFolder, testWarehouse } from './support/tables.js';
import { benchFor, wornTable } from './upkeep/support.js';

afterEach(() => armFailpoints(''));

async function told(root: string, more: Partial<WarehouseOptions> = {}) {
  const versions: TableVersion[] = [];
  const writer = await openWarehouse({ root, runId: 'told', onNewRows: (one) => versions.push(one), ...more });
  onTestFinished(() => writer.close());
  return { table: await writer.open(ITEMS), snapshots: () => versions.map((one) => one.currentSnapshotId) };
}

test('a run that moved nothing but its bookmark tells of no new rows', async () => {
  const root = await temporaryFolder();
  const first = await told(root);
  await first.table.write([item('a')]);
  const { snapshotId } = await first.table.commit(batch(1, { at: 1 }, 'told'));
  await first.table.commit(batch(2, { at: 2 }, 'told'));
  await first.table.close();
  expect(first.snapshots()).toEqual([snapshotId]);
  const quiet = await told(root);
  await quiet.table.commit(batch(1, { at: 3 }, 'quiet'));
  await quiet.table.close();
  expect(quiet.snapshots()).toEqual([]);
});

test('rows of earlier batches are told of although the last commit failed', async () => {
  const root = await temporaryFolder();
  const { table, snapshots } = await told(root);
  await table.write([item('a')]);
  const { snapshotId } = await table.commit(batch(1, { at: 1 }, 'told'));
  await table.write([item('b')]);
  armFailpoints('FP3:1:ENOSPC');
  await expect(table.commit(batch(2, { at: 2 }, 'told'))).rejects.toThrow('ENOSPC');
  await table.close();
  expect(snapshots()).toEqual([snapshotId]);
});

test('rows are told of when it came to light only by reading back that they had been committed', async () => {
  const root = await temporaryFolder();
  const { catalog, duck, folder } = await benchFor(root);
  const commit = catalog.commit.bind(catalog);
  catalog.commit = async (...made) => {
    await commit(...made);
    throw new CommitUnknown('It is not known whether the table was made.');
  };
  const told: TableVersion[] = [];
  const keepUp = async (version: TableVersion) => void told.push(version);
  const bench = { catalog, duck, now: Date.now, folder: async () => join(await folder(), 'told'), keepUp };
  const table = new IcebergTableWriter(bench, ITEMS, NO_LEASE, null);
  await table.write([item('a')]);
  const { snapshotId } = await table.commit(batch(1));
  await table.close();
  expect(told.map((version) => version.currentSnapshotId)).toEqual([snapshotId]);
});

test('a table that cannot be looked at after it was tidied is closed all the same, and its rows are told of', async () => {
  const root = await temporaryFolder();
  await wornTable(root, 5);
  const metadata = join(root, 'acme/items/metadata');
  const numbers = () => readdirSync(metadata).flatMap((name) => /^v(\d+)\.metadata\.json$/.exec(name)?.[1] ?? []);
  const { table, snapshots } = await told(root, {
    onUpkeep: () => writeFileSync(join(metadata, `v${Math.max(...numbers().map(Number))}.metadata.json`), 'damaged'),
  });
  await table.write([item('one more')]);
  const { snapshotId } = await table.commit(batch(1, { at: 1 }, 'told'));
  await table.close();
  expect(snapshots()).toEqual([snapshotId]);
});

test('a writer that cannot close one table closes the others', async () => {
  const root = await temporaryFolder();
  const writer = await openWarehouse({ root, runId: 'one' });
  const first = await writer.open(ITEMS);
  await writer.open({ ...ITEMS, name: 'others' });
  const close = first.close.bind(first);
  first.close = async () => {
    await close();
    throw new Error('the folder cannot be removed');
  };
  await expect(writer.close()).rejects.toThrow('cannot be removed');
  const free = await testWarehouse(root, 'two');
  for (const name of ['items', 'others']) await (await free.open({ ...ITEMS, name })).close();
});
