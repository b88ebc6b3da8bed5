/** A million keys are compared in parts: what is found must not depend on where they part. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Duck } from '../../../src/writers/parquet/duckdb.js';
import { compareKeys } from '../../../src/writers/write/compare-keys.js';
import type { StoredRows } from '../../../src/writers/write/stored-rows.js';

let folder: string;
let duck: Duck;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'compare-'));
  duck = await Duck.open({ temporaryFolder: join(folder, 'duckdb') });
});
afterAll(async () => {
  await duck.close();
  await rm(folder, { recursive: true, force: true });
});

const FIELDS = ['id', 'project'].map((name, id) => ({ id, name, required: false, type: 'string' as const }));
/** Keys 0 to 99 live, each in two rows; those below 10 under another group than in the list. */
const LIVE = `SELECT (i % 100)::VARCHAR AS id, CASE WHEN i % 100 < 10 THEN 'OLD' ELSE 'ENG' END AS project FROM range(200) t(i)`;
const list = {
  keys: Array.from({ length: 100 }, (_, at) => String(at + 5)),
  groups: Array.from({ length: 100 }, () => 'ENG'),
};

function compared(atOnce?: number) {
  const stored = { live: async () => LIVE } as unknown as StoredRows;
  const input = { stored, fields: FIELDS, column: 'id', group: 'project', list, folder };
  return duck.withSession((session) => compareKeys(session, input, atOnce));
}

test('keys in parts are found, missed and counted as those of one', async () => {
  const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, at) => String(from + at));
  const found = await compared(7);
  expect(found).toEqual({
    live: 100,
    onlyInTable: numbers(0, 5),
    onlyInList: numbers(100, 105),
    regrouped: numbers(5, 10),
    groups: [
      { group: 'ENG', live: 90, listed: 100 },
      { group: 'OLD', live: 10, listed: 0 },
    ],
  });
  expect(await compared()).toEqual(found);
});
