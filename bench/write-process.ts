/** Child: writes rows into a warehouse, so that its peak of memory is that of the write path and of nothing else. */
import '../src/app/settings/freed-memory.js';
import { randomUUID } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import type { Row, TableSpec, TableWriter } from '../src/contract/table.js';
import { openWarehouse } from '../src/writers/warehouse.js';
import { changelog, HISTORIES_EACH, HISTORY_CELLS, historyRow, issueId } from './big-changelog.js';
import { makeBigTable, WORK, workRow } from './big-table.js';
import { answerOrders } from './child.js';

export type WriteOrder =
  | { readonly does: 'make'; readonly root: string; readonly rows: number; readonly files: number }
  | { readonly does: 'upsert'; readonly root: string; readonly indexes: readonly number[]; readonly times: number }
  | { readonly does: 'make histories'; readonly root: string; readonly issues: number; readonly files: number }
  | { readonly does: 'look again'; readonly root: string; readonly issues: readonly number[]; readonly times: number }
  | { readonly does: 'load'; readonly root: string; readonly rows: number; readonly bytes: number };

export interface WriteCost {
  /** Of an upsert its commit alone, the fastest of all times; else the whole order. */
  readonly seconds: number;
  /** Of the files that one commit of an upsert added, the most of all times. */
  readonly bytes: number;
  /** Rows put into data files, by all commits together. */
  readonly written: number;
  /** Greatest resident memory of this process so far, MB. */
  readonly peakMb: number;
}

/** Rows of a page, and of a commit, as a sync makes them. */
const PAGE = 100;
const COMMIT = 5000;

const LOADED: TableSpec = {
  ...WORK,
  name: 'loaded',
  columns: [...WORK.columns, { name: 'body', type: 'string' }],
};

type Cost = Omit<WriteCost, 'peakMb'>;

async function obey(order: WriteOrder): Promise<WriteCost> {
  const cost = await costOf(order);
  return { ...cost, peakMb: process.resourceUsage().maxRSS / 1024 };
}

async function costOf(order: WriteOrder): Promise<Cost> {
  if (order.does === 'upsert') return upsert(order.root, order.indexes, order.times);
  if (order.does === 'look again') return lookAgain(order.root, order.issues, order.times);
  const began = performance.now();
  const written = await made(order);
  return { seconds: (performance.now() - began) / 1000, bytes: 0, written };
}

function made(order: Exclude<WriteOrder, { does: 'upsert' | 'look again' }>): Promise<number> {
  if (order.does === 'load') return load(order.root, order.rows, order.bytes);
  if (order.does === 'make') return makeBigTable(order.root, order.rows, order.files);
  return makeBigTable(order.root, order.issues * HISTORIES_EACH, order.files, changelog(), HISTORY_CELLS);
}

/** The same keys again and again, each time as another version. */
function upsert(root: string, indexes: readonly number[], times: number): Promise<Cost> {
  return commits(root, WORK, times, async (table) => {
    const version = Date.now() - Date.UTC(2026, 0, 1);
    await table.write(indexes.map((index) => workRow(index, version)));
  });
}

/** As when issues changed: their histories come as they are stored, each time with one more, and what does not come of them is gone. */
function lookAgain(root: string, issues: readonly number[], times: number): Promise<Cost> {
  return commits(root, changelog(), times, async (table, time) => {
    for (const issue of issues)
      await table.write(Array.from({ length: HISTORIES_EACH + time }, (_, at) => historyRow(issue, at)));
    table.mark({ reason: 'parent', where: { column: 'issue_id', in: issues.map(issueId) }, exceptBatch: true });
  });
}

async function commits(
  root: string,
  spec: TableSpec,
  times: number,
  fill: (table: TableWriter, time: number) => Promise<void>,
): Promise<Cost> {
  const runId = randomUUID();
  const writer = await openWarehouse({ root, runId });
  const table = await writer.open(spec);
  const cost = { seconds: Infinity, bytes: 0, written: 0 };
  for (let time = 1; time <= times; time += 1) {
    await fill(table, time);
    const before = bytesOf(root, spec);
    const began = performance.now();
    const { written } = await table.commit({ state: { time }, runId, batch: time });
    cost.seconds = Math.min(cost.seconds, (performance.now() - began) / 1000);
    cost.bytes = Math.max(cost.bytes, bytesOf(root, spec) - before);
    cost.written += written;
  }
  await writer.close();
  return cost;
}

async function load(root: string, rows: number, bytes: number): Promise<number> {
  const runId = randomUUID();
  const writer = await openWarehouse({ root, runId });
  const table = await writer.open(LOADED);
  let written = 0;
  for (let first = 0; first < rows; first += COMMIT) {
    for (let page = first; page < Math.min(rows, first + COMMIT); page += PAGE) {
      await table.write(
        Array.from({ length: Math.min(PAGE, rows - page) }, (_, index) => bodyRow(page + index, bytes)),
      );
    }
    const batch = 1 + first / COMMIT;
    written += (await table.commit({ state: { batch }, runId, batch })).written;
  }
  await writer.close();
  return written;
}

/** A row of about so many bytes of JSON; its text compresses as text does. */
function bodyRow(index: number, bytes: number): Row {
  const row = workRow(index, 0);
  const words: string[] = [];
  for (let length = JSON.stringify(row).length + 12, at = index; length < bytes; at = Math.imul(at, 48271) + 11) {
    const word = `${(at >>> 8).toString(36).slice(0, 3)}word`;
    words.push(word);
    length += word.length + 1;
  }
  return { ...row, body: words.join(' ') };
}

/** Of the table's data and metadata, without rows under way. */
function bytesOf(root: string, { namespace, name }: TableSpec): number {
  const folder = join(root, namespace, name);
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}

// As the command line does.
setFlagsFromString('--heap-growing-percent=40');
answerOrders<WriteOrder>(obey);
