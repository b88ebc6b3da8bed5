/** Rows that come again are told from changed ones by their digests: nothing is overlooked, and nothing else is read. */
import { open } from 'node:fs/promises';
import { DuckDBInstance } from '@duckdb/node-api';
import { expect, test } from 'vitest';
import type { TableSpec } from '../../../src/contract/table.js';
import type { LiveFile } from '../../../src/writers/iceberg/model.js';
import { toLocalPath } from '../../../src/writers/storage/local.js';
import { rewriteRows } from '../../../src/writers/upkeep/rewrite-rows.js';
import { NO_FILES } from '../../../src/writers/write/rewrite.js';
import {
  batch,
  ITEMS,
  item,
  liveFiles,
  loadTable,
  storedRows,
  temporaryFolder,
  testWarehouse,
} from '../support/tables.js';
import { benchFor } from '../upkeep/support.js';

const MOMENT = '2026-01-01T00:00:00.000Z';
const TIMED: TableSpec = {
  ...ITEMS,
  columns: [...ITEMS.columns, { name: 'updated', type: 'timestamptz' }],
  cursor: 'updated',
};
/** More than a table that is written anew for each change. */
const MANY = 5001;

const row = (at: number, value = 1) =>
  item(`i${at}`, value, { updated: MOMENT, tags: ['a', null], owner: { id: `o${at}`, age: null }, _extra: '{"k":1}' });

async function tableOfMany(root: string, spec = TIMED) {
  const table = await (await testWarehouse(root)).open(spec);
  await table.write(Array.from({ length: MANY }, (_, at) => row(at)));
  await table.commit(batch(1));
  return table;
}

/** Every page of the other columns becomes garbage: whoever reads one of them fails. */
async function spoilAllBut(root: string, columns: readonly string[]): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  for (const { location } of (await liveFiles(root, TIMED)).data) {
    const path = toLocalPath(location);
    const found = await connection.runAndReadAll(
      `SELECT split_part(path_in_schema, ',', 1) AS name, coalesce(dictionary_page_offset, data_page_offset) AS start,
         total_compressed_size AS size FROM parquet_metadata('${path.replaceAll("'", "''")}')`,
    );
    const file = await open(path, 'r+');
    for (const { name, start, size } of found.getRowObjects())
      if (!columns.includes(String(name))) await file.write(Buffer.alloc(Number(size), 0xff), 0, null, Number(start));
    await file.close();
  }
  connection.closeSync();
  instance.closeSync();
}

const TOLD_BY = ['id', 'updated', '_deleted_at', '_deleted_reason', '#digest'];

test('of rows that come again no more is read than key, cursor, marks and digest', async () => {
  const root = await temporaryFolder();
  const table = await tableOfMany(root);
  await spoilAllBut(root, TOLD_BY);
  await table.write([row(7), row(4000), row(9, 2), row(MANY)]);
  expect(await table.commit(batch(2))).toMatchObject({ written: 2, unchanged: 2 });
  await expect(storedRows(root, TIMED)).rejects.toThrow();
});

test('a text that begins as a null is written does not pass for one: it moved from one member to the other', async () => {
  const texts = ['k', 'j'].map((name) => ({ name, type: 'string' as const }));
  const spec: TableSpec = { ...TIMED, columns: [...TIMED.columns, { name: 'pair', type: { struct: texts } }] };
  const table = await (await testWarehouse(await temporaryFolder())).open(spec);
  const paired = (at: number, k: string | null, j: string | null) => ({ ...row(at), pair: { k, j } });
  const before = Array.from({ length: MANY }, (_, at) => paired(at, 'NULLX', null));
  await table.write(before);
  await table.commit(batch(1));
  await table.write([paired(1, null, 'NULLX'), paired(2, 'NULLX', null), paired(3, 'X', null), paired(4, null, null)]);
  expect(await table.commit(batch(2))).toMatchObject({ written: 3, unchanged: 1 });
});

const all = { operation: 'replace', choose: async (_: unknown, data: readonly LiveFile[]) => new Set(data) } as const;

test('digests go along when files are put together, and a change under the same moment is written', async () => {
  const root = await temporaryFolder();
  const table = await tableOfMany(root);
  const changed = { ...row(8), _extra: '{"k":2}' };
  await table.write([row(7), changed]);
  expect(await table.commit(batch(2))).toMatchObject({ written: 1, unchanged: 1 });
  await rewriteRows(await benchFor(root), (await loadTable(root, TIMED)).version, all);
  await spoilAllBut(root, TOLD_BY);
  await table.write([changed, row(2999), { ...row(9), owner: { id: 'o9', age: 0 } }]);
  expect(await table.commit(batch(3))).toMatchObject({ written: 1, unchanged: 2 });
});

test('rows that were written anew with other values are compared by their columns: their digests would be wrong', async () => {
  const root = await temporaryFolder();
  const table = await tableOfMany(root);
  const select = async (rows: string) => `SELECT * REPLACE (if(id = 'i8', 2, value) AS value) FROM (${rows})`;
  await rewriteRows(await benchFor(root), (await loadTable(root, TIMED)).version, { ...all, select });
  await table.write([row(7), row(8), row(9, 2)]);
  expect(await table.commit(batch(2))).toMatchObject({ written: 2, unchanged: 1 });
  const rows = await storedRows(root, TIMED, 'id, value');
  expect(rows.filter(({ id }) => id === 'i8' || id === 'i9')).toEqual([
    { id: 'i8', value: '1' },
    { id: 'i9', value: '2' },
  ]);
});

const withoutOwner = (at: number, value?: number) =>
  Object.fromEntries(Object.entries(row(at, value)).filter(([name]) => name !== 'owner'));

test('a row stays as it is when its stream no longer declares a column, or declares one more', async () => {
  const root = await temporaryFolder();
  await (await tableOfMany(root)).close();
  const columns = [...TIMED.columns.filter(({ name }) => name !== 'owner'), { name: 'more', type: 'string' } as const];
  const table = await (await testWarehouse(root, 'run-2')).open({ ...TIMED, columns });
  await spoilAllBut(root, [...TOLD_BY, 'owner']);
  await table.write([withoutOwner(7), withoutOwner(8, 2), { ...withoutOwner(9), more: 'x' }]);
  expect(await table.commit(batch(1, { at: 2 }, 'run-2'))).toMatchObject({ written: 2, unchanged: 1 });
});

test('a column that is no longer declared, however wide, is not read for rows whose moment has moved', async () => {
  const root = await temporaryFolder();
  await (await tableOfMany(root)).close();
  const columns = TIMED.columns.filter(({ name }) => name !== 'owner');
  const table = await (await testWarehouse(root, 'run-2')).open({ ...TIMED, columns });
  await spoilAllBut(root, TOLD_BY);
  await table.write([7, 8].map((at) => ({ ...withoutOwner(at), updated: '2026-01-02T00:00:00.000Z' })));
  expect(await table.commit(batch(1, { at: 2 }, 'run-2'))).toMatchObject({ written: 2, unchanged: 0 });
});

const ticking = (at: number, ticks: number | null) => ({ ...row(at), ticks });
const COUNTED: TableSpec = { ...TIMED, columns: TIMED.columns.map((column) => ({ ...column, volatile: false })) };

test('a value that went is written when its column was volatile, and is no more: the digest knows nothing of it', async () => {
  const root = await temporaryFolder();
  const first = await (await testWarehouse(root)).open(TIMED);
  await first.write(Array.from({ length: MANY }, (_, at) => ticking(at, 5)));
  await first.commit(batch(1));
  await first.close();
  const runs = [TIMED, COUNTED, TIMED, COUNTED].entries();
  const ticksOf = async () =>
    (await storedRows(root, TIMED, 'id, ticks')).filter(({ id }) => id === 'i7' || id === 'i8');
  for (const [at, spec] of runs) {
    const run = `run-${at + 2}`;
    const table = await (await testWarehouse(root, run)).open(spec);
    const counted = spec === COUNTED;
    await table.write([ticking(7, null), ticking(8, 5), ticking(9 + at, 5)]);
    const written = counted && at === 1 ? 1 : 0;
    expect(await table.commit(batch(1, { at: at + 2 }, run))).toMatchObject({ written, unchanged: 3 - written });
    expect(await ticksOf()).toEqual([
      { id: 'i7', ticks: at === 0 ? '5' : null },
      { id: 'i8', ticks: '5' },
    ]);
    await table.close();
  }
});

test('a column of another program that is declared from now on is compared, though digests know nothing of it', async () => {
  const root = await temporaryFolder();
  await (await tableOfMany(root)).close();
  const { catalog, version } = await loadTable(root, TIMED);
  const noted = version.properties['connector.field-ids'] ?? '';
  const TEAM = { name: 'team', type: 'string' } as const;
  const teamed = { ...TIMED, columns: [...TIMED.columns, TEAM] };
  const theirs = await (await testWarehouse(root, 'run-theirs')).open(teamed);
  await theirs.write([7, 8].map((at) => ({ ...row(at), team: 'north' })));
  await theirs.commit(batch(1, { at: 2 }, 'run-theirs'));
  await theirs.close();
  const { version: grown } = await loadTable(root, TIMED);
  await catalog.commit(grown, { ...NO_FILES, properties: { ...grown.properties, 'connector.field-ids': noted } });
  // A new version of a row keeps what another program wrote, and its digest leaves it out.
  const ours = await (await testWarehouse(root, 'run-ours')).open(TIMED);
  await ours.write([row(7, 2), row(8, 2)]);
  expect(await ours.commit(batch(1, { at: 3 }, 'run-ours'))).toMatchObject({ written: 2 });
  await ours.close();
  const declared = await (await testWarehouse(root, 'run-declared')).open(teamed);
  await declared.write([row(7, 2), { ...row(8, 2), team: 'north' }, row(9)]);
  expect(await declared.commit(batch(1, { at: 4 }, 'run-declared'))).toMatchObject({ written: 1, unchanged: 2 });
  const teams = (await storedRows(root, TIMED, 'id, team')).filter(({ id }) => id === 'i7' || id === 'i8');
  expect(teams).toEqual([
    { id: 'i7', team: null },
    { id: 'i8', team: 'north' },
  ]);
});
