import { describe, expect, test } from 'vitest';
import type { Row } from '../../../src/contract/table.js';
import {
  batch,
  deletedFiles,
  ITEMS,
  item,
  liveFiles,
  loadTable,
  storedRows,
  temporaryFolder,
  testWarehouse,
} from '../support/tables.js';

describe('merging a batch into a table', () => {
  test('the last row of a key wins within a batch, the others are counted', async () => {
    const root = await temporaryFolder();
    const table = await (await testWarehouse(root)).open(ITEMS);
    await table.write([item('a', 1), item('b', 1), item('a', 2)]);
    await table.write([item('a', 3)]);
    const done = await table.commit(batch(1));
    expect(done).toMatchObject({ written: 2, duplicate: 2, unchanged: 0, deleted: 0 });
    expect((await storedRows(root)).map(({ id, value }) => [id, value])).toEqual([
      ['a', '3'],
      ['b', '1'],
    ]);
  });

  test('equal rows and equal state make no table version', async () => {
    const root = await temporaryFolder();
    const table = await (await testWarehouse(root)).open(ITEMS);
    const row = item('a', 1, { tags: ['x', null], owner: { id: 'o', age: null }, _extra: '{"k":1}' });
    await table.write([row]);
    const first = await table.commit(batch(1, { at: 1 }));
    await table.write([{ ...row, ticks: 99 }]);
    const second = await table.commit(batch(2, { at: 1 }));
    expect(second).toEqual({ ...first, snapshotId: null, written: 0, unchanged: 1 });
  });

  test('a change of state alone is a version without a snapshot', async () => {
    const root = await temporaryFolder();
    const table = await (await testWarehouse(root)).open(ITEMS);
    await table.write([item('a')]);
    const first = await table.commit(batch(1, { at: 1 }));
    const second = await table.commit(batch(2, { at: 2 }));
    expect(second.snapshotId).toBeNull();
    expect(second.metadataLocation).not.toBe(first.metadataLocation);
    expect(table.state).toEqual({ at: 2 });
    expect((await loadTable(root)).version.currentSnapshotId).toBe(first.snapshotId);
  });

  const base = item('a', 1, { tags: ['x'], owner: { id: 'o', age: 1 }, _extra: '{}' });
  const changes: readonly (readonly [what: string, before: Row, after: Row])[] = [
    ['null became a value', { ...base, value: null }, base],
    ['a value became null', base, { ...base, value: null }],
    ['a list lost its order', { ...base, tags: ['x', 'y'] }, { ...base, tags: ['y', 'x'] }],
    ['an absent list became empty', { ...base, tags: null }, { ...base, tags: [] }],
    ['text null and no text', { ...base, parent_id: 'null' }, { ...base, parent_id: null }],
    ['an absent struct became one of nulls', { ...base, owner: null }, { ...base, owner: {} }],
    ['a member of a struct', base, { ...base, owner: { id: 'o', age: 2 } }],
    ['what has no column', base, { ...base, _extra: '{"k":2}' }],
    ['a mark before a text', { ...base, parent_id: 'x' }, { ...base, parent_id: '~x' }],
    [
      'a text that moved on to the next column',
      { ...base, parent_id: 'ab', _extra: '' },
      { ...base, parent_id: 'a', _extra: 'b' },
    ],
    ['a long beyond 2^53', { ...base, value: 2n ** 53n }, { ...base, value: 2n ** 53n + 1n }],
  ];

  test('a change is not overlooked, whatever it is', async () => {
    const root = await temporaryFolder();
    let now = new Date('2025-01-01T00:00:00Z');
    const table = await (await testWarehouse(root, 'run-1', () => now)).open(ITEMS);
    await table.write(changes.map(([id, before]) => ({ ...before, id })));
    await table.commit(batch(1));
    now = new Date('2025-02-01T00:00:00Z');
    const changed = changes.map(([id, , after]) => ({ ...after, id }));
    await table.write(changed);
    await table.commit(batch(2));
    const rows = await storedRows(root, ITEMS, 'id, _synced_at');
    expect(rows.filter((row) => row._synced_at !== '2025-02-01 00:00:00+00').map(({ id }) => id)).toEqual([]);
    await table.write(changed);
    expect(await table.commit(batch(3))).toMatchObject({ written: 0, unchanged: changes.length });
  });

  test('unchanged rows keep the time they were written, changed ones get the commit time', async () => {
    const root = await temporaryFolder();
    let now = new Date('2025-01-01T00:00:00Z');
    const table = await (await testWarehouse(root, 'run-1', () => now)).open(ITEMS);
    await table.write([item('a', 1), item('b', 1)]);
    await table.commit(batch(1));
    now = new Date('2025-02-01T00:00:00Z');
    await table.write([item('a', 1), item('b', 2)]);
    await table.commit(batch(2));
    expect((await storedRows(root)).map(({ _synced_at }) => _synced_at)).toEqual([
      '2025-01-01 00:00:00+00',
      '2025-02-01 00:00:00+00',
    ]);
  });

  test('a row whose cursor differs is written although the rest is equal', async () => {
    const root = await temporaryFolder();
    const spec = { ...ITEMS, cursor: 'ticks' };
    const table = await (await testWarehouse(root)).open(spec);
    await table.write([item('a', 1, { ticks: 1 })]);
    await table.commit(batch(1));
    await table.write([item('a', 1, { ticks: 2 })]);
    expect(await table.commit(batch(2))).toMatchObject({ written: 1, unchanged: 0 });
  });

  test('a small table is rewritten, a table of many files gets position-delete files that name no row twice', async () => {
    const root = await temporaryFolder();
    const table = await (await testWarehouse(root)).open(ITEMS);
    await table.write([item('a', 1), item('b', 1)]);
    await table.commit(batch(1));
    await table.write([item('a', 2)]);
    await table.commit(batch(2));
    expect(await liveFiles(root)).toMatchObject({ data: [{ records: 2 }], deletes: [] });
    await table.write([item('c')]);
    await table.commit(batch(3));
    await table.write([item('d')]);
    await table.commit(batch(4));
    for (const value of [3, 4, 5]) {
      await table.write([item('a', value), item('d', value)]);
      await table.commit(batch(2 + value));
    }
    const files = await liveFiles(root);
    expect(files.data.length).toBe(6);
    expect(files.deletes.map(({ records }) => records)).toEqual([2, 2, 1, 1]);
    // Some readers refuse a delete file that may be about several data files.
    const named = await deletedFiles(files.deletes);
    expect(files.deletes.map(({ referencedDataFile }) => [referencedDataFile])).toEqual(named);
    expect(files.data.map(({ location }) => location)).toEqual(expect.arrayContaining(named.flat()));
    expect((await storedRows(root)).map(({ id, value }) => `${id}${value}`)).toEqual(['a5', 'b1', 'c1', 'd5']);
    const summary = (await loadTable(root)).version.history[0]?.summary;
    expect(Number(summary?.['total-records']) - Number(summary?.['total-position-deletes'])).toBe(4);
  });

  test('a table of many rows is not written anew for one that changed, however few bytes its files have', async () => {
    const root = await temporaryFolder();
    const table = await (await testWarehouse(root)).open(ITEMS);
    await table.write(Array.from({ length: 5001 }, (_, at) => item(`i${at}`)));
    await table.commit(batch(1));
    await table.write([item('i7', 2)]);
    await table.commit(batch(2));
    expect(await liveFiles(root)).toMatchObject({
      data: [{ records: 1 }, { records: 5001 }],
      deletes: [{ records: 1 }],
    });
  });

  test('a table without a snapshot exists with its schema after a first commit without rows', async () => {
    const root = await temporaryFolder();
    const table = await (await testWarehouse(root)).open(ITEMS);
    expect(await table.commit(batch(1, null))).toMatchObject({ snapshotId: null, written: 0 });
    const { version } = await loadTable(root);
    expect(version.schema.fields.map(({ name }) => name)).toEqual([
      'id',
      'parent_id',
      'value',
      'ticks',
      'tags',
      'owner',
      '_synced_at',
      '_deleted_at',
      '_deleted_reason',
      '_extra',
    ]);
  });

  test('an added column and member are null in old rows, which do not count as changed', async () => {
    const root = await temporaryFolder();
    const writer = await testWarehouse(root);
    const table = await writer.open(ITEMS);
    await table.write([item('a', 1, { owner: { id: 'o', age: 1 } }), item('b')]);
    await table.commit(batch(1));
    await table.close();
    const columns = ITEMS.columns.map((column) =>
      column.name === 'owner'
        ? {
            ...column,
            type: {
              struct: [
                { name: 'id', type: 'string' },
                { name: 'age', type: 'long' },
                { name: 'nick', type: 'string' },
              ],
            } as const,
          }
        : column,
    );
    const wider = { ...ITEMS, columns: [...columns, { name: 'filename', type: 'string' } as const] };
    const again = await writer.open(wider);
    await again.write([item('a', 1, { owner: { id: 'o', age: 1 } }), item('b', 1, { filename: 'x.txt' })]);
    expect(await again.commit(batch(2))).toMatchObject({ written: 1, unchanged: 1 });
  });

  test('a table that only grows takes equal rows twice', async () => {
    const root = await temporaryFolder();
    const table = await (await testWarehouse(root)).open({ ...ITEMS, mode: 'append', primaryKey: [] });
    await table.write([item('a'), item('a')]);
    expect(await table.commit(batch(1))).toMatchObject({ written: 2, duplicate: 0 });
    await table.write([item('a')]);
    await table.commit(batch(2));
    expect(await storedRows(root)).toHaveLength(3);
    expect(() => table.mark({ reason: 'feed', where: 'all', exceptBatch: false })).toThrow(/append/);
  });
});
