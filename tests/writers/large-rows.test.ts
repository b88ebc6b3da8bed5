/** Rows that are few and large: memory follows their bytes and columns, not their number. */
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { rejectRow } from '../../src/app/run-log/rejects-log.js';
import { type Column, LARGEST_ROW, type Row, type TableSpec } from '../../src/contract/table.js';
import { Duck } from '../../src/writers/parquet/duckdb.js';
import { runChild } from './support/child.js';
import { batch, ITEMS, item, liveFiles, storedRows, temporaryFolder, testWarehouse } from './support/tables.js';

const wide = (columns: readonly Column[]): TableSpec => ({
  ...ITEMS,
  columns: [{ name: 'id', type: 'string' }, ...columns],
});

test('a row of 60 MB is refused alone, and the rows beside it are written', async () => {
  const root = await temporaryFolder();
  const table = await (await testWarehouse(root)).open(ITEMS);
  const large = item('large', 1, { tags: ['x'.repeat(60_000_000)] });
  expect(await table.write([item('a'), large, item('b')])).toEqual([1]);
  expect(await table.write([item('c', 2, { tags: ['y'.repeat(LARGEST_ROW / 2)] }), item('a', 3)])).toEqual([]);
  expect(table.pending).toBe(4);
  expect(await table.commit(batch(1))).toMatchObject({ written: 3, duplicate: 1 });
  expect((await storedRows(root)).map(({ id, value }) => `${id}${value}`)).toEqual(['a3', 'b1', 'c2']);
});

test('its record is cut in _rejects, which has to hold it', () => {
  const record = { id: '1', text: 'x'.repeat(60_000_000) };
  const row = rejectRow('run', { stream: 's', reason: 'it is larger than 32 MB as JSON', record });
  expect(String(row.record).length).toBeLessThan(1_000_100);
  expect(row.record).toContain('60000020 characters came');
});

test('a batch asks for its commit by bytes, so that batches of large rows are small', async () => {
  const table = await (await testWarehouse(await temporaryFolder())).open(ITEMS);
  const large = (id: string) => item(id, 1, { tags: ['x'.repeat(10_000_000)] });
  for (let number = 0; number < 6; number += 1) await table.write([large(`k${number}`)]);
  expect(table.full).toBe(false);
  await table.write([large('last')]);
  expect(table.full).toBe(true);
  await table.discard();
  expect(table.full).toBe(false);
});

test('800 filled text fields of 20 kB in a row are written and replaced', async () => {
  const root = await temporaryFolder();
  const columns = Array.from({ length: 800 }, (_, index): Column => ({ name: `cf_${index}`, type: 'string' }));
  const row = (id: string, version: number): Row => ({
    id,
    ...Object.fromEntries(columns.map(({ name }) => [name, `${version}${name}`.padEnd(20_000, 'x')])),
  });
  const table = await (await testWarehouse(root)).open(wide(columns));
  for (const version of [1, 2]) {
    for (const id of ['a', 'b', 'c']) expect(await table.write([row(id, version)])).toEqual([]);
    expect(await table.commit(batch(version))).toMatchObject({ written: 3, unchanged: 0 });
  }
  await table.write([row('a', 2)]);
  expect(await table.commit(batch(3))).toMatchObject({ written: 0, unchanged: 1 });
});

test('30 rows of 800 texts of 20 kB are written, replaced and compacted within 1 GB', async () => {
  const root = await temporaryFolder();
  const wanted = { columns: 800, length: 20_000, rows: 30, changed: 5 };
  const child = await runChild('wideRows', { root, ...wanted });
  expect(child.code, child.errors).toBe(0);
  const { peak, batches } = child.result as { peak: number; batches: number };
  expect(batches).toBeGreaterThan((wanted.columns * wanted.length * wanted.rows) / 80e6);
  // The compaction has been there: no delete file is left, and no row lost.
  const { data, deletes } = await liveFiles(root);
  expect([data.length, deletes.length]).toEqual([1, 0]);
  const counts =
    "count(*)::INT AS rows, (count(*) FILTER (cf_1 LIKE '1 %'))::INT AS changed, max(length(cf_2))::INT AS length";
  const { rows, changed, length } = wanted;
  expect(await storedRows(root, ITEMS, counts)).toEqual([{ rows, changed, length }]);
  expect(peak).toBeLessThan(1e9);
}, 240_000);

test('2,000 fields of texts, lists and structs are written and replaced', async () => {
  const root = await temporaryFolder();
  const person = { struct: [{ name: 'id', type: 'string' as const }] };
  const types: Column['type'][] = ['string', 'double', person, { list: person }, { list: 'string' }];
  const values = [(n: number) => `t${n}`, (n: number) => n / 2, (n: number) => ({ id: `${n}` })];
  const lists = [(n: number) => [{ id: `${n}` }, null], (n: number) => [`${n}`, null]];
  const columns = Array.from(
    { length: 2000 },
    (_, index): Column => ({ name: `c${index}`, type: types[index % 5] ?? 'string' }),
  );
  const cell = (index: number, n: number) => [...values, ...lists][index % 5]?.(n) ?? null;
  const row = (id: string, n: number): Row => ({
    id,
    ...Object.fromEntries(columns.map(({ name }, index) => [name, cell(index, n)])),
  });
  const table = await (await testWarehouse(root)).open(wide(columns));
  for (const version of [1, 2]) {
    await table.write(Array.from({ length: 30 }, (_, number) => row(`k${number}`, version)));
    expect(await table.commit(batch(version))).toMatchObject({ written: 30 });
  }
  expect(process.memoryUsage().rss).toBeLessThan(1e9);
});

test('work that runs out of memory is done again with more of it, up to a bound that is told', async () => {
  const duck = await Duck.open({ memoryLimit: '30MB', temporaryFolder: join(await temporaryFolder(), 'none') });
  onTestFinished(() => duck.close());
  const hold = (megabytes: number) =>
    duck.withSession(async (session) => {
      await session.run("SET temp_directory = ''");
      await session.run(
        `CREATE TEMP TABLE held AS SELECT repeat('x', 1000000) || i AS v FROM range(${megabytes}) t(i)`,
      );
      return session.rows('SELECT count(*) AS n FROM held');
    });
  expect(await hold(60)).toEqual([{ n: 60n }]);
  await expect(hold(1500)).rejects.toThrow(/need more than 1000 MB of memory: leave out large fields/);
});
