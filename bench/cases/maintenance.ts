/** What upkeep is worth: scans before and after it, and commits to a table with a long history. */
import { randomUUID } from 'node:crypto';
import type { TableName } from '../../src/writers/iceberg/model.js';
import { maintainTable } from '../../src/writers/upkeep/maintain.js';
import { openWarehouse } from '../../src/writers/warehouse.js';
import { openWorkbench } from '../../src/writers/write/workbench.js';
import { WORK } from '../big-table.js';
import { ask, startChild } from '../child.js';
import { EVENTS, makeHistory } from '../history.js';
import type { Figure } from '../table.js';
import { type Warehouse, withWarehouse } from '../warehouse.js';
import type { WriteCost, WriteOrder } from '../write-process.js';

const ROWS = 5_000_000;
const FILES = 20;
const DELETE_FILES = 100;
const KEYS = 10_000;
const COMMITS = 1000;
const ROWS_PER_FILE = 1000;
const TIMES = 5;
const DAY = 86_400_000;

/** Full-table scan of five million rows with a hundred delete files, and without. */
export async function compaction(): Promise<readonly Figure[]> {
  return withWarehouse(async (warehouse) => {
    await wear(warehouse.root);
    const sql = 'SELECT count(*)::VARCHAR || sum(seconds)::VARCHAR || max(comment) FROM bench.work_all';
    const worn = await scan(warehouse, sql);
    const before = await warehouse.megabytes();
    const seconds = await maintain(warehouse.root, WORK, 10);
    const tidy = await scan(warehouse, sql);
    const problem = worn.answer === tidy.answer ? undefined : 'the rows are not the same as before';
    const table = `${ROWS.toLocaleString('en')} rows, ${DELETE_FILES} delete files of ${KEYS.toLocaleString('en')} rows`;
    return [
      figure('full scan before compaction', worn.seconds, `best of ${TIMES}; ${table}; ${before} MB in all`),
      {
        ...figure('full scan after', tidy.seconds, `best of ${TIMES}; ${await warehouse.megabytes()} MB in all`),
        problem,
      },
      figure('the compaction and what follows it', seconds, 'read, put in order and written at 256 MB of memory'),
    ];
  });
}

/** A table after a thousand commits: scanned as it is, with a long history, and when all is done, beside one made at once. */
export async function longHistory(): Promise<readonly Figure[]> {
  const sql = 'SELECT count(*)::VARCHAR || sum(seconds)::VARCHAR || max(comment) FROM bench.events_all';
  const fresh = await withWarehouse(async (warehouse) => {
    await makeHistory(warehouse.root, 1, COMMITS * ROWS_PER_FILE);
    return scan(warehouse, sql);
  });
  return withWarehouse(async (warehouse) => {
    await makeHistory(warehouse.root, COMMITS, ROWS_PER_FILE);
    const worn = await scan(warehouse, sql);
    // Nothing is old enough to expire yet: the files become few, the history stays long.
    await maintain(warehouse.root, EVENTS, 0);
    const long = await commitTime(warehouse.root);
    await maintain(warehouse.root, EVENTS, 10);
    const short = await commitTime(warehouse.root);
    await maintain(warehouse.root, EVENTS, 10);
    const tidy = await scan(warehouse, sql);
    return [
      figure(`scan after ${COMMITS} commits`, worn.seconds, `${ROWS_PER_FILE} rows each`),
      ratio('the same after maintain, against a table made at once', tidy.seconds, fresh.seconds, 2),
      ratio(`a commit after ${COMMITS} others, against one after 10`, long, short, 1.5),
    ];
  });
}

function ratio(name: string, one: number, other: number, most: number): Figure {
  return {
    name,
    value: `${(one / other).toFixed(2)} x`,
    limit: `${most} x`,
    floor: `${ms(one)} against ${ms(other)}, the best of several`,
    ok: one / other <= most,
  };
}

/** Fastest of several commits of a few rows to a table of one small file. */
async function commitTime(root: string): Promise<number> {
  const runId = randomUUID();
  const writer = await openWarehouse({ root, runId });
  let fastest = Number.POSITIVE_INFINITY;
  try {
    const table = await writer.open(EVENTS);
    for (let batch = 1; batch <= TIMES * 2; batch += 1) {
      await table.write([{ id: String(batch % ROWS_PER_FILE), seconds: Date.now(), comment: 'changed' }]);
      const began = performance.now();
      await table.commit({ state: { batch }, runId, batch });
      fastest = Math.min(fastest, (performance.now() - began) / 1000);
    }
  } finally {
    await writer.close();
  }
  return fastest;
}

/** Commits of random keys, each by position deletes. */
async function wear(root: string): Promise<void> {
  const child = startChild('write-process.js');
  try {
    const order = (given: WriteOrder) => ask<WriteCost>(child, given);
    await order({ does: 'make', root, rows: ROWS, files: FILES });
    for (let number = 0; number < DELETE_FILES; number += 1) {
      const indexes = Array.from({ length: KEYS }, (_, index) => (index * 499 + number * 7919) % ROWS);
      await order({ does: 'upsert', root, indexes, times: 1 });
    }
  } finally {
    child.disconnect();
  }
}

/** As `connector maintain` in so many days; seconds. */
async function maintain(root: string, { namespace, name }: TableName, days: number): Promise<number> {
  const began = performance.now();
  const bench = await openWorkbench({ root }, { runId: 'bench', now: () => Date.now() + days * DAY });
  const options = { retention: { days: 5, snapshots: 10 }, orphanAgeMs: 3 * DAY, dryRun: false, neighbours: [] };
  try {
    await maintainTable(bench, { namespace, name }, options, () => undefined);
  } finally {
    await bench.close();
  }
  return (performance.now() - began) / 1000;
}

async function scan(warehouse: Warehouse, sql: string): Promise<{ readonly seconds: number; readonly answer: string }> {
  let seconds = Number.POSITIVE_INFINITY;
  let answer = '';
  for (let time = 0; time < TIMES; time += 1) {
    const began = performance.now();
    answer = String(await warehouse.value(sql));
    seconds = Math.min(seconds, (performance.now() - began) / 1000);
  }
  return { seconds, answer };
}

const ms = (seconds: number) => `${Math.round(seconds * 1000)} ms`;

function figure(name: string, seconds: number, floor: string): Figure {
  return { name, value: `${seconds.toFixed(2)} s`, floor, ok: true };
}
