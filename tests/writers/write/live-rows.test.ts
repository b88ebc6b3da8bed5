/** What a run asks of its own tables: what is committed and live, and nothing else. */
import { expect, test } from 'vitest';
import { batch, ITEMS, item, temporaryFolder, testWarehouse } from '../support/tables.js';

test('rows that were marked deleted, or are only spooled, are not read back for live ones', async () => {
  const table = await (await testWarehouse(await temporaryFolder())).open(ITEMS);
  expect(await table.rows({ columns: ['id'] })).toEqual([]);
  await table.write(['a', 'b', 'c'].map((id) => item(id)));
  await table.commit(batch(1));
  table.mark({ reason: 'feed', where: { column: 'id', in: ['b'] }, exceptBatch: false });
  await table.commit(batch(2));
  await table.write([item('d')]);
  const ids = async (where?: { column: string; in: string[] }) =>
    (await table.rows({ columns: ['id', 'never_declared'], ...(where ? { where } : {}) }))
      .map(({ id, never_declared }) => `${id} ${never_declared}`)
      .sort();
  expect(await ids()).toEqual(['a null', 'c null']);
  expect(await ids({ column: 'id', in: ['b', 'c', 'd', "o'clock"] })).toEqual(['c null']);
  await table.close();
});

test('rows are found by what stands in their lists, and those marked deleted only when they are asked for', async () => {
  const spec = {
    ...ITEMS,
    columns: [
      ...ITEMS.columns,
      { name: 'links', type: { list: { struct: [{ name: 'to', type: 'string' as const }] } } },
    ],
  };
  const table = await (await testWarehouse(await temporaryFolder())).open(spec);
  expect(await table.live()).toBe(0);
  const linked = (id: string, to: string | null) => ({ ...item(id), tags: [`tag ${id}`], links: to ? [{ to }] : null });
  await table.write([linked('a', 'x'), linked('b', "it's y"), linked('c', null)]);
  await table.commit(batch(1));
  const ids = async (column: string, ...wanted: string[]) =>
    (await table.rows({ columns: ['id'], where: { column, in: wanted } })).map(({ id }) => id).sort();
  expect(await ids('links[].to', "it's y", 'z')).toEqual(['b']);
  expect(await ids('links[].to')).toEqual([]);
  expect(await ids('tags[]', 'tag a', 'tag c')).toEqual(['a', 'c']);
  table.mark({ reason: 'feed', where: { column: 'id', in: ['b'] }, exceptBatch: false });
  await table.commit(batch(2));
  expect(await ids('links[].to', "it's y")).toEqual([]);
  expect(await table.rows({ columns: ['id'], deleted: true })).toEqual([{ id: 'b' }]);
  expect(await table.live()).toBe(2);
  await table.close();
});

test('a key that stands under another group in the list is told, whatever its row says', async () => {
  const table = await (await testWarehouse(await temporaryFolder())).open(ITEMS);
  await table.write([item('a', 1, { parent_id: 'OLD' }), item('b', 1, { parent_id: 'ENG' })]);
  await table.commit(batch(1));
  const list = { keys: ['a', 'b', 'c'], groups: ['NEW', 'ENG', 'ENG'] };
  expect(await table.compare('id', 'parent_id', list)).toMatchObject({ regrouped: ['a'], onlyInList: ['c'] });
  expect((await table.compare('id', null, list)).regrouped).toEqual([]);
  await table.close();
});
