import { describe, expect, test } from 'vitest';
import type { Row } from '../../src/contract/table.js';
import { tableOf, viewed, withColumn } from './support/evolution.js';
import { batch, ITEMS, item, loadTable, temporaryFolder } from './support/tables.js';

describe('a declared type that the stored column cannot take', () => {
  const text = withColumn({ name: 'value', type: 'string', doc: 'Now text.' });

  test('is a conflict known at opening: the column keeps its type, and new versions of rows are null in it', async () => {
    const root = await temporaryFolder();
    const writer = await tableOf(root, item('a', 1), item('b', 2));
    const table = await writer.open(text);
    expect(table.conflicts).toEqual(['value']);
    const row = (id: string, extra: string | null) => ({ id, parent_id: 'p', value: null, _extra: extra });
    await table.write([row('a', '{"value":"one"}'), row('c', '{"value":"three"}')]);
    expect(await table.commit(batch(2))).toMatchObject({ written: 2 });
    expect(await viewed(root, 'id, value, _extra')).toEqual([
      { id: 'a', value: null, _extra: '{"value":"one"}' },
      { id: 'b', value: '2', _extra: null },
      { id: 'c', value: null, _extra: '{"value":"three"}' },
    ]);
    await table.write([row('a', '{"value":"one"}')]);
    expect(await table.commit(batch(3))).toMatchObject({ written: 0, unchanged: 1 });
  });

  test('a value that went away is not kept because the column is in conflict', async () => {
    const root = await temporaryFolder();
    const table = await (await tableOf(root, item('a', 1))).open(text);
    await table.write([{ id: 'a', parent_id: 'p' }]);
    expect(await table.commit(batch(2))).toMatchObject({ written: 1 });
    expect(await viewed(root, 'id, value')).toEqual([{ id: 'a', value: null }]);
  });

  test('a row that brings a value for it all the same is refused, and nothing of its page is stored', async () => {
    const table = await (await tableOf(await temporaryFolder(), item('a', 1))).open(text);
    const rows: Row[] = [{ id: 'b' }, { id: 'c', value: 'lost?' }];
    await expect(table.write(rows)).rejects.toThrow(
      /column "value" needs null, the table's column being of another type/,
    );
    expect(table.pending).toBe(0);
  });

  test.each([
    ['a number became text', 'ticks', { name: 'ticks', type: 'string' }],
    ['long became double', 'ticks', { name: 'ticks', type: 'double' }],
    ['text became a list', 'parent_id', { name: 'parent_id', type: { list: 'string' } }],
    ['a list became a struct', 'tags', { name: 'tags', type: { struct: [{ name: 'id', type: 'string' }] } }],
    [
      'a member deep inside, beside a new one',
      'owner',
      {
        name: 'owner',
        type: {
          struct: [
            { name: 'new', type: 'string' },
            { name: 'age', type: 'string' },
          ],
        },
      },
    ],
  ] as const)('counts for the whole column and grows nothing of it: %s', async (_, name, column) => {
    const root = await temporaryFolder();
    const table = await (await tableOf(root, item('a', 1))).open(withColumn(column));
    expect(table.conflicts).toEqual([name]);
    const { schema, lastColumnId } = (await loadTable(root)).version;
    await table.write([{ id: 'b' }]);
    await table.commit(batch(2));
    expect((await loadTable(root)).version).toMatchObject({ schema: { fields: schema.fields }, lastColumnId });
  });

  test.each([
    ['the cursor', { ...text, cursor: 'value' }, /Column value is long in the table but declared string/],
    ['the key', withColumn({ name: 'id', type: 'long' }), /Column id is string in the table but declared long/],
  ])('is refused for %s, without which no row can be found or compared', async (_, spec, message) => {
    const writer = await tableOf(await temporaryFolder(), item('a', 1));
    await expect(writer.open(spec)).rejects.toThrow(message);
    // The refusal leaves the table free.
    await expect(writer.open(ITEMS)).resolves.toMatchObject({ conflicts: [] });
  });

  test('no mark is made by a column in conflict: it would be held against values of another type', async () => {
    const table = await (await tableOf(await temporaryFolder(), item('a', 1))).open(text);
    const where = { column: 'value', in: ['1'] };
    expect(() => table.mark({ reason: 'parent', where, exceptBatch: false })).toThrow(
      /"value" is not one of its columns/,
    );
  });

  test('that comes while rows are under way fails their commit; afterwards the conflict is known and rows go on', async () => {
    const root = await temporaryFolder();
    const writer = await tableOf(root, item('a', 1));
    const table = await writer.open(ITEMS);
    await table.write([item('b', 2)]);
    const { catalog, version } = await loadTable(root);
    const fields = version.schema.fields.map((field) =>
      field.name === 'value' ? ({ ...field, id: version.lastColumnId + 1, type: 'string' } as const) : field,
    );
    await catalog.commit(version, { operation: null, add: [], remove: [], schema: { ...version.schema, fields } });
    for (const _ of ['first', 'again']) {
      await expect(table.commit(batch(2))).rejects.toThrow(/changed the type of value in acme.items/);
      expect(table.conflicts).toEqual([]);
    }
    await table.discard();
    expect(table.conflicts).toEqual(['value']);
    await table.write([{ id: 'b', _extra: '{"value":2}' }]);
    expect(await table.commit(batch(2))).toMatchObject({ written: 1 });
    expect(await viewed(root, 'id, value, _extra')).toEqual([
      { id: 'a', value: null, _extra: null },
      { id: 'b', value: null, _extra: '{"value":2}' },
    ]);
  });
});
