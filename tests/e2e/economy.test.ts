/** Requests are the budget: each of these counts is exact, so that one request more is seen. Larger sites are measured in bench/. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type JiraAndWarehouse, jiraAndWarehouse, NEVER } from '../helpers/jira-and-warehouse.js';
import { ISSUE_STREAMS, siteLines, tableLines } from '../helpers/site-truth.js';

// Several syncs each: a busy machine needs more than the usual time.
vi.setConfig({ testTimeout: 90_000 });

let world: JiraAndWarehouse;
const HOUR = 3_600_000;
const CENSUS = { ...NEVER, census: 0 };
/** Of the credential check. */
const CHECK = 2;
/** Of the list of fields, whose columns issue_search has. */
const FIELDS = 1;
/** So low that nothing but the number of requests counts. */
const rate = 0.001;

beforeEach(async () => {
  world = await jiraAndWarehouse({
    issues: 600,
    perIssue: { comments: 2, worklogs: 3, histories: 4 },
    fixedClock: true,
  });
});
afterEach(() => world.close());

test('one walk over the issues feeds all four streams; a full run costs its pages', async () => {
  const ran = await world.sync(ISSUE_STREAMS, { rate, schedule: CENSUS });
  const requests = Object.fromEntries(world.jira.requests.byRoute());
  // A sampled page, 6 pages (the last one full), and the list of keys.
  expect(requests['POST /rest/api/3/search/jql']).toBe(1 + 6 + 1);
  expect(requests).not.toHaveProperty('GET /rest/api/3/issue/{issueIdOrKey}/comment');
  expect(ran.requests).toBe(CHECK + FIELDS + 8);
  expect(ran.of('issue_search').census).toMatchObject({ listed: 600, live: 600, gone: 0, added: 0 });
  expect(
    ran.reports.reduce((sum, report) => sum + report.requests, CHECK),
    'each is counted once',
  ).toBe(ran.requests);
});

test('100 changed issues, 50 worklogs and 10 deleted issues cost a handful of requests, census included', async () => {
  await world.sync(ISSUE_STREAMS, { rate, schedule: CENSUS });
  world.jira.edit.advance(3 * HOUR);
  world.jira.edit.churn({ updates: 100, worklogs: 50, deletedWorklogs: 10, deletes: 10 });
  world.jira.edit.advance(HOUR / 2);
  const ran = await world.sync(ISSUE_STREAMS, { rate, schedule: CENSUS });
  expect(ran.failures).toEqual([]);
  // 2 pages of issues, the feed and its batch, the feed of deletes, the list of keys, one question for those gone.
  expect(ran.requests).toBe(CHECK + FIELDS + 2 + 2 + 1 + 1 + 1);
  expect(await tableLines(world)).toEqual(await siteLines(world.jira));
});

test('a run in which nothing changed costs a look at the issues and at each feed', async () => {
  await world.sync(ISSUE_STREAMS, { rate, schedule: CENSUS });
  world.jira.edit.advance(3 * HOUR);
  await world.sync(ISSUE_STREAMS, { rate });
  const before = await world.rows('select max(_synced_at) latest from issue_search_all');
  expect((await world.sync(ISSUE_STREAMS, { rate })).requests).toBe(CHECK + FIELDS + 1 + 2);
  expect((await world.sync(ISSUE_STREAMS, { rate, schedule: CENSUS })).requests).toBe(CHECK + FIELDS + 1 + 2 + 1);
  expect(await world.rows('select max(_synced_at) latest from issue_search_all')).toEqual(before);
});

test('worklogs alone cost their feed and a batch per thousand, not a request per issue', async () => {
  const full = await world.sync(['issue_worklog'], { rate });
  // 1800 worklogs: 2 pages of the feed, 2 batches, a sampled page.
  expect([full.requests, full.of('issue_worklog').rows_written]).toEqual([CHECK + 2 + 2 + 1, 1800]);
  world.jira.edit.advance(3 * HOUR);
  world.jira.edit.churn({ worklogs: 50, deletedWorklogs: 10 });
  world.jira.edit.advance(HOUR);
  const incremental = await world.sync(['issue_worklog'], { rate });
  expect([incremental.requests, incremental.of('issue_worklog').rows_deleted]).toEqual([CHECK + 3, 10]);
});

test('where answers are slow, ids and batches side by side replace pages that wait for each other', async () => {
  const ran = await world.sync(['issue_search'], { rate: 1_000_000 });
  expect(ran.of('issue_search')).toMatchObject({ route: 'bulk', rows_written: 600 });
  expect(Object.fromEntries(world.jira.requests.byRoute())).toMatchObject({
    'POST /rest/api/3/search/jql': 1 + 1,
    'POST /rest/api/3/issue/bulkfetch': 6,
  });
});
