import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { SYSTEM_COLUMNS, type TableSpec } from '../../../src/contract/table.js';
import { openCatalog } from '../../../src/writers/catalog/open-catalog.js';
import type { DataFile, LiveFile, Partition, Schema } from '../../../src/writers/iceberg/model.js';
import { UNPARTITIONED } from '../../../src/writers/iceberg/partitions.js';
import { assignIds } from '../../../src/writers/iceberg/schema.js';
import { sqlType } from '../../../src/writers/parquet/column-sql.js';
import { Duck } from '../../../src/writers/parquet/duckdb.js';
import { toLocalPath } from '../../../src/writers/storage/local.js';
import { compact } from '../../../src/writers/upkeep/compact.js';
import { groupFiles } from '../../../src/writers/upkeep/key-ranges.js';
import { sumBytes } from '../../../src/writers/upkeep/report.js';
import { rewriteRows } from '../../../src/writers/upkeep/rewrite-rows.js';
import { Rewriter } from '../../../src/writers/write/rewrite.js';
import type { Workbench } from '../../../src/writers/write/workbench.js';
import { NO_PARTITION } from '../iceberg/files.js';
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

const FILES = 60;
const ROWS = 40_000;
const BY_ID = 'id, * EXCLUDE (id, "#file", file_row_number)';

async function duckOf(root: string, memoryLimit: string): Promise<Duck> {
  const duck = await Duck.open({ memoryLimit, temporaryFolder: join(root, 'spill') });
  onTestFinished(() => duck.close());
  return duck;
}

const MANY = 450_000;

/** Narrow rows in three files that are said to be large. */
async function manyRows(root: string): Promise<void> {
  await wideTable(root, { rows: MANY, files: 3, texts: 0 });
  const { catalog, version } = await loadTable(root);
  const { data } = await catalog.files(version);
  const heavy = data.map((file) => ({ ...file, location: `${file.location}-heavy.parquet`, bytes: 49 * MB }));
  for (const [at, file] of data.entries())
    await copyFile(toLocalPath(file.location), toLocalPath(heavy[at]?.location ?? ''));
  await catalog.commit(version, { operation: 'replace', add: heavy, remove: data });
}

/** Rows of some 5 KB whose keys are all over the files; texts that hardly become smaller. */
async function wideTable(root: string, { rows = ROWS, files = FILES, texts = 150 } = {}): Promise<void> {
  const warehouse = await openCatalog({ root });
  await warehouse.prepare();
  const { namespace, name, columns, primaryKey } = ITEMS;
  const { schema, lastColumnId } = assignIds([...columns, ...SYSTEM_COLUMNS], primaryKey);
  const properties = { 'write.target-file-size-bytes': String(64 * MB) };
  const draft = await warehouse.catalog.draft({ namespace, name, schema, lastColumnId, properties });
  const table = { location: draft.location, storage: warehouse.catalog.storageOf(draft) };
  const cells = new Map([
    ['id', 'md5(i::VARCHAR)'],
    ['value', 'i'],
    ['_extra', `array_to_string([md5((i * 7919 + k)::VARCHAR) for k in range(${texts})], ' ')`],
  ]);
  const row = schema.fields.map(
    (field) => `(${cells.get(field.name) ?? 'NULL'})::${sqlType(field.type)} AS "${field.name}"`,
  );
  const add: DataFile[] = [];
  await (await duckOf(root, '1GB')).withSession(async (session) => {
    const rewriter = new Rewriter(session, { schema, spec: UNPARTITIONED }, root, table);
    for (let file = 0; file < files; file += 1)
      add.push(...(await rewriter.append(`SELECT ${row.join(', ')} FROM range(${file}, ${rows}, ${files}) r(i)`)).add);
  });
  await warehouse.catalog.commit(draft, { operation: 'append', add, remove: [] });
}

async function benchWith(root: string, memoryLimit: string): Promise<Workbench> {
  const duck = await duckOf(root, memoryLimit);
  const { catalog } = await loadTable(root);
  return { catalog, duck: async () => duck, folder: async () => join(root, 'work'), now: Date.now };
}

const MB = 1024 * 1024;
const text = (bound: Uint8Array | undefined) => Buffer.from(bound ?? []).toString();

describe('compaction of rows that do not fit into memory', () => {
  test('ends well, loses no row, and leaves files that share no range of keys', async () => {
    const root = await temporaryFolder();
    await wideTable(root);
    expect(sumBytes((await liveFiles(root)).data)).toBeGreaterThan(100 * MB);
    const tools = await benchWith(root, '128MB');
    const digest = 'count(*)::VARCHAR AS n, bit_xor(hash(id, value, _extra))::VARCHAR AS hash';
    const rows = await storedRows(root, ITEMS, digest);
    const step = await compact(tools, (await loadTable(root)).version);
    expect(step).toMatchObject({ outcome: 'done', after: { count: 2, rows: ROWS } });
    expect(await storedRows(root, ITEMS, digest)).toEqual(rows);
    const [low, high] = (await liveFiles(root)).data.toSorted((one, other) =>
      Buffer.compare(one.lowerBounds.get(1) ?? Buffer.of(), other.lowerBounds.get(1) ?? Buffer.of()),
    );
    expect(text(low?.upperBounds.get(1)) < text(high?.lowerBounds.get(1))).toBe(true);
  }, 120_000);

  test.each([
    ['the first key column is the same everywhere', ['parent_id', 'id'], 1],
    ['few values of the first key column', ['value', 'id'], 3],
    ['there is no key', [], 1],
  ] as const)('loses no row where %s', async (_, primaryKey, files) => {
    const root = await temporaryFolder();
    const columns = ITEMS.columns.toSorted(({ name }) => (name === primaryKey[0] ? -1 : 0));
    const spec: TableSpec = { ...ITEMS, columns, primaryKey, mode: primaryKey.length === 0 ? 'append' : 'merge' };
    await heavyTable(root, spec);
    const before = await storedRows(root, spec, BY_ID);
    const tools = await benchWith(root, '128MB');
    const done = await rewriteRows(tools, (await loadTable(root)).version, {
      operation: 'replace',
      choose: async (_stored, data) => new Set(data),
    });
    expect(done?.added).toHaveLength(files);
    expect(before).toHaveLength(90);
    expect(await storedRows(root, spec, BY_ID)).toEqual(before);
  });

  test('weighs some of many rows, and loses none of the others', async () => {
    const root = await temporaryFolder();
    await manyRows(root);
    const digest = 'count(*)::VARCHAR AS n, bit_xor(hash(id, value))::VARCHAR AS hash';
    const before = await storedRows(root, ITEMS, digest);
    const done = await rewriteRows(await benchWith(root, '128MB'), (await loadTable(root)).version, {
      operation: 'replace',
      choose: async (_stored, data) => new Set(data),
    });
    const records = done?.added.map((file) => file.records) ?? [];
    expect(records).toHaveLength(3);
    for (const count of records) expect(Math.abs(count - MANY / 3)).toBeLessThan(MANY / 100);
    expect(await storedRows(root, ITEMS, digest)).toEqual(before);
  });

  test('looks into a bounded part of a large table at a time, of files that are neighbours by key', async () => {
    const root = await temporaryFolder();
    const { schema } = assignIds([...ITEMS.columns, ...SYSTEM_COLUMNS], ITEMS.primaryKey);
    const data = ['d', 'b', 'e', 'a', 'c', 'f'].map((key) => fileOf(root, key, 400 * MB));
    const groups = groupFiles(data, new Set([0, 1, 2, 3, 4]), keyOf(schema));
    expect(groups.map((group) => group.map((number) => text(data[number]?.lowerBounds.get(1))))).toEqual([
      ['a', 'b', 'c'],
      ['d', 'e'],
    ]);
    expect(groupFiles([fileOf(root, 'a', 3000 * MB)], new Set([0]), keyOf(schema))).toEqual([[0]]);
  });

  test('files of one partition are grouped together: ranges over several would leave a small file of each in every one', async () => {
    const root = await temporaryFolder();
    const { schema } = assignIds([...ITEMS.columns, ...SYSTEM_COLUMNS], ITEMS.primaryKey);
    const under = (specId: number, value: string): Partition => ({ specId, values: new Map([[1000, value]]) });
    const places = [under(1, 'x'), under(1, 'y'), under(0, 'x'), under(1, 'x'), under(1, 'y')];
    const data = places.map((partition, at) => ({ ...fileOf(root, `${9 - at}`, MB), partition }));
    expect(groupFiles(data, new Set([0, 1, 2, 3, 4]), keyOf(schema))).toEqual([[3, 0], [4, 1], [2]]);
  });
});

const keyOf = ({ fields }: Schema) => fields.filter(({ name }) => name === 'id');

/** Three files of thirty rows, said to be as large as files of many. */
async function heavyTable(root: string, spec: TableSpec): Promise<void> {
  const writer = await testWarehouse(root);
  const table = await writer.open(spec);
  for (let file = 0; file < 3; file += 1) {
    const rows = Array.from({ length: 30 }, (_, row) => item(`${row}-${file}`, row % 3));
    await table.write(rows);
    await table.commit(batch(file + 1));
  }
  await table.close();
  const { catalog, version } = await loadTable(root);
  const { data } = await catalog.files(version);
  const heavy = data.map((file) => ({ ...file, location: `${file.location}-heavy.parquet`, bytes: 97 * MB }));
  for (const [index, file] of data.entries())
    await copyFile(toLocalPath(file.location), toLocalPath(heavy[index]?.location ?? ''));
  await catalog.commit(version, { operation: 'replace', add: heavy, remove: data });
}

function fileOf(root: string, key: string, bytes: number): LiveFile {
  const none = new Map<number, never>();
  return {
    ...{ content: 'data', location: `${root}/${key}.parquet`, records: 1, bytes },
    ...{ columnSizes: none, valueCounts: none, nullCounts: none, nanCounts: none, upperBounds: none },
    ...{ partition: NO_PARTITION, splitOffsets: null, sortOrderId: null, referencedDataFile: null },
    ...{ sequenceNumber: 1, fileSequenceNumber: 1, snapshotId: '1' },
    lowerBounds: new Map([[1, Buffer.from(key)]]),
  };
}
