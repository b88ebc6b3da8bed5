import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Simulator, startSimulator } from '../../simulator/simulator.js';
import type { RunReport } from '../../src/app/sync.js';
import { registry } from '../helpers/jira-and-warehouse.js';
import { runMain } from './run-main.js';

let cwd: string;
let jira: Simulator;
const FAST = { CONNECTOR_REQUESTS_PER_SECOND: '100' };
const STREAMS = ['project_search', 'boards', 'issue_search', 'issue_worklog'];
const named = STREAMS.flatMap((name) => ['--stream', name]);
const env = () => ({ ...FAST, JIRA_URL: jira.url, JIRA_EMAIL: jira.email, JIRA_API_TOKEN: jira.apiToken });
const run = (...argv: string[]) => runMain(argv, { cwd, env: env() });

beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'sync-'));
  jira = await startSimulator({ issues: 60 });
});
afterAll(async () => {
  await jira.close();
  rmSync(cwd, { recursive: true, force: true });
});

const streamsOf = (report: RunReport) => report.connections.flatMap(({ streams }) => streams);

describe('a first sync, a second one, and what the tables then say', () => {
  let first: RunReport;

  test('I6 the report is one JSON document and its books balance', async () => {
    const before = jira.requests.total();
    const { exitCode, stdout } = await run('sync', ...named, '--json');
    first = JSON.parse(stdout) as RunReport;
    expect(exitCode).toBe(0);
    expect(first).toMatchObject({ ok: true, connections: [{ name: 'jira', site: jira.url }] });
    expect(
      streamsOf(first)
        .map(({ stream }) => stream)
        .sort(),
    ).toEqual([...STREAMS].sort());
    for (const one of streamsOf(first)) {
      const outcomes = Object.values(one.outcomes).reduce((sum, count) => sum + count, 0);
      expect(one.rows_read).toBe(one.rows_written + one.rows_rejected + outcomes);
      expect(one.state).toBe('ok');
    }
    expect(first.requests).toBe(jira.requests.total() - before);
  });

  test('every stream of the run is a row of _runs, with the same numbers', async () => {
    const { stdout } = await run(
      'query',
      '--format',
      'json',
      'SELECT stream, run_id, site, state, rows_written, requests FROM jira._runs ORDER BY stream',
    );
    const wanted = [...streamsOf(first)].sort((a, b) => (a.stream < b.stream ? -1 : 1));
    expect(JSON.parse(stdout)).toEqual(
      wanted.map(({ stream, state, rows_written, requests }) => ({
        stream,
        run_id: first.run_id,
        site: jira.url,
        state,
        rows_written,
        requests,
      })),
    );
  });

  test('status counts the live rows and is fresh', async () => {
    const { exitCode, stdout } = await run('status', '--json', '--max-age', '1h');
    expect(exitCode).toBe(0);
    const { streams } = JSON.parse(stdout) as { streams: { stream: string; rows: number; age_seconds: number }[] };
    expect(streams.find(({ stream }) => stream === 'issue_search')).toMatchObject({ rows: 60, state: 'ok' });
  });

  test('a second sync reads on from the bookmark and makes no second row', async () => {
    const { exitCode, stdout } = await run('sync', ...named, '--json');
    expect(exitCode).toBe(0);
    const issues = streamsOf(JSON.parse(stdout) as RunReport).find(({ stream }) => stream === 'issue_search');
    expect(issues?.mode).toBe('incremental');
    const counted = await run(
      'query',
      '--format',
      'json',
      'SELECT count(*) AS n, count(DISTINCT id) AS ids FROM issue_search',
    );
    expect(JSON.parse(counted.stdout)).toEqual([{ n: 60, ids: 60 }]);
  });

  test('another site in the same place is exit 2 and leaves the tables alone', async () => {
    const other = await startSimulator({ issues: 5 });
    try {
      const tables = () => readdirSync(join(cwd, 'warehouse', 'jira'), { recursive: true }).sort();
      const before = tables();
      const { exitCode, stderr } = await runMain(['sync', '--stream', 'boards'], {
        cwd,
        env: { ...env(), JIRA_URL: other.url },
      });
      expect(exitCode).toBe(2);
      expect(stderr).toContain('boards');
      expect(tables()).toEqual(before);
    } finally {
      await other.close();
    }
  });
});

describe('what does not go well', () => {
  test('I9 a refused token is exit 3, and neither output nor tables hold it', async () => {
    const canary = 'canary:7f3a9c/é+"x"';
    const folder = join(cwd, 'refused');
    const { exitCode, stdout, stderr } = await runMain(
      ['sync', '--json', '--log-level', 'debug', '--warehouse', folder],
      { cwd, env: { ...env(), JIRA_API_TOKEN: canary } },
    );
    expect(exitCode).toBe(3);
    expect(JSON.parse(stdout).ok).toBe(false);
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const written = files.map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'));
    const base64 = Buffer.from(`${jira.email}:${canary}`).toString('base64');
    for (const text of [stdout, stderr, ...written])
      for (const form of [canary, base64, encodeURIComponent(canary), 'canary:7f3a9c'])
        expect(text).not.toContain(form);
  });

  test('I11 a stream that may not be read and was asked for by name is exit 1 and stays on record', async () => {
    const folder = join(cwd, 'forbidden');
    const site = await startSimulator({
      issues: 5,
      faults: [{ match: 'GET /rest/agile/1.0/board', times: 100, status: 403, body: '{"errorMessages":["no"]}' }],
    });
    try {
      const options = { cwd, env: { ...env(), JIRA_URL: site.url } };
      const { exitCode, stdout } = await runMain(
        ['sync', '--stream', 'boards', '--stream', 'priorities', '--json', '--warehouse', folder],
        options,
      );
      expect(exitCode).toBe(1);
      expect(streamsOf(JSON.parse(stdout) as RunReport)).toMatchObject([
        { stream: 'boards', rows_written: 0, error: expect.any(String) },
        { stream: 'priorities', state: 'ok' },
      ]);
      const status = await runMain(['status', '--json', '--max-age', '1h', '--warehouse', folder], options);
      const { streams } = JSON.parse(status.stdout) as { streams: { stream: string; last_success_at: unknown }[] };
      expect(streams.find(({ stream }) => stream === 'boards')?.last_success_at).toBe(null);
    } finally {
      await site.close();
    }
  });

  test('I6 a record without its key is rejected, kept in _rejects and counted', async () => {
    const folder = join(cwd, 'rejects');
    const body = JSON.stringify({ values: [{ id: '1', name: 'High' }, { name: 'no id' }], isLast: true, total: 2 });
    const site = await startSimulator({
      issues: 5,
      faults: [{ match: 'GET /rest/api/3/priority/search', times: 1, status: 200, body }],
    });
    try {
      const options = { cwd, env: { ...env(), JIRA_URL: site.url } };
      const { stdout, stderr } = await runMain(
        ['sync', '--stream', 'priorities', '--json', '--warehouse', folder],
        options,
      );
      expect(streamsOf(JSON.parse(stdout) as RunReport)).toMatchObject([
        { rows_read: 2, rows_written: 1, rows_rejected: 1 },
      ]);
      expect(stderr).toContain('priorities: a row could not be written');
      const status = await runMain(['status', '--json', '--warehouse', folder], options);
      expect(JSON.parse(status.stdout).streams).toMatchObject([{ stream: 'priorities', rows_rejected: 1 }]);
      const kept = await runMain(
        ['query', '--format', 'json', '--warehouse', folder, 'SELECT stream, record FROM jira._rejects'],
        options,
      );
      expect(JSON.parse(kept.stdout)).toEqual([{ stream: 'priorities', record: '{"name":"no id"}' }]);
    } finally {
      await site.close();
    }
  });

  test('an interrupted sync exits 130 and the next one finishes its work', async () => {
    const folder = join(cwd, 'interrupted');
    const slow = await startSimulator({ issues: 300, latencyMs: 50 });
    try {
      const options = { cwd, env: { ...env(), JIRA_URL: slow.url, CONNECTOR_REQUESTS_PER_SECOND: '10' } };
      const argv = ['sync', '--stream', 'issue_search', '--json', '--warehouse', folder];
      const stop = new AbortController();
      const running = runMain(argv, { ...options, signal: stop.signal });
      while (slow.requests.total() < 3) await new Promise((resolve) => setTimeout(resolve, 10));
      stop.abort();
      const { exitCode, stdout } = await running;
      expect(exitCode).toBe(130);
      expect(JSON.parse(stdout).ok).toBe(false);
      expect((await runMain(argv, options)).exitCode).toBe(0);
      const counted = await runMain(
        ['query', '--format', 'csv', '--warehouse', folder, 'SELECT count(*), count(DISTINCT id) FROM issue_search'],
        options,
      );
      expect(counted.stdout.split('\n')[1]).toBe('300,300');
    } finally {
      await slow.close();
    }
  });

  test('a connection whose address is wrong does not stop the other', async () => {
    const connection = (name: string, url: string) =>
      `  - { name: ${name}, url: "${url}", auth: { type: basic, email: ${jira.email}, api_token: "$\{TOKEN}" }, streams: [priorities] }`;
    writeFileSync(
      join(cwd, 'two.yaml'),
      [
        'warehouse: ./two',
        'connections:',
        connection('wrong', `${jira.url}/nowhere`),
        connection('right', jira.url),
      ].join('\n'),
    );
    const { exitCode, stdout } = await runMain(['sync', '--config', 'two.yaml', '--json'], {
      cwd,
      env: { ...FAST, TOKEN: jira.apiToken },
    });
    const report = JSON.parse(stdout) as RunReport;
    expect(exitCode).not.toBe(0);
    expect(report.connections.map(({ name, streams }) => [name, streams[0]?.state])).toEqual([
      ['wrong', 'failed'],
      ['right', 'ok'],
    ]);
  });
});

describe('check and preview', () => {
  test('check says who, where and what can be read, in at most 5 requests', async () => {
    const before = jira.requests.total();
    const { exitCode, stdout } = await run('check', '--json');
    expect(exitCode).toBe(0);
    const { connections } = JSON.parse(stdout);
    expect(connections[0]).toMatchObject({ name: 'jira', ok: true, deployment: 'Cloud', warnings: [] });
    expect(connections[0].readable.length + connections[0].unreadable.length).toBe(registry.enabled().length);
    expect(jira.requests.total() - before).toBeLessThanOrEqual(5);
  });

  test('check warns of a token near its end and of tables of another account', async () => {
    const yaml = `connections:\n  - { name: jira, url: "${jira.url}", auth: { type: basic, email: ${jira.email}, api_token: "$\{TOKEN}", expires: 2020-01-01 } }`;
    writeFileSync(join(cwd, 'old.yaml'), yaml);
    const { stdout } = await runMain(['check', '--config', 'old.yaml'], {
      cwd,
      env: { ...FAST, TOKEN: jira.apiToken },
    });
    expect(stdout).toContain('The token ended on 2020-01-01');
  });

  test('preview shows so many rows and asks no more than it must', async () => {
    const before = jira.requests.total();
    const { exitCode, stdout } = await run(
      'preview',
      'issue_search',
      '--limit',
      '3',
      '--json',
      '--warehouse',
      join(cwd, 'unused'),
    );
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout).rows.length).toBe(3);
    // The credential check, the list of fields, a sampled page and a page.
    expect(jira.requests.total() - before).toBeLessThanOrEqual(5);
    expect(readdirSync(cwd)).not.toContain('unused');
  });

  test('preview chooses columns and rows, and a condition is a guarded statement', async () => {
    const asked = ['preview', 'issue_search', '--columns', 'summary,status_name', '--json'];
    const [all] = JSON.parse((await run(...asked, '--limit', '1')).stdout).rows;
    expect(Object.keys(all)).toEqual(expect.arrayContaining(['id', 'summary', 'status_name', 'updated']));
    expect(Object.keys(all)).not.toContain('priority_name');
    const { rows, looked } = JSON.parse((await run(...asked, '--where', `id = '${all.id}' -- it`)).stdout);
    expect([rows.length, rows[0].summary, looked > 1]).toEqual([1, all.summary, true]);
    const wrong = await run(...asked, '--where', "true) UNION (SELECT * FROM read_text('/etc/passwd')");
    expect([wrong.exitCode, wrong.stdout]).toEqual([2, expect.stringContaining('read_text')]);
    expect((await run('preview', 'issue_search', '--columns', 'sumary')).exitCode).toBe(2);
  });
});
