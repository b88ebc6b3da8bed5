import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Simulator, startSimulator } from '../../simulator/simulator.js';
import { registry } from '../helpers/jira-and-warehouse.js';
import { runMain } from './run-main.js';

let cwd: string;
let jira: Simulator;
const run = (...argv: string[]) =>
  runMain(argv, {
    cwd,
    env: {
      CONNECTOR_REQUESTS_PER_SECOND: '100',
      JIRA_URL: jira.url,
      JIRA_EMAIL: jira.email,
      JIRA_API_TOKEN: jira.apiToken,
    },
  });
const STREAMS = ['boards', 'issue_search', 'issue_worklog'];
const NAMED = STREAMS.flatMap((name) => ['--stream', name]);

beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'plan-'));
  jira = await startSimulator({ issues: 60, perIssue: { comments: 1, worklogs: 2, histories: 3 } });
});
afterAll(async () => {
  await jira.close();
  rmSync(cwd, { recursive: true, force: true });
});

test('a plan makes no table and spends at most ten requests', async () => {
  const { exitCode, stdout } = await run('plan', '--json');
  expect(exitCode).toBe(0);
  expect(jira.requests.total()).toBeLessThanOrEqual(10);
  expect(existsSync(join(cwd, 'warehouse', 'jira'))).toBe(false);
  const { requests, requests_min, connections } = JSON.parse(stdout);
  expect(requests).toBeGreaterThanOrEqual(requests_min);
  expect(connections).toHaveLength(1);
  expect(connections[0].streams).toHaveLength(registry.enabled().length);
});

test('a plan of everything names the streams that are read only when somebody names them; one that is named is planned', async () => {
  const named = registry.inGroup('named').map(({ stream }) => stream);
  expect(named).toContain('queues');
  const { stdout } = await run('plan');
  expect(stdout).toContain(`read only when \`--stream\` or \`streams:\` names them: ${named.join(', ')}.`);
  const { connections } = JSON.parse((await run('plan', '--stream', 'queues', '--json')).stdout);
  expect(connections[0]).toMatchObject({ only_when_named: [], streams: [{ stream: 'queues' }] });
});

test('the plan in JSON names route, requests and rows of each stream; with the credential check they add up', async () => {
  const { stdout } = await run('plan', ...NAMED, '--json');
  const planned = JSON.parse(stdout);
  const { streams } = planned.connections[0];
  expect(streams.map((one: { stream: string }) => one.stream)).toEqual(STREAMS);
  expect(streams[1]).toMatchObject({ stream: 'issue_search', mode: 'full', rows: 60 });
  expect(streams.reduce((sum: number, one: { requests: number }) => sum + one.requests, 2)).toBe(planned.requests);
  expect(planned.seconds).toBeGreaterThan(0);
});

test('the plan of a whole site fits 80 columns, and --wide names the routes', async () => {
  const { stdout } = await run('plan');
  const rows = stdout.split('\n').filter((line) => /^[a-z_]+ +\S/.test(line) && !line.endsWith('.'));
  expect(rows.length).toBeGreaterThan(40);
  expect(rows.filter((line) => line.length > 80)).toEqual([]);
  expect((await run('plan', '--stream', 'boards', '--wide')).stdout).toMatch(/boards +│ full +│ list/);
});

test('people see why a route was chosen: what the others would cost', async () => {
  const { stdout } = await run('plan', '--stream', 'issue_worklog');
  expect(stdout).toMatch(/Why these routes .*: chosen .* instead: issue_worklog by \w+ \d+ in /);
  expect(stdout).toMatch(/A sync: .*requests, about .* at 100 requests\/s\./);
});

test('people see why a stream is read as a whole: a plan is what the sync will do', async () => {
  const { stdout } = await run('plan', '--stream', 'issue_search');
  expect(stdout).toContain('it was never read');
  const streams = JSON.parse((await run('plan', ...NAMED, '--json')).stdout).connections[0].streams;
  expect(streams.map(({ why }: { why: string }) => why)).toEqual([
    'it is read as a whole',
    'it was never read',
    'it was never read',
  ]);
});

test('a stream that does not exist is exit 2 before a request is sent', async () => {
  const before = jira.requests.total();
  const { exitCode, stderr } = await run('plan', '--stream', 'bords');
  expect([exitCode, jira.requests.total()]).toEqual([2, before]);
  expect(stderr).toContain('boards');
});

test('what a census found is told by the report, kept in _runs and shown by status, even after runs without one', async () => {
  const settings = join(cwd, 'sync.yaml');
  const auth = `{ type: basic, email: "\${JIRA_EMAIL}", api_token: "\${JIRA_API_TOKEN}" }`;
  writeFileSync(settings, `connections:\n  - name: jira\n    url: ${jira.url}\n    auth: ${auth}\n    census: never\n`);
  expect((await run('sync', ...NAMED)).stdout).not.toContain('census');
  const counting = await run('sync', '--census', ...NAMED);
  expect(counting.stdout).toContain('issue_search census: 60 listed, 60 live, 0 lacking, 0 gone');
  await run('sync', ...NAMED);
  rmSync(settings);
  const { stdout } = await run('status', '--json');
  const { streams } = JSON.parse(stdout);
  const issues = streams.find((one: { stream: string }) => one.stream === 'issue_search');
  expect(issues).toMatchObject({ rows: 60, rows_deleted: 0, rows_late: 0, requests: 2 });
  expect(issues.census).toMatchObject({ listed: 60, live: 60, added: 0, gone: 0, confirmed: 0 });
  expect((await run('status', '--wide')).stdout).toContain('60 listed, 60 live, 0 lacking, 0 gone');
  const kept = await run(
    'query',
    '--format',
    'json',
    "SELECT census_listed, census_groups FROM jira._runs WHERE stream = 'issue_search' ORDER BY started_at",
  );
  const [first, counted, plain] = JSON.parse(kept.stdout);
  expect(JSON.parse(counted.census_groups).reduce((sum: number, one: { live: number }) => sum + one.live, 0)).toBe(60);
  expect([first.census_listed, counted.census_listed, plain.census_listed, plain.census_groups]).toEqual([
    null,
    60,
    null,
    null,
  ]);
});
