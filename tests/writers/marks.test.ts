import { describe, expect, test } from 'vitest';
import type { Mark, TableWriter } from '../../src/contract/table.js';
import { batch, ITEMS, item, storedRows, temporaryFolder, testWarehouse } from './support/tables.js';

async function tableWith(...ids: string[]): Promise<{ root: string; table: TableWriter }> {
  const root = await temporaryFolder();
  const table = await (await testWarehouse(root)).open(ITEMS);
  await table.write(ids.map((id) => item(id)));
  await table.commit(batch(1));
  return { root, table };
}

async function gone(root: string): Promise<Record<string, unknown>> {
  const rows = await storedRows(root);
  for (const row of rows) expect(row._deleted_at === null).toBe(row._deleted_reason === null);
  return Object.fromEntries(
    rows.filter(({ _deleted_reason }) => _deleted_reason).map((row) => [row.id, row._deleted_reason]),
  );
}

const IN: Mark = { reason: 'feed', where: { column: 'id', in: ['a', 'b', 'zz'] }, exceptBatch: false };
const NOT_IN: Mark = { reason: 'vanished', where: { column: 'id', notIn: ['a'] }, exceptBatch: true };

describe('marking rows as deleted', () => {
  test('rows named by key are marked, never dropped, and a key nobody stored is no accident', async () => {
    const { root, table } = await tableWith('a', 'b', 'c');
    table.mark(IN);
    expect(await table.commit(batch(2))).toMatchObject({ written: 0, deleted: 2 });
    expect(await gone(root)).toEqual({ a: 'feed', b: 'feed' });
    expect(await storedRows(root)).toHaveLength(3);
  });

  test('a census marks what it does not list, but spares rows written since the last commit', async () => {
    const { root, table } = await tableWith('a', 'b', 'c');
    await table.write([item('c', 7), item('new')]);
    table.mark(NOT_IN);
    expect(await table.commit(batch(2))).toMatchObject({ written: 2, deleted: 1 });
    expect(await gone(root)).toEqual({ b: 'vanished' });
  });

  test('after a complete read `all` marks exactly what was not read, also when nothing that was read changed', async () => {
    const { root, table } = await tableWith('a', 'b');
    await table.write([item('a')]);
    table.mark({ reason: 'vanished', where: 'all', exceptBatch: true });
    expect(await table.commit(batch(2))).toMatchObject({ written: 0, unchanged: 1, deleted: 1 });
    expect(await gone(root)).toEqual({ b: 'vanished' });
  });

  test('a row that was written and then reported deleted ends deleted, once', async () => {
    const { root, table } = await tableWith('a');
    for (const [number, deleted] of [
      [2, 2],
      [3, 0],
    ] as const) {
      await table.write([item('a', 5), item('b', 5)]);
      table.mark(IN);
      expect(await table.commit(batch(number))).toMatchObject({ written: 4 - number === 2 ? 2 : 0, deleted });
    }
    expect(await gone(root)).toEqual({ a: 'feed', b: 'feed' });
  });

  test('a marked row that returns unchanged is live again', async () => {
    const { root, table } = await tableWith('a', 'b');
    table.mark(IN);
    await table.commit(batch(2));
    await table.write([item('a')]);
    expect(await table.commit(batch(3))).toMatchObject({ written: 1, unchanged: 0, deleted: 0 });
    expect(await gone(root)).toEqual({ b: 'feed' });
  });

  test('marking the same rows again makes no table version and keeps the time of their deletion', async () => {
    const { root, table } = await tableWith('a', 'b');
    table.mark(IN);
    const first = await table.commit(batch(2, 'same'));
    const before = await storedRows(root);
    table.mark(IN);
    expect(await table.commit(batch(3, 'same'))).toEqual({ ...first, snapshotId: null, deleted: 0 });
    expect(await storedRows(root)).toEqual(before);
  });

  test('a parent that is gone marks its children; a child without parent is neither in nor outside a list', async () => {
    const root = await temporaryFolder();
    const table = await (await testWarehouse(root)).open(ITEMS);
    await table.write([
      item('a', 1, { parent_id: 'p1' }),
      item('b', 1, { parent_id: 'p2' }),
      item('c', 1, { parent_id: null }),
    ]);
    await table.commit(batch(1));
    table.mark({ reason: 'parent', where: { column: 'parent_id', in: ['p1'] }, exceptBatch: true });
    table.mark({ reason: 'vanished', where: { column: 'parent_id', notIn: [] }, exceptBatch: true });
    expect(await table.commit(batch(2))).toMatchObject({ deleted: 2 });
    expect(await gone(root)).toEqual({ a: 'parent', b: 'vanished' });
  });

  test('a mark on a column that does not exist is refused at once', async () => {
    const { table } = await tableWith('a');
    const mark = (column: string) => () => table.mark({ reason: 'feed', where: { column, in: [] }, exceptBatch: true });
    expect(mark('nope')).toThrow(/"nope"/);
    expect(mark('value')).toThrow(/type string/);
  });

  const FEW = { rows: 1, share: 0.5 };

  test('a feed that names more rows than it may end ends none, neither stored ones nor those of the batch, and says how many', async () => {
    const { root, table } = await tableWith('a', 'b', 'c');
    await table.write([item('a', 7), item('zz')]);
    table.mark({ ...IN, atMost: FEW });
    const committed = await table.commit(batch(2));
    expect(committed).toMatchObject({ written: 2, deleted: 0, refused: { rows: 2, live: 3 } });
    expect(await gone(root)).toEqual({});
  });

  test('what a mark was refused is known still when the answer to the commit was lost and it is tried again', async () => {
    const { table } = await tableWith('a', 'b', 'c');
    for (let time = 1; time <= 2; time += 1) {
      await table.write([item('zz')]);
      table.mark({ ...IN, atMost: FEW });
      expect(await table.commit(batch(2))).toMatchObject({ written: 1, deleted: 0, refused: { rows: 2, live: 3 } });
    }
  });

  test('of several marks each is judged for itself: what one may not end, another one ends', async () => {
    const { root, table } = await tableWith('a', 'b', 'd');
    table.mark({ ...IN, atMost: FEW });
    table.mark({ ...NOT_IN, atMost: FEW });
    table.mark({ reason: 'feed', where: { column: 'id', in: ['d'] }, exceptBatch: false, atMost: FEW });
    expect(await table.commit(batch(2))).toMatchObject({ deleted: 1, refused: { rows: 2, live: 3 } });
    expect(await gone(root)).toEqual({ d: 'feed' });
  });

  test('parents are counted as parents where that is asked for, however many rows hang on one', async () => {
    const root = await temporaryFolder();
    const table = await (await testWarehouse(root)).open(ITEMS);
    const below = (parent_id: string, ...ids: string[]) => ids.map((id) => item(id, 1, { parent_id }));
    await table.write([
      ...below('p1', 'a', 'b', 'c', 'g'),
      ...below('p2', 'd'),
      ...below('p3', 'e'),
      ...below('p4', 'f'),
    ]);
    await table.commit(batch(1));
    const of = (...parents: string[]): Mark['where'] => ({ column: 'parent_id', in: parents });
    table.mark({ reason: 'parent', where: of('p1'), exceptBatch: false, atMost: { ...FEW, values: true } });
    expect(await table.commit(batch(2))).toMatchObject({ deleted: 4 });
    table.mark({ reason: 'parent', where: of('p2', 'p3'), exceptBatch: false, atMost: { ...FEW, values: true } });
    expect(await table.commit(batch(3))).toMatchObject({ deleted: 0, refused: { rows: 2, live: 3 } });
  });

  test('discarded rows and marks leave no trace', async () => {
    const { root, table } = await tableWith('a');
    await table.write([item('x')]);
    table.mark({ reason: 'feed', where: 'all', exceptBatch: false });
    expect(table.pending).toBe(1);
    await table.discard();
    expect(await table.commit(batch(2))).toMatchObject({ written: 0, deleted: 0 });
    expect(await gone(root)).toEqual({});
    expect(await storedRows(root)).toHaveLength(1);
  });
});
