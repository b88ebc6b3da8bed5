import { afterEach, describe, expect, test } from 'vitest';
import { fold, type StreamEvent } from '../../src/contract/events.js';
import { emptyReport, type StreamReport } from '../../src/contract/report.js';
import { type JiraAndWarehouse, jiraAndWarehouse, registry } from '../helpers/jira-and-warehouse.js';

let world: JiraAndWarehouse;
afterEach(() => world.close());

describe('a whole site', () => {
  test('all streams that are on by default arrive, the books balance, and a second run writes nothing anew', async () => {
    world = await jiraAndWarehouse();
    const first = await world.sync();
    expect(first.failures).toEqual([]);
    expect(first.reports).toHaveLength(registry.enabled().length);
    for (const report of first.reports) {
      const outcomes = Object.values(report.outcomes).reduce((sum, count) => sum + count, 0);
      expect([report.stream, report.rows_read]).toEqual([
        report.stream,
        report.rows_written + report.rows_rejected + outcomes,
      ]);
      expect(['ok', 'empty']).toContain(report.state);
    }
    expect(first.reports.reduce((sum, report) => sum + report.requests, 2)).toBe(first.requests);
    const second = await world.sync();
    expect(second.failures).toEqual([]);
    expect(second.reports.filter((report) => report.rows_written > 0).map((report) => report.stream)).toEqual([]);
    expect(second.reports.filter((report) => report.rows_deleted > 0)).toEqual([]);
  });

  test('I6 what a run tells while it goes on adds up to its report: nothing else writes to one', async () => {
    world = await jiraAndWarehouse({ issues: 30 });
    const told = new Map<string, StreamReport>();
    const tell = ({ stream, ...event }: StreamEvent) =>
      void told.set(stream, fold(told.get(stream) ?? emptyReport(stream), event));
    const { reports } = await world.sync(undefined, { tell });
    expect(reports).toHaveLength(registry.enabled().length);
    for (const report of reports) expect(told.get(report.stream)).toEqual(report);
  });

  test('the tables hold what the site holds', async () => {
    world = await jiraAndWarehouse();
    await world.sync();
    const [counts] = await world.rows(
      'select (select count(*) from issue_search) i, (select count(distinct id) from issue_search) d, (select count(*) from users_search) u, (select count(*) from board_issues b anti join issue_search i on i.id = b.issue_id) strangers',
    );
    expect(counts).toEqual({ i: '120', d: '120', u: '60', strangers: '0' });
  });
});

describe('batches and feeds instead of a request per issue', () => {
  test('changelogs of 120 issues come in one batch, worklogs by the feed, and the feed is read once for both its streams', async () => {
    world = await jiraAndWarehouse({ perIssue: { comments: 1, worklogs: 2, histories: 5 } });
    const ran = await world.sync(['issue_changelog']);
    // 1 page of keys and 1 batch of histories, beside the sampled page and the two requests of the credential check.
    expect([ran.requests, ran.of('issue_changelog').rows_written]).toEqual([5, 600]);
    const worklogs = await world.sync(['issue_worklog', 'worklog_updated']);
    expect(worklogs.of('issue_worklog').rows_written).toBe(240);
    expect(worklogs.of('worklog_updated').rows_written).toBe(240);
    expect(world.jira.requests.byRoute().get('GET /rest/api/3/worklog/updated')).toBe(1);
    // The two of the check, a sampled page, a page of the feed and a batch of worklogs.
    expect(worklogs.requests).toBe(5);
  });

  test('a parent that is not selected is read for its children and not written', async () => {
    world = await jiraAndWarehouse();
    const ran = await world.sync(['sprint_issues']);
    expect(ran.reports.map((report) => report.stream)).toEqual(['sprint_issues']);
    expect(ran.of('sprint_issues').rows_written).toBeGreaterThan(0);
    await expect(world.rows('select * from board_sprints')).rejects.toThrow();
  });
});

describe('rows inside the issue pages', () => {
  test.each([
    [20, 0],
    [21, 1],
  ])('%i comments on each of 3 issues cost %i requests more for each', async (comments, more) => {
    world = await jiraAndWarehouse({ issues: 3, perIssue: { comments, worklogs: 0, histories: 0 } });
    const ran = await world.sync(['issue_comments']);
    expect(ran.of('issue_comments').rows_written).toBe(3 * comments);
    expect(world.jira.requests.byRoute().get('GET /rest/api/3/issue/{issueIdOrKey}/comment') ?? 0).toBe(3 * more);
  });

  test('comments that came inside an issue are not kept a second time in its _extra', async () => {
    world = await jiraAndWarehouse({ perIssue: { comments: 2, worklogs: 0, histories: 0 } });
    await world.sync(['issue_search', 'issue_comments']);
    const [row] = await world.rows(
      "select count(*) filter (where json_extract(_extra, '$.fields.comment') is not null) twice, count(*) n from issue_search",
    );
    expect(row).toEqual({ twice: '0', n: '120' });
  });
});

describe('what the site refuses', () => {
  test('without Jira Software the agile streams are forbidden or unsupported, nothing else fails, and exit is fine', async () => {
    world = await jiraAndWarehouse({ features: { software: false } });
    const ran = await world.sync();
    expect(ran.failures).toEqual([]);
    for (const stream of ['boards', 'board_sprints', 'sprint_issues'])
      expect(['forbidden', 'unsupported']).toContain(ran.of(stream).state);
    expect(ran.of('issue_search').state).toBe('ok');
  });

  test('the same refusal fails the run when the stream was named', async () => {
    world = await jiraAndWarehouse({ features: { software: false } });
    const ran = await world.sync(['boards']);
    expect(ran.failures).toEqual(['failed']);
    expect(ran.of('boards').error).toMatch(/boards/);
  });

  test('a refusal fails the run when the stream worked before', async () => {
    world = await jiraAndWarehouse();
    await world.sync();
    world.jira.faults.add({ match: 'GET /rest/agile/1.0/board', status: 403, times: 99 });
    const ran = await world.sync();
    expect(ran.of('boards')).toMatchObject({ state: 'forbidden', error: expect.stringContaining('It worked before') });
    expect(await world.rows('select count(*) n from boards where _deleted_at is not null')).toEqual([{ n: '0' }]);
  });

  test('an expired token is an error of the whole run after one request, not an empty table for each stream', async () => {
    world = await jiraAndWarehouse();
    world.jira.faults.add({
      match: '*',
      status: 200,
      headers: { 'x-seraph-loginreason': 'AUTHENTICATED_FAILED' },
      body: [],
      times: 99,
    });
    await expect(world.sync()).rejects.toMatchObject({ kind: 'credentials' });
    expect(world.jira.requests.total()).toBe(1);
  });

  test('a bad request is never an empty stream: 400 on sprints of a scrum board is owed and fails the run', async () => {
    world = await jiraAndWarehouse();
    world.jira.faults.add({ match: 'GET /rest/agile/1.0/board/{boardId}/sprint', status: 400, times: 1 });
    const ran = await world.sync(['board_sprints']);
    expect(ran.of('board_sprints')).toMatchObject({
      state: 'incomplete',
      owed: 1,
      error: expect.stringContaining('board '),
    });
    expect(ran.failures).toEqual(['failed']);
  });

  test('where the new issue lists are off, the older route is taken and stays taken', async () => {
    world = await jiraAndWarehouse();
    world.jira.faults.add({ match: /\/rest\/software\/1\.0/, status: 404, times: 999 });
    const ran = await world.sync(['board_issues']);
    expect(ran.failures).toEqual([]);
    expect(ran.of('board_issues').rows_written).toBeGreaterThan(0);
    const refused = world.jira.requests.log.filter((one) => one.path.startsWith('/rest/software/')).length;
    expect(refused).toBeLessThanOrEqual(6);
  });
});

describe('faults on the way', () => {
  test('one stream that fails for good does not stop the others', async () => {
    world = await jiraAndWarehouse();
    world.jira.faults.add({ match: 'GET /rest/api/3/project/type', status: 410, times: 99 });
    const ran = await world.sync();
    expect(ran.failures).toEqual(['failed']);
    expect(ran.reports.filter((report) => report.state === 'failed').map((report) => report.stream)).toEqual([
      'project_types',
    ]);
  });

  test('an answer cut in half is asked again and no half page is kept', async () => {
    world = await jiraAndWarehouse();
    world.jira.faults.add({ match: 'POST /rest/api/3/search/jql', cutAtByte: 5000, times: 1 });
    const ran = await world.sync(['issue_search']);
    expect(ran.of('issue_search')).toMatchObject({ state: 'ok', rows_written: 120 });
  });

  test('a page token that comes twice fails the stream instead of reading for ever', async () => {
    world = await jiraAndWarehouse({ issues: 250 });
    world.jira.faults.add({ match: 'POST /rest/api/3/search/jql', duplicateToken: true, times: 99 });
    // So low a rate that the walk is by pages, however slow the machine answers.
    const ran = await world.sync(['issue_search'], { rate: 0.001 });
    expect(ran.of('issue_search').state).toBe('failed');
    expect(world.jira.requests.total()).toBeLessThan(10);
  });

  test('a failed parent leaves its children skipped and their rows alive', async () => {
    world = await jiraAndWarehouse();
    await world.sync(['boards', 'board_sprints']);
    world.jira.faults.add({ match: 'GET /rest/agile/1.0/board', status: 400, times: 99 });
    const ran = await world.sync(['boards', 'board_sprints']);
    expect(ran.of('board_sprints').state).toBe('skipped');
    const [live] = await world.rows('select count(*) n from board_sprints');
    expect(Number(live?.n)).toBeGreaterThan(0);
  });

  test('I6 a record without its key is rejected with its reason, counted, and nothing is marked deleted on such a read', async () => {
    world = await jiraAndWarehouse();
    const rewrite = (body: unknown) =>
      (body as Record<string, unknown>[]).slice(1).map((one, index) => (index === 0 ? { ...one, id: null } : one));
    await world.sync(['fields']);
    world.jira.faults.add({ match: 'GET /rest/api/3/field', rewrite, times: 1 });
    const ran = await world.sync(['fields']);
    expect(ran.of('fields')).toMatchObject({ rows_rejected: 1, rows_deleted: 0 });
    expect(ran.rejects).toMatchObject([{ stream: 'fields', reason: '`id` is missing' }]);
  });
});

test('every enabled stream can be synced on its own', async () => {
  world = await jiraAndWarehouse({ issues: 30 });
  for (const { stream } of registry.enabled()) {
    const ran = await world.sync([stream]);
    expect([stream, ran.failures, ran.reports.length]).toEqual([stream, [], 1]);
  }
}, 120_000);
