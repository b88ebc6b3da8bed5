/** Columns that other programs have added to a table: a new version of a row must not cost their values. */
import { expect, test } from 'vitest';
import type { Row } from '../../src/contract/table.js';
import { withColumn } from './support/evolution.js';
import { replaceMetadata } from './support/foreign.js';
import { batch, ITEMS, item, loadTable, storedRows, temporaryFolder, testWarehouse } from './support/tables.js';

const WITH_TEAM = withColumn({ name: 'team', type: 'string' });

async function write(root: string, run: string, spec: typeof ITEMS, ...rows: Row[]): Promise<void> {
  const table = await (await testWarehouse(root, run)).open(spec);
  await table.write(rows);
  await table.commit(batch(1, { run }, run));
  await table.close();
}

/** Rows of several files with a column `team`, of which the table's notes know only when it is ours. */
async function tableWithTeam(root: string, ours: boolean): Promise<void> {
  await write(root, 'one', ITEMS, item('a'), item('b'));
  const before = (await loadTable(root)).version.properties['connector.field-ids'] ?? '';
  expect(before).toMatch(/^1-\d+$/);
  await write(root, 'two', WITH_TEAM, item('a', 2, { team: 'red' }), item('b', 2, { team: 'blue' }));
  for (const id of ['c', 'd', 'e']) await write(root, id, WITH_TEAM, item(id));
  if (ours) return;
  await replaceMetadata(root, ({ properties, ...metadata }) => ({
    ...metadata,
    properties: { ...properties, 'connector.field-ids': before },
  }));
}

const teams = async (root: string) => (await storedRows(root)).map(({ id, value, team }) => `${id}${value} ${team}`);

test('keep their values when a row gets a new version, whatever file it lies in, once and again', async () => {
  const root = await temporaryFolder();
  await tableWithTeam(root, false);
  await write(root, 'new', ITEMS, item('a', 3), item('c', 3), item('new', 3));
  expect(await teams(root)).toEqual(['a3 red', 'b2 blue', 'c3 null', 'd1 null', 'e1 null', 'new3 null']);
  await write(root, 'again', ITEMS, item('a', 4), item('b', 4));
  expect(await teams(root)).toEqual(['a4 red', 'b4 blue', 'c3 null', 'd1 null', 'e1 null', 'new3 null']);
});

test('a column of ours that is no longer declared is null in new versions: what was left out must not stay', async () => {
  const root = await temporaryFolder();
  await tableWithTeam(root, true);
  await write(root, 'new', ITEMS, item('a', 3));
  expect(await teams(root)).toEqual(['a3 null', 'b2 blue', 'c1 null', 'd1 null', 'e1 null']);
});

test.each([
  ['connector.field-ids', '1-4503599627370495'],
  ['connector.digests', '99999999999999999999:1-4503599627370495'],
  ['connector.digests', '-7,x::'],
])('a note that another program has bent (%s: %s) neither holds up a run nor costs a row', async (note, text) => {
  const root = await temporaryFolder();
  await write(root, 'one', ITEMS, item('a'), item('b'));
  await replaceMetadata(root, ({ properties, ...metadata }) => ({
    ...metadata,
    properties: { ...properties, [note]: text },
  }));
  await write(root, 'two', ITEMS, item('a', null), item('b'), item('c'));
  expect((await storedRows(root)).map(({ id, value }) => `${id} ${value}`)).toEqual(['a null', 'b 1', 'c 1']);
});
