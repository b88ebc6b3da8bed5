import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Column, SYSTEM_COLUMNS, type TableSpec } from '../../src/contract/table.js';
import { FileCatalog } from '../../src/writers/catalog/file-catalog.js';
import { decodeBound } from '../../src/writers/iceberg/bounds.js';
import type { Field, Schema } from '../../src/writers/iceberg/model.js';
import { UNPARTITIONED } from '../../src/writers/iceberg/partitions.js';
import { assignIds } from '../../src/writers/iceberg/schema.js';
import { sqlType } from '../../src/writers/parquet/column-sql.js';
import { Duck } from '../../src/writers/parquet/duckdb.js';
import { LocalFileIO } from '../../src/writers/storage/local.js';
import { Rewriter } from '../../src/writers/write/rewrite.js';
import { tableOf, viewed, withColumn } from './support/evolution.js';
import { batch, ITEMS, item, liveFiles, loadTable, temporaryFolder, testWarehouse } from './support/tables.js';

/** A table that another tool made: one file, one row per value. */
async function foreignTable(root: string, schema: Schema, lastColumnId: number, rows: string) {
  const io = await LocalFileIO.open(root);
  const catalog = new FileCatalog({ io, root: io.root });
  const duck = await Duck.open({ memoryLimit: '256MB', temporaryFolder: join(root, 'tmp') });
  const draft = await catalog.draft({ namespace: 'acme', name: 'items', schema, lastColumnId, properties: {} });
  const table = { location: draft.location, storage: io };
  const change = await duck.withSession((session) =>
    new Rewriter(session, { schema, spec: UNPARTITIONED }, root, table).append(rows),
  );
  await duck.close();
  return catalog.commit(draft, change);
}

describe('a schema that grows in the commit that needs it', () => {
  const before: Column = {
    name: 'sprints',
    type: { list: { struct: [{ name: 'id', type: 'int' }] } },
  };
  const after: Column = {
    name: 'sprints',
    type: {
      list: {
        struct: [
          { name: 'id', type: 'long' },
          { name: 'goal', type: { struct: [{ name: 'text', type: 'string' }] } },
        ],
      },
    },
    doc: 'Where it was planned.',
  };

  test('members within lists of structs are added and widened, and old files are read under the new schema', async () => {
    const root = await temporaryFolder();
    const writer = await testWarehouse(root);
    const old = await writer.open(withColumn(before));
    await old.write([item('a', 1, { sprints: [{ id: 7 }, null] }), item('b')]);
    await old.commit(batch(1));
    await old.close();
    const { lastColumnId } = (await loadTable(root)).version;
    const table = await writer.open(withColumn(after));
    expect(table.conflicts).toEqual([]);
    // Two files: the old one is not rewritten.
    await table.write([item('c', 1, { sprints: [{ id: 2 ** 40, goal: { text: 'done' } }] })]);
    await table.commit(batch(2));
    expect(await viewed(root, 'id, to_json(sprints)::VARCHAR AS sprints')).toEqual([
      { id: 'a', sprints: '[{"id":7,"goal":null},null]' },
      { id: 'b', sprints: null },
      { id: 'c', sprints: '[{"id":1099511627776,"goal":{"text":"done"}}]' },
    ]);
    const { version } = await loadTable(root);
    const sprints = version.schema.fields.find(({ name }) => name === 'sprints');
    expect(sprints?.doc).toBe('Where it was planned.');
    expect(JSON.stringify(sprints?.type)).toContain(`"id":${lastColumnId + 1},"name":"goal"`);
    expect(version.lastColumnId).toBe(lastColumnId + 2);
  });

  test('the price of a wider declaration is one schema: opening it again changes nothing', async () => {
    const root = await temporaryFolder();
    const writer = await tableOf(root, item('a'));
    const spec = withColumn({ name: 'added', type: 'date', doc: 'New.' });
    const commits: (string | null)[] = [];
    for (const number of [2, 3]) {
      const table = await writer.open(spec);
      await table.write([item('a')]);
      commits.push((await table.commit(batch(number, { at: 2 }))).metadataLocation);
      await table.close();
    }
    expect(commits[0]).toBe(commits[1]);
    expect((await loadTable(root)).version.metadata.schemas).toHaveLength(2);
  });

  test('float columns of another tool are kept, and grow to double when a stream declares them', async () => {
    const root = await temporaryFolder();
    const { schema, lastColumnId } = assignIds([...ITEMS.columns, ...SYSTEM_COLUMNS], ['id']);
    const floats = ['declared', 'kept'].map(
      (name, index): Field => ({ id: lastColumnId + 1 + index, name, required: false, type: 'float' }),
    );
    const wide = { ...schema, fields: [...schema.fields, ...floats] };
    const cells = new Map([
      ['id', "'a'"],
      ['declared', '1.5'],
      ['kept', '0.1'],
    ]);
    const columns = wide.fields.map(
      ({ name, type }) => `(${cells.get(name) ?? 'NULL'})::${sqlType(type)} AS "${name}"`,
    );
    const rows = `SELECT ${columns.join(', ')}`;
    await foreignTable(root, wide, lastColumnId + 2, rows);
    const table = await (await testWarehouse(root)).open(withColumn({ name: 'declared', type: 'double' }));
    expect(table.conflicts).toEqual([]);
    await table.write([item('b', 1, { declared: 0.1 })]);
    await table.commit(batch(1));
    const types = new Map((await loadTable(root)).version.schema.fields.map(({ name, type }) => [name, type]));
    expect([types.get('declared'), types.get('kept')]).toEqual(['double', 'float']);
    const { data } = await liveFiles(root);
    const bounds = data
      .map(({ lowerBounds }) => lowerBounds.get(lastColumnId + 1))
      .filter((bound) => bound !== undefined);
    expect(bounds.map((bound) => [bound.length, decodeBound('double', bound)]).toSorted()).toEqual([
      [4, 1.5],
      [8, 0.1],
    ]);
    // Rewritten whole, the small table still holds the value of the column nobody declares.
    await table.write([item('b', 2, { declared: 0.1 })]);
    await table.commit(batch(2));
    expect(await liveFiles(root)).toMatchObject({ data: [{ records: 2 }] });
    expect(await viewed(root, 'id, declared, kept')).toEqual([
      { id: 'a', declared: 1.5, kept: Math.fround(0.1) },
      { id: 'b', declared: 0.1, kept: null },
    ]);
  });

  test('columns that another tool added meanwhile keep their ids, and ours get others', async () => {
    const root = await temporaryFolder();
    const writer = await tableOf(root, item('a'));
    const table = await writer.open(withColumn({ name: 'ours', type: 'string' }));
    await table.write([item('b', 1, { ours: 'x' })]);
    const { catalog, version } = await loadTable(root);
    const id = version.lastColumnId + 1;
    const theirs = [...version.schema.fields, { id, name: 'theirs', required: false, type: 'string' } as const];
    await catalog.commit(version, {
      operation: null,
      add: [],
      remove: [],
      schema: { ...version.schema, fields: theirs },
    });
    await table.commit(batch(2));
    const { fields } = (await loadTable(root)).version.schema;
    expect(fields.slice(-2)).toMatchObject([
      { id, name: 'theirs' },
      { id: id + 1, name: 'ours' },
    ]);
    expect(await viewed(root, 'id, ours, theirs')).toEqual([
      { id: 'a', ours: null, theirs: null },
      { id: 'b', ours: 'x', theirs: null },
    ]);
  });
});

test('a thousand columns come and go, in commits of the usual memory: merge, comparison, statistics and a read under the newest schema', async () => {
  const root = await temporaryFolder();
  const pair = { struct: ['id', 'value'].map((name) => ({ name, type: 'string' as const })) };
  const types = ['string', 'double', 'timestamptz', { list: 'string' }, pair] as const;
  const cells = ['x', 1.5, '2025-01-01T00:00:00Z', ['y'], { id: 'z', value: null }] as const;
  const many = (count: number): TableSpec => ({
    ...ITEMS,
    columns: [
      ...ITEMS.columns,
      ...Array.from({ length: count }, (_, index) => {
        return { name: `customfield_${index}`, type: types[index % 5] ?? 'string', doc: `Field ${index}` } as const;
      }),
    ],
  });
  const row = (id: string, count: number) =>
    item(
      id,
      1,
      Object.fromEntries(
        Array.from({ length: count }, (_, index) => [`customfield_${index}`, cells[index % 5] ?? null]),
      ),
    );
  const writer = await testWarehouse(root);
  for (const [number, count] of [500, 1000].entries()) {
    const table = await writer.open(many(count));
    await table.write(['a', 'b'].map((id) => row(id, id === 'a' ? 500 : count)));
    const done = await table.commit(batch(number + 1));
    expect(done).toMatchObject(number === 0 ? { written: 2 } : { written: 1, unchanged: 1 });
    await table.close();
  }
  const [last] = await viewed(root, 'id, customfield_499, customfield_999');
  expect(last).toEqual({ id: 'a', customfield_499: { id: 'z', value: null }, customfield_999: null });
  // 1,000 columns declared now and 200 members more, 7 of the first ones, 4 of the writer's own.
  expect((await liveFiles(root)).data.map(({ columnSizes }) => columnSizes.size)).toEqual([1211]);
});
