import { expect, test } from 'vitest';
import type { LiveRows, TableWriter } from '../../../src/contract/table.js';
import { valuesOf } from '../../../src/runtime/read/kept.js';

test('ids come back from a table as texts, of the rows that are wanted; a stream that is not written has none', async () => {
  const asked: LiveRows[] = [];
  const table = {
    rows: async (wanted: LiveRows) => {
      asked.push(wanted);
      return [{ id: '7' }, { id: 8 }];
    },
  } as unknown as TableWriter;
  const where = { column: 'parent_id', in: ['1'] };
  expect(await valuesOf(table, 'id', { where, deleted: true })).toEqual(['7', '8']);
  expect(asked).toEqual([{ columns: ['id'], where, deleted: true }]);
  expect([await valuesOf(null, 'id'), await valuesOf(undefined, 'id')]).toEqual([[], []]);
});
