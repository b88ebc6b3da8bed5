import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { FAILPOINT } from '../../src/core/failpoints.js';
import { runChild } from './support/child.js';
import { ITEMS, loadTable, storedRows, temporaryFolder, testWarehouse } from './support/tables.js';

const EXPECTED = [
  ['a', '3', null],
  ['b', '3', null],
  ['c', '3', null],
  ['only-1', '1', 'vanished'],
  ['only-2', '2', null],
  ['only-3', '3', null],
];

async function contents(root: string) {
  return (await storedRows(root)).map(({ id, value, _deleted_reason }) => [id, value, _deleted_reason]);
}

describe('dying at any place of a commit', () => {
  test.each(
    Object.values(FAILPOINT),
  )('I7 after SIGKILL at %s of the second batch a rerun ends like an uninterrupted run', async (point) => {
    const root = await temporaryFolder();
    // FP9 is passed by every commit, the others as well; small tables write one data file per commit.
    const killed = await runChild('threeBatches', { root, failpoint: `${point}:2:kill` });
    expect(killed.signal, killed.errors).toBe('SIGKILL');
    const between = await loadTable(root);
    const { at } = JSON.parse(between.version.properties['connector.state'] ?? '{}') as { at: number };
    const values = new Set((await contents(root)).filter(([id]) => id === 'a').map(([, value]) => value));
    expect([...values], 'I1 rows and state are of one batch').toEqual([String(at)]);
    const again = await runChild('threeBatches', { root, failpoint: '' });
    expect(again.code, again.errors).toBe(0);
    expect(await contents(root)).toEqual(EXPECTED);
  });

  test('what a killed run spooled is removed by the next one, and its lock does not keep the table', async () => {
    const root = await temporaryFolder();
    const killed = await runChild('dieWithSpooledRows', { root });
    expect(killed.signal, killed.errors).toBe('SIGKILL');
    const left = await readdir(join(root, '.spool'));
    expect(left).toHaveLength(1);
    const table = await (await testWarehouse(root)).open(ITEMS);
    expect(table.pending).toBe(0);
    expect(await readdir(join(root, '.spool'))).not.toContain(left[0]);
  });
});

describe('several processes', () => {
  test('I12 of 8 processes on one table each works alone or refuses, and no commit is lost', {
    timeout: 120_000,
  }, async () => {
    const root = await temporaryFolder();
    const children = await Promise.all(Array.from({ length: 8 }, () => runChild('countUp', { root, times: 3 })));
    for (const { code, errors } of children) expect(code, errors).toBe(0);
    const rows = await storedRows(root);
    expect(rows).toHaveLength(25);
    expect(rows.find(({ id }) => id === 'last')).toMatchObject({ value: '24' });
    expect((await loadTable(root)).version.properties['connector.state']).toBe('{"at":24}');
  });

  test('memory stays bounded while 20,000 rows of 5 KB are written', { timeout: 120_000 }, async () => {
    const root = await temporaryFolder();
    const child = await runChild('manyRows', { root, rows: 20_000, bytes: 5000, batch: 10_000 });
    expect(child.code, child.errors).toBe(0);
    expect((child.result as { peak: number }).peak).toBeLessThan(500 * 1024 * 1024);
  });
});
