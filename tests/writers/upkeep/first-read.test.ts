/** Files after the first whole read: few, full and in order, by a commit of their own that may fail without harm. */
import { readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Row, TableSpec } from '../../../src/contract/table.js';
import { decodeBound } from '../../../src/writers/iceberg/bounds.js';
import type { LayoutSettings } from '../../../src/writers/iceberg/layout.js';
import { sortOrderOf } from '../../../src/writers/iceberg/sort-order.js';
import { toLocalPath } from '../../../src/writers/storage/local.js';
import type { StepReport } from '../../../src/writers/upkeep/report.js';
import { openWarehouse } from '../../../src/writers/warehouse.js';
import { currentState } from '../../../src/writers/write/state.js';
import { batch, ITEMS, item, liveFiles, loadTable, storedRows, temporaryFolder } from '../support/tables.js';
import { contents } from './support.js';

/** Rows of a parent lie together. */
const CHILDREN: TableSpec = { ...ITEMS, cluster: ['parent_id'] };
const PARTS = 12;

interface Reading {
  readonly spec?: TableSpec;
  readonly layout?: LayoutSettings;
  readonly signal?: AbortSignal;
  /** Done when all is committed and the table not yet closed. */
  readonly before?: (root: string) => Promise<void>;
  /** Whether it was whole. */
  readonly whole?: boolean;
  readonly rows?: (part: number) => readonly Row[];
  readonly runId?: string;
}

/** Each part a commit, with rows of all parents. */
const rowsOf = (part: number) =>
  Array.from({ length: 40 }, (_, at) => item(`${at * PARTS + part}`.padStart(4, '0'), part, { parent_id: `p${at}` }));

async function read(root: string, reading: Reading = {}) {
  const { spec = CHILDREN, layout, signal, before, whole = true, rows = rowsOf, runId = 'first' } = reading;
  const told: (readonly StepReport[] | Error)[] = [];
  const writer = await openWarehouse({
    ...{ root, runId },
    ...(layout ? { layouts: () => layout } : {}),
    ...(signal ? { signal } : {}),
    onUpkeep: (_table, outcome) => told.push(outcome),
  });
  const table = await writer.open(spec);
  const parts = reading.rows ? 1 : PARTS;
  for (let part = 1; part <= parts; part += 1) {
    await table.write(rows(part));
    const last = part === parts && whole ? { firstWhole: true } : {};
    await table.commit({ ...batch(part, { at: part }, runId), ...last });
  }
  await before?.(root);
  await writer.close();
  return told.flatMap((one): readonly (StepReport | Error)[] => (one instanceof Error ? [one] : one));
}

/** How many files a reader opens for the rows of one value, by the bounds that manifests state. */
async function opened(root: string, column: string, value: string): Promise<number> {
  const { version } = await loadTable(root);
  const id = version.schema.fields.find(({ name }) => name === column)?.id ?? 0;
  const bound = (bytes: Uint8Array | undefined) => String(decodeBound('string', bytes ?? new Uint8Array()));
  const { data } = await liveFiles(root);
  return data.filter(
    ({ lowerBounds: low, upperBounds: up }) => bound(low.get(id)) <= value && value <= bound(up.get(id)),
  ).length;
}

test('a first whole read leaves one file where commits have left twelve; the rewriting is a commit of its own, behind the one with the bookmark', async () => {
  const root = await temporaryFolder();
  const [step, ...others] = await read(root);
  expect(others).toEqual([]);
  expect(step).toMatchObject({ step: 'compact', outcome: 'done', before: { count: PARTS }, after: { count: 1 } });
  const { version } = await loadTable(root);
  const [newest, bookmarked] = version.history.map(({ summary }) => summary);
  expect(newest).toMatchObject({ operation: 'replace', 'total-data-files': '1', 'total-records': String(40 * PARTS) });
  expect(bookmarked).toMatchObject({ operation: 'append', 'connector.batch': String(PARTS) });
  expect(currentState(version)).toEqual({ at: PARTS });
  expect(await storedRows(root)).toHaveLength(40 * PARTS);
});

test('rows lie in the order of the columns that the stream names, then of the key', async () => {
  const root = await temporaryFolder();
  await read(root);
  const rows = await storedRows(root, CHILDREN, 'file_row_number AS n, parent_id, id');
  const keys = rows
    .toSorted((one, other) => Number(one.n) - Number(other.n))
    .map((row) => `${row.parent_id} ${row.id}`);
  expect(keys).toEqual(keys.toSorted());
});

test('a table beyond one file is cut where parents part: the rows of one are in one file, and no two files overlap', async () => {
  const root = await temporaryFolder();
  const random = () => Array.from({ length: 3000 }, () => Math.random().toString(36).slice(2)).join('');
  const wide = (part: number) => rowsOf(part).map((row) => ({ ...row, _extra: random() }));
  // The least target there is: files of a megabyte.
  const layout = { targetFileSize: 1024 * 1024 };
  const told = await read(root, {
    layout,
    rows: (part) => Array.from({ length: PARTS }, (_, at) => wide(part + at)).flat(),
  });
  expect(told).toEqual([]);
  const again = await read(root, { layout, rows: (part) => wide(part + PARTS), runId: 'second' });
  expect(again).toMatchObject([{ outcome: 'done' }]);
  const { data } = await liveFiles(root);
  expect(data.length).toBeGreaterThan(3);
  for (const { bytes } of data) expect(bytes).toBeGreaterThan(512 * 1024);
  for (const parent of ['p0', 'p17', 'p39']) expect(await opened(root, 'parent_id', parent)).toBe(1);
});

test('what comes after the first whole read is left to the usual upkeep', async () => {
  const root = await temporaryFolder();
  await read(root);
  const more = { rows: (part: number) => [item(`new-${part}`)], whole: false };
  expect(await read(root, { ...more, runId: 'second' })).toEqual([]);
  expect(await read(root, { ...more, runId: 'third', rows: () => [item('newer')] })).toEqual([]);
});

test('a read that did not come to its end leaves its files to the one that goes on', async () => {
  const root = await temporaryFolder();
  expect(await read(root, { whole: false })).toEqual([]);
  expect((await liveFiles(root)).data).toHaveLength(PARTS);
});

test('a rewriting that fails is told and costs neither rows nor bookmark', async () => {
  const root = await temporaryFolder();
  const hidden = join(root, 'hidden.parquet');
  let place = '';
  const before = async () => {
    place = toLocalPath((await liveFiles(root)).data[0]?.location ?? '');
    await rename(place, hidden);
  };
  const [told] = await read(root, { before });
  expect(told).toBeInstanceOf(Error);
  await rename(hidden, place);
  const { version } = await loadTable(root);
  expect(version.history[0]?.summary).toMatchObject({ 'connector.batch': String(PARTS), operation: 'append' });
  expect(await storedRows(root)).toHaveLength(40 * PARTS);
});

test('a table that another run has taken meanwhile is left to it', async () => {
  const root = await temporaryFolder();
  const stolen = async () => {
    const folder = join(root, '.locks');
    const [name = ''] = (await readdir(folder, { recursive: true })).filter(
      (one) => /\d+\D*$/.test(one) && one.includes('items'),
    );
    await rm(join(folder, name), { recursive: true });
  };
  const [step] = await read(root, { before: stolen });
  expect(step).toMatchObject({ outcome: 'skipped', why: expect.stringContaining('another run has the table') });
  expect((await liveFiles(root)).data).toHaveLength(PARTS);
});

test('who wants the run to end does not wait for files to be put in order', async () => {
  const root = await temporaryFolder();
  const stop = new AbortController();
  expect(await read(root, { signal: stop.signal, before: async () => stop.abort() })).toEqual([]);
  expect((await liveFiles(root)).data).toHaveLength(PARTS);
});

test('settings of a table become its sort order and its properties, and files say by which order they were written', async () => {
  const root = await temporaryFolder();
  const layout = { sort: ['value', 'id'], targetFileSize: 64 * 1024 * 1024, properties: { 'user.team': 'data' } };
  const rows = (part: number) => rowsOf(part).map((row, at) => ({ ...row, value: at % 5 === 0 ? null : 40 - at }));
  await read(root, { layout, rows, whole: false });
  const told = await read(root, { layout, rows: (part) => rows(part + 1), runId: 'second' });
  expect(told).toMatchObject([{ outcome: 'done' }]);
  const { version } = await loadTable(root);
  expect(version.properties).toMatchObject({ 'write.target-file-size-bytes': '67108864', 'user.team': 'data' });
  expect(version.metadata['sort-orders']).toMatchObject([{ 'order-id': 0, fields: [] }, { 'order-id': 1 }]);
  expect(sortOrderOf(version.metadata)?.fields.map(({ name }) => name)).toEqual(['value', 'id']);
  const { data } = await liveFiles(root);
  expect(data.map(({ sortOrderId }) => sortOrderId)).toEqual([1]);
  const stored = await storedRows(root, CHILDREN, 'file_row_number AS n, value');
  const values = stored
    .toSorted((one, other) => Number(one.n) - Number(other.n))
    .map(({ value }) => Number(value ?? -1));
  expect(values).toEqual(values.toSorted((one, other) => one - other));
  expect(values.filter((value) => value === -1)).toHaveLength(16);
});

test('settings that say the same again change nothing, and another order is the next one', async () => {
  const root = await temporaryFolder();
  const layout = { sort: ['value'] };
  await read(root, { layout });
  await read(root, { layout, rows: () => [item('x')], runId: 'second', whole: false });
  const orders = async () => (await loadTable(root)).version.metadata['sort-orders'];
  expect(await orders()).toHaveLength(2);
  await read(root, { layout: { sort: ['parent_id'] }, rows: () => [item('y')], runId: 'third', whole: false });
  expect(await orders()).toHaveLength(3);
  await read(root, { layout, rows: () => [item('z')], runId: 'fourth', whole: false });
  expect((await loadTable(root)).version.metadata['default-sort-order-id']).toBe(1);
  expect(await contents(root)).not.toBe('');
});
