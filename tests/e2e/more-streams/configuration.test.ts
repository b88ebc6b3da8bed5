/** Streams of configuration beyond one good sync of a Cloud site: a project that goes, Data Center, and what a plan says of the fan-outs. */
import { afterEach, describe, expect, test } from 'vitest';
import { Secret } from '../../../src/core/secret.js';
import { basicAuth } from '../../../src/http/authorizer.js';
import { createClient } from '../../../src/http/client.js';
import { createThrottle } from '../../../src/http/throttle/throttle.js';
import { openRunHistory } from '../../../src/query/run-history.js';
import { type Plan, runPlan } from '../../../src/runtime/estimate/plan.js';
import { LIMITS } from '../../helpers/http-client.js';
import {
  AS_IT_IS,
  type JiraAndWarehouse,
  jiraAndWarehouse,
  NEVER,
  registry,
  syncInto,
} from '../../helpers/jira-and-warehouse.js';
import { CONFIGURATION_TRUTHS as TRUTHS } from '../../helpers/stream-truths/configuration-truths.js';
import type { Row } from '../../helpers/stream-truths/truth-case.js';
import { refusedAt } from './stream-case.js';

let world: JiraAndWarehouse;
afterEach(() => world.close());

const sorted = (rows: readonly Readonly<Record<string, unknown>>[]) => rows.map((row) => JSON.stringify(row)).sort();

/** Live rows of a table, by these columns of a case. */
async function live(stream: string, columns: readonly string[]) {
  const names = columns.map((name) => `"${name}"`).join(', ');
  return sorted(await world.rows(`select ${names} from ${stream} where _deleted_at is null`));
}

const only = (rows: readonly Row[], columns: readonly string[]) =>
  sorted(rows.map((row) => Object.fromEntries(columns.map((name) => [name, row[name]]))));
const truthOf = (stream: string) => TRUTHS.find((one) => one.stream === stream)?.truth(world.jira) ?? [];

const OF_PROJECTS = [
  ...['project_role_projects', 'project_role_actors', 'project_statuses', 'project_permission_schemes'],
  ...['workflow_scheme_projects', 'security_scheme_projects', 'notification_scheme_projects'],
  ...['field_scheme_projects', 'issue_type_scheme_projects', 'issue_type_screen_scheme_projects'],
];

test('what a deleted project had is marked deleted with the next sync, two levels below it as well, and nothing else is', async () => {
  world = await jiraAndWarehouse({ issues: 20, projects: 7 });
  await world.sync(OF_PROJECTS);
  world.jira.edit.directory.deleteProject('OLD');
  const ran = await world.sync(OF_PROJECTS);
  expect(ran.failures).toEqual([]);
  for (const stream of OF_PROJECTS) {
    const truth = truthOf(stream);
    const columns = Object.keys(truth[0] ?? {});
    expect([stream, await live(stream, columns)]).toEqual([stream, only(truth, columns)]);
    const gone = await world.rows(
      `select distinct project_id, _deleted_reason as why from ${stream}_all where _deleted_at is not null`,
    );
    expect([stream, gone]).toEqual([stream, [{ project_id: '10004', why: 'vanished' }]]);
  }
}, 60_000);

test('a role that is refused in one project keeps its people there, though the project shows those of its other roles', async () => {
  world = await jiraAndWarehouse({ issues: 20, projects: 7 });
  const people = `select count(*)::INT as n from project_role_actors where project_id = '10000' and role_id = '10100'`;
  await world.sync(['project_role_actors']);
  const [before] = await world.rows(people);
  expect(before?.n).toBeGreaterThan(0);
  world.jira.faults.add(refusedAt(/project\/10000\/role\/10100/, 404));
  const ran = await world.sync(['project_role_actors']);
  expect([ran.of('project_role_actors').state, ran.of('project_role_actors').outcomes.not_visible]).toEqual(['ok', 1]);
  expect(await world.rows(people)).toEqual([before]);
}, 60_000);

test('Data Center gives what it has by other routes, and says why it does not have the rest', async () => {
  world = await jiraAndWarehouse({ issues: 20, projects: 7, deployment: 'datacenter' });
  const ran = await world.sync(
    TRUTHS.map(({ stream }) => stream),
    { explicit: new Set() },
  );
  expect(ran.failures).toEqual([]);
  const isThere = ({ stream }: { readonly stream: string }) => !registry.get(stream).not_on?.datacenter;
  for (const { stream, onServer } of TRUTHS.filter(isThere)) {
    const columns = onServer ?? Object.keys(truthOf(stream)[0] ?? {});
    expect([stream, await live(stream, columns)]).toEqual([stream, only(truthOf(stream), columns)]);
  }
  const others = TRUTHS.filter((one) => !isThere(one)).map(({ stream }) => stream);
  expect(others.filter((stream) => ran.of(stream).state !== 'unsupported')).toEqual([]);
}, 60_000);

describe('a fan-out is told before it is paid', () => {
  async function plan(streams: readonly string[]): Promise<Plan> {
    const { jira, root } = world;
    const auth = basicAuth(jira.email, new Secret(jira.apiToken));
    const client = createClient({ ...LIMITS, baseUrl: jira.url, auth, throttle: createThrottle(500), random: () => 0 });
    const history = await openRunHistory({ root }, 'demo');
    try {
      const site = { site: jira.url, registry, streams, scope: {}, start: 0, fullRefresh: false, rate: 5, ...AS_IT_IS };
      const planned = await runPlan({ ...site, schedule: NEVER, now: () => jira.now(), client, history });
      expect(client.counters().requests).toBeLessThanOrEqual(10);
      return planned;
    } finally {
      history.close();
      await client.close();
    }
  }

  /** The bounds hold the truth within 15 %, and the upper one is no scare. */
  async function expectTold(streams: readonly string[], widest: number): Promise<void> {
    const { requests } = await plan(streams);
    const ran = await syncInto(world.jira, `${world.root}/${streams[0]}-${streams.length}`, registry, streams);
    expect([streams, ran.requests]).toEqual([streams, expect.toSatisfy((n: number) => n * 1.15 >= requests.min)]);
    expect([streams, ran.requests]).toEqual([streams, expect.toSatisfy((n: number) => n <= requests.max * 1.15)]);
    expect(requests.max).toBeLessThanOrEqual(ran.requests * widest);
  }

  test('each for itself, though its parents hang on others and are asked for many at once', async () => {
    world = await jiraAndWarehouse({ issues: 20, projects: 12 });
    await expectTold(['screen_tab_fields'], 1.15);
    await expectTold(['issue_security_level_members'], 1.15);
    await expectTold(['workflow_scheme_projects'], 1.15);
    await expectTold(['project_role_actors'], 1.3);
    // How many contexts the fields with options have is told by three of them, and others may have more pages than those.
    await expectTold(['custom_field_options'], 1.5);
  }, 60_000);

  test('and all of them together with ten requests, as what others hang on is looked at first', async () => {
    world = await jiraAndWarehouse({ issues: 20, projects: 12 });
    await expectTold(
      TRUTHS.map(({ stream }) => stream),
      1.6,
    );
  }, 60_000);
});
