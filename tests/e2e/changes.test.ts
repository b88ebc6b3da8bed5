/** What happens on the site between two runs must be in the tables after the second one, and cost only what changed. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type JiraAndWarehouse, jiraAndWarehouse } from '../helpers/jira-and-warehouse.js';

let world: JiraAndWarehouse;
const MINUTE = 60_000;
beforeEach(async () => {
  world = await jiraAndWarehouse({ perIssue: { comments: 1, worklogs: 2, histories: 3 } });
});
afterEach(() => world.close());

test('only what changed is read again', async () => {
  await world.sync(['issue_search']);
  world.jira.edit.advance(120 * MINUTE);
  const [{ id } = {}] = await world.rows('select id from issue_search order by id limit 1');
  world.jira.edit.updateIssue(String(id), { summary: 'A new summary ✓' });
  const second = await world.sync(['issue_search']);
  expect(second.of('issue_search')).toMatchObject({ mode: 'incremental', rows_written: 1 });
  // With it comes what changed within the lookback of the latest issue known.
  expect(second.of('issue_search').rows_read).toBeLessThan(5);
  expect(await world.rows(`select summary from issue_search where id = '${id}'`)).toEqual([
    { summary: 'A new summary ✓' },
  ]);
  expect(await world.rows('select count(*) n from issue_search')).toEqual([{ n: '120' }]);
});

test('a deleted worklog is marked by the feed, the row stays with its reason', async () => {
  await world.sync(['issue_worklog']);
  world.jira.edit.advance(120 * MINUTE);
  const [{ id } = {}] = await world.rows('select id from issue_worklog limit 1');
  world.jira.edit.deleteWorklog(String(id));
  world.jira.edit.advance(5 * MINUTE);
  const second = await world.sync(['issue_worklog']);
  expect(second.of('issue_worklog').rows_deleted).toBe(1);
  expect(await world.rows(`select _deleted_reason r from issue_worklog_all where id = '${id}'`)).toEqual([
    { r: 'feed' },
  ]);
  expect(await world.rows('select count(*) n from issue_worklog')).toEqual([{ n: '239' }]);
});

test('a vanished row of a replaced table is marked, a returning one is live again', async () => {
  await world.sync(['filters']);
  const without = {
    match: 'GET /rest/api/3/filter/search',
    times: 1,
    rewrite: (body: unknown) => ({
      ...(body as object),
      values: (body as { values: unknown[] }).values.slice(1),
      total: 14,
    }),
  };
  world.jira.faults.add(without);
  const second = await world.sync(['filters']);
  expect(second.of('filters').rows_deleted).toBe(1);
  expect(await world.rows('select _deleted_reason r from filters_all where _deleted_at is not null')).toEqual([
    { r: 'vanished' },
  ]);
  const third = await world.sync(['filters']);
  expect(third.of('filters').rows_written).toBe(1);
  expect(await world.rows('select count(*) n from filters_all where _deleted_at is not null')).toEqual([{ n: '0' }]);
});

test('an issue that moves to another project keeps its row under its new key', async () => {
  await world.sync(['issue_search']);
  const [{ id, key } = {}] = await world.rows('select id, "key" from issue_search order by id limit 1');
  const target = world.jira.site.directory.projects.find(
    (project) => !String(key).startsWith(`${project.key}-`) && project.state === 'live',
  );
  world.jira.edit.advance(120 * MINUTE);
  world.jira.edit.moveIssue(String(id), target?.key ?? '');
  await world.sync(['issue_search']);
  const [after] = await world.rows(`select "key" from issue_search where id = '${id}'`);
  expect(String(after?.key)).toMatch(new RegExp(`^${target?.key}-`));
  expect(await world.rows('select count(*) n from issue_search')).toEqual([{ n: '120' }]);
});

test('--full-refresh re-reads everything into the same table and marks what is gone', async () => {
  await world.sync(['issue_search']);
  const [{ id } = {}] = await world.rows(
    'select id from issue_search where id not in (select parent_id from issue_search where parent_id is not null) limit 1',
  );
  world.jira.edit.deleteIssue(String(id));
  const second = await world.sync(['issue_search'], { fullRefresh: true });
  expect(second.of('issue_search')).toMatchObject({ mode: 'full', rows_read: 119, rows_written: 0, rows_deleted: 1 });
  expect(await world.rows(`select _deleted_reason r from issue_search_all where id = '${id}'`)).toEqual([
    { r: 'vanished' },
  ]);
});

test('another account deletes nothing and says so', async () => {
  await world.sync(['fields']);
  world.jira.faults.add({
    match: 'GET /rest/api/3/myself',
    rewrite: (body) => ({ ...(body as object), accountId: 'somebody-else' }),
    times: 9,
  });
  const second = await world.sync(['fields']);
  expect(second.of('fields')).toMatchObject({ state: 'failed', error: expect.stringContaining('--accept-deletes') });
  const third = await world.sync(['fields'], { acceptDeletes: true });
  expect(third.failures).toEqual([]);
});

test('another site in the same place is refused before anything is read', async () => {
  await world.sync(['fields']);
  await expect(world.sync(['fields'], { site: 'https://other.example' })).rejects.toMatchObject({ kind: 'usage' });
});

test('only issues of the named projects and what hangs on them are written', async () => {
  const [first] = world.jira.site.directory.projects;
  const scope = { projects: [first?.key ?? ''] };
  await world.sync(['issue_search', 'issue_worklog', 'project_versions'], { scope });
  expect(await world.rows('select distinct project_key k from issue_search')).toEqual([{ k: first?.key }]);
  expect(
    await world.rows('select count(*) n from issue_worklog w anti join issue_search i on i.id = w.issue_id'),
  ).toEqual([{ n: '0' }]);
  expect(await world.rows('select count(distinct project_id) n from project_versions')).toEqual([{ n: '1' }]);
  // The feed of the second run knows no projects: its rows are held against the ids in scope.
  world.jira.edit.advance(120 * MINUTE);
  world.jira.edit.churn({ worklogs: 40 });
  world.jira.edit.advance(5 * MINUTE);
  const second = await world.sync(['issue_worklog'], { scope });
  expect(second.of('issue_worklog').outcomes.out_of_scope).toBeGreaterThan(0);
  await world.sync(['issue_search'], { scope });
  expect(
    await world.rows('select count(*) n from issue_worklog w anti join issue_search i on i.id = w.issue_id'),
  ).toEqual([{ n: '0' }]);
});

test('an earlier start reads back, a later one deletes nothing', async () => {
  const late = world.jira.now() - 30 * 24 * 60 * MINUTE;
  await world.sync(['issue_search'], { start: late });
  const [few] = await world.rows('select count(*) n from issue_search');
  expect(Number(few?.n)).toBeLessThan(120);
  const back = await world.sync(['issue_search'], { start: 0 });
  expect(back.of('issue_search').mode).toBe('full');
  expect(await world.rows('select count(*) n from issue_search')).toEqual([{ n: '120' }]);
  await world.sync(['issue_search'], { start: late });
  expect(await world.rows('select count(*) n from issue_search')).toEqual([{ n: '120' }]);
});

test('narrower projects delete nothing in streams that hang on projects or issues', async () => {
  const [one, two] = world.jira.site.directory.projects;
  const streams = ['project_versions', 'board_issues', 'fields'];
  await world.sync(streams, { scope: { projects: [one?.key ?? '', two?.key ?? ''] } });
  const narrower = await world.sync(streams, { scope: { projects: [one?.key ?? ''] } });
  expect(narrower.reports.map(({ stream, rows_deleted }) => [stream, rows_deleted])).toEqual([
    ['board_issues', 0],
    ['fields', 0],
    ['project_versions', 0],
  ]);
  world.jira.faults.add({ match: 'GET /rest/api/3/field', rewrite: (body) => (body as unknown[]).slice(1) });
  const again = await world.sync(streams, { scope: { projects: [one?.key ?? ''] } });
  expect(again.of('fields').rows_deleted).toBe(1);
  const wide = await world.sync(['project_versions'], { scope: { projects: [one?.key ?? '', two?.key ?? ''] } });
  expect(wide.failures).toEqual([]);
});
