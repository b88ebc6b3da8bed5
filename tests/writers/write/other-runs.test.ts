/** Two runs on one table that no lease keeps apart: a catalog service knows none, and one that is lost in between is no better. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { TableSpec, TableWriter } from '../../../src/contract/table.js';
import { type Lease, NO_LEASE } from '../../../src/core/lease/lease.js';
import { commitPacked } from '../../../src/writers/upkeep/pack-manifests.js';
import { IcebergTableWriter } from '../../../src/writers/write/table-writer.js';
import { batch, ITEMS, item, loadTable, storedRows, temporaryFolder } from '../support/tables.js';
import { benchFor } from '../upkeep/support.js';

const TAKEN = { kind: 'later', message: expect.stringContaining('Another run wrote table acme.items') };

const LOCKS: { name: string; lease: Lease }[] = [
  { name: 'without locks', lease: NO_LEASE },
  {
    name: 'with locks that both believe to hold',
    lease: { verify: async () => undefined, release: async () => undefined },
  },
];

async function openTable(
  root: string,
  runId: string,
  spec: TableSpec = ITEMS,
  lease: Lease = NO_LEASE,
): Promise<TableWriter> {
  const { catalog, duck, folder } = await benchFor(root);
  const bench = { catalog, duck, now: Date.now, folder: async () => join(await folder(), runId) };
  return new IcebergTableWriter(bench, spec, lease, await catalog.load(spec.namespace, spec.name));
}

async function tableOf(root: string, ...ids: string[]): Promise<void> {
  const table = await openTable(root, 'before');
  await table.write(ids.map((id) => item(id, 0)));
  await table.commit(batch(1, { at: 0 }, 'before'));
}

const valuesOf = async (root: string) => (await storedRows(root)).map(({ id, value }) => `${id}${value}`);
const stateOf = async (root: string) => (await openTable(root, 'reader')).state;

describe.each(LOCKS)('two runs $name', ({ lease }) => {
  const open = (root: string, runId: string, spec?: TableSpec) => openTable(root, runId, spec, lease);

  test('I12 rows that another run wrote meanwhile are not taken back by what this one read before', async () => {
    const root = await temporaryFolder();
    await tableOf(root, 'a');
    const [slow, quick] = [await open(root, 'slow'), await open(root, 'quick')];
    await slow.write([item('a', 1)]);
    slow.mark({ reason: 'vanished', where: { column: 'id', notIn: ['a'] }, exceptBatch: true });
    await quick.write([item('a', 2), item('b', 2)]);
    await quick.commit(batch(1, { at: 2 }, 'quick'));
    await expect(slow.commit(batch(1, { at: 1 }, 'slow'))).rejects.toMatchObject(TAKEN);
    expect(slow.pending, 'rows wait; they are not lost').toBe(1);
    await expect(slow.commit(batch(1, { at: 1 }, 'slow')), 'and no second try slips through').rejects.toMatchObject(
      TAKEN,
    );
    await quick.commit(batch(2, { at: 3 }, 'quick'));
    expect(await valuesOf(root)).toEqual(['a2', 'b2']);
    expect((await storedRows(root)).every(({ _deleted_at }) => _deleted_at === null)).toBe(true);
    expect(await stateOf(root)).toEqual({ at: 3 });
    const again = await open(root, 'again');
    await again.write([item('a', 3)]);
    expect(await again.commit(batch(1, { at: 4 }, 'again'))).toMatchObject({ written: 1 });
  });

  test('I12 the last word of a run, a bookmark without rows, does not hide what another run wrote', async () => {
    const root = await temporaryFolder();
    await tableOf(root, 'a');
    const [slow, quick] = [await open(root, 'slow'), await open(root, 'quick')];
    await slow.write([item('a', 1)]);
    await slow.commit(batch(1, { at: 1 }, 'slow'));
    await quick.write([item('a', 2)]);
    await expect(quick.commit(batch(1, { at: 2 }, 'quick'))).rejects.toMatchObject(TAKEN);
    await slow.commit(batch(2, { at: 5 }, 'slow'));
    expect(await stateOf(root)).toEqual({ at: 5 });
  });

  test('I12 a bookmark that another run wrote without rows is not written over', async () => {
    const root = await temporaryFolder();
    await tableOf(root, 'a');
    const [slow, quick] = [await open(root, 'slow'), await open(root, 'quick')];
    await quick.commit(batch(1, { at: 2 }, 'quick'));
    await expect(slow.commit(batch(1, { at: 1 }, 'slow'))).rejects.toMatchObject(TAKEN);
    expect(await stateOf(root)).toEqual({ at: 2 });
  });

  test('I12 a table that another run made meanwhile is the other one’s', async () => {
    const root = await temporaryFolder();
    const [slow, quick] = [await open(root, 'slow'), await open(root, 'quick')];
    await slow.write([item('a', 1)]);
    await quick.write([item('a', 2)]);
    await quick.commit(batch(1, { at: 2 }, 'quick'));
    await expect(slow.commit(batch(1, { at: 1 }, 'slow'))).rejects.toMatchObject(TAKEN);
    expect(await valuesOf(root)).toEqual(['a2']);
  });

  test('I12 maintenance and other tools in between are no other run: the work is done again on what they made', async () => {
    const root = await temporaryFolder();
    await tableOf(root, 'a');
    const table = await open(root, 'run');
    const { catalog } = await loadTable(root);
    for (const number of [1, 2, 3]) {
      await table.write([item('a', number)]);
      await commitPacked(await benchFor(root), (await loadTable(root)).version);
      const base = (await loadTable(root)).version;
      await catalog.commit(base, { operation: null, add: [], remove: [], properties: { theirs: String(number) } });
      await table.commit(batch(number, { at: number }, 'run'));
    }
    expect(await valuesOf(root)).toEqual(['a3']);
    expect((await loadTable(root)).version.properties).toMatchObject({ theirs: '3', 'connector.state': '{"at":3}' });
  });

  test('I12 two runs that only add rows both find theirs in the table', async () => {
    const root = await temporaryFolder();
    const log: TableSpec = { ...ITEMS, mode: 'append', primaryKey: [] };
    const [one, two] = [await open(root, 'one', log), await open(root, 'two', log)];
    for (const number of [1, 2]) {
      await one.write([item(`one-${number}`)]);
      await two.write([item(`two-${number}`)]);
      await Promise.all([one.commit(batch(number, null, 'one')), two.commit(batch(number, null, 'two'))]);
    }
    expect((await storedRows(root)).map(({ id }) => id)).toEqual(['one-1', 'one-2', 'two-1', 'two-2']);
  });
});
