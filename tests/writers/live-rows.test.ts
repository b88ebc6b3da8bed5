/** What a run asks of its own tables: what is committed and live, and nothing else. */
import { expect, test } from 'vitest';
import { batch, ITEMS, item, temporaryFolder, testWarehouse } from './support/tables.js';

test('rows that were marked deleted, or are only spooled, are not read back for live ones', async () => {
  const table = await (await testWarehouse(await temporaryFolder())).open(ITEMS);
  expect(await table.rows({ columns: ['id'] })).toEqual([]);
  await table.write(['a', 'b', 'c'].map((id) => item(id)));
  await table.commit(batch(1));
  table.mark({ reason: 'feed', where: { column: 'id', in: ['b'] }, spareBatch: false });
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
