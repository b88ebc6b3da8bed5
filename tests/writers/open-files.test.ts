/** Newer Node ends the process when a file handle is collected that nobody closed: there must be none, whatever became of a table. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openWarehouse } from '../../src/writers/warehouse.js';
import { runChild } from './support/child.js';
import { ITEMS, item, temporaryFolder } from './support/tables.js';

test.runIf(process.platform === 'linux')(
  'a table that is given up, in whatever way, leaves no open file behind',
  async () => {
    const root = await temporaryFolder();
    const { code, errors, result } = await runChild('giveUp', { root }, ['--expose-gc']);
    expect(code, errors).toBe(0);
    expect(result).toEqual({ collects: true, warnings: [], open: [] });
  },
);

test('rows that come after the end are refused, and begin no file that nobody removes', async () => {
  const root = await temporaryFolder();
  const writer = await openWarehouse({ root, runId: 'r' });
  const table = await writer.open(ITEMS);
  await writer.close();
  await expect(table.write([item('late')])).rejects.toThrow('came after it was closed');
  await expect(writer.open({ ...ITEMS, name: 'late' })).rejects.toThrow('opened after the run had ended');
  expect(await readdir(join(root, '.spool'))).toEqual([]);
  // The late table's lease is free again.
  await (await (await openWarehouse({ root, runId: 'r2' })).open({ ...ITEMS, name: 'late' })).close();
});
