import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Mark } from '../../src/contract/table.js';
import { openWarehouse } from '../../src/writers/warehouse.js';
import { batch, ITEMS, item, liveFiles, storedRows, temporaryFolder } from './support/tables.js';

const id = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
const row = fc.record({
  id,
  value: fc.option(fc.integer({ min: 0, max: 2 })),
  parent: fc.option(fc.constantFrom('p', 'q')),
});
const where = fc.oneof(
  fc.constant('all' as const),
  fc.record({
    column: fc.constantFrom('id', 'parent_id'),
    in: fc.array(fc.oneof(id, fc.constantFrom('p', 'q')), { maxLength: 3 }),
  }),
  fc.record({
    column: fc.constantFrom('id', 'parent_id'),
    notIn: fc.array(fc.oneof(id, fc.constantFrom('p', 'q')), { maxLength: 3 }),
  }),
);
const mark: fc.Arbitrary<Mark> = fc.record({
  reason: fc.constantFrom('feed', 'vanished', 'parent'),
  where,
  exceptBatch: fc.boolean(),
});
interface Step {
  readonly rows: readonly { readonly id: string; readonly value: number | null; readonly parent: string | null }[];
  readonly marks: readonly Mark[];
}

const step: fc.Arbitrary<Step> = fc.record({
  rows: fc.array(row, { maxLength: 8 }),
  marks: fc.oneof({ weight: 2, arbitrary: fc.constant<Mark[]>([]) }, fc.array(mark, { maxLength: 2 })),
});

interface Stored {
  readonly value: number | null;
  readonly parent: string | null;
  readonly reason: string | null;
}

function meets({ where: condition }: Mark, key: string, stored: Stored): boolean {
  if (condition === 'all') return true;
  const cell = condition.column === 'id' ? key : stored.parent;
  if (cell === null) return false;
  return 'in' in condition ? condition.in.includes(cell) : ![...condition.notIn].includes(cell);
}

/** The same step on a Map: the rows of the batch, then the marks. */
function apply(table: Map<string, Stored>, { rows, marks }: Step) {
  const before = new Map(table);
  const last = new Map(rows.map(({ id: key, ...cells }) => [key, { ...cells, reason: null } as Stored]));
  for (const [key, cells] of last) table.set(key, cells);
  for (const [key, stored] of table) {
    const first =
      stored.reason === null && marks.find((m) => meets(m, key, stored) && !(m.exceptBatch && last.has(key)));
    if (first) table.set(key, { ...stored, reason: first.reason });
  }
  const unchanged = [...last.keys()].filter(
    (key) => JSON.stringify(before.get(key)) === JSON.stringify(table.get(key)),
  ).length;
  const deleted = [...table].filter(([key, { reason }]) => reason !== null && !before.get(key)?.reason).length;
  return { written: last.size - unchanged, unchanged, duplicate: rows.length - last.size, deleted };
}

test.each([
  ['position-deletes', 12],
  ['copy-on-write', 8],
] as const)(
  'with %s any batches and marks leave the table as a Map would be, with balanced counts',
  {
    timeout: 120_000,
  },
  async (upserts, numRuns) => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 7 }), async (steps) => {
        const root = await temporaryFolder();
        const writer = await openWarehouse({ root, runId: 'run-1', upserts: () => upserts });
        const table = await writer.open(ITEMS);
        const model = new Map<string, Stored>();
        // Four files that stay: the table is not small, so it is not simply written anew.
        for (let number = 1; number <= 4; number += 1) {
          await table.write([item(`z${number}`)]);
          await table.commit(batch(number));
          apply(model, { rows: [{ id: `z${number}`, value: 1, parent: 'p' }], marks: [] });
        }
        for (const [index, { rows, marks }] of steps.entries()) {
          await table.write(rows.map(({ id: key, value, parent }) => item(key, value, { parent_id: parent })));
          for (const each of marks) table.mark(each);
          expect(await table.commit(batch(index + 5))).toMatchObject(apply(model, { rows, marks }));
        }
        const found = (await storedRows(root)).map((r) => [
          r.id,
          { value: r.value === null ? null : Number(r.value), parent: r.parent_id, reason: r._deleted_reason },
        ]);
        expect(new Map(found as [string, Stored][])).toEqual(new Map([...model].sort()));
        expect(found).toHaveLength(model.size);
        const { data, deletes } = await liveFiles(root);
        if (upserts === 'copy-on-write') expect(deletes).toEqual([]);
        const sum = (files: readonly { records: number }[]) => files.reduce((total, { records }) => total + records, 0);
        expect(sum(data) - sum(deletes), 'no position is named twice').toBe(model.size);
        await writer.close();
      }),
      { numRuns },
    );
  },
);
