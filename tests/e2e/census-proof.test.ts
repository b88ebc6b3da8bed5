/** Before a row is marked, the site is asked for the very thing: what it says, what it leaves out, and what hangs on the answer. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { SimulatorOptions } from '../../simulator/simulator.js';
import { type JiraAndWarehouse, jiraAndWarehouse, NEVER } from '../helpers/jira-and-warehouse.js';
import { ISSUE_STREAMS, siteLines, tableLines } from '../helpers/site-truth.js';

vi.setConfig({ testTimeout: 90_000 });

let world: JiraAndWarehouse;
const HOUR = 3_600_000;
const ALWAYS = { ...NEVER, census: 'always' } as const;
const AUTO = { ...NEVER, census: 'auto' } as const;
const SEARCH = 'POST /rest/api/3/search/jql';
const BULK = 'POST /rest/api/3/issue/bulkfetch';
const LOOK = 'GET /rest/api/3/issue/{issueIdOrKey}';
const LIST = 'POST /rest/api/3/worklog/list';

async function open(options: SimulatorOptions = {}): Promise<void> {
  world = await jiraAndWarehouse({ issues: 40, perIssue: { comments: 0, worklogs: 0, histories: 0 }, ...options });
}
afterEach(() => world.close());

const marked = async (stream = 'issue_search', column = 'id') =>
  (await world.rows(`select ${column} id from ${stream}_all where _deleted_at is not null order by 1`)).map(({ id }) =>
    String(id),
  );

/** Issues without sub-tasks. */
function leaves(): readonly string[] {
  const { table } = world.jira.site;
  return Array.from({ length: table.size }, (_, place) => place)
    .filter((place) => (table.firstChild[place] ?? -1) < 0 && table.visible[place] === 1)
    .map((place) => world.jira.site.idOf(place));
}

/** The list of all keys lags: it leaves these out. */
function listWithout(...ids: readonly string[]): void {
  const rewrite = (body: unknown) => {
    const page = body as { issues: { id: string; fields?: object }[] };
    const isList = page.issues.every(({ fields }) => Object.keys(fields ?? {}).length === 0);
    return { ...page, issues: isList ? page.issues.filter(({ id }) => !ids.includes(id)) : page.issues };
  };
  // The first search of a run is the walk.
  world.jira.faults.add({ match: SEARCH, after: 1, rewrite });
}

/** The site neither shows nor refuses these. */
const silentOf =
  (...ids: readonly string[]) =>
  (body: unknown) => {
    const { issues, issueErrors } = body as { issues: { id: string }[]; issueErrors: { id: string }[] };
    const others = ({ id }: { id: string }) => !ids.includes(id);
    return { issues: issues.filter(others), issueErrors: issueErrors.filter(others) };
  };

const sync = (streams: readonly string[] = ['issue_search'], change = {}) =>
  world.sync(streams, { schedule: ALWAYS, ...change });

/** A first run, then time passes, so that the walk of the next one shows nothing. */
async function begin(streams?: readonly string[], change = {}): Promise<void> {
  await sync(streams, change);
  world.jira.edit.advance(3 * HOUR);
}

describe('an issue that the list lacks', () => {
  test('is gone when the site refuses it by name, at the cost of one request for a hundred', async () => {
    await open();
    await begin();
    const [first = '', second = ''] = leaves();
    for (const id of [first, second]) world.jira.edit.deleteIssue(id);
    world.jira.requests.clear();
    const ran = await sync();
    expect(ran.failures).toEqual([]);
    expect(await marked()).toEqual([first, second].sort());
    expect(world.jira.requests.byRoute().get(BULK)).toBe(1);
    expect(world.jira.requests.byRoute().get(LOOK)).toBeUndefined();
    expect(world.jira.requests.byRoute().get(SEARCH), 'a walk and a list, no query that names it').toBe(2);
  });

  test('is looked at alone when the site neither shows nor refuses it', async () => {
    await open();
    await begin();
    const [gone = '', there = ''] = leaves();
    world.jira.edit.deleteIssue(gone);
    listWithout(there);
    world.jira.faults.add({ match: BULK, rewrite: silentOf(gone, there) });
    const ran = await sync();
    expect(ran.failures).toEqual([]);
    expect(ran.of('issue_search').census).toMatchObject({ gone: 1, confirmed: 1 });
    expect(await marked()).toEqual([gone]);
    expect(world.jira.requests.byRoute().get(LOOK)).toBe(2);
  });

  test('stays, and so do all others, when the look at it fails; the run says so', async () => {
    await open();
    await begin();
    const [gone = '', unclear = ''] = leaves();
    for (const id of [gone, unclear]) world.jira.edit.deleteIssue(id);
    world.jira.faults.add({ match: BULK, rewrite: silentOf(unclear) });
    world.jira.faults.add({ match: LOOK, status: 400, body: { errorMessages: ['Not now.'], errors: {} } });
    const ran = await sync();
    expect(ran.of('issue_search')).toMatchObject({ state: 'failed', error: expect.stringContaining('Not now.') });
    expect(await marked()).toEqual([]);
    expect((await sync()).failures).toEqual([]);
    expect(await marked()).toEqual([gone, unclear].sort());
  });

  test('is not gone because the site has no time to read it', async () => {
    await open();
    await begin();
    const [busy = ''] = leaves();
    listWithout(busy);
    const rewrite = () => ({ issues: [], issueErrors: [{ id: busy, errorMessage: 'Timed out, please try again.' }] });
    world.jira.faults.add({ match: BULK, rewrite });
    const ran = await sync();
    expect(ran.failures).toEqual([]);
    expect(ran.of('issue_search').census).toMatchObject({ gone: 0, confirmed: 1 });
  });

  test('may vanish between two questions without failing the run or taking others along', async () => {
    await open();
    await begin();
    const [one = '', two = '', three = ''] = leaves();
    listWithout(one, two, three);
    let asked = 0;
    const before = () => {
      asked += 1;
      if (asked === 1) world.jira.edit.deleteIssue(two);
    };
    world.jira.faults.add({ match: SEARCH, after: 1, before });
    const ran = await sync();
    expect([ran.failures, asked]).toEqual([[], 1]);
    expect(ran.of('issue_search').census).toMatchObject({ gone: 1, confirmed: 2 });
    expect(await marked()).toEqual([two]);
  });

  test('is still there when the query that asks for the scope is refused for another reason', async () => {
    await open();
    await begin();
    const [there = ''] = leaves();
    listWithout(there);
    world.jira.faults.add({
      match: SEARCH,
      after: 1,
      times: 9,
      status: 400,
      body: { errorMessages: ['No.'], errors: {} },
    });
    expect((await sync()).of('issue_search')).toMatchObject({ state: 'failed', rows_deleted: 0 });
    expect(await marked()).toEqual([]);
  });

  test('has left the scope when it exists and the query does not bring it', async () => {
    await open();
    const [from, to] = world.jira.site.directory.projects.filter(({ state }) => state === 'live');
    const scope = { projects: [from?.key ?? ''] };
    await begin(['issue_search'], { scope });
    const own = leaves().filter((id) => world.jira.site.keyOf(id).startsWith(`${from?.key}-`));
    const [deleted = '', moved = ''] = own;
    world.jira.edit.deleteIssue(deleted);
    world.jira.edit.moveIssue(moved, to?.key ?? '');
    const ran = await sync(['issue_search'], { scope });
    expect(ran.failures).toEqual([]);
    expect(await marked()).toEqual([deleted, moved].sort());
  });
});

describe('what names a deleted issue', () => {
  test('is read again in the same run and in the same request, and names it no more', async () => {
    await open({ issues: 300 });
    await begin();
    const [{ id: child, parent_id: parent } = {}] = await world.rows(
      'select id, parent_id from issue_search where issue_type_subtask order by id limit 1',
    );
    const [{ id: linked, other } = {}] = await world.rows(
      `select id, issue_links[1].inward_issue_id other from issue_search
        where issue_links[1].inward_issue_id is not null and id not in ('${child}', '${parent}') order by id limit 1`,
    );
    for (const id of [child, other]) world.jira.edit.deleteIssue(String(id));
    world.jira.requests.clear();
    const ran = await sync();
    expect(ran.failures).toEqual([]);
    const naming = await world.rows(
      `select id from issue_search where list_has_any(subtask_ids, ['${child}'])
        or list_has_any([l.inward_issue_id for l in issue_links], ['${other}'])
        or list_has_any([l.outward_issue_id for l in issue_links], ['${other}']) or parent_id = '${other}'`,
    );
    expect(naming).toEqual([]);
    expect((await world.rows(`select id from issue_search where id in ('${parent}', '${linked}')`)).length).toBe(2);
    expect(world.jira.requests.byRoute().get(BULK)).toBe(1);
    expect(ran.of('issue_search').rows_written).toBeGreaterThanOrEqual(2);
  });
});

describe('the guard against mass deletion', () => {
  test('judges issues first: what hangs on the few that are gone passes, by census and by a full refresh alike', async () => {
    await open({ issues: 60, perIssue: { comments: 19, worklogs: 19, histories: 0 } });
    for (const fullRefresh of [true, false]) {
      await begin(ISSUE_STREAMS);
      const [, ...some] = leaves();
      for (const id of some.slice(0, 7)) world.jira.edit.deleteIssue(id);
      const ran = await sync(ISSUE_STREAMS, { fullRefresh });
      expect(ran.reports.map(({ error }) => error)).toEqual([undefined, undefined, undefined, undefined]);
      expect(ran.of('issue_comments').rows_deleted).toBeGreaterThan(100);
      expect(ran.of('issue_worklog').rows_deleted).toBeGreaterThan(100);
      expect(await tableLines(world)).toEqual(await siteLines(world.jira));
    }
  });
});

describe('worklog_updated, which does not say which issues its worklogs are of', () => {
  const options = { perIssue: { comments: 0, worklogs: 3, histories: 0 } };
  const live = async () =>
    (await world.rows('select worklog_id id from worklog_updated order by 1')).map(({ id }) => id);
  const onSite = () =>
    leavesAndParents()
      .flatMap((id) => world.jira.site.worklogs.of(Number(id) - Number(world.jira.site.idOf(0))))
      .map(({ id }) => String(id))
      .sort();
  const leavesAndParents = () =>
    Array.from({ length: world.jira.site.table.size }, (_, place) => place)
      .filter((place) => world.jira.site.table.visible[place] === 1)
      .map((place) => world.jira.site.idOf(place));

  test('loses those of a deleted issue with issue_worklog, which costs no request', async () => {
    await open(options);
    const streams = [...ISSUE_STREAMS, 'worklog_updated'];
    await begin(streams);
    const lists = async () => {
      world.jira.requests.clear();
      expect((await sync(streams)).failures).toEqual([]);
      return world.jira.requests.byRoute().get(LIST);
    };
    const quiet = await lists();
    world.jira.edit.deleteIssue(leaves()[0] ?? '');
    expect(await lists()).toBe(quiet);
    expect(await live()).toEqual(onSite());
    expect(await marked('worklog_updated', 'worklog_id')).toHaveLength(3);
  });

  test('loses them alone by asking for each, once a day', async () => {
    await open(options);
    await world.sync(['worklog_updated'], { schedule: AUTO });
    world.jira.edit.deleteIssue(leaves()[0] ?? '');
    world.jira.edit.advance(2 * HOUR);
    await world.sync(['worklog_updated'], { schedule: AUTO });
    expect(world.jira.requests.byRoute().get(LIST)).toBeUndefined();
    world.jira.edit.advance(23 * HOUR);
    const ran = await world.sync(['worklog_updated'], { schedule: AUTO });
    expect(ran.failures).toEqual([]);
    expect(world.jira.requests.byRoute().get(LIST)).toBe(1);
    expect(await live()).toEqual(onSite());
  });
});

test('auto counts a small site in every run, what hangs on issues alone once a day, and makes no version for it', async () => {
  await open({ perIssue: { comments: 1, worklogs: 0, histories: 0 } });
  const auto = (streams: readonly string[]) => world.sync(streams, { schedule: AUTO });
  const lists = () => world.jira.requests.byRoute().get(SEARCH) ?? 0;
  await auto(['issue_search', 'issue_comments']);
  world.jira.edit.advance(3 * HOUR);
  await auto(['issue_search', 'issue_comments']);
  const ran = await auto(['issue_search', 'issue_comments']);
  expect(ran.of('issue_search').census).toMatchObject({ listed: 40, live: 40 });
  world.jira.requests.clear();
  expect((await auto(['issue_comments'])).of('issue_comments').state).toBe('ok');
  expect(lists()).toBe(1);
  world.jira.edit.advance(24 * HOUR);
  world.jira.requests.clear();
  await auto(['issue_comments']);
  expect(lists()).toBe(2);
});
