import { describe, expect, onTestFinished, test } from 'vitest';
import type { TableWriter } from '../../../src/contract/table.js';
import { CommitConflict } from '../../../src/writers/iceberg/errors.js';
import { openWarehouse } from '../../../src/writers/warehouse.js';
import { fileCatalog } from '../catalog/tables.js';
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
import { contents, key, maintained, missingFiles, wornTable } from './support.js';

describe('upkeep beside other writers', () => {
  test('I12 two maintains at once and thirty commits beside them leave what the commits alone would leave', async () => {
    const root = await temporaryFolder();
    await wornTable(root, 5);
    const expected = new Map((await storedRows(root)).map((row) => [row.id, row.value]));
    const programs = [1, 2].map(() => runChild('maintainOnce', { root, failpoint: '', times: 12 }));
    const table = await (await writerOf(root)).open(ITEMS);
    for (let number = 1; number <= 30; number += 1) {
      const rows = [0, 1, 2, 3, 4, 5, 6, 7].map((index) => item(key((number * 13 + index * 23) % 220), 1000 + number));
      for (const row of rows) expected.set(row.id, String(row.value));
      await table.write(rows);
      await commitInTime(table, number);
    }
    const ended = await Promise.all(programs);
    // On a busy machine both may have been starved, which is allowed; what is never allowed is checked below.
    ended.push(await runChild('maintainOnce', { root, failpoint: '' }));
    for (const { code, errors } of ended) expect(code, errors).toBe(0);
    expect(ended.flatMap(({ result }) => result)).toContain('compact');
    const stored = new Map((await storedRows(root)).map((row) => [row.id, row.value]));
    expect(stored).toEqual(expected);
    expect(await missingFiles(root)).toEqual([]);
    expect((await loadTable(root)).version.properties['connector.state']).toBe('{"at":30}');
  });

  test('a run whose files were compacted away and removed meanwhile does its work again on what is there', async () => {
    const root = await temporaryFolder();
    await wornTable(root, 5);
    const table = await (await writerOf(root)).open(ITEMS);
    await table.write([item(key(3), 77)]);
    const child = await runChild('maintainOnce', { root, failpoint: '' });
    expect(child.result, child.errors).toEqual(['compact', 'expire']);
    const keys = [key(0), key(1), 'unknown'];
    const compared = await table.compare('id', null, { keys, groups: keys });
    expect(compared.onlyInList).toEqual(['unknown']);
    expect(await table.commit(batch(1, { at: 1 }, 'beside'))).toMatchObject({ written: 1 });
    expect((await storedRows(root)).filter((row) => row.value === '77')).toHaveLength(1);
    expect(await missingFiles(root)).toEqual([]);
  });
});

/** A writer that lost every round may say so and commit the same batch again; any other failure counts. */
async function commitInTime(table: TableWriter, number: number): Promise<void> {
  for (let round = 1; ; round += 1) {
    try {
      await table.commit(batch(number, { at: number }, 'beside'));
      return;
    } catch (error) {
      if (round === 5 || !(error instanceof CommitConflict)) throw error;
    }
  }
}

describe('upkeep by the run itself', () => {
  test('a small table that needs it is compacted when the run is done with it', async () => {
    const root = await temporaryFolder();
    await wornTable(root, 5);
    const told: unknown[] = [];
    const writer = await writerOf(root, (table, outcome) => told.push([table, outcome]));
    const table = await writer.open(ITEMS);
    await table.write([item('one more')]);
    await table.commit(batch(1, { at: 1 }, 'beside'));
    const before = await contents(root);
    await table.close();
    expect((await liveFiles(root)).deletes).toEqual([]);
    expect(await contents(root)).toBe(before);
    expect(told).toMatchObject([['acme.items', [{ step: 'compact', outcome: 'done' }]]]);
    expect((await (await writerOf(root)).open(ITEMS)).state).toEqual({ at: 1 });
  });

  test('that fails is told, and is no failure of the run; the lock is free', async () => {
    const root = await temporaryFolder();
    await wornTable(root, 5);
    const told: unknown[] = [];
    const writer = await writerOf(root, (_table, outcome) => told.push(outcome));
    const table = await writer.open(ITEMS);
    await table.write([item('one more')]);
    await table.commit(batch(1, { at: 1 }, 'beside'));
    const { armFailpoints } = await import('../../../src/core/failpoints.js');
    armFailpoints('FP3:1:ENOSPC');
    await table.close();
    armFailpoints('');
    expect(String(told[0])).toContain('ENOSPC');
    expect(await missingFiles(root)).toEqual([]);
    await (await (await writerOf(root)).open(ITEMS)).close();
  });

  test('a history of more than two hundred snapshots is cut by a hundred or more at once, not a little by every run', async () => {
    const root = await temporaryFolder();
    const start = Date.now();
    const inDays = (days: number) => new Date(start + days * 86_400_000);
    await oneRow(root, 1, inDays(0));
    const { catalog } = await loadTable(root);
    const older = await fileCatalog(root, { now: () => start });
    const younger = await fileCatalog(root, { now: () => inDays(3).getTime() });
    for (let number = 1; number <= 200; number += 1) {
      const newest = await catalog.load('acme', 'items');
      const by = number < 99 ? older : younger;
      if (newest) await by.commit(newest, { operation: 'replace', add: [], remove: [] });
    }
    await oneRow(root, 2, inDays(6));
    expect((await loadTable(root)).version.history, 'of them 99 are old').toHaveLength(202);
    await oneRow(root, 3, inDays(9));
    // The newest ten, and the one that holds the bookmark is among them.
    expect((await loadTable(root)).version.history).toHaveLength(10);
    expect(await missingFiles(root)).toEqual([]);
    expect((await maintained(root)).map(({ outcome }) => outcome)).not.toContain('done');
  });
});

async function writerOf(root: string, onUpkeep?: (table: string, outcome: unknown) => void) {
  const writer = await openWarehouse({ root, runId: 'beside', ...(onUpkeep ? { onUpkeep } : {}) });
  onTestFinished(() => writer.close());
  return writer;
}

/** A run of its own that writes one row. */
async function oneRow(root: string, number: number, time: Date): Promise<void> {
  const table = await (await testWarehouse(root, `run-${number}`, () => time)).open(ITEMS);
  await table.write([item(`row-${number}`)]);
  await table.commit(batch(number, { at: number }, `run-${number}`));
  await table.close();
}
