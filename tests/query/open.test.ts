import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { board, boards, opened, rowsOf, temporaryFolder, write } from './warehouse.js';

test('an updated row is seen once, as it is now, and a deleted one only in _all', async () => {
  const folder = temporaryFolder();
  await write(
    folder,
    boards('acme'),
    ['1', '2', '3'].map((id) => board(id, { title: `old ${id}` })),
  );
  await write(
    folder,
    boards('acme'),
    [board('2', { title: 'new 2' })],
    [{ reason: 'vanished', where: { column: 'id', in: ['3'] }, exceptBatch: false }],
  );
  const warehouse = await opened(folder);
  expect(await rowsOf(warehouse, 'SELECT id, title FROM acme.boards ORDER BY id')).toEqual([
    ['1', 'old 1'],
    ['2', 'new 2'],
  ]);
  expect(await rowsOf(warehouse, 'SELECT id, _deleted_reason FROM acme.boards_all ORDER BY id')).toEqual([
    ['1', null],
    ['2', null],
    ['3', 'vanished'],
  ]);
});

test('position deletes of a large table are applied', async () => {
  const folder = temporaryFolder();
  const filler = 'x'.repeat(1000);
  // Random text does not compress: the table must be too large to be rewritten whole.
  const title = () => Array.from({ length: 16 }, () => Math.random().toString(36).slice(2)).join('') + filler;
  await write(
    folder,
    boards('acme'),
    Array.from({ length: 60_000 }, (_, id) => board(String(id), { title: title() })),
  );
  await write(folder, boards('acme'), [board('7', { title: 'new' }), board('59999', { title: 'new' })]);
  const warehouse = await opened(folder);
  const count = "SELECT count(*)::INT, count(DISTINCT id)::INT, count(*) FILTER (title = 'new')::INT FROM acme.boards";
  expect(await rowsOf(warehouse, count)).toEqual([[60_000, 60_000, 2]]);
  const { namespace, name } = warehouse.tables[0] ?? {};
  expect([namespace, name]).toEqual(['acme', 'boards']);
});

test('a column that came later is null in the files before it', async () => {
  const folder = temporaryFolder();
  const first = boards('acme', [{ name: 'id', type: 'string' }]);
  await write(folder, first, [{ id: '1', _extra: null }]);
  await write(folder, boards('acme'), [board('2', { title: 'two', items: [{ field: 'a' }] })]);
  const warehouse = await opened(folder);
  expect(await rowsOf(warehouse, 'SELECT id, title, items[1].field FROM boards ORDER BY id')).toEqual([
    ['1', null, null],
    ['2', 'two', 'a'],
  ]);
});

test('main.<stream> is the union of connections, and says which', async () => {
  const folder = temporaryFolder();
  await write(folder, boards('acme'), [board('1')]);
  await write(folder, boards('zeta', [{ name: 'id', type: 'string' }]), [{ id: '1', _extra: null }]);
  const warehouse = await opened(folder);
  expect(await rowsOf(warehouse, 'SELECT _connection, id FROM boards ORDER BY ALL')).toEqual([
    ['acme', '1'],
    ['zeta', '1'],
  ]);
});

test('a table without a row can be asked', async () => {
  const folder = temporaryFolder();
  await write(folder, boards('acme'), []);
  const warehouse = await opened(folder);
  expect(warehouse.problems).toEqual([]);
  if (warehouse.tables.length > 0) expect(await rowsOf(warehouse, 'SELECT id, items FROM acme.boards')).toEqual([]);
});

test('a damaged table is named and the others are still read', async () => {
  const folder = temporaryFolder();
  await write(folder, boards('acme'), [board('1')]);
  mkdirSync(join(folder, 'acme', 'broken', 'metadata'), { recursive: true });
  writeFileSync(join(folder, 'acme', 'broken', 'metadata', 'v1.metadata.json'), '{"format-version":');
  const warehouse = await opened(folder);
  expect(warehouse.problems).toEqual([expect.stringContaining('acme.broken')]);
  expect(await rowsOf(warehouse, 'SELECT id FROM acme.boards')).toEqual([['1']]);
});

test('a warehouse reached through a symbolic link is the same warehouse', async () => {
  const folder = temporaryFolder();
  await write(folder, boards('acme'), [board('1')]);
  const link = join(temporaryFolder(), 'link');
  symlinkSync(folder, link);
  expect(await rowsOf(await opened(link), 'SELECT id FROM acme.boards')).toEqual([['1']]);
});

test('a folder that does not exist is an empty warehouse', async () => {
  const warehouse = await opened(join(temporaryFolder(), 'nothing'));
  expect(warehouse.tables).toEqual([]);
  expect(await rowsOf(warehouse, 'SELECT 1')).toEqual([[1]]);
});
