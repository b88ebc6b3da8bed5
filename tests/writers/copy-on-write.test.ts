import { describe, expect, test } from 'vitest';
import { FAILPOINT } from '../../src/core/failpoints.js';
import { openWarehouse } from '../../src/writers/warehouse.js';
import type { UpsertMode } from '../../src/writers/write/rewrite.js';
import { runChild } from './support/child.js';
import { batch, ITEMS, item, liveFiles, loadTable, storedRows, temporaryFolder } from './support/tables.js';

async function open(root: string, upserts: UpsertMode, runId = 'run-1') {
  const writer = await openWarehouse({ root, runId, upserts: () => upserts });
  return { writer, table: await writer.open(ITEMS) };
}

/** Four files of two rows: `a` and `a-`, `b` and `b-` …; too many to be simply written anew. */
async function fourFiles(root: string, upserts: UpsertMode = 'copy-on-write') {
  const { writer, table } = await open(root, upserts);
  for (const [index, id] of ['a', 'b', 'c', 'd'].entries()) {
    await table.write([item(id), item(`${id}-`)]);
    await table.commit(batch(index + 1));
  }
  return { writer, table };
}

async function contents(root: string) {
  const rows = (await storedRows(root)).filter(({ parent_id }) => parent_id === 'p');
  return rows.map(({ id, value }) => `${id}${value}`).toSorted();
}

const locations = (files: readonly { location: string }[]) => files.map(({ location }) => location);

describe('copy-on-write', () => {
  test('writes anew the files that hold a replaced row and no other, without any delete file', async () => {
    const root = await temporaryFolder();
    const { writer, table } = await fourFiles(root);
    const before = locations((await liveFiles(root)).data);
    await table.write([item('a', 2), item('c', 2), item('new', 2)]);
    table.mark({ reason: 'vanished', where: { column: 'id', in: ['c-'] }, exceptBatch: true });
    const done = await table.commit(batch(5));
    expect(done).toMatchObject({ written: 3, unchanged: 0, deleted: 1 });
    const { data, deletes } = await liveFiles(root);
    expect(deletes).toEqual([]);
    expect(data.map(({ records }) => records).toSorted()).toEqual([2, 2, 5]);
    expect(before.filter((location) => locations(data).includes(location))).toHaveLength(2);
    expect(await contents(root)).toEqual(['a2', 'a-1', 'b1', 'b-1', 'c2', 'c-1', 'd1', 'd-1', 'new2'].toSorted());
    expect((await loadTable(root)).version.history[0]?.summary).toMatchObject({
      operation: 'overwrite',
      'deleted-data-files': '2',
      'deleted-records': '4',
      'total-records': '9',
      'total-data-files': '3',
      'total-delete-files': '0',
      'total-position-deletes': '0',
    });
    await writer.close();
  });

  test('new rows alone are appended, and equal rows write nothing', async () => {
    const root = await temporaryFolder();
    const { writer, table } = await fourFiles(root);
    const before = locations((await liveFiles(root)).data);
    await table.write([item('e')]);
    await table.commit(batch(5, { at: 4 }));
    expect(locations((await liveFiles(root)).data)).toEqual(expect.arrayContaining(before));
    await table.write([item('a'), item('e')]);
    expect(await table.commit(batch(6, { at: 4 }))).toMatchObject({ snapshotId: null, written: 0, unchanged: 2 });
    await writer.close();
  });

  test.each([
    ['rows', [item('d', 3)], ['a2', 'a-1', 'b1', 'b-1', 'c1', 'c-1', 'd3', 'd-1'], 'overwrite', 4],
    ['nothing but state', [], ['a2', 'a-1', 'b1', 'b-1', 'c1', 'c-1', 'd1', 'd-1'], 'replace', 5],
  ] as const)('a table with delete files has them folded in by the first commit, of %s: its readers do not apply them', async (_, rows, expected, operation, untouched) => {
    const root = await temporaryFolder();
    const first = await fourFiles(root, 'position-deletes');
    // So many rows more that one dead one is no reason for upkeep.
    await first.table.write(Array.from({ length: 20 }, (_, index) => item(`more-${index}`, 1, { parent_id: 'more' })));
    await first.table.commit(batch(5));
    await first.table.write([item('a', 2)]);
    await first.table.commit(batch(6));
    await first.writer.close();
    const before = await liveFiles(root);
    expect(before.deletes).toHaveLength(1);
    const { writer, table } = await open(root, 'copy-on-write', 'run-2');
    await table.write(rows);
    expect(await table.commit(batch(1, { at: 6 }, 'run-2'))).toMatchObject({ written: rows.length, deleted: 0 });
    const { data, deletes } = await liveFiles(root);
    expect(deletes).toEqual([]);
    // Of six files the first one of `a` goes, and with rows that of `d`.
    const kept = locations(data).filter((location) => locations(before.data).includes(location));
    expect(kept).toHaveLength(untouched);
    expect(await contents(root)).toEqual([...expected].toSorted());
    expect((await loadTable(root)).version.history[0]?.summary).toMatchObject({
      operation,
      'total-records': '28',
      'total-position-deletes': '0',
    });
    await table.commit(batch(2, { at: 7 }, 'run-2'));
    expect((await loadTable(root)).version.history).toHaveLength(7);
    await writer.close();
  });

  test('is chosen by namespace: the tables of another connection go on with position deletes', async () => {
    const root = await temporaryFolder();
    const writer = await openWarehouse({
      root,
      runId: 'run-1',
      upserts: (namespace) => (namespace === 'acme' ? 'position-deletes' : 'copy-on-write'),
    });
    const specs = ['acme', 'other'].map((namespace) => ({ ...ITEMS, namespace }));
    for (const spec of specs) {
      const table = await writer.open(spec);
      for (const [index, id] of ['a', 'b', 'c', 'a'].entries()) {
        await table.write([item(id, index)]);
        await table.commit(batch(index + 1));
      }
    }
    const counts = await Promise.all(specs.map(async (spec) => (await liveFiles(root, spec)).deletes.length));
    expect(counts).toEqual([1, 0]);
    await writer.close();
  });

  // Where the order of a commit differs from that of position deletes; tests/writers/crash.test.ts dies at all the others.
  const { dataFilesWritten, dataFilesDurable, manifestsWritten, versionLinked } = FAILPOINT;
  test.each([
    dataFilesWritten,
    dataFilesDurable,
    manifestsWritten,
    versionLinked,
  ])('I7 after SIGKILL at %s while files are copied a rerun ends like an uninterrupted run', async (point) => {
    const root = await temporaryFolder();
    await (await fourFiles(root)).writer.close();
    const killed = await runChild('copyOnWrite', { root, failpoint: `${point}:1:kill` });
    expect(killed.signal, killed.errors).toBe('SIGKILL');
    const again = await runChild('copyOnWrite', { root, failpoint: '' });
    expect(again.code, again.errors).toBe(0);
    expect(await contents(root)).toEqual(['a9', 'a-1', 'b1', 'b-1', 'c1', 'c-1', 'd1', 'd-1', 'new9'].toSorted());
    const { data, deletes } = await liveFiles(root);
    expect([data.length, deletes.length]).toEqual([4, 0]);
  });
});
