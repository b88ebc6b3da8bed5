/** What is not whole never passes for whole (I13): it is told, it marks nothing, and the next run heals it without a flag. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Writer } from '../../src/contract/table.js';
import { ConnectorError } from '../../src/core/errors.js';
import { openWarehouse } from '../../src/writers/warehouse.js';
import { type JiraAndWarehouse, jiraAndWarehouse, NEVER } from '../helpers/jira-and-warehouse.js';
import { ISSUE_STREAMS, siteLines, tableLines } from '../helpers/site-truth.js';

// Several syncs each: a busy machine needs more than the usual time.
vi.setConfig({ testTimeout: 90_000 });

let world: JiraAndWarehouse;
afterEach(() => world.close());

const HOUR = 3_600_000;
const SEARCH = 'POST /rest/api/3/search/jql';
const COMMENTS = 'GET /rest/api/3/issue/{issueIdOrKey}/comment';
const OFTEN = 99;
type Body = Readonly<Record<string, unknown>>;

const counts = async (table: string) => Number((await world.rows(`select count(*) n from ${table}`))[0]?.n);
const marked = (table: string) => counts(`${table}_all where _deleted_at is not null`);
const owed = () => world.rows('select stream, name, state, reason from _owed order by stream, name');

/** An issue with more comments than lie inside its record. */
function chatty(comments = 30): string {
  const id = world.jira.site.idOf(7);
  for (let n = 0; n < comments; n += 1) world.jira.edit.addComment(id, `comment ${n}`);
  return id;
}

async function expectTruth(streams = ISSUE_STREAMS): Promise<void> {
  const site = await siteLines(world.jira);
  expect(await tableLines(world, streams)).toEqual(Object.fromEntries(streams.map((name) => [name, site[name]])));
}

describe('I13 a walk that breaks off', () => {
  const LACKS: readonly (readonly [string, (body: Body) => Body])[] = [
    ['without a token although isLast is false', ({ nextPageToken: _, ...body }) => ({ ...body, isLast: false })],
    [
      'without a token and a marker, in the old form with a total',
      ({ nextPageToken: _, isLast: __, ...body }) => ({ ...body, total: 900 }),
    ],
    ['without a token, a marker and a total', ({ nextPageToken: _, isLast: __, ...body }) => body],
  ];

  test.each(LACKS)('%s once, is read on in the same run', async (_, rewrite) => {
    world = await jiraAndWarehouse({ issues: 300, perIssue: { comments: 0, worklogs: 0, histories: 0 } });
    world.jira.faults.add({ match: SEARCH, after: 1, rewrite: (body) => rewrite(body as Body) });
    const ran = await world.sync(['issue_search']);
    expect(ran.failures).toEqual([]);
    expect(await counts('issue_search')).toBe(300);
  });

  test.each(
    LACKS,
  )('%s for good, ends incomplete, and its bookmark passes nothing that is missing', async (_, rewrite) => {
    world = await jiraAndWarehouse({ issues: 500, perIssue: { comments: 0, worklogs: 0, histories: 0 } });
    world.jira.faults.add({ match: SEARCH, after: 1, times: OFTEN, rewrite: (body) => rewrite(body as Body) });
    const ran = await world.sync(['issue_search', 'issue_comments']);
    expect(ran.failures).toEqual(['failed', 'failed']);
    for (const stream of ['issue_search', 'issue_comments'])
      expect(ran.of(stream)).toMatchObject({ state: 'incomplete', error: expect.stringContaining('not whole') });
    expect(await counts('issue_search')).toBeGreaterThan(99);
    world.jira.faults.clear();
    expect((await world.sync(['issue_search'])).failures).toEqual([]);
    expect(await counts('issue_search')).toBe(500);
  });

  test('an incremental one is made good by the next run', async () => {
    world = await jiraAndWarehouse({ issues: 300, perIssue: { comments: 0, worklogs: 0, histories: 0 } });
    await world.sync(['issue_search']);
    world.jira.edit.advance(24 * HOUR);
    for (let n = 0; n < 250; n += 1) {
      world.jira.edit.advance(60_000);
      world.jira.edit.updateIssue(world.jira.site.idOf(n), { summary: `changed ${n}` });
    }
    const broken = ({ nextPageToken: _, ...body }: Body) => ({ ...body, isLast: false });
    world.jira.faults.add({ match: SEARCH, after: 1, times: OFTEN, rewrite: (body) => broken(body as Body) });
    expect((await world.sync(['issue_search'])).of('issue_search').state).toBe('incomplete');
    world.jira.faults.clear();
    world.jira.edit.advance(24 * HOUR);
    expect((await world.sync(['issue_search'])).failures).toEqual([]);
    await expectTruth(['issue_search'] as unknown as typeof ISSUE_STREAMS);
  });

  test('a list of all ids in scope that breaks off drops no row as out of scope', async () => {
    world = await jiraAndWarehouse({ perIssue: { comments: 0, worklogs: 2, histories: 0 } });
    const cut = (body: Body) => ({ issues: (body.issues as unknown[]).slice(0, 1), total: 120 });
    world.jira.faults.add({ match: SEARCH, times: OFTEN, rewrite: (body) => cut(body as Body) });
    const scope = { projects: world.jira.site.directory.projects.map(({ key }) => key) };
    const ran = await world.sync(['issue_worklog'], { scope }).catch((error: unknown) => ({ failures: [error] }));
    expect(ran.failures).toHaveLength(1);
    world.jira.faults.clear();
    await world.sync(['issue_worklog'], { scope });
    await expectTruth(['issue_worklog'] as unknown as typeof ISSUE_STREAMS);
  });

  test('records that a bulk read leaves out are asked for again, and hold the bookmark while the site still has them', async () => {
    world = await jiraAndWarehouse({ issues: 300, perIssue: { comments: 0, worklogs: 0, histories: 0 } });
    const without = (body: Body) => ({ ...body, issues: (body.issues as unknown[]).slice(3) });
    const match = 'POST /rest/api/3/issue/bulkfetch';
    const slow = { match: SEARCH, times: OFTEN, delayMs: 700 };
    world.jira.faults.add({ match, times: OFTEN, rewrite: (body) => without(body as Body) });
    world.jira.faults.add(slow);
    const ran = await world.sync(['issue_search'], { rate: 500 });
    expect(ran.of('issue_search').route).toContain('bulk');
    expect(ran.of('issue_search').state).toBe('incomplete');
    world.jira.faults.clear();
    expect((await world.sync(['issue_search'])).failures).toEqual([]);
    expect(await counts('issue_search')).toBe(300);
  });
});

describe('I13 rows of one parent', () => {
  test('an empty page of comments with a total is owed, and paid by the next run', async () => {
    world = await jiraAndWarehouse({ perIssue: { comments: 1, worklogs: 0, histories: 0 } });
    const id = chatty();
    const rewrite = (body: unknown) => ({ ...(body as Body), comments: [] });
    world.jira.faults.add({ match: COMMENTS, times: OFTEN, rewrite });
    const ran = await world.sync(['issue_search', 'issue_comments']);
    expect(ran.of('issue_search').state).toBe('ok');
    expect(ran.of('issue_comments')).toMatchObject({ state: 'incomplete', owed: 1 });
    expect(ran.of('issue_comments').error).toContain(`issue ${id}`);
    expect(await owed()).toMatchObject([{ stream: 'issue_comments', state: 'owed', reason: '0 of 31 rows came' }]);
    world.jira.faults.clear();
    const next = await world.sync(['issue_search', 'issue_comments']);
    expect(next.failures).toEqual([]);
    expect(next.of('issue_comments').owed).toBe(0);
    expect(await owed()).toEqual([]);
    await expectTruth(['issue_search', 'issue_comments'] as unknown as typeof ISSUE_STREAMS);
  });

  test('an empty page once is looked at again and costs no debt', async () => {
    world = await jiraAndWarehouse({ perIssue: { comments: 1, worklogs: 0, histories: 0 } });
    chatty();
    world.jira.faults.add({ match: COMMENTS, rewrite: (body) => ({ ...(body as Body), comments: [] }) });
    expect((await world.sync(['issue_search', 'issue_comments'])).failures).toEqual([]);
    await expectTruth(['issue_search', 'issue_comments'] as unknown as typeof ISSUE_STREAMS);
  });

  test('bulk histories without the list are not an issue without history', async () => {
    world = await jiraAndWarehouse({ issues: 30, perIssue: { comments: 0, worklogs: 0, histories: 60 } });
    const match = 'POST /rest/api/3/changelog/bulkfetch';
    world.jira.faults.add({ match, times: OFTEN, rewrite: () => ({}) });
    const ran = await world.sync(['issue_search', 'issue_changelog']);
    expect(world.jira.requests.byRoute().get(match)).toBeGreaterThan(0);
    const site = (await siteLines(world.jira)).issue_changelog;
    if (ran.failures.length === 0) expect((await tableLines(world, ['issue_changelog'])).issue_changelog).toEqual(site);
    else {
      expect(ran.of('issue_changelog').state).not.toBe('ok');
      world.jira.faults.clear();
      expect((await world.sync(['issue_search', 'issue_changelog'])).failures).toEqual([]);
      expect((await tableLines(world, ['issue_changelog'])).issue_changelog).toEqual(site);
    }
  });

  test('a 404 on the comments of an issue that is there is not believed', async () => {
    world = await jiraAndWarehouse({ perIssue: { comments: 1, worklogs: 0, histories: 0 } });
    chatty();
    world.jira.faults.add({ match: COMMENTS, status: 404 });
    const ran = await world.sync(['issue_search', 'issue_comments']);
    expect(ran.of('issue_comments')).toMatchObject({ state: 'incomplete', owed: 1, outcomes: { gone: 0 } });
    expect((await world.sync(['issue_search', 'issue_comments'])).failures).toEqual([]);
    await expectTruth(['issue_search', 'issue_comments'] as unknown as typeof ISSUE_STREAMS);
  });

  test.each([
    403, 422, 500,
  ])('a %i on one issue stops neither the others nor the bookmark, and is paid', async (status) => {
    world = await jiraAndWarehouse({ perIssue: { comments: 30, worklogs: 0, histories: 0 }, issues: 60 });
    const match = new RegExp(`/issue/${world.jira.site.idOf(20)}/comment`);
    world.jira.faults.add({ match, times: status === 500 ? 3 : 1, status });
    const ran = await world.sync(['issue_search', 'issue_comments']);
    expect(ran.of('issue_comments')).toMatchObject({ state: 'incomplete', owed: 1 });
    expect(ran.failures).toEqual(['failed']);
    expect(await counts('(select distinct issue_id from issue_comments)')).toBe(59);
    const next = await world.sync(['issue_search', 'issue_comments']);
    expect(next.failures).toEqual([]);
    await expectTruth(['issue_search', 'issue_comments'] as unknown as typeof ISSUE_STREAMS);
  });

  test('a first read that is cut short pays what it owes when it goes on', async () => {
    world = await jiraAndWarehouse({ perIssue: { comments: 30, worklogs: 0, histories: 0 }, issues: 300 });
    const streams = ['issue_search', 'issue_comments'];
    const { updated, size } = world.jira.site.table;
    const [, , early = 0] = Array.from({ length: size }, (_, place) => place).sort(
      (a, b) => (updated[a] ?? 0) - (updated[b] ?? 0),
    );
    const match = new RegExp(`/issue/${world.jira.site.idOf(early)}/comment`);
    world.jira.faults.add({ match, times: 3, status: 500 });
    world.jira.faults.add({ match: SEARCH, after: 2, times: OFTEN, status: 500 });
    world.jira.faults.add({ match: 'POST /rest/api/3/issue/bulkfetch', times: OFTEN, status: 500 });
    const ran = await world.sync(streams, { commitRows: 50 });
    expect(ran.of('issue_comments')).toMatchObject({ state: 'skipped', owed: 1 });
    world.jira.faults.clear();
    expect((await world.sync(streams)).failures).toEqual([]);
    await expectTruth(streams as unknown as typeof ISSUE_STREAMS);
    expect(await owed()).toEqual([]);
  });

  test.each([
    ['with the issues', ISSUE_STREAMS],
    ['alone', ['issue_worklog']],
  ])('a worklog that its feed named and nobody could read is paid by the next run %s', async (_, streams) => {
    world = await jiraAndWarehouse({ perIssue: { comments: 0, worklogs: 2, histories: 0 } });
    await world.sync(ISSUE_STREAMS);
    world.jira.edit.advance(HOUR);
    world.jira.edit.addWorklog(world.jira.site.idOf(7), {});
    world.jira.edit.advance(HOUR);
    world.jira.faults.add({ match: 'POST /rest/api/3/worklog/list', times: 3, status: 500 });
    expect((await world.sync(ISSUE_STREAMS)).of('issue_worklog')).toMatchObject({ state: 'incomplete', owed: 1 });
    world.jira.edit.advance(HOUR);
    expect((await world.sync(streams)).failures).toEqual([]);
    await expectTruth(['issue_worklog'] as unknown as typeof ISSUE_STREAMS);
    expect(await owed()).toEqual([]);
  });

  describe('a feed of worklogs that brings none', () => {
    const many = (id: string) => Array.from({ length: 12 }, () => world.jira.edit.addWorklog(id, {}));
    beforeEach(async () => {
      world = await jiraAndWarehouse({ perIssue: { comments: 0, worklogs: 1, histories: 0 } });
    });
    const later = async (change: () => unknown) => {
      world.jira.edit.advance(HOUR);
      change();
      world.jira.edit.advance(HOUR);
      return (await world.sync(ISSUE_STREAMS)).of('issue_worklog');
    };

    test('because the account may see none of them does not fail for ever', async () => {
      await world.sync(ISSUE_STREAMS);
      const id = world.jira.site.idOf(7);
      const ran = await later(() => {
        many(id);
        world.jira.edit.hideIssue(id);
      });
      expect(ran).toMatchObject({ state: 'ok', outcomes: { not_visible: 12 } });
      expect(await later(() => undefined)).toMatchObject({ state: 'ok', outcomes: { not_visible: 0 } });
    });

    test('although the table has them is not believed', async () => {
      const ids = many(world.jira.site.idOf(7));
      await world.sync(ISSUE_STREAMS);
      world.jira.faults.add({ match: 'POST /rest/api/3/worklog/list', times: 2, rewrite: () => [] });
      const edit = () => {
        for (const id of ids) world.jira.edit.editWorklog(id, { seconds: 60 });
      };
      expect(await later(edit)).toMatchObject({
        state: 'failed',
        error: expect.stringContaining('shows none of them'),
      });
      expect(await later(() => undefined)).toMatchObject({ state: 'ok' });
      await expectTruth();
    });
  });

  test('a limit that lasts too long holds the bookmark: nothing behind it is passed', async () => {
    world = await jiraAndWarehouse({ perIssue: { comments: 30, worklogs: 0, histories: 0 }, issues: 60 });
    const headers = { 'retry-after': '86400' };
    world.jira.faults.add({ match: COMMENTS, after: 20, times: OFTEN, status: 429, headers });
    const ran = await world.sync(['issue_search', 'issue_comments'], { commitRows: 50 });
    expect(ran.failures).toContain('later');
    expect(ran.of('issue_comments').state).toBe('paused');
    world.jira.faults.clear();
    expect((await world.sync(['issue_search', 'issue_comments'])).failures).toEqual([]);
    await expectTruth(['issue_search', 'issue_comments'] as unknown as typeof ISSUE_STREAMS);
  });

  test('rows that the site counts and does not show are hidden: no failure, and no request while nothing moves', async () => {
    world = await jiraAndWarehouse({ perIssue: { comments: 2, worklogs: 0, histories: 0 } });
    const streams = ['issue_search', 'issue_comments'];
    const id = world.jira.site.idOf(7);
    const more = (one: Body): Body => (one.id === id ? withTotal(one) : one);
    const withTotal = (issue: Body): Body => {
      const fields = issue.fields as { comment?: Body } | undefined;
      return fields?.comment ? { ...issue, fields: { ...fields, comment: { ...fields.comment, total: 5 } } } : issue;
    };
    const inSearch = (body: unknown) => ({
      ...(body as Body),
      issues: ((body as Body).issues as Body[]).map(more),
    });
    // Which of the two brings the records depends on how fast this machine answers.
    for (const match of [SEARCH, 'POST /rest/api/3/issue/bulkfetch'])
      world.jira.faults.add({ match, times: OFTEN, rewrite: inSearch });
    world.jira.faults.add({
      match: new RegExp(`/issue/${id}/comment`),
      times: OFTEN,
      rewrite: (body) => ({ ...(body as Body), total: 5 }),
    });
    const ran = await world.sync(streams);
    expect(ran.failures).toEqual([]);
    expect(ran.of('issue_comments')).toMatchObject({ state: 'ok', owed: 0, hidden: 1 });
    expect(await owed()).toMatchObject([{ state: 'hidden' }]);
    world.jira.requests.clear();
    const again = await world.sync(streams, { fullRefresh: true });
    expect(again.failures).toEqual([]);
    expect(again.of('issue_comments').hidden).toBe(1);
    expect(world.jira.requests.byRoute().get(COMMENTS)).toBeUndefined();
    await expectTruth(streams as unknown as typeof ISSUE_STREAMS);
  });
});

describe('I13 one bad board', () => {
  test.each([422, 400, 500])('(%i for good) is named and owed; the other boards are read', async (status) => {
    world = await jiraAndWarehouse();
    const streams = ['boards', 'board_sprints', 'board_issues', 'sprint_issues', 'board_configuration'];
    await world.sync(streams);
    const [{ id } = {}] = await world.rows("select id from boards where type = 'scrum' order by id limit 1");
    const sprints = await counts(`board_sprints where board_id = '${id}'`);
    world.jira.faults.add({ match: new RegExp(`/board/${id}/(sprint|issue)`), times: OFTEN, status });
    world.jira.requests.clear();
    const ran = await world.sync(streams);
    // A fault that lasts costs three tries; a refusal is no fault (a team-managed board refuses with a 400 of its own).
    const tries = world.jira.requests.log.filter((one) => one.path.endsWith('/sprint') && one.status === status).length;
    expect(tries).toBe({ 422: 1, 400: 2, 500: 3 }[status]);
    expect(ran.of('boards').state).toBe('ok');
    expect(ran.of('board_configuration').state).toBe('ok');
    for (const stream of ['board_sprints', 'board_issues'])
      expect(ran.of(stream)).toMatchObject({
        state: 'incomplete',
        owed: 1,
        error: expect.stringContaining(`board ${id} "`),
      });
    expect(sprints).toBeGreaterThan(0);
    expect(await counts(`board_sprints where board_id = '${id}'`)).toBe(sprints);
    expect(await marked('sprint_issues')).toBe(0);
    world.jira.faults.clear();
    expect((await world.sync(streams)).failures).toEqual([]);
    expect(await owed()).toEqual([]);
  });

  test('an empty page of boards that announces some protects everything below it', async () => {
    world = await jiraAndWarehouse();
    const streams = ['boards', 'board_configuration', 'board_sprints'];
    await world.sync(streams);
    const rewrite = (body: unknown) => ({ ...(body as Body), values: [], isLast: true });
    world.jira.faults.add({ match: 'GET /rest/agile/1.0/board', times: OFTEN, rewrite });
    const ran = await world.sync(streams);
    for (const stream of streams) {
      expect(ran.of(stream).state).toBe('incomplete');
      expect(await marked(stream)).toBe(0);
    }
    world.jira.faults.clear();
    expect((await world.sync(streams)).failures).toEqual([]);
  });
});

describe('I13 what a table covers has no hole', () => {
  test('a start later than the bookmark leaves no gap behind', async () => {
    world = await jiraAndWarehouse({ perIssue: { comments: 1, worklogs: 1, histories: 1 } });
    await world.sync(ISSUE_STREAMS);
    world.jira.edit.advance(24 * HOUR);
    world.jira.edit.updateIssue(world.jira.site.idOf(3), { summary: 'in the gap' });
    world.jira.edit.addComment(world.jira.site.idOf(4), 'in the gap');
    world.jira.edit.addWorklog(world.jira.site.idOf(5), {});
    world.jira.edit.advance(96 * HOUR);
    for (const fullRefresh of [false, true]) {
      const ran = await world.sync(ISSUE_STREAMS, { start: world.jira.now() - 24 * HOUR, fullRefresh });
      expect(ran.failures).toEqual([]);
      await expectTruth();
    }
  });

  test('a later start under other projects does not claim what was never read of them', async () => {
    world = await jiraAndWarehouse({ perIssue: { comments: 0, worklogs: 0, histories: 0 } });
    const [a, b] = world.jira.site.directory.projects;
    await world.sync(['issue_search'], { scope: { projects: [a?.key ?? ''] } });
    const scope = { projects: [b?.key ?? ''] };
    await world.sync(['issue_search'], { scope, start: world.jira.now() - HOUR });
    await world.sync(['issue_search'], { scope });
    const site = (await siteLines(world.jira)).issue_search.filter((line) => line.includes(` ${b?.key}-`));
    const rows = (await tableLines(world, ['issue_search'])).issue_search ?? [];
    expect(rows.filter((line) => line.includes(` ${b?.key}-`))).toEqual(site);
  });

  test('a site whose clock runs a year ahead once does not stop the reading for a year', async () => {
    world = await jiraAndWarehouse({ perIssue: { comments: 1, worklogs: 1, histories: 1 } });
    await world.sync(ISSUE_STREAMS);
    const ahead = new Date(world.jira.now() + 400 * 24 * HOUR).toUTCString();
    world.jira.faults.add({ match: 'GET /rest/api/2/myself', headers: { date: ahead } });
    world.jira.faults.add({ match: 'GET /rest/api/3/myself', headers: { date: ahead } });
    await world.sync(ISSUE_STREAMS);
    world.jira.faults.clear();
    world.jira.edit.advance(3 * HOUR);
    world.jira.edit.updateIssue(world.jira.site.idOf(3), { summary: 'after the wrong clock' });
    world.jira.edit.addWorklog(world.jira.site.idOf(5), {});
    // The feed leaves out its last minute.
    world.jira.edit.advance(300_000);
    expect((await world.sync(ISSUE_STREAMS)).failures).toEqual([]);
    await expectTruth();
  });

  test('a bookmark that lies in the future already is replaced by what the table holds', async () => {
    world = await jiraAndWarehouse({ perIssue: { comments: 1, worklogs: 1, histories: 1 } });
    const year = 400 * 24 * HOUR;
    const later = world.jira.now() + year;
    world.jira.edit.advance(year);
    world.jira.edit.updateIssue(world.jira.site.idOf(9), { summary: 'from the future' });
    await world.sync(ISSUE_STREAMS, { now: () => later });
    world.jira.edit.advance(-year);
    world.jira.edit.advance(3 * HOUR);
    world.jira.edit.updateIssue(world.jira.site.idOf(3), { summary: 'after the wrong clock' });
    world.jira.edit.addComment(world.jira.site.idOf(4), 'after the wrong clock');
    world.jira.edit.addWorklog(world.jira.site.idOf(5), {});
    expect((await world.sync(ISSUE_STREAMS)).failures).toEqual([]);
    await expectTruth();
  });
});

describe('I13 whatever enters a table owes all its children', () => {
  test('issues moved into the scope bring their old worklogs along', async () => {
    world = await jiraAndWarehouse({ perIssue: { comments: 1, worklogs: 3, histories: 1 } });
    const [a, b] = world.jira.site.directory.projects.filter(({ state }) => state === 'live');
    const scope = { projects: [a?.key ?? ''] };
    await world.sync(ISSUE_STREAMS, { scope });
    const lines = (await siteLines(world.jira)).issue_search.filter((line) => line.includes(` ${b?.key}-`)).slice(0, 8);
    world.jira.edit.advance(24 * HOUR);
    for (const line of lines) world.jira.edit.moveIssue(line.split(' ')[0] ?? '', a?.key ?? '');
    world.jira.edit.advance(2 * HOUR);
    const ran = await world.sync(ISSUE_STREAMS, { scope });
    expect(ran.failures).toEqual([]);
    const site = await siteLines(world.jira);
    const ids = new Set(
      site.issue_search.filter((line) => line.includes(` ${a?.key}-`)).map((line) => line.split(' ')[0]),
    );
    const within = (all: readonly string[] = []) => all.filter((line) => ids.has(line.split(' ')[0]));
    const table = await tableLines(world);
    for (const stream of ISSUE_STREAMS) expect(within(table[stream])).toEqual(within(site[stream]));
  });

  test('issues hidden and shown again get their worklogs back, in a run of issues alone too', async () => {
    world = await jiraAndWarehouse({ perIssue: { comments: 1, worklogs: 3, histories: 1 } });
    const CENSUS = { ...NEVER, census: 0 };
    await world.sync(ISSUE_STREAMS, { schedule: CENSUS });
    const hidden = [5, 6, 7].map((place) => world.jira.site.idOf(place));
    for (const id of hidden) world.jira.edit.archiveIssue(id);
    world.jira.edit.advance(24 * HOUR);
    await world.sync(ISSUE_STREAMS, { schedule: CENSUS });
    for (const id of hidden) world.jira.edit.restoreIssue(id);
    world.jira.edit.advance(24 * HOUR);
    await world.sync(['issue_search'], { schedule: CENSUS });
    expect((await owed()).map(({ stream }) => stream)).toContain('issue_worklog');
    expect((await world.sync(ISSUE_STREAMS, { schedule: CENSUS })).failures).toEqual([]);
    await expectTruth();
    expect(await owed()).toEqual([]);
  });

  test('an issue shown again while its comments cannot be read is owed them: no later window would meet it', async () => {
    world = await jiraAndWarehouse({ issues: 40, perIssue: { comments: 25, worklogs: 0, histories: 0 } });
    const CENSUS = { ...NEVER, census: 0 };
    const streams = ['issue_search', 'issue_comments'];
    await world.sync(streams, { schedule: CENSUS });
    const hidden = [5, 6, 7].map((place) => world.jira.site.idOf(place));
    for (const id of hidden) world.jira.edit.hideIssue(id);
    world.jira.edit.advance(24 * HOUR);
    await world.sync(streams, { schedule: CENSUS });
    for (const id of hidden) world.jira.edit.showIssue(id);
    world.jira.edit.advance(24 * HOUR);
    world.jira.faults.add({ match: COMMENTS, times: OFTEN, status: 429, headers: { 'retry-after': '86400' } });
    expect((await world.sync(streams, { schedule: CENSUS })).failures).toContain('later');
    world.jira.faults.clear();
    expect((await world.sync(streams, { schedule: CENSUS })).failures).toEqual([]);
    await expectTruth(streams as unknown as typeof ISSUE_STREAMS);
    expect(await owed()).toEqual([]);
  });

  test('an issue shown again while another run holds the table of comments is owed them', async () => {
    world = await jiraAndWarehouse({ issues: 20, perIssue: { comments: 2, worklogs: 0, histories: 0 } });
    const CENSUS = { ...NEVER, census: 0 };
    const streams = ['issue_search', 'issue_comments'];
    await world.sync(streams, { schedule: CENSUS });
    const hidden = [5, 6].map((place) => world.jira.site.idOf(place));
    for (const id of hidden) world.jira.edit.hideIssue(id);
    world.jira.edit.advance(24 * HOUR);
    await world.sync(streams, { schedule: CENSUS });
    for (const id of hidden) world.jira.edit.showIssue(id);
    world.jira.edit.advance(24 * HOUR);
    const writer = await openWarehouse({ root: world.root, runId: 'beside another' });
    const held = () => Promise.reject(new ConnectorError('later', 'another run holds the table'));
    const open: Writer['open'] = (spec) => (spec.name === 'issue_comments' ? held() : writer.open(spec));
    const ran = await world.sync(streams, { schedule: CENSUS, writer: { ...writer, open } });
    await writer.close();
    expect(ran.failures).toEqual(['later']);
    expect(ran.of('issue_comments')).toMatchObject({ state: 'paused', error: 'another run holds the table', owed: 2 });
    expect((await owed()).map(({ stream }) => stream)).toEqual(['issue_comments', 'issue_comments']);
    expect((await world.sync(streams, { schedule: CENSUS })).failures).toEqual([]);
    await expectTruth(streams as unknown as typeof ISSUE_STREAMS);
    expect(await owed()).toEqual([]);
  });

  test('worklogs of issues hidden and shown again come back in the table of the feed, too', async () => {
    world = await jiraAndWarehouse({ perIssue: { comments: 0, worklogs: 3, histories: 0 } });
    const CENSUS = { ...NEVER, census: 0 };
    const streams = ['issue_search', 'issue_worklog', 'worklog_updated'];
    await world.sync(streams, { schedule: CENSUS });
    const before = await counts('worklog_updated');
    const hidden = [5, 6, 7].map((place) => world.jira.site.idOf(place));
    for (const id of hidden) world.jira.edit.archiveIssue(id);
    world.jira.edit.advance(24 * HOUR);
    await world.sync(streams, { schedule: CENSUS });
    expect(await counts('worklog_updated')).toBe(before - 9);
    for (const id of hidden) world.jira.edit.restoreIssue(id);
    world.jira.edit.advance(24 * HOUR);
    expect((await world.sync(streams, { schedule: CENSUS })).failures).toEqual([]);
    expect(await counts('worklog_updated')).toBe(before);
  });
});

test('I13 an issue that is shown again stands in the rows of those that name it again', async () => {
  world = await jiraAndWarehouse({ perIssue: { comments: 0, worklogs: 0, histories: 0 } });
  const CENSUS = { ...NEVER, census: 0 };
  const names = () =>
    world.rows(
      'select id, subtask_ids, list_transform(issue_links, l -> l.outward_issue_id) l from issue_search order by id',
    );
  await world.sync(['issue_search'], { schedule: CENSUS });
  const before = await names();
  const [{ child } = {}] = await world.rows(
    'select subtask_ids[1] child from issue_search where len(subtask_ids) > 0 limit 1',
  );
  const [{ linked } = {}] = await world.rows(
    "select issue_links[1].outward_issue_id linked from issue_search where issue_links[1].outward_issue_id is not null and issue_links[1].outward_issue_id <> '" +
      `${child}' limit 1`,
  );
  const hidden = [String(child), String(linked)];
  for (const id of hidden) world.jira.edit.archiveIssue(id);
  world.jira.edit.advance(24 * HOUR);
  expect((await world.sync(['issue_search'], { schedule: CENSUS })).failures).toEqual([]);
  expect(await names()).not.toEqual(before.filter(({ id }) => !hidden.includes(String(id))));
  for (const id of hidden) world.jira.edit.restoreIssue(id);
  world.jira.edit.advance(24 * HOUR);
  expect((await world.sync(['issue_search'], { schedule: CENSUS })).failures).toEqual([]);
  expect(await names()).toEqual(before);
});

test('I13 a project that was renamed touches none of its issues: the list of all keys shows the new ones', async () => {
  world = await jiraAndWarehouse({ perIssue: { comments: 0, worklogs: 0, histories: 0 } });
  const CENSUS = { ...NEVER, census: 0 };
  await world.sync(['issue_search'], { schedule: CENSUS });
  const project = world.jira.site.directory.projects.find(({ state }) => state === 'live');
  world.jira.edit.renameProject(project?.key ?? '', 'NEWKEY');
  world.jira.edit.advance(24 * HOUR);
  expect((await world.sync(['issue_search'], { schedule: CENSUS })).failures).toEqual([]);
  await expectTruth(['issue_search'] as unknown as typeof ISSUE_STREAMS);
  expect(await counts("issue_search where project_key = 'NEWKEY'")).toBeGreaterThan(0);
});
