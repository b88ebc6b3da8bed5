/** A Data Center beside the Cloud: other routes, the same tables. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { type Simulator, type SimulatorOptions, startSimulator } from '../../simulator/simulator.js';
import { type JiraAndWarehouse, jiraAndWarehouse, NEVER, registry, syncInto } from '../helpers/jira-and-warehouse.js';

// Several syncs each: a busy machine needs more than the usual time.
vi.setConfig({ testTimeout: 90_000 });

let world: JiraAndWarehouse;
afterEach(() => world.close());

const dataCenter = async (options: SimulatorOptions = {}) => {
  world = await jiraAndWarehouse({ deployment: 'datacenter', ...options });
};
const HOUR = 3_600_000;
/** Always due. */
const CENSUS = { ...NEVER, census: 0 };
const SEARCH = 'POST /rest/api/2/search';
const NOT_THERE = ['field_configurations', 'filter_my', 'filters', 'labels', 'screen_schemes', 'workflow_schemes'];
const ISSUE_STREAMS = ['issue_search', 'issue_comments', 'issue_worklog', 'issue_changelog'];
const per = { comments: 2, worklogs: 3, histories: 4 };

/** What the site holds, by the streams that hold it. */
function truth({ site }: Simulator): Record<string, number> {
  const { table, directory } = site;
  const places = Array.from({ length: table.size }, (_, place) => place).filter((place) => table.visible[place] === 1);
  const sum = (of: (place: number) => readonly unknown[]) => places.reduce((all, place) => all + of(place).length, 0);
  return {
    issue_search: places.length,
    issue_comments: sum((place) => site.comments.of(place)),
    issue_worklog: sum((place) => site.worklogs.of(place)),
    issue_changelog: sum((place) => site.histories.of(place)),
    users_search: directory.people.length,
    groups: directory.groups.length,
    group_members: directory.groups.reduce((all, { memberIds }) => all + memberIds.length, 0),
  };
}

async function counts(streams: readonly string[]): Promise<Record<string, number>> {
  const parts = streams.map((stream) => `(select count(*) from ${stream}) as ${stream}`);
  const [row = {}] = await world.rows(`select ${parts.join(', ')}`);
  return Object.fromEntries(Object.entries(row).map(([stream, count]) => [stream, Number(count)]));
}

const leafPlaces = (site: Simulator['site']) =>
  Array.from({ length: site.table.size }, (_, place) => place).filter(
    (place) => (site.table.firstChild[place] ?? -1) < 0 && site.table.visible[place] === 1,
  );

describe('a whole Data Center', () => {
  test('300 issues and all that hangs on them arrive as the site holds them; what it does not have is told and no failure', async () => {
    await dataCenter({ issues: 300 });
    const ran = await world.sync();
    expect(ran.failures).toEqual([]);
    expect(ran.reports).toHaveLength(registry.enabled().length);
    const absent = ran.reports.filter(({ state }) => state === 'unsupported');
    expect(absent.map(({ stream }) => stream)).toEqual(NOT_THERE);
    for (const { reason, error, requests } of absent) {
      expect([reason?.startsWith('Data Center'), error, requests]).toEqual([true, undefined, 0]);
    }
    for (const report of ran.reports) {
      const outcomes = Object.values(report.outcomes).reduce((sum, count) => sum + count, 0);
      expect([report.stream, report.rows_read]).toEqual([
        report.stream,
        report.rows_written + report.rows_rejected + outcomes,
      ]);
      expect([report.stream, report.rows_rejected, report.misfits]).toEqual([report.stream, 0, {}]);
    }
    const expected = truth(world.jira);
    expect(await counts(Object.keys(expected))).toEqual(expected);
    expect(ran.reports.reduce((sum, { requests }) => sum + requests, 2)).toBe(ran.requests);
    const asked = [...world.jira.requests.byRoute().keys()];
    expect(asked.filter((route) => /\/api\/3\/|\/software\//.test(route))).toEqual([]);
    // 3 pages of whole issues, histories and comments in them.
    expect(world.jira.requests.byRoute().get(SEARCH)).toBe(3);
  });

  test('people are known by their key, groups by their name, and rich text is the text it was', async () => {
    await dataCenter({ issues: 30, perIssue: per });
    await world.sync();
    const [row] = await world.rows(
      `select (select count(*) from issue_comments where author_id not like 'JIRAUSER%') strangers,
        (select count(*) from group_members m anti join groups g on g.group_id = m.group_id) lost_groups,
        (select count(*) from group_members m anti join users_search u on u.account_id = m.account_id) lost_users,
        (select count(*) from issue_comments where body_text is null or body like '{"type":"doc"%') documents,
        (select account_id from myself) me, (select deployment_type from server_info) kind`,
    );
    expect(row).toEqual({
      strangers: '0',
      lost_groups: '0',
      lost_users: '0',
      documents: '0',
      me: 'JIRAUSER10100',
      kind: 'Server',
    });
  });

  test('a stream that it does not have fails the run when it was named, with the reason', async () => {
    await dataCenter({ issues: 5 });
    const ran = await world.sync(['filters', 'priorities']);
    expect(ran.failures).toEqual(['failed']);
    expect(ran.of('filters')).toMatchObject({
      state: 'unsupported',
      error: expect.stringContaining('no list of filters'),
    });
    expect(ran.of('priorities').state).toBe('ok');
  });
});

describe('what changes', () => {
  test('edits, new rows and deletes of worklogs, comments and issues come with the next run, and nothing else is read', async () => {
    await dataCenter({ issues: 300, perIssue: per });
    await world.sync([...ISSUE_STREAMS, 'worklog_updated'], { schedule: CENSUS });
    const { edit, site } = world.jira;
    const [first = 0, second = 0, third = 0] = leafPlaces(site);
    edit.advance(2 * HOUR);
    edit.updateIssue(site.idOf(first), { summary: 'Edited on the server' });
    edit.addComment(site.idOf(first));
    edit.deleteWorklog(String(site.worklogs.of(second)[0]?.id));
    edit.deleteIssue(site.idOf(third));
    edit.advance(HOUR);
    world.jira.requests.clear();
    const ran = await world.sync([...ISSUE_STREAMS, 'worklog_updated'], { schedule: CENSUS });
    expect(ran.failures).toEqual([]);
    expect(ran.of('issue_search').mode).toBe('incremental');
    expect(ran.of('issue_search').census).toMatchObject({ listed: 299, live: 299, gone: 1, added: 0 });
    const expected = truth(world.jira);
    expect(await counts(ISSUE_STREAMS)).toEqual(
      Object.fromEntries(ISSUE_STREAMS.map((name) => [name, expected[name]])),
    );
    expect(await world.rows("select count(*) n from issue_search where summary = 'Edited on the server'")).toEqual([
      { n: '1' },
    ]);
    // A page of what changed, the list of all keys, and the question for the one that is gone, which is then looked at itself.
    expect(world.jira.requests.byRoute().get(SEARCH)).toBe(3);
    expect(world.jira.requests.byRoute().get('GET /rest/api/2/issue/{issueIdOrKey}')).toBe(1);
  });

  test('issues edited while a whole read is under way go to the end of the order, more of them than two pages share, and no other falls through', async () => {
    await dataCenter({ issues: 300, perIssue: per });
    const { edit, site } = world.jira;
    const before = () => {
      edit.advance(1000);
      const oldest = leafPlaces(site).sort((a, b) => (site.table.updated[a] ?? 0) - (site.table.updated[b] ?? 0));
      for (const place of oldest.slice(0, 33)) edit.updateIssue(site.idOf(place), { summary: 'Edited meanwhile' });
    };
    world.jira.faults.add({ match: SEARCH, after: 1, times: 1, before });
    const ran = await world.sync(['issue_search']);
    expect(ran.failures).toEqual([]);
    expect(await counts(['issue_search'])).toEqual({ issue_search: 300 });
  });

  test('an issue that the walk never showed is found lacking by the census and read', async () => {
    await dataCenter({ issues: 60, perIssue: per });
    const rewrite = (body: unknown) => {
      const page = body as { issues: unknown[]; total: number };
      return { ...page, issues: page.issues.slice(1), total: page.total - 1 };
    };
    world.jira.faults.add({ match: SEARCH, times: 1, rewrite });
    const ran = await world.sync(['issue_search', 'issue_comments'], { schedule: CENSUS });
    expect(ran.failures).toEqual([]);
    expect(ran.of('issue_search').census).toMatchObject({ listed: 60, live: 60, added: 1 });
    expect(await counts(['issue_comments'])).toEqual({ issue_comments: truth(world.jira).issue_comments });
  });
});

describe('older versions', () => {
  const SPRINTS = `select key, customfield_10020::json sprints from issue_search where len(customfield_10020) > 0 order by key`;

  test('sprints that are texts of Java objects are the same rows as those of a site that sends objects', async () => {
    await dataCenter({ issues: 60, serverVersion: 8 });
    const ran = await world.sync(['issue_search', 'board_sprints']);
    expect([ran.failures, ran.of('issue_search').misfits]).toEqual([[], {}]);
    const texts = await world.rows(SPRINTS);
    const shown = await world.rows('select key, sprint from issue where sprint is not null order by key');
    expect(texts.length).toBeGreaterThan(5);
    expect(shown).toHaveLength(texts.length);
    await world.close();
    await dataCenter({ issues: 60 });
    await world.sync(['issue_search']);
    expect(await world.rows(SPRINTS)).toEqual(texts);
    expect(await world.rows('select key, sprint from issue where sprint is not null order by key')).toEqual(shown);
  });

  test('a Server that does not name its deployment is read like any Data Center', async () => {
    await dataCenter({ issues: 20, serverVersion: 7 });
    const ran = await world.sync(['issue_search', 'server_info', 'filters']);
    expect(ran.identity.deployment).toBe('Server');
    expect([ran.of('issue_search').rows_written, ran.of('filters').state]).toEqual([20, 'unsupported']);
    const asked = [...world.jira.requests.byRoute().keys()];
    expect(asked.filter((route) => route.includes('/api/3/'))).toEqual([]);
  });
});

test('tables of a Cloud and a Data Center site have the same columns and stand together in one view', async () => {
  await dataCenter({ issues: 40, seed: 2 });
  const cloud = await startSimulator({ issues: 30, projects: 3 });
  try {
    const streams = ['issue_search', 'issue_comments', 'users_search', 'groups', 'project_search', 'workflows'];
    await world.sync(streams);
    await syncInto(cloud, world.root, registry, streams, { connection: 'acme' });
  } finally {
    await cloud.close();
  }
  expect(await world.rows('select _connection c, count(*) n from issue_search group by 1 order by 1')).toEqual([
    { c: 'acme', n: '30' },
    { c: 'demo', n: '40' },
  ]);
  const columns = (connection: string) =>
    world.rows(
      `select table_name, column_name, data_type from information_schema.columns
        where table_schema = '${connection}' and column_name not in ('customfield_10011', 'epic_name') order by all`,
    );
  expect(await columns('acme')).toEqual(await columns('demo'));
});

describe('the way in', () => {
  test('I8 an account that must solve a CAPTCHA is told so after one request, without hammering', async () => {
    await dataCenter({ issues: 5 });
    const wrong = { ...world.jira, apiToken: 'wrong' };
    for (let n = 0; n < 3; n += 1)
      await expect(syncInto(wrong, world.root, registry, ['fields'])).rejects.toMatchObject({ kind: 'credentials' });
    world.jira.requests.clear();
    await expect(world.sync(['fields'])).rejects.toMatchObject({
      kind: 'credentials',
      message: expect.stringContaining('Log in once with a browser'),
    });
    expect(world.jira.requests.total()).toBe(1);
  });
});
