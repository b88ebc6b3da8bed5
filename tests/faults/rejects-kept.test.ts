/** A reject is in its table before any bookmark passes the row it was made of: else nobody would ever hear of that row again. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { type Simulator, startSimulator } from '../../simulator/simulator.js';
import type { RunReport } from '../../src/app/sync.js';
import { runMain } from '../cli/run-main.js';
import { registryOfPages } from '../e2e/sync-child.js';
import { type JiraAndWarehouse, jiraAndWarehouse } from '../helpers/jira-and-warehouse.js';

const SEARCH = 'POST /rest/api/3/search/jql';
const ISSUES = 40;
const CHANGE = { rate: 0.001, commitRows: 10 };

let world: JiraAndWarehouse | undefined;
let jira: Simulator | undefined;
let cwd: string | undefined;
afterEach(async () => {
  await world?.close();
  await jira?.close();
  if (cwd !== undefined) rmSync(cwd, { recursive: true, force: true });
  world = undefined;
  jira = undefined;
  cwd = undefined;
});

/** The issue at this place of a page loses its key. */
const spoil = (body: unknown) => {
  const { issues } = body as { issues: { id?: string }[] };
  if (issues[3]) delete issues[3].id;
  return body;
};

test('I6 R-48: rejects that cannot be kept hold the bookmark: the next run meets their rows again', async () => {
  world = await jiraAndWarehouse({ issues: ISSUES }, registryOfPages(10));
  world.jira.faults.add({ match: SEARCH, after: 1, times: 1, rewrite: spoil });
  const full = async () => {
    throw new Error('no room for rejects');
  };
  const first = await world.sync(['issue_search'], { ...CHANGE, keepRejects: full });
  expect(first.of('issue_search')).toMatchObject({ state: 'failed', rows_rejected: 1 });
  const second = await world.sync(['issue_search'], CHANGE);
  expect(second.failures).toEqual([]);
  expect(await world.rows('select count(*)::int n from issue_search')).toEqual([{ n: ISSUES }]);
});

test('I6 R-48: no commit that passes a rejected row comes before its reject is kept', async () => {
  world = await jiraAndWarehouse({ issues: ISSUES }, registryOfPages(10));
  // The second page: the sampled one is the first.
  world.jira.faults.add({ match: SEARCH, after: 1, times: 1, rewrite: spoil });
  const { rows } = world;
  const visible: unknown[] = [];
  const keepRejects = async () => {
    visible.push(...(await rows('select count(*)::int n from issue_search').catch(() => [{ n: 0 }])));
  };
  const ran = await world.sync(['issue_search'], { ...CHANGE, keepRejects });
  expect(ran.of('issue_search')).toMatchObject({ rows_rejected: 1, rows_written: ISSUES - 1 });
  expect(visible[0]).toEqual({ n: 0 });
});

test('I6 R-48: a table of rejects that cannot be written fails the streams that need it, and they read the row again', async () => {
  jira = await startSimulator({ issues: ISSUES });
  cwd = mkdtempSync(join(tmpdir(), 'rejects-'));
  const place = join(cwd, 'warehouse', 'jira', '_rejects');
  mkdirSync(join(cwd, 'warehouse', 'jira'), { recursive: true });
  writeFileSync(place, 'a file in the way of a folder');
  const env = {
    CONNECTOR_REQUESTS_PER_SECOND: '100',
    JIRA_URL: jira.url,
    JIRA_EMAIL: jira.email,
    JIRA_API_TOKEN: jira.apiToken,
  };
  const sync = async (folder: string) => {
    const ran = await runMain(['sync', '--stream', 'issue_search', '--json'], { cwd: folder, env });
    const { connections } = JSON.parse(ran.stdout) as RunReport;
    return { ...ran, report: connections[0]?.streams.find(({ stream }) => stream === 'issue_search') };
  };
  jira.faults.add({ match: SEARCH, times: Number.POSITIVE_INFINITY, rewrite: spoil });
  const first = await sync(cwd);
  expect(first.exitCode).toBe(1);
  expect(first.report).toMatchObject({ state: 'failed', rows_rejected: 1, bookmark: null });
  rmSync(place);
  const second = await sync(cwd);
  expect(second.exitCode).toBe(0);
  expect(second.report).toMatchObject({ rows_rejected: 1 });
  const { stdout } = await runMain(
    ['query', '--format', 'json', "SELECT stream, reason, record LIKE '%fields%' AS whole FROM jira._rejects"],
    { cwd, env },
  );
  expect(JSON.parse(stdout)).toEqual([{ stream: 'issue_search', reason: '`id` is missing', whole: true }]);
});
