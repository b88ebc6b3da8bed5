/** A sync that dies in the middle goes on where it was: same rows, and hardly a request twice. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { type JiraAndWarehouse, jiraAndWarehouse } from '../helpers/jira-and-warehouse.js';
import { ISSUE_STREAMS, siteLines, tableLines } from '../helpers/site-truth.js';
import { type ChildSync, PAGE, registryOfPages } from './sync-child.js';

let world: JiraAndWarehouse;
afterEach(() => world.close());

const ISSUES = 300;
const PAGES = ISSUES / PAGE;
const HOUR = 3_600_000;
const WALKS = [
  { walk: 'pages', rate: 0.001, step: 'POST /rest/api/3/search/jql' },
  { walk: 'ids and batches', rate: 1_000_000, step: 'POST /rest/api/3/issue/bulkfetch' },
] as const;

describe.each(WALKS)('I7 walking by $walk', ({ rate, step }) => {
  test('SIGKILL in the middle of the first sync costs at most a batch of requests twice', {
    timeout: 90_000,
  }, async () => {
    world = await site();
    const change = { rate, commitRows: 50 };
    await killAtStep(step, 0.6 * PAGES, ISSUE_STREAMS, change);
    const [before] = await world.rows('select count(*) n from issue_search');
    expect(Number(before?.n)).toBeGreaterThanOrEqual(0.3 * ISSUES);
    world.jira.requests.clear();
    const ran = await world.sync(ISSUE_STREAMS, change);
    expect(ran.failures).toEqual([]);
    // 50 rows are 5 pages; as many may have been under way; one more was sampled, and one holds the keys.
    expect(world.jira.requests.byRoute().get(step)).toBeLessThanOrEqual(0.4 * PAGES + 5 + 8 + 2);
    expect(await tableLines(world)).toEqual(await siteLines(world.jira));
  });

  test('SIGKILL in the middle of an incremental run loses no change', { timeout: 90_000 }, async () => {
    world = await site();
    const change = { rate, commitRows: 50 };
    await world.sync(ISSUE_STREAMS, change);
    world.jira.edit.advance(3 * HOUR);
    world.jira.edit.churn({ updates: 150, comments: 50, worklogs: 30, deletedWorklogs: 5 });
    world.jira.edit.advance(2 * HOUR);
    world.jira.requests.clear();
    await killAtStep(step, 8, ISSUE_STREAMS, change);
    expect((await world.sync(ISSUE_STREAMS, change)).failures).toEqual([]);
    expect(await tableLines(world)).toEqual(await siteLines(world.jira));
  });

  test('I2 SIGKILL in the middle of reading a wider scope does not pass for having read it', {
    timeout: 90_000,
  }, async () => {
    world = await site();
    // A census would find what is lacking, and hide that the bookmark lied.
    const change = { rate, commitRows: 50 };
    const uncounted = { ...change, schedule: { census: null, overlap: null, reread: new Map() } };
    const [project] = world.jira.site.directory.projects;
    await world.sync(ISSUE_STREAMS, { ...uncounted, scope: { projects: [project?.key ?? ''] } });
    await killAtStep(step, 0.5 * PAGES, ISSUE_STREAMS, change);
    expect((await world.sync(ISSUE_STREAMS, uncounted)).failures).toEqual([]);
    expect(await tableLines(world)).toEqual(await siteLines(world.jira));
  });
});

test('a refused request in the middle keeps what came in order before it', async () => {
  world = await site();
  const change = { rate: 0.001, commitRows: 50 };
  world.jira.faults.add({ match: WALKS[0].step, after: 20, times: 1, status: 400 });
  const failed = await world.sync(['issue_search'], change);
  expect(failed.of('issue_search').state).toBe('failed');
  const again = await world.sync(['issue_search'], change);
  expect(again.failures).toEqual([]);
  expect(again.of('issue_search').rows_read, 'goes on where it was').toBeLessThan(0.5 * ISSUES);
  expect(await world.rows('select count(*) n from issue_search')).toEqual([{ n: String(ISSUES) }]);
});

test('I2 an issue that the lagging index shows in its old place does not cost the bookmark of the others', async () => {
  world = await jiraAndWarehouse(
    { issues: ISSUES, perIssue: { comments: 1, worklogs: 1, histories: 1 }, indexLagMs: HOUR / 2 },
    registryOfPages(PAGE),
  );
  const { table } = world.jira.site;
  const oldest = table.updated.subarray(0, table.size).indexOf(Math.min(...table.updated.subarray(0, table.size)));
  world.jira.edit.updateIssue(world.jira.site.idOf(oldest), { summary: 'changed a moment ago' });
  const change = { rate: 0.001, commitRows: 50 };
  world.jira.faults.add({ match: WALKS[0].step, after: 20, times: 1, status: 400 });
  expect((await world.sync(['issue_search'], change)).failures).toHaveLength(1);
  const again = await world.sync(['issue_search'], change);
  expect(again.of('issue_search').rows_read).toBeLessThan(0.5 * ISSUES);
});

const site = () =>
  jiraAndWarehouse({ issues: ISSUES, perIssue: { comments: 1, worklogs: 2, histories: 2 } }, registryOfPages(PAGE));

/** Runs a sync in a child that dies when the site gets the n-th of these requests. */
async function killAtStep(step: string, n: number, streams: readonly string[], change: ChildSync['change']) {
  const file = (name: string) => fileURLToPath(new URL(name, import.meta.url));
  const { url, email, apiToken } = world.jira;
  const input: ChildSync = { jira: { url, email, apiToken }, root: world.root, streams, change };
  const child = spawn(process.execPath, [
    file('../writers/support/child.mjs'),
    file('./sync-child.ts'),
    'syncChild',
    JSON.stringify(input),
  ]);
  world.jira.faults.add({ match: step, after: Math.round(n), before: () => child.kill('SIGKILL') });
  let errors = '';
  child.stderr.on('data', (piece) => {
    errors += piece;
  });
  const signal = await new Promise((resolve) => child.on('close', (_code, by) => resolve(by)));
  expect(signal, `${errors}${JSON.stringify([...world.jira.requests.byRoute()])}`).toBe('SIGKILL');
}
