/** Rows that are owed, as a person meets them: exit codes, the table `_owed`, `status`, and the flags that ask for more. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Simulator, startSimulator } from '../../simulator/simulator.js';
import { runMain } from './run-main.js';

vi.setConfig({ testTimeout: 90_000 });

let cwd: string;
let jira: Simulator;
const streams = ['--stream', 'issue_search', '--stream', 'issue_comments'];
const env = () => ({
  CONNECTOR_REQUESTS_PER_SECOND: '100',
  JIRA_URL: jira.url,
  JIRA_EMAIL: jira.email,
  JIRA_API_TOKEN: jira.apiToken,
});
const run = (...argv: string[]) => runMain(argv, { cwd, env: env() });
const ask = async (sql: string) => JSON.parse((await run('query', '--format', 'json', sql)).stdout) as unknown;
const comments = (place: number) => new RegExp(`/issue/${jira.site.idOf(place)}/comment`);

beforeEach(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'owed-'));
  jira = await startSimulator({ issues: 20, perIssue: { comments: 30, worklogs: 0, histories: 0 } });
});
afterEach(async () => {
  await jira.close();
  rmSync(cwd, { recursive: true, force: true });
});

test('I13 comments refused once: exit 1 and named, told by status, paid by the next run with exit 0', async () => {
  jira.faults.add({ match: comments(7), status: 403 });
  const first = await run('sync', ...streams, '--json');
  expect(first.exitCode).toBe(1);
  expect(first.stderr).toContain(`(issue ${jira.site.idOf(7)} `);
  expect(JSON.parse(first.stdout).connections[0].streams).toMatchObject([
    { stream: 'issue_comments', state: 'incomplete', owed: 1, hidden: 0 },
    { stream: 'issue_search', state: 'ok', owed: 0 },
  ]);
  const status = await run('status');
  expect(status.stdout).toContain('jira.issue_comments: issue');
  expect(await ask('SELECT stream, state, status, tries FROM jira._owed')).toEqual([
    { stream: 'issue_comments', state: 'owed', status: 403, tries: 1 },
  ]);
  const second = await run('sync', ...streams);
  expect(second.exitCode, second.stderr).toBe(0);
  expect(await ask('SELECT count(*)::INT n FROM issue_comments')).toEqual([{ n: 600 }]);
  expect(await ask('SELECT * FROM jira._owed')).toEqual([]);
  expect(await ask('SELECT owed FROM jira._runs ORDER BY started_at DESC, stream LIMIT 1')).toEqual([{ owed: 0 }]);
});

test('I13 a debt that was tried in vain lets a run pass, and --retry-owed does not wait', async () => {
  jira.faults.add({ match: comments(7), status: 403, times: 3 });
  const tried = () => [...jira.requests.byRoute()].find(([route]) => route.endsWith('/comment'))?.[1] ?? 0;
  await run('sync', ...streams);
  await run('sync', '--stream', 'issue_comments');
  expect(await ask('SELECT tries::INT tries FROM jira._owed')).toEqual([{ tries: 2 }]);
  const before = tried();
  expect((await run('sync', '--stream', 'issue_comments')).exitCode).toBe(1);
  const waited = tried() - before;
  const asked = await run('sync', '--stream', 'issue_comments', '--retry-owed');
  expect(asked.exitCode, asked.stderr).toBe(1);
  expect(waited).toBeLessThan(3);
  expect((await run('sync', '--stream', 'issue_comments', '--retry-owed')).exitCode).toBe(0);
  expect(await ask('SELECT count(*)::INT n FROM issue_comments')).toEqual([{ n: 600 }]);
});

test('I13 a limit that lasts too long is exit 75, and nothing behind it is passed', async () => {
  jira.faults.add({ match: comments(7), status: 429, times: 99, headers: { 'retry-after': '86400' } });
  expect((await run('sync', ...streams)).exitCode).toBe(75);
  jira.faults.clear();
  const second = await run('sync', ...streams);
  expect(second.exitCode, second.stderr).toBe(0);
  expect(await ask('SELECT count(*)::INT n FROM issue_comments')).toEqual([{ n: 600 }]);
});
