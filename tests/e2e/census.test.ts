/** Nothing deleted may stay, nothing alive may be marked: deletes that the API tells, and those that only a list of all keys shows. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type JiraAndWarehouse, jiraAndWarehouse, NEVER } from '../helpers/jira-and-warehouse.js';
import { ISSUE_STREAMS, siteLines, tableLines } from '../helpers/site-truth.js';

// Several syncs each: a busy machine needs more than the usual time.
vi.setConfig({ testTimeout: 90_000 });

let world: JiraAndWarehouse;
const HOUR = 3_600_000;
/** Always due. */
const CENSUS = { ...NEVER, census: 0 };
const SEARCH = 'POST /rest/api/3/search/jql';
const per = { comments: 1, worklogs: 2, histories: 1 };

beforeEach(async () => {
  world = await jiraAndWarehouse({ perIssue: per });
});
afterEach(() => world.close());

const reasons = (stream: string) =>
  world.rows(
    `select _deleted_reason r, count(*) n from ${stream}_all where _deleted_at is not null group by 1 order by 1`,
  );

/** An issue without sub-tasks. */
function leaf(): string {
  const { table } = world.jira.site;
  const place = Array.from({ length: table.size }, (_, n) => n).find(
    (n) => (table.firstChild[n] ?? -1) < 0 && table.visible[n] === 1,
  );
  return world.jira.site.idOf(place ?? 0);
}

/** The list of all keys, and no other search, loses its first rows. */
function listWithout(rows: number) {
  const rewrite = (body: unknown) => {
    const { issues, ...rest } = body as { issues: { id: string; fields?: Record<string, unknown> }[] };
    const isList = issues.length > 50 && Object.keys(issues[0]?.fields ?? {}).length <= 1;
    return { ...rest, issues: isList ? issues.slice(rows) : issues };
  };
  world.jira.faults.add({ match: SEARCH, times: 99, rewrite });
}

test.each([
  ['archived, so that the feed does not tell of it,', 'archiveIssue', 'restoreIssue'],
  ['hidden when the feed told of it', 'hideIssue', 'showIssue'],
] as const)('a worklog of an issue that was %s is not missing for ever', async (_, hide, show) => {
  const streams = ['issue_search', 'issue_worklog', 'worklog_updated'];
  const sync = async () => {
    world.jira.edit.advance(HOUR);
    expect((await world.sync(streams, { schedule: CENSUS })).failures).toEqual([]);
  };
  await sync();
  const hidden = leaf();
  const late = world.jira.edit.addWorklog(hidden);
  world.jira.edit[hide](hidden);
  world.jira.edit.advance(HOUR);
  const [one, another] = [world.jira.site.idOf(0), world.jira.site.idOf(9)];
  world.jira.edit.addWorklog(hidden === one ? another : one);
  await sync();
  world.jira.edit[show](hidden);
  await sync();
  const lacking = await world.rows(
    'select w.id from issue_worklog w anti join worklog_updated u on u.worklog_id = w.id',
  );
  expect(lacking).toEqual([]);
  expect(
    await world.rows(
      `select u.updated_time = w.updated as equal from worklog_updated u join issue_worklog w on w.id = u.worklog_id where w.id = '${late}'`,
    ),
  ).toEqual([{ equal: true }]);
});

describe('an issue that was deleted', () => {
  test('goes with its comments, history and worklogs, whatever route brought those', async () => {
    await world.sync(ISSUE_STREAMS, { schedule: CENSUS });
    world.jira.edit.deleteIssue(leaf());
    world.jira.edit.advance(HOUR);
    const ran = await world.sync(ISSUE_STREAMS, { schedule: CENSUS });
    expect(ran.failures).toEqual([]);
    expect(ran.of('issue_search').census).toMatchObject({ listed: 119, live: 119, gone: 1, confirmed: 0, added: 0 });
    expect(await reasons('issue_search')).toEqual([{ r: 'vanished', n: '1' }]);
    expect(await reasons('issue_comments')).toEqual([{ r: 'parent', n: '1' }]);
    expect(await reasons('issue_worklog')).toEqual([{ r: 'parent', n: '2' }]);
    expect(await tableLines(world)).toEqual(await siteLines(world.jira));
  });

  test.each([
    'issue_comments',
    'issue_worklog',
    'issue_changelog',
  ] as const)('takes the rows of %s along when that runs alone', async (stream) => {
    await world.sync([stream], { schedule: CENSUS });
    world.jira.edit.deleteIssue(leaf());
    world.jira.edit.advance(HOUR);
    const ran = await world.sync([stream], { schedule: CENSUS });
    expect(ran.failures).toEqual([]);
    expect((await reasons(stream)).map(({ r }) => r)).toEqual(['parent']);
    const site = await siteLines(world.jira);
    expect(await tableLines(world, [stream])).toEqual({ [stream]: site[stream] });
  });

  test('takes them along too when they are counted only after the issue was', async () => {
    await world.sync(ISSUE_STREAMS, { schedule: NEVER });
    world.jira.edit.deleteIssue(leaf());
    world.jira.edit.advance(HOUR);
    await world.sync(['issue_search'], { schedule: CENSUS });
    await world.sync(ISSUE_STREAMS, { schedule: CENSUS });
    expect(await tableLines(world)).toEqual(await siteLines(world.jira));
  });

  test('comes back to life when it is restored', async () => {
    await world.sync(ISSUE_STREAMS, { schedule: CENSUS });
    const id = leaf();
    world.jira.edit.archiveIssue(id);
    await world.sync(ISSUE_STREAMS, { schedule: CENSUS });
    world.jira.edit.advance(HOUR);
    world.jira.edit.restoreIssue(id);
    await world.sync(ISSUE_STREAMS, { schedule: CENSUS });
    expect((await tableLines(world)).issue_search).toEqual((await siteLines(world.jira)).issue_search);
    expect((await tableLines(world)).issue_comments).toEqual((await siteLines(world.jira)).issue_comments);
  });
});

describe('what is not deleted', () => {
  test('an issue that the lagging list leaves out is asked for by name and stays alive', async () => {
    await world.sync(ISSUE_STREAMS, { schedule: NEVER });
    listWithout(3);
    const ran = await world.sync(ISSUE_STREAMS, { schedule: CENSUS });
    expect(ran.failures).toEqual([]);
    expect(ran.of('issue_search').census).toMatchObject({ listed: 117, live: 120, gone: 0, confirmed: 3 });
    for (const stream of ISSUE_STREAMS) expect(await reasons(stream)).toEqual([]);
  });

  test('a list that breaks off deletes nothing and fails the run', async () => {
    await world.sync(['issue_search'], { schedule: NEVER });
    world.jira.edit.deleteIssue(leaf());
    const rewrite = (body: unknown) => ({ ...(body as object), isLast: false, nextPageToken: undefined });
    world.jira.faults.add({ match: SEARCH, after: 1, rewrite });
    const ran = await world.sync(['issue_search'], { schedule: CENSUS });
    expect(ran.of('issue_search')).toMatchObject({ state: 'failed', rows_deleted: 0 });
    expect(await reasons('issue_search')).toEqual([]);
    expect((await world.sync(['issue_search'], { schedule: CENSUS })).of('issue_search').rows_deleted).toBe(1);
  });

  test('a narrower scope leaves the rows of the other projects alive', async () => {
    await world.sync(ISSUE_STREAMS, { schedule: CENSUS });
    const [first] = world.jira.site.directory.projects;
    const scope = { projects: [first?.key ?? ''] };
    for (const fullRefresh of [false, true]) {
      const ran = await world.sync(ISSUE_STREAMS, { schedule: CENSUS, scope, fullRefresh });
      expect(ran.failures).toEqual([]);
      for (const stream of ISSUE_STREAMS) expect(await reasons(stream)).toEqual([]);
    }
  });

  test('rows that only another account sees are not marked, now or by the next run, before the user says so', async () => {
    await world.sync(ISSUE_STREAMS, { schedule: CENSUS });
    world.jira.faults.add({
      match: 'GET /rest/api/3/myself',
      rewrite: (body) => ({ ...(body as object), accountId: 'somebody-else' }),
      times: 99,
    });
    world.jira.edit.archiveIssue(leaf());
    for (let run = 0; run < 2; run += 1) {
      const ran = await world.sync(ISSUE_STREAMS, { schedule: CENSUS });
      expect(ran.of('issue_search')).toMatchObject({
        state: 'failed',
        error: expect.stringContaining('--accept-deletes'),
      });
      for (const stream of ISSUE_STREAMS) expect(await reasons(stream)).toEqual([]);
    }
    await world.sync(ISSUE_STREAMS, { schedule: CENSUS, acceptDeletes: true });
    expect((await world.sync(ISSUE_STREAMS, { schedule: CENSUS })).failures).toEqual([]);
    expect(await reasons('issue_search')).toEqual([{ r: 'vanished', n: '1' }]);
  });
});

test('a comment deleted from an issue that was read again is marked, those of other issues stay', async () => {
  await world.sync(['issue_comments']);
  const [{ id, issue_id } = {}] = await world.rows('select id, issue_id from issue_comments order by id limit 1');
  world.jira.edit.deleteComment(String(id));
  world.jira.edit.advance(2 * HOUR);
  world.jira.edit.addComment(String(issue_id), 'another one');
  await world.sync(['issue_comments']);
  expect(await reasons('issue_comments')).toEqual([{ r: 'vanished', n: '1' }]);
  expect((await tableLines(world, ['issue_comments'])).issue_comments).toEqual(
    (await siteLines(world.jira)).issue_comments,
  );
});

test('a new issue that the walk could not see yet is found by the list and read with all that hangs on it', async () => {
  await world.sync(ISSUE_STREAMS, { schedule: NEVER });
  const project = world.jira.site.directory.projects.find(({ state }) => state === 'live');
  const id = world.jira.edit.createIssue(project?.key ?? '');
  world.jira.edit.addComment(id, 'a comment of the late one');
  world.jira.edit.advance(3 * HOUR);
  // The bookmark passes the moment of its creation: another issue changed later.
  world.jira.edit.updateIssue(world.jira.site.idOf(5), { summary: 'changed later' });
  const hidden = (body: unknown) => ({
    ...(body as object),
    issues: (body as { issues: { id: string }[] }).issues.filter((issue) => issue.id !== id),
  });
  world.jira.faults.add({ match: SEARCH, rewrite: hidden });
  await world.sync(ISSUE_STREAMS, { schedule: NEVER });
  expect(await world.rows(`select count(*) n from issue_search where id = '${id}'`)).toEqual([{ n: '0' }]);
  world.jira.edit.advance(3 * HOUR);
  const ran = await world.sync(ISSUE_STREAMS, { schedule: CENSUS });
  expect(ran.failures).toEqual([]);
  expect(ran.of('issue_search').census).toMatchObject({ listed: 121, live: 121, added: 1 });
  expect(await tableLines(world)).toEqual(await siteLines(world.jira));
});

describe('more rows gone than is likely', () => {
  const MANY = 105;

  test.each([
    ['by census', {}],
    ['by a full refresh', { fullRefresh: true }],
  ])('are not marked %s before the user accepts it', async (_, how) => {
    await world.close();
    world = await jiraAndWarehouse({ issues: 400, perIssue: { comments: 0, worklogs: 0, histories: 0 } });
    await world.sync(['issue_search'], { schedule: CENSUS });
    world.jira.edit.churn({ deletes: MANY });
    const refused = await world.sync(['issue_search'], { schedule: CENSUS, ...how });
    expect(refused.of('issue_search')).toMatchObject({
      state: 'failed',
      rows_deleted: 0,
      error: expect.stringContaining('--accept-deletes'),
    });
    expect(await reasons('issue_search')).toEqual([]);
    await world.sync(['issue_search'], { schedule: CENSUS, acceptDeletes: true });
    expect((await tableLines(world, ['issue_search'])).issue_search).toEqual(
      (await siteLines(world.jira)).issue_search,
    );
  });

  test('are not marked in a replaced table either', async () => {
    await world.close();
    world = await jiraAndWarehouse({ issues: 10, users: 300 });
    await world.sync(['users_search']);
    const [{ n } = {}] = await world.rows('select count(*) n from users_search');
    let page = 0;
    const rewrite = (body: unknown) => (page++ === 0 ? (body as unknown[]).slice(0, 50) : []);
    world.jira.faults.add({ match: /GET .*\/users(\/search)?\?/, times: 9, rewrite });
    const refused = await world.sync(['users_search']);
    expect(refused.of('users_search')).toMatchObject({ state: 'failed', rows_deleted: 0 });
    expect(await world.rows('select count(*) n from users_search')).toEqual([{ n }]);
  });
});
