/** A plan that is wrong is worse than none: what it says is held against what the sync then does. */
import { afterEach, describe, expect, test } from 'vitest';
import { OwnTable } from '../../src/app/run-log/own-table.js';
import { runRow, runsTable } from '../../src/app/run-log/runs-table.js';
import { Secret } from '../../src/core/secret.js';
import { basicAuth } from '../../src/http/authorizer.js';
import { createClient } from '../../src/http/client.js';
import { createThrottle } from '../../src/http/throttle/throttle.js';
import { openRunHistory } from '../../src/query/run-history.js';
import { type Plan, type PlanInput, runPlan } from '../../src/runtime/estimate/plan.js';
import { openWarehouse } from '../../src/writers/warehouse.js';
import { LIMITS } from '../helpers/http-client.js';
import {
  AS_IT_IS,
  type JiraAndWarehouse,
  jiraAndWarehouse,
  NEVER,
  type Ran,
  registry,
} from '../helpers/jira-and-warehouse.js';

let world: JiraAndWarehouse;
afterEach(() => world.close());

const ISSUES = ['issue_search', 'issue_comments', 'issue_worklog', 'issue_changelog'];
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const DAILY = { census: DAY, overlap: DAY, reread: new Map<string, number>() };
const EVERY = registry.enabled().map(({ stream }) => stream);

type Change = Partial<Pick<PlanInput, 'schedule' | 'fullRefresh' | 'scope' | 'site'>>;

async function plan(streams: readonly string[], change: Change = {}): Promise<Plan> {
  const { jira, root } = world;
  const client = createClient({
    ...LIMITS,
    baseUrl: jira.url,
    auth: basicAuth(jira.email, new Secret(jira.apiToken)),
    throttle: createThrottle(500),
    random: () => 0,
  });
  const history = await openRunHistory({ root }, 'demo');
  try {
    const input = {
      site: jira.url,
      registry,
      streams,
      scope: {},
      start: 0,
      fullRefresh: false,
      rate: 5,
      ...AS_IT_IS,
      now: () => world.jira.now(),
      ...change,
    };
    const found = await runPlan({ schedule: NEVER, ...input, client, history });
    expect(client.counters().requests).toBeLessThanOrEqual(10);
    return found;
  } finally {
    history.close();
    await client.close();
  }
}

/** As the command does after a run. */
async function record(ran: Ran, at: string): Promise<void> {
  const writer = await openWarehouse({ root: world.root, runId: at });
  const rows = ran.reports.map((report) => runRow({ runId: at, site: world.jira.url, startedAt: at }, report));
  await new OwnTable(writer, runsTable('demo'), at).add(rows);
  await writer.close();
}

/** Within 15 % or 5 requests of the bounds, which are one figure when `exact`. */
function expectNear({ requests }: Plan, ran: Ran, exact = false): void {
  const slack = Math.max(5, ran.requests * 0.15);
  expect(ran.requests).toBeGreaterThanOrEqual(requests.min - slack);
  expect(ran.requests).toBeLessThanOrEqual(requests.max + slack);
  if (exact) expect(requests.max - requests.min).toBeLessThanOrEqual(slack);
}

async function planAndSync(streams: readonly string[], change: Change = {}): Promise<Plan> {
  const planned = await plan(streams, change);
  expectNear(planned, await world.sync(streams, change), true);
  return planned;
}

/** What happens on a site in a day: one issue of thirty changes, some worklogs go. */
async function oneDay(issues: number): Promise<void> {
  world.jira.edit.advance(30 * HOUR);
  for (const { id } of await world.rows(`select id from issue_search limit ${issues / 30}`))
    world.jira.edit.updateIssue(String(id), { summary: 'changed' });
  for (const { id } of await world.rows('select id from issue_worklog limit 20'))
    world.jira.edit.deleteWorklog(String(id));
}

describe.each([
  { issues: 300, perIssue: { comments: 4, worklogs: 3, histories: 10 } },
  { issues: 3_000, perIssue: { comments: 1, worklogs: 2, histories: 3 } },
  // Few rows each: requests are counted here, and 10,000 issues with many take minutes.
  { issues: 10_000, perIssue: { comments: 0, worklogs: 1, histories: 1 } },
])('$issues issues, the four issue streams', ({ issues, perIssue }) => {
  test('a full run, and a day later one of what changed, cost what the plan said', async () => {
    world = await jiraAndWarehouse({ issues, perIssue });
    await planAndSync(ISSUES, { schedule: DAILY });
    await oneDay(issues);
    const second = await planAndSync(ISSUES, { schedule: DAILY });
    expect(second.streams.map(({ mode }) => mode)).toEqual(ISSUES.map(() => 'incremental'));
  }, 240_000);
});

describe('what else a plan must not forget', () => {
  test('a run with nothing new, a whole re-read, and a re-read of comments that is due', async () => {
    world = await jiraAndWarehouse({ issues: 300, perIssue: { comments: 4, worklogs: 3, histories: 10 } });
    await world.sync(ISSUES, { schedule: DAILY });
    const quiet = await planAndSync(ISSUES, { schedule: DAILY });
    expect(quiet.requests.max).toBeLessThanOrEqual(8);
    await planAndSync(ISSUES, { schedule: DAILY, fullRefresh: true });
    world.jira.edit.advance(8 * DAY);
    const reread = await planAndSync(ISSUES, {
      schedule: { ...DAILY, reread: new Map([['issue_comments', 7 * DAY]]) },
    });
    expect(reread.streams.find(({ stream }) => stream === 'issue_comments')?.mode).toBe('full');
  }, 60_000);

  test.each([
    'issue_worklog',
    'worklog_updated',
    'issue_changelog',
    'board_issues',
    'group_members',
  ])('%s alone, at first and a day later', async (stream) => {
    world = await jiraAndWarehouse({ issues: 300, perIssue: { comments: 1, worklogs: 8, histories: 3 } });
    await planAndSync([stream], { schedule: DAILY });
    world.jira.edit.advance(30 * HOUR);
    await planAndSync([stream], { schedule: DAILY });
  }, 60_000);

  test('issues of sprints are a range while the sprints of most boards were never read, and a figure afterwards', async () => {
    world = await jiraAndWarehouse({ issues: 300, boards: 12, sprints: 40 });
    const first = await plan(['sprint_issues']);
    expect(first.requests.min).toBeLessThan(first.requests.max);
    const ran = await world.sync(['sprint_issues']);
    expectNear(first, ran);
    await record(ran, '2026-11-02T10:00:00Z');
    await planAndSync(['sprint_issues']);
  });

  test('a scope of projects: the ids that worklogs are held against, and only the children of those projects', async () => {
    world = await jiraAndWarehouse({ issues: 300 });
    await world.sync(['project_search']);
    const [project] = await world.rows('select key from project_search limit 1');
    const scope = { projects: [String(project?.key)] };
    await planAndSync(['issue_worklog', 'project_versions'], { scope });
  });

  test('lists that the site cuts off: up to 200 requests more', async () => {
    world = await jiraAndWarehouse({ deployment: 'datacenter', issues: 5, users: 1300, groups: 63 });
    const planned = await plan(['users_search', 'groups']);
    const most = (stream: string) => planned.streams.find((one) => one.stream === stream)?.requests;
    expect([most('users_search')?.max, most('groups')?.max]).toEqual([202, 201]);
    expectNear(planned, await world.sync(['users_search', 'groups']));
    expect((await plan(['users_search'])).requests.max).toBeGreaterThan(200);
  });

  test('deleted issues are asked for by name before they are marked', async () => {
    world = await jiraAndWarehouse({ issues: 300, perIssue: { comments: 0, worklogs: 0, histories: 0 } });
    await world.sync(['issue_search'], { schedule: DAILY });
    world.jira.edit.advance(30 * HOUR);
    // Sub-tasks go with their parents, so more than these are gone.
    for (const { id } of await world.rows('select id from issue_search where parent_id is null limit 80'))
      world.jira.edit.deleteIssue(String(id));
    const planned = await plan(['issue_search'], { schedule: DAILY });
    const ran = await world.sync(['issue_search'], { schedule: DAILY, acceptDeletes: true });
    expect(ran.of('issue_search').rows_deleted).toBeGreaterThanOrEqual(80);
    expect(planned.requests).toEqual({ min: ran.requests, max: ran.requests });
  });

  test('a census that auto takes in every run is on the bill, and so are the worklogs asked for once a day', async () => {
    world = await jiraAndWarehouse({ issues: 120, perIssue: { comments: 0, worklogs: 10, histories: 0 } });
    const schedule = { ...NEVER, census: 'auto' } as const;
    for (const streams of [['issue_search'], ['worklog_updated']]) {
      await world.sync(streams, { schedule });
      world.jira.edit.advance(3 * HOUR);
      for (const hours of [0, 25]) {
        world.jira.edit.advance(hours * HOUR);
        const { requests } = await plan(streams, { schedule });
        expect([hours, requests.max]).toEqual([hours, (await world.sync(streams, { schedule })).requests]);
      }
    }
  });

  test('another site in the same place is refused as the sync would', async () => {
    world = await jiraAndWarehouse();
    await world.sync(['boards']);
    await expect(plan(['boards'], { site: 'https://other.atlassian.net' })).rejects.toMatchObject({ kind: 'usage' });
  });

  test('without Jira Software a plan costs what the refusals cost', async () => {
    world = await jiraAndWarehouse({ features: { software: false } });
    await planAndSync(['boards', 'board_sprints', 'sprint_issues', 'board_configuration']);
  });
});

test('where some issues have more rows than fit inside a page, the sync stays within the range', async () => {
  world = await jiraAndWarehouse({ issues: 2_000 });
  const planned = await plan(ISSUES);
  expect(planned.requests.min).toBeLessThan(planned.requests.max);
  expectNear(planned, await world.sync(ISSUES));
}, 120_000);

test('all streams: a range at first, near figures once the tables know the sprints', async () => {
  world = await jiraAndWarehouse({ issues: 1_000, projects: 6, perIssue: { comments: 4, worklogs: 3, histories: 10 } });
  const ran = await world.sync();
  await record(ran, '2026-11-02T10:00:00Z');
  await planAndSync(EVERY);
  // Another selection than the recorded run's: by the tables alone.
  await planAndSync(['board_sprints', 'sprint_issues', 'group_members', 'project_components']);
}, 120_000);

test('the first plan of all streams of the default site leaves the sync within its range', async () => {
  world = await jiraAndWarehouse({ issues: 1_000, projects: 6 });
  const planned = await plan(EVERY);
  expectNear(planned, await world.sync());
  const sprints = planned.streams.find(({ stream }) => stream === 'sprint_issues');
  expect(sprints?.requests.min).toBeLessThan(sprints?.requests.max ?? 0);
}, 120_000);

test('a plan tells how many issues are asked and how many are spared; a run says more than 5,000 before it pays them', async () => {
  world = await jiraAndWarehouse({
    ...{ issues: 5_200, watched: 0.1, voted: 0.05, fixedClock: true },
    perIssue: { comments: 0, worklogs: 0, histories: 0 },
  });
  const { extras, table } = world.jira.site;
  const places = Array.from({ length: table.size }, (_, place) => place);
  const watched = places.filter((place) => extras.watchersOf(place).length > 0).length;
  const told = await plan(['issue_watchers', 'issue_votes', 'issue_remote_links', 'issue_search']);
  const of = (stream: string) => told.streams.find((one) => one.stream === stream);
  const exactly = (value: number) => ({ min: value, max: value });
  expect(of('issue_watchers')).toMatchObject({
    requests: exactly(watched),
    parents: { asked: exactly(watched), spared: exactly(5_200 - watched) },
  });
  expect(of('issue_remote_links')).toMatchObject({ requests: exactly(5_200), parents: { spared: exactly(0) } });
  const said: string[] = [];
  const warn = (text: string) => {
    said.push(
      `${text} after ${world.jira.requests.byRoute().get('GET /rest/api/3/issue/{issueIdOrKey}/remotelink') ?? 0} requests`,
    );
    throw new Error('It was told in time.');
  };
  await world.sync(['issue_watchers', 'issue_remote_links', 'issue_search'], { warn }).catch(() => undefined);
  expect(said).toEqual([
    expect.stringMatching(/more than 5000 requests for one stream: issue_remote_links 5200;.* after 0 requests/),
  ]);
}, 120_000);
