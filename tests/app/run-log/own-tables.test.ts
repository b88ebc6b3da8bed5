import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { OwnTable } from '../../../src/app/run-log/own-table.js';
import { RejectsLog } from '../../../src/app/run-log/rejects-log.js';
import { runRow, runsTable } from '../../../src/app/run-log/runs-table.js';
import { emptyReport } from '../../../src/contract/report.js';
import type { Row, Writer } from '../../../src/contract/table.js';
import { ConnectorError } from '../../../src/core/errors.js';
import { openForReading } from '../../../src/query/open.js';
import { openWarehouse } from '../../../src/writers/warehouse.js';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'runs-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const facts = { runId: 'r1', site: 'https://acme.atlassian.net', startedAt: '2026-01-02T03:04:05.678Z' };

async function ask(sql: string) {
  const warehouse = await openForReading({ root });
  try {
    return (await warehouse.read(sql)).getRows();
  } finally {
    warehouse.close();
  }
}

test('I12 a run waits for another one that is just writing _runs instead of losing its record', async () => {
  const [one, two] = [await openWarehouse({ root, runId: 'r1' }), await openWarehouse({ root, runId: 'r2' })];
  const held = await one.open(runsTable('acme'));
  const row = runRow(facts, emptyReport('boards'));
  let waited = false;
  const appended = new OwnTable(two, runsTable('acme'), 'r2').add([row]).then(() => waited);
  await new Promise((resolve) => setTimeout(resolve, 300));
  waited = true;
  await held.close();
  expect(await appended).toBe(true);
  await Promise.all([one.close(), two.close()]);
  expect(await ask('SELECT run_id, stream, state FROM acme._runs')).toEqual([['r1', 'boards', 'ok']]);
});

test('I6 every rejected record is kept as it came, over several commits', async () => {
  const writer = await openWarehouse({ root, runId: 'r1' });
  const log = new RejectsLog(writer, 'acme', 'r1');
  for (let id = 0; id < 10_001; id++)
    log.add({ stream: 'boards', reason: 'no id', record: { id: null, big: 9007199254740993n + BigInt(id) } });
  await log.finish();
  await writer.close();
  expect(await ask('SELECT count(*)::INT, count(DISTINCT record)::INT, min(record) FROM acme._rejects')).toEqual([
    [10_001, 10_001, '{"id":null,"big":9007199254740993}'],
  ]);
});

test('records that were rejected for their size do not wait for each other in memory: they are cut and written some at a time', async () => {
  const written: (readonly Row[])[] = [];
  const table = {
    write: async (rows: readonly Row[]) => written.push(rows),
    commit: async () => null,
    close: async () => undefined,
  };
  const writer = { open: async () => table, has: async () => true, close: async () => undefined };
  const log = new RejectsLog(writer as unknown as Writer, 'acme', 'r1');
  for (let id = 0; id < 40; id++)
    log.add({ stream: 'boards', reason: 'too large', record: { id, text: 'x'.repeat(2_000_000) } });
  await log.finish();
  expect(written.map((rows) => rows.length)).toEqual([16, 16, 8]);
  for (const row of written.flat())
    expect(String(row.record)).toMatch(/^.{1000000}… \(cut; 20000\d\d characters came\)$/);
});

test('where nothing holds a table, the one of two runs that comes second writes its rows after the other', async () => {
  const committed: (readonly Row[])[] = [];
  let opened = 0;
  const open = async () => {
    opened += 1;
    const rows: Row[] = [];
    const commit = async () => {
      if (opened === 1) throw new ConnectorError('later', 'another run has written the table meanwhile');
      committed.push(rows);
    };
    return { write: async (more: readonly Row[]) => rows.push(...more), commit, close: async () => undefined };
  };
  const writer = { open, has: async () => true, close: async () => undefined } as unknown as Writer;
  const row = runRow(facts, emptyReport('boards'));
  await new OwnTable(writer, runsTable('acme'), 'r1').add([row]);
  expect([opened, committed]).toEqual([2, [[row]]]);
});

test('a record that cannot be kept fails the run instead of vanishing', async () => {
  const full = new ConnectorError('failed', 'the disk is full');
  const log = new RejectsLog(
    { open: () => Promise.reject(full), has: async () => true, close: async () => undefined },
    'acme',
    'r1',
  );
  log.add({ stream: 'boards', reason: 'no id', record: {} });
  await expect(log.finish()).rejects.toBe(full);
});
