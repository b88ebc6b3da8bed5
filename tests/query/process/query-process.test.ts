/** Statements from outside run in a process of its own: what it knows, what it may do, and what happens when it dies. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { QueryProcess } from '../../../src/query/process/query-process.js';
import { board, boards, write } from '../warehouse.js';

const CANARY = 'canary-51ab';
const ENV = {
  PATH: '/usr/bin',
  JIRA_API_TOKEN: CANARY,
  REDIS_URL: `redis://:${CANARY}@127.0.0.1`,
  AWS_SECRET_ACCESS_KEY: CANARY,
  NODE_OPTIONS: '--no-warnings',
};

let root: string;
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'process-lake-'));
  await write(root, boards('acme'), [board('1', { title: 'one' })]);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const open: QueryProcess[] = [];
afterEach(() => {
  for (const one of open.splice(0)) one.close();
});

async function started(signal = new AbortController().signal): Promise<QueryProcess> {
  const process = await QueryProcess.open({ root }, { env: ENV, labels: new Map(), signal });
  open.push(process);
  return process;
}

async function ask(process: QueryProcess, sql: string): Promise<string> {
  let text = '';
  await process.answer({ sql, format: 'csv' }, async (piece) => {
    text += String(piece);
  });
  return text;
}

/** Far more rows than fit into a pipe, so that the statement is still under way. */
const ENDLESS = 'FROM range(1000000000)';

describe.skipIf(process.platform !== 'linux')('the process that runs statements', () => {
  test('I9 knows no secret: its environment is empty but for what a program needs to start', async () => {
    const pid = await (await started()).pid();
    const environment = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').filter(Boolean);
    expect(environment.join()).not.toContain(CANARY);
    expect(readFileSync(`/proc/${pid}/cmdline`, 'utf8')).not.toContain(CANARY);
    expect(environment.map((one) => one.split('=')[0]).sort()).toEqual([
      'NODE_CHANNEL_FD',
      'NODE_CHANNEL_SERIALIZATION_MODE',
      'PATH',
    ]);
  });

  test('that dies is told in words, and the next statement gets a new one', async () => {
    const warehouse = await started();
    const pid = await warehouse.pid();
    const died = warehouse
      .answer({ sql: ENDLESS, format: 'csv' }, async () => void process.kill(Number(pid), 'SIGABRT'))
      .catch((error: unknown) => error);
    expect(await died).toMatchObject({
      kind: 'failed',
      message: expect.stringMatching(/died \(SIGABRT\); nothing was changed/),
    });
    expect(await ask(warehouse, 'SELECT title FROM boards')).toBe('title\none\n');
    expect(await warehouse.pid()).not.toBe(pid);
  });

  test('that needs more memory than it may have fails alone', async () => {
    const warehouse = await started();
    const sql = "SELECT list(repeat('x', 1000) || range) FROM range(100000000)";
    await expect(ask(warehouse, sql)).rejects.toMatchObject({
      kind: 'failed',
      message: expect.stringMatching(/Out of Memory|died/),
    });
    expect(await ask(warehouse, 'SELECT 1 AS a')).toBe('a\n1\n');
  });

  test('waits for a slow reader instead of piling pieces up in its parent', async () => {
    const warehouse = await started();
    let [held, most, taken] = [0, 0, 0];
    const answer = warehouse.answer({ sql: 'FROM range(400000)', format: 'csv' }, async (piece) => {
      taken += piece.length;
      held += 1;
      most = Math.max(most, held);
      await new Promise((resolve) => setImmediate(resolve));
      held -= 1;
    });
    await answer;
    expect(most).toBe(1);
    expect(taken).toBe('range\n'.length + 10 + 90 * 2 + 900 * 3 + 9000 * 4 + 90_000 * 5 + 300_000 * 6 + 400_000);
  });

  test('ends with an interrupted command, and with its parent; its folder goes with it', async () => {
    const interrupt = new AbortController();
    const warehouse = await started(interrupt.signal);
    const pid = Number(await warehouse.pid());
    const folder = readdirSync(tmpdir()).find((name) => name.startsWith(`connector-query-${process.pid}-`)) ?? '';
    const answer = warehouse.answer({ sql: ENDLESS, format: 'csv' }, async () => interrupt.abort());
    await expect(answer).rejects.toMatchObject({ kind: 'interrupted' });
    warehouse.close();
    expect(existsSync(join(tmpdir(), folder))).toBe(false);
    while (existsSync(`/proc/${pid}`)) await new Promise((resolve) => setImmediate(resolve));
  });

  test('cannot write into the warehouse by a statement that only looks like reading', async () => {
    const before = readdirSync(root, { recursive: true }).sort();
    const evil = `FROM enable_logging(storage = 'file', storage_config = {'path': '${root}/evil.csv'})`;
    await expect(ask(await started(), `${evil}; SELECT 1`)).rejects.toMatchObject({ kind: 'usage' });
    expect(readdirSync(root, { recursive: true }).sort()).toEqual(before);
  });
});

test('a mistake is told in the words of DuckDB, as in the process itself', async () => {
  await expect(ask(await started(), 'SELECT nope')).rejects.toMatchObject({
    kind: 'usage',
    message: expect.stringMatching(/^Binder Error: Referenced column "nope"/),
  });
});

test('several statements are answered in order', async () => {
  expect(await ask(await started(), 'SELECT 1 AS a; SELECT title FROM acme.boards')).toBe('a\n1\n\ntitle\none\n');
});
