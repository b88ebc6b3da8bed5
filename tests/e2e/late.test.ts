/** What the search shows late, and what changes without moving an issue: found again by looking back, and said. */
import { afterEach, expect, test, vi } from 'vitest';
import { type JiraAndWarehouse, jiraAndWarehouse, NEVER } from '../helpers/jira-and-warehouse.js';
import { ISSUE_STREAMS, siteLines, tableLines } from '../helpers/site-truth.js';

// Several syncs each: a busy machine needs more than the usual time.
vi.setConfig({ testTimeout: 90_000 });

let world: JiraAndWarehouse;
afterEach(() => world.close());

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const options = { perIssue: { comments: 1, worklogs: 1, histories: 1 } };

test('an update that the index shows after the lookback is found by the overlap of a day, and counted as late', async () => {
  world = await jiraAndWarehouse(options);
  const overlap = { ...NEVER, overlap: DAY };
  await world.sync(['issue_search'], { schedule: overlap });
  world.jira.edit.advance(3 * HOUR);
  const id = world.jira.site.idOf(5);
  world.jira.edit.updateIssue(id, { summary: 'shown late' });
  world.jira.edit.advance(90 * MINUTE);
  world.jira.edit.updateIssue(world.jira.site.idOf(6), { summary: 'shown at once' });
  const rewrite = (body: unknown) => {
    const { issues, ...rest } = body as { issues: { id: string }[] };
    return { ...rest, issues: issues.filter((issue) => issue.id !== id) };
  };
  world.jira.faults.add({ match: 'POST /rest/api/3/search/jql', rewrite });
  await world.sync(['issue_search'], { schedule: overlap });
  world.jira.edit.advance(60 * MINUTE);
  const third = await world.sync(['issue_search'], { schedule: overlap });
  expect(third.of('issue_search').rows_written, 'the lookback cannot show it').toBe(0);
  world.jira.edit.advance(20 * HOUR);
  const daily = await world.sync(['issue_search'], { schedule: overlap });
  expect(daily.of('issue_search')).toMatchObject({ rows_written: 1, rows_late: 1 });
  expect(await world.rows(`select summary s from issue_search where id = '${id}'`)).toEqual([{ s: 'shown late' }]);
});

test('an update within the lookback is found without an overlap and counted when a run had missed it', async () => {
  world = await jiraAndWarehouse({ ...options, indexLagMs: 10 * MINUTE });
  await world.sync(['issue_search']);
  world.jira.edit.advance(20 * MINUTE);
  world.jira.edit.updateIssue(world.jira.site.idOf(5), { summary: 'shown late' });
  world.jira.edit.advance(5 * MINUTE);
  expect((await world.sync(['issue_search'])).of('issue_search').rows_written).toBe(0);
  world.jira.edit.advance(10 * MINUTE);
  expect((await world.sync(['issue_search'])).of('issue_search')).toMatchObject({ rows_written: 1, rows_late: 1 });
});

test('a comment edited without moving its issue is found by the re-read, and by nothing else', async () => {
  world = await jiraAndWarehouse(options);
  const weekly = { ...NEVER, reread: new Map([['issue_comments', 7 * DAY]]) };
  await world.sync(ISSUE_STREAMS, { schedule: weekly });
  const [{ id } = {}] = await world.rows('select id from issue_comments order by id limit 1');
  world.jira.edit.advance(3 * DAY);
  world.jira.edit.editComment(String(id), 'edited behind our back', { touch: false });
  world.jira.edit.advance(DAY);
  const early = await world.sync(ISSUE_STREAMS, { schedule: weekly });
  expect(early.of('issue_comments')).toMatchObject({ mode: 'incremental', rows_written: 0 });
  world.jira.edit.advance(4 * DAY);
  const due = await world.sync(ISSUE_STREAMS, { schedule: weekly });
  expect(due.of('issue_comments')).toMatchObject({ mode: 'full', rows_written: 1 });
  expect(due.of('issue_search').rows_written).toBe(0);
  expect(await tableLines(world)).toEqual(await siteLines(world.jira));
  world.jira.edit.advance(HOUR);
  expect((await world.sync(ISSUE_STREAMS, { schedule: weekly })).of('issue_comments').mode).toBe('incremental');
});

test('I2 no bookmark passes the start of its run minus the lookback, even when an issue is dated later', async () => {
  world = await jiraAndWarehouse(options);
  const began = world.jira.now();
  world.jira.faults.add({
    match: 'POST /rest/api/3/search/jql',
    times: 9,
    before: () => world.jira.edit.updateIssue(world.jira.site.idOf(7), { summary: `changed at ${Math.random()}` }),
  });
  const ran = await world.sync(ISSUE_STREAMS, { commitRows: 20 });
  for (const { stream, bookmark } of ran.reports) {
    const least = stream === 'issue_worklog' ? 5 * MINUTE : HOUR;
    // Server times have whole seconds.
    expect(Date.parse(bookmark ?? ''), stream).toBeLessThanOrEqual(began + 60_000 - least);
  }
});

test('a feed that cannot advance gives way to the lists of the issues', async () => {
  world = await jiraAndWarehouse(options);
  const stuck = (body: unknown) => ({ ...(body as object), until: 1_700_000_000_000, lastPage: false });
  world.jira.faults.add({ match: 'GET /rest/api/3/worklog/updated', times: 99, rewrite: stuck });
  const ran = await world.sync(['issue_worklog']);
  expect(ran.failures).toEqual([]);
  expect(ran.of('issue_worklog').state).toBe('ok');
  expect(await tableLines(world, ['issue_worklog'])).toEqual({
    issue_worklog: (await siteLines(world.jira)).issue_worklog,
  });
  world.jira.edit.advance(2 * HOUR);
  world.jira.edit.churn({ worklogs: 5, deletedWorklogs: 2 });
  world.jira.edit.advance(2 * HOUR);
  expect((await world.sync(['issue_worklog'])).failures).toEqual([]);
  expect((await tableLines(world, ['issue_worklog'])).issue_worklog).toEqual(
    (await siteLines(world.jira)).issue_worklog,
  );
});
