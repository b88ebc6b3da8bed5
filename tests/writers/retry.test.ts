import { afterEach, describe, expect, test } from 'vitest';
import { armFailpoints, FAILPOINT } from '../../src/core/failpoints.js';
import {
  batch,
  ITEMS,
  item,
  liveFiles,
  loadTable,
  storedRows,
  temporaryFolder,
  testWarehouse,
} from './support/tables.js';

afterEach(() => armFailpoints(''));

describe('a commit that does not go through at once', () => {
  test.each(
    Object.values(FAILPOINT).flatMap((point) => [`${point}:1:ENOSPC`, `${point}:1:EIO`]),
  )('I5 after %s the same commit again brings every row once', async (failpoint) => {
    const root = await temporaryFolder();
    const table = await (await testWarehouse(root)).open(ITEMS);
    await table.write([item('a', 1), item('b', 1)]);
    await table.commit(batch(1));
    await table.write([item('a', 2), item('c', 2)]);
    armFailpoints(failpoint);
    const first = await table.commit(batch(2)).catch(() => null);
    armFailpoints('');
    if (!first) {
      expect(table.pending, 'rows wait for the next try').toBe(2);
      expect(await table.commit(batch(2))).toMatchObject({ written: 2, unchanged: 0 });
    }
    expect((await storedRows(root)).map(({ id, value }) => `${id}${value}`)).toEqual(['a2', 'b1', 'c2']);
    expect((await loadTable(root)).version.history).toHaveLength(2);
  });

  test('a version that somebody else made meanwhile is built upon, not lost', async () => {
    const root = await temporaryFolder();
    const table = await (await testWarehouse(root)).open(ITEMS);
    await table.write([item('a', 1), item('b', 1)]);
    await table.commit(batch(1));
    const { catalog, version } = await loadTable(root);
    const { data } = await catalog.files(version);
    await catalog.commit(version, { operation: 'delete', add: [], remove: data, properties: { theirs: 'yes' } });
    await table.write([item('a', 1)]);
    // The row was unchanged in the version this writer knew; in theirs it is missing.
    expect(await table.commit(batch(2))).toMatchObject({ written: 1, unchanged: 0 });
    expect((await storedRows(root)).map(({ id }) => id)).toEqual(['a']);
    expect((await loadTable(root)).version.properties).toMatchObject({ theirs: 'yes', 'connector.state': '{"at":2}' });
  });

  test('several tables of one run commit at the same time', async () => {
    const root = await temporaryFolder();
    const writer = await testWarehouse(root);
    const specs = ['one', 'two', 'three', 'four'].map((name) => ({ ...ITEMS, name }));
    await Promise.all(
      specs.map(async (spec) => {
        const table = await writer.open(spec);
        for (let number = 1; number <= 3; number += 1) {
          await table.write(Array.from({ length: 500 }, (_, index) => item(`${spec.name}-${index}`, number)));
          await table.commit(batch(number));
        }
      }),
    );
    for (const spec of specs) {
      const rows = await storedRows(root, spec);
      expect(rows).toHaveLength(500);
      expect(rows.every(({ id, value }) => String(id).startsWith(spec.name) && value === '3')).toBe(true);
    }
  });

  test('a cell of 20 MB is stored', async () => {
    const root = await temporaryFolder();
    const table = await (await testWarehouse(root)).open(ITEMS);
    await table.write([item('a'), item('b', 1, { _extra: 'ü'.repeat(10 * 1024 * 1024) })]);
    await table.commit(batch(1));
    expect(await storedRows(root, ITEMS, 'id, length(_extra) AS n')).toMatchObject([
      { n: null },
      { n: String(10 * 1024 * 1024) },
    ]);
  });

  test('what DuckDB refuses is an error without the rows in it, and the table stays as it was', async () => {
    const root = await temporaryFolder();
    const columns = [...ITEMS.columns, { name: 'day', type: 'date' as const }];
    const table = await (await testWarehouse(root)).open({ ...ITEMS, columns });
    await table.commit(batch(1));
    await table.write([item('a', 1, { day: '2025-02-30', parent_id: 'confidential' })]);
    const error = await table.commit(batch(2)).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ kind: 'failed', message: expect.stringContaining('nothing of them was committed') });
    expect(JSON.stringify([error, String(error)])).not.toContain('confidential');
    expect(await liveFiles(root)).toEqual({ data: [], deletes: [] });
  });
});
