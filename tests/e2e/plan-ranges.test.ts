/** What a plan promises of each stream, at least and at most, its run keeps: also where nothing was read before, and where rhythms leave streams out. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { OwnTable } from '../../src/app/run-log/own-table.js';
import { runRow, runsTable } from '../../src/app/run-log/runs-table.js';
import { Secret } from '../../src/core/secret.js';
import { basicAuth } from '../../src/http/authorizer.js';
import { createClient } from '../../src/http/client.js';
import { createThrottle } from '../../src/http/throttle/throttle.js';
import { openRunHistory } from '../../src/query/run-history.js';
import { type Plan, runPlan } from '../../src/runtime/estimate/plan.js';
import { openWarehouse } from '../../src/writers/warehouse.js';
import { LIMITS } from '../helpers/http-client.js';
import {
  AS_IT_IS,
  type JiraAndWarehouse,
  jiraAndWarehouse,
  type Ran,
  registry,
} from '../helpers/jira-and-warehouse.js';

const HOUR = 3_600_000;
const NOW = Date.UTC(2024, 2, 4, 9);
const STREAMS = registry.enabled().map(({ stream }) => stream);
const NONE = new Map<string, number>();
const SCHEDULE = { census: 'auto', overlap: 24 * HOUR, reread: NONE, every: NONE } as const;

let world: JiraAndWarehouse;
beforeAll(async () => {
  const perIssue = { comments: 2, worklogs: 3, histories: 4 };
  world = await jiraAndWarehouse({
    issues: 250,
    boards: 6,
    sprints: 30,
    groups: 8,
    perIssue,
    now: NOW,
    fixedClock: true,
  });
});
afterAll(() => world.close());

async function planned({ jira, root }: JiraAndWarehouse): Promise<Plan> {
  const auth = basicAuth(jira.email, new Secret(jira.apiToken));
  const client = createClient({ ...LIMITS, baseUrl: jira.url, auth, throttle: createThrottle(500), random: () => 0 });
  const history = await openRunHistory({ root }, 'demo');
  try {
    const wishes = { scope: {}, start: 0, fullRefresh: false, rate: 5, schedule: SCHEDULE, ...AS_IT_IS };
    const now = () => jira.now();
    return await runPlan({ ...wishes, site: jira.url, registry, streams: STREAMS, now, client, history });
  } finally {
    history.close();
    await client.close();
  }
}

/** As the command does after a run. */
async function record({ jira, root }: JiraAndWarehouse, ran: Ran, at: string): Promise<void> {
  const writer = await openWarehouse({ root, runId: at });
  const rows = ran.reports.map((report) => runRow({ runId: at, site: jira.url, startedAt: at }, report));
  await new OwnTable(writer, runsTable('demo'), at).add(rows);
  await writer.close();
}

/** Streams that cost more or less than their range, in words. */
async function broken(at: string, site = world): Promise<readonly string[]> {
  const { streams, requests } = await planned(site);
  const ran = await site.sync(STREAMS, { schedule: SCHEDULE });
  expect(ran.failures).toEqual([]);
  await record(site, ran, at);
  const each = ran.reports.map(({ stream, requests: cost }) => {
    const range = streams.find((one) => one.stream === stream)?.requests ?? { min: 0, max: 0 };
    return { name: stream, cost, range };
  });
  return [{ name: 'all', cost: ran.requests, range: requests }, ...each]
    .filter(({ cost, range }) => cost < range.min || cost > range.max)
    .map(({ name, cost, range }) => `${name}: ${cost}, promised ${range.min} to ${range.max}`);
}

test('the first run of every stream keeps what the plan promised', async () => {
  expect(await broken('2024-03-04T09:00:00Z')).toEqual([]);
});

test('so does the next one, an hour later, after changes', async () => {
  world.jira.edit.advance(HOUR / 2);
  world.jira.edit.churn({ updates: 10, worklogs: 5, deletedWorklogs: 2 });
  world.jira.edit.advance(HOUR / 2);
  expect(await broken('2024-03-04T10:00:00Z')).toEqual([]);
});

test('and one a day later, in which everything is due', async () => {
  world.jira.edit.advance(24 * HOUR);
  world.jira.edit.churn({ updates: 10, worklogs: 5, deletes: 2 });
  expect(await broken('2024-03-05T10:00:00Z')).toEqual([]);
});

test('and one an hour after that, in which nothing changed', async () => {
  world.jira.edit.advance(HOUR);
  expect(await broken('2024-03-05T11:00:00Z')).toEqual([]);
});

test('a first run costs no less than promised where sprints are on several boards: each is read once', async () => {
  const other = await jiraAndWarehouse({ issues: 30, boards: 20, sprints: 120, now: NOW, fixedClock: true });
  try {
    expect(await broken('2024-03-04T09:00:00Z', other)).toEqual([]);
  } finally {
    await other.close();
  }
});
