/** A list that the site cuts off in silence is read by beginnings of names, and what is not proven whole is never taken for whole. */
import { afterEach, expect, test, vi } from 'vitest';
import { type JiraAndWarehouse, jiraAndWarehouse } from '../helpers/jira-and-warehouse.js';

// 1300 people and a few hundred requests: a busy machine needs more than the usual time.
vi.setConfig({ testTimeout: 120_000 });

let world: JiraAndWarehouse;
afterEach(() => world.close());

const always = Number.POSITIVE_INFINITY;
const USERS = 'GET /rest/api/2/user/search';
const PICKER = 'GET /rest/api/2/groups/picker';
const ONE = 'GET /rest/api/2/user';
const count = async (table: string) => Number((await world.rows(`select count(*) n from ${table}`))[0]?.n);
const asked = (route: string) => world.jira.requests.byRoute().get(route) ?? 0;

test('all of 1300 users arrive although the search stops at 1000, whatever script their names are in', async () => {
  world = await jiraAndWarehouse({ deployment: 'datacenter', issues: 20, users: 1300 });
  const ran = await world.sync(['users_search']);
  expect(ran.of('users_search')).toMatchObject({ state: 'ok', rows_written: 1300, anomalies: {} });
  expect(asked(USERS)).toBeLessThanOrEqual(202);
  const again = await world.sync(['users_search']);
  expect(again.of('users_search')).toMatchObject({ state: 'ok', rows_written: 0, rows_deleted: 0 });
});

test('who is met in issues and found under no beginning is looked at by key; who is gone is not waited for', async () => {
  world = await jiraAndWarehouse({ deployment: 'datacenter', issues: 60, users: 1300 });
  await world.sync(['issue_search']);
  const [shown, gone] = await world.rows('select distinct reporter_id k from issue_search order by k limit 2');
  const hide = (body: unknown) => (body as { key: string }[]).filter(({ key }) => key !== shown?.k && key !== gone?.k);
  // Both are hidden, so the list is filled up to look as cut as it is.
  world.jira.faults.add({
    match: USERS,
    times: 1,
    rewrite: (body) =>
      hide(body)
        .concat({ key: 'a', name: 'a' } as never, { key: 'b', name: 'b' } as never)
        .slice(0, 1000),
  });
  world.jira.faults.add({ match: USERS, times: always, rewrite: hide });
  world.jira.faults.add({ match: new RegExp(`/user\\?key=${gone?.k}`), times: always, status: 404 });
  const ran = await world.sync(['issue_search', 'users_search']);
  expect(ran.of('users_search').state).toBe('ok');
  expect(
    await world.rows(`select account_id k from users_search where account_id in ('${shown?.k}', '${gone?.k}')`),
  ).toEqual([{ k: shown?.k }]);
  expect(asked(ONE)).toBe(2);
});

test('a list of fewer users than the site gives at most is whole: nobody is asked for by name', async () => {
  world = await jiraAndWarehouse({ deployment: 'datacenter', issues: 20, users: 60 });
  const ran = await world.sync(['issue_search', 'users_search']);
  expect(ran.of('users_search')).toMatchObject({ state: 'ok', rows_written: 60 });
  expect([asked(USERS), asked(ONE)]).toEqual([2, 0]);
});

test('beginnings that stay cut off make the stream incomplete: rows are kept, none is marked, 200 requests are the end of it', async () => {
  world = await jiraAndWarehouse({ deployment: 'datacenter', issues: 5, users: 1300 });
  await world.sync(['users_search']);
  const thousand = { body: [] as unknown[] };
  world.jira.faults.add({ match: USERS, times: 1, rewrite: (body) => (thousand.body = body as unknown[]) });
  world.jira.faults.add({
    match: USERS,
    times: always,
    rewrite: (body) => ((body as unknown[]).length ? thousand.body : body),
  });
  const before = asked(USERS);
  const ran = await world.sync(['users_search']);
  expect(ran.failures).toEqual(['failed']);
  expect(ran.of('users_search')).toMatchObject({
    state: 'incomplete',
    rows_deleted: 0,
    error: expect.stringContaining('as many records as the site gives at most'),
  });
  expect(asked(USERS) - before).toBeLessThanOrEqual(204);
  expect(await count('users_search')).toBe(1300);
});

test('all of 63 groups arrive although the picker gives 20 and knows no pages', async () => {
  world = await jiraAndWarehouse({ deployment: 'datacenter', issues: 5, groups: 63 });
  const ran = await world.sync(['groups']);
  expect(ran.of('groups')).toMatchObject({ state: 'ok', rows_written: 63 });
  expect(asked(PICKER)).toBeLessThan(150);
});

test('a picker that names fewer groups than it counts is incomplete, and no shorter table', async () => {
  world = await jiraAndWarehouse({ deployment: 'datacenter', issues: 5, groups: 30 });
  await world.sync(['groups']);
  world.jira.faults.add({ match: PICKER, times: 1, rewrite: (body) => ({ ...(body as object), total: 2000 }) });
  const ran = await world.sync(['groups']);
  expect(ran.of('groups')).toMatchObject({ state: 'incomplete', rows_deleted: 0 });
  expect(await count('groups')).toBe(30);
});

test('statuses of team-managed projects, which the search may leave out, are there', async () => {
  world = await jiraAndWarehouse({ issues: 120, projects: 3 });
  const ran = await world.sync(['issue_search', 'statuses']);
  expect(ran.of('statuses')).toMatchObject({ state: 'ok', rows_written: world.jira.site.directory.statuses.length });
  expect(
    await world.rows('select distinct status_id from issue_search anti join statuses s on s.id = status_id'),
  ).toEqual([]);
  expect(await world.rows("select count(*) n from statuses where scope_type = 'PROJECT'")).toEqual([{ n: '3' }]);
});
