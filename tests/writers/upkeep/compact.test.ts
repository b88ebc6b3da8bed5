import { copyFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { FAILPOINT } from '../../../src/core/failpoints.js';
import type { DataFile } from '../../../src/writers/iceberg/model.js';
import type { TableVersion } from '../../../src/writers/iceberg/version.js';
import { toLocalPath } from '../../../src/writers/storage/local.js';
import { compact, reasonToCompact } from '../../../src/writers/upkeep/compact.js';
import { onNewest } from '../../../src/writers/write/on-newest.js';
import { dataFile, deleteFile } from '../iceberg/files.js';
import { runChild } from '../support/child.js';
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
import { benchFor, contents, key, later, maintained, missingFiles, TABLE, wornTable } from './support.js';

test.each([
  [1, 20, null],
  [1, 21, '21 delete files'],
  [20, 100, null],
  [20, 101, '101 delete files'],
])('%i data files with %i delete files, as one data file has several of its own, are due: %s', (data, deletes, why) => {
  const many = <T>(count: number, file: T) => Array.from({ length: count }, () => file);
  const whole = { ...dataFile('/a', 1000), sequenceNumber: 1, fileSequenceNumber: 1, snapshotId: '1', bytes: 2 ** 26 };
  const files = { data: many(data, whole), deletes: many(deletes, { ...whole, ...deleteFile('/d', 0) }) };
  expect(reasonToCompact(files)).toBe(why);
});

describe('compaction', () => {
  test('changes no row, and leaves no dead row and no delete file', async () => {
    const root = await temporaryFolder();
    await wornTable(root, 21);
    const before = await contents(root);
    const { deletes } = await liveFiles(root);
    expect(deletes.length).toBeGreaterThan(40);
    const [step] = await maintained(root);
    expect(step).toMatchObject({ step: 'compact', outcome: 'done', after: { count: 1, rows: 200 } });
    expect(step?.why).toContain('rows are dead');
    expect(await contents(root)).toBe(before);
    const after = await liveFiles(root);
    expect(after.deletes).toEqual([]);
    expect(after.data.map(({ records }) => records)).toEqual([200]);
    const { version } = await loadTable(root);
    expect(version.history[0]?.summary).toMatchObject({
      operation: 'replace',
      'total-data-files': '1',
      'total-delete-files': '0',
      'total-records': '200',
      'total-position-deletes': '0',
    });
  });

  test('a file is sorted by the primary key, so that readers can skip', async () => {
    const root = await temporaryFolder();
    await wornTable(root, 5);
    await maintained(root);
    const [file] = (await liveFiles(root)).data;
    const { version } = await loadTable(root);
    const id = version.schema.fields.find(({ name }) => name === 'id')?.id ?? 0;
    expect(Buffer.from(file?.lowerBounds.get(id) ?? []).toString()).toBe(key(0));
    const rows = await storedRows(root, ITEMS, 'file_row_number AS n, id');
    expect(rows.map((row) => row.id)).toEqual(rows.map((row) => row.id).toSorted());
  });

  test('rows of files that were written under older schemas come out under the current one', async () => {
    const root = await temporaryFolder();
    await wornTable(root, 5);
    const tools = await benchFor(root);
    const { version } = await loadTable(root);
    const schema = {
      ...version.schema,
      fields: [...version.schema.fields, { id: 99, name: 'added', required: false, type: 'long' as const }],
    };
    await tools.catalog.commit(version, { operation: null, add: [], remove: [], schema });
    const before = await storedRows(root);
    await maintained(root);
    expect(await storedRows(root)).toEqual(before.map((row) => ({ ...row, added: null })));
    expect((await loadTable(root)).version.schema.fields.at(-1)?.name).toBe('added');
  });

  test('a table in good order is left alone: no version is made', async () => {
    const root = await temporaryFolder();
    await wornTable(root, 1);
    const before = await loadTable(root);
    const steps = await maintained(root);
    expect(steps.map(({ step, outcome }) => `${step} ${outcome}`)).toEqual([
      'compact nothing',
      'expire nothing',
      'orphans nothing',
      'manifests nothing',
    ]);
    expect((await loadTable(root)).version.metadataLocation).toBe(before.version.metadataLocation);
  });

  test('full files that no delete file concerns stay as they are', async () => {
    const root = await temporaryFolder();
    const table = await (await testWarehouse(root, 'full')).open(ITEMS);
    const random = () => Array.from({ length: 40 }, () => Math.random().toString(36).slice(2)).join('');
    await table.write(Array.from({ length: 60_000 }, (_, index) => item(`big-${index}`, index, { _extra: random() })));
    await table.commit(batch(1, null, 'full'));
    await table.write([item('small')]);
    await table.commit(batch(2, null, 'full'));
    const [small, big] = (await liveFiles(root)).data.toSorted((one, other) => one.bytes - other.bytes);
    expect(big?.bytes).toBeGreaterThan(16 * 1024 * 1024);
    const tools = await benchFor(root);
    const properties = { 'write.target-file-size-bytes': String(32 * 1024 * 1024) };
    await tools.catalog.commit((await loadTable(root)).version, { operation: null, add: [], remove: [], properties });
    const newest = await withCopies(root, small, 51);
    const step = await compact(tools, newest);
    expect(step).toMatchObject({ outcome: 'done', before: { count: 53 }, after: { count: 2 } });
    expect((await liveFiles(root)).data.map(({ location }) => location)).toContain(big?.location);
  });

  test('the bookmark, and which batch it belongs to, outlive every older snapshot', async () => {
    const root = await temporaryFolder();
    await wornTable(root, 5);
    await maintained(root, { days: 0, snapshots: 1, now: later(1) });
    const { version } = await loadTable(root);
    expect(version.history).toHaveLength(1);
    expect(version.history[0]?.summary).toMatchObject({ 'connector.run-id': 'worn', 'connector.batch': '9' });
  });

  test('work that another writer overtook is done again on what it left', async () => {
    const root = await temporaryFolder();
    await wornTable(root, 5);
    const tools = await benchFor(root);
    let overtaken = 0;
    const step = await onNewest(tools, TABLE, async (version) => {
      if (overtaken++ === 0)
        await tools.catalog.commit(version, { operation: null, add: [], remove: [], properties: { theirs: 'yes' } });
      return compact(tools, version);
    });
    expect([overtaken, step.outcome]).toEqual([2, 'done']);
    expect((await loadTable(root)).version.properties.theirs).toBe('yes');
    expect(await missingFiles(root)).toEqual([]);
  });

  test.each(
    Object.values(FAILPOINT),
  )('I7 after SIGKILL at %s of a compaction nothing is lost, and a rerun ends well', async (point) => {
    const root = await temporaryFolder();
    await wornTable(root, 5);
    const before = await contents(root);
    const killed = await runChild('maintainOnce', { root, failpoint: `${point}:1:kill` });
    expect(killed.signal, killed.errors).toBe('SIGKILL');
    expect(await contents(root)).toBe(before);
    expect(await missingFiles(root)).toEqual([]);
    await maintained(root);
    expect(await contents(root)).toBe(before);
    expect((await liveFiles(root)).deletes).toEqual([]);
    expect(await missingFiles(root)).toEqual([]);
  });
});

/** The table with further files of the same rows: what is tested is which files are taken, not their rows. */
async function withCopies(root: string, file: DataFile | undefined, count: number): Promise<TableVersion> {
  const { catalog, version } = await loadTable(root);
  if (!file) throw new Error('no file to copy');
  const add = Array.from({ length: count }, (_, index) => ({
    ...file,
    location: `${version.location}/data/${index}.parquet`,
  }));
  for (const { location } of add) await copyFile(toLocalPath(file.location), toLocalPath(location));
  return catalog.commit(version, { operation: 'append', add, remove: [] });
}
