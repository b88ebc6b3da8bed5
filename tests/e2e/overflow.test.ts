/** What does not fit into a page, and what changes while pages are read: by both ways to walk over the issues, nothing may be lost. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { type JiraAndWarehouse, jiraAndWarehouse } from '../helpers/jira-and-warehouse.js';
import { ISSUE_STREAMS, siteLines, tableLines } from '../helpers/site-truth.js';
import { registryOfPages } from './sync-child.js';

// Several syncs each: a busy machine needs more than the usual time.
vi.setConfig({ testTimeout: 90_000 });

let world: JiraAndWarehouse;
afterEach(() => world.close());

const HOUR = 3_600_000;
const SEARCH = 'POST /rest/api/3/search/jql';
const BULK = 'POST /rest/api/3/issue/bulkfetch';

/** At a low rate requests are the time, at a high one the chain of pages is. */
const WALKS = [
  { walk: 'pages', rate: 0.001, route: 'search', step: SEARCH, before: 2 },
  { walk: 'ids and batches', rate: 1_000_000, route: 'bulk', step: BULK, before: 1 },
] as const;

const byRoute = (route: string) => world.jira.requests.byRoute().get(route) ?? 0;
const anyIssue = async () => String((await siteLines(world.jira)).issue_search[3]?.split(' ')[0]);

describe.each(WALKS)('walking by $walk', ({ rate, route, step, before }) => {
  const sync = (streams: readonly string[] = ISSUE_STREAMS) => world.sync(streams, { rate });

  /** Runs the change before the walk's second page (or batch) is answered. */
  const duringTheWalk = (change: () => void) => world.jira.faults.add({ match: step, after: before, before: change });

  test('the 21st comment, the 21st worklog and the 41st history entry are read, for one request each', async () => {
    world = await jiraAndWarehouse({ issues: 110, perIssue: { comments: 20, worklogs: 20, histories: 39 } });
    const id = await anyIssue();
    world.jira.edit.addComment(id, 'the 21st');
    world.jira.edit.addWorklog(id);
    world.jira.edit.updateIssue(id, { summary: 'one more' });
    world.jira.requests.clear();
    const ran = await sync();
    expect(ran.of('issue_search').route).toBe(route);
    expect(byRoute('GET /rest/api/3/issue/{issueIdOrKey}/comment')).toBe(1);
    expect(await tableLines(world)).toEqual(await siteLines(world.jira));
  });

  test('rows that just fit cost no request of their own', async () => {
    world = await jiraAndWarehouse({ issues: 110, perIssue: { comments: 20, worklogs: 20, histories: 40 } });
    await sync();
    expect(byRoute('GET /rest/api/3/issue/{issueIdOrKey}/comment')).toBe(0);
    expect(byRoute('GET /rest/api/3/issue/{issueIdOrKey}/worklog')).toBe(0);
    expect(await tableLines(world)).toEqual(await siteLines(world.jira));
  });

  test('the 101st page is read like the first', async () => {
    world = await jiraAndWarehouse(
      { issues: 103, perIssue: { comments: 1, worklogs: 1, histories: 1 } },
      registryOfPages(1),
    );
    await sync();
    expect(byRoute(step)).toBeGreaterThan(102);
    expect(await tableLines(world)).toEqual(await siteLines(world.jira));
  });

  test.each([
    ['the first issue of the walk', 0],
    ['the last issue of the walk', 119],
  ])('%s, updated while others are read, is lost by nobody and ends with its newest version', async (_, place) => {
    world = await jiraAndWarehouse({ perIssue: { comments: 1, worklogs: 1, histories: 1 } });
    const id = byAge()[place] ?? '';
    duringTheWalk(() => {
      world.jira.edit.updateIssue(id, { summary: 'changed in the middle' });
      world.jira.edit.addComment(id, 'in the middle');
      world.jira.edit.addWorklog(id);
    });
    const first = await sync();
    expect(first.failures).toEqual([]);
    expect(await world.rows('select count(*) n from issue_search')).toEqual([{ n: '120' }]);
    world.jira.edit.advance(HOUR / 2);
    await sync();
    expect(await tableLines(world)).toEqual(await siteLines(world.jira));
  });

  test('an issue moved to another project while others are read keeps one row, under its new key', async () => {
    world = await jiraAndWarehouse();
    const id = byAge()[0] ?? '';
    const target = world.jira.site.directory.projects.find(
      ({ key, state }) => !world.jira.site.keyOf(id).startsWith(`${key}-`) && state === 'live',
    );
    duringTheWalk(() => world.jira.edit.moveIssue(id, target?.key ?? ''));
    await sync();
    world.jira.edit.advance(HOUR / 2);
    await sync();
    expect(await world.rows(`select "key" k from issue_search where id = '${id}'`)).toEqual([
      { k: world.jira.site.keyOf(id) },
    ]);
    expect(await tableLines(world)).toEqual(await siteLines(world.jira));
  });

  test('a sub-task that goes with its parent while others are read fails nothing and is marked by the next census', async () => {
    world = await jiraAndWarehouse({ perIssue: { comments: 1, worklogs: 2, histories: 1 } });
    const parent = parentsWithSubtasks()[0] ?? '';
    duringTheWalk(() => world.jira.edit.deleteIssue(parent));
    expect((await sync()).failures).toEqual([]);
    world.jira.edit.advance(HOUR / 2);
    const census = { census: 0, overlap: null, reread: new Map<string, number>() };
    expect((await world.sync(ISSUE_STREAMS, { rate, schedule: census })).failures).toEqual([]);
    expect(await tableLines(world)).toEqual(await siteLines(world.jira));
  });

  test.each([
    ['an early comment', 0],
    ['a comment of the last page', 149],
  ])('%s deleted between two pages of comments hides none of the others', async (_, place) => {
    world = await jiraAndWarehouse({ issues: 110, perIssue: { comments: 0, worklogs: 0, histories: 0 } });
    const id = await anyIssue();
    const comments = Array.from({ length: 201 }, (_none, n) => world.jira.edit.addComment(id, `number ${n}`));
    world.jira.faults.add({
      match: 'GET /rest/api/3/issue/{issueIdOrKey}/comment',
      after: 1,
      before: () => world.jira.edit.deleteComment(comments[place] ?? ''),
    });
    const ran = await sync(['issue_search', 'issue_comments']);
    expect(ran.failures).toEqual([]);
    const rows = await world.rows('select id from issue_comments');
    const found = new Set(rows.map((row) => row.id));
    expect(comments.filter((comment, n) => n !== place && !found.has(comment))).toEqual([]);
  });
});

/** Ids in the order of the walk. */
function byAge(): string[] {
  const { table } = world.jira.site;
  return Array.from({ length: table.size }, (_, place) => place)
    .sort((a, b) => (table.updated[a] ?? 0) - (table.updated[b] ?? 0))
    .map((place) => world.jira.site.idOf(place));
}

function parentsWithSubtasks(): string[] {
  const { table } = world.jira.site;
  return Array.from({ length: table.size }, (_, place) => place)
    .filter((place) => (table.firstChild[place] ?? -1) >= 0)
    .map((place) => world.jira.site.idOf(place));
}
