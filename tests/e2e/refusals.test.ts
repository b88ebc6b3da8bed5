/** What a refusal of one operation means for the run: it stops that, and nothing else. */
import { afterEach, expect, test } from 'vitest';
import type { Fault } from '../../simulator/faults.js';
import type { SimulatorOptions } from '../../simulator/simulator.js';
import { EXIT, exitCodeOf } from '../../src/core/errors.js';
import { tableSpecOf } from '../../src/runtime/rows/table-spec.js';
import { openWarehouse } from '../../src/writers/warehouse.js';
import { type JiraAndWarehouse, jiraAndWarehouse, registry } from '../helpers/jira-and-warehouse.js';

const open: JiraAndWarehouse[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

async function site(options: SimulatorOptions): Promise<JiraAndWarehouse> {
  const made = await jiraAndWarehouse(options);
  open.push(made);
  return made;
}

const LOGIN_OK = { 'x-seraph-loginreason': 'OK' };
const asked = ({ jira }: JiraAndWarehouse, path: string) => jira.requests.log.filter((one) => one.path === path).length;

test('401 on one operation with a good login makes its stream forbidden, and the run goes on', async () => {
  const faults: Fault[] = [
    { match: 'GET /rest/api/3/workflowscheme', times: Infinity, status: 401, headers: LOGIN_OK },
    { match: 'GET /rest/api/3/filter/my', times: Infinity, status: 401, headers: LOGIN_OK },
  ];
  const world = await site({ faults });
  const ran = await world.sync(undefined);
  expect(ran.failures).toEqual([]);
  expect([ran.of('workflow_schemes').state, ran.of('filter_my').state]).toEqual(['forbidden', 'forbidden']);
  expect(ran.of('workflow_schemes').error).toBeUndefined();
  expect(ran.of('issue_search')).toMatchObject({ state: 'ok', rows_written: 120 });
  // One at the beginning, one for the doubt.
  expect(asked(world, '/rest/api/3/myself') - ran.of('myself').requests).toBe(2);
});

test('401 on one parent with a good login concerns that parent', async () => {
  const world = await site({});
  const board = world.jira.site.directory.boards.find(({ type }) => type === 'scrum')?.id ?? '';
  const before = await world.sync(['board_sprints']);
  const refused = new RegExp(`board/${board}/sprint`);
  world.jira.faults.add({ match: refused, times: Infinity, status: 401, headers: LOGIN_OK });
  const ran = await world.sync(['board_sprints']);
  expect([before.failures, ran.failures]).toEqual([[], []]);
  const notVisible = ({ of }: typeof ran) => of('board_sprints').outcomes.not_visible;
  expect(notVisible(ran) - notVisible(before)).toBe(1);
  expect(ran.of('board_sprints').rows_deleted).toBe(0);
});

test('a token that dies during the run ends it with "credentials", however good the login is called', async () => {
  const faults: Fault[] = [{ match: '*', after: 4, times: Infinity, status: 401, headers: LOGIN_OK }];
  const world = await site({ faults });
  const ran = await world.sync();
  expect(exitCodeOf(ran.failures)).toBe(EXIT.credentials);
  expect(ran.requests).toBeLessThan(25);
});

test('the list of users that took longer than Jira allows is asked for again', async () => {
  const world = await site({ faults: [{ match: 'GET /rest/api/3/users/search', status: 409, times: 2 }] });
  const ran = await world.sync(['users_search']);
  expect(ran.failures).toEqual([]);
  expect(ran.of('users_search').requests).toBeGreaterThan(2);
});

test('404 for "no project matches" is an empty list of projects', async () => {
  const none = { status: 404, body: { errorMessages: ['No projects found.'] } };
  const world = await site({ faults: [{ match: 'GET /rest/api/3/project/search', ...none, times: Infinity }] });
  const ran = await world.sync(['project_search', 'project_versions']);
  expect(ran.failures).toEqual([]);
  expect(ran.of('project_search')).toMatchObject({ state: 'empty', rows_read: 0 });
});

test('404 in the middle of the list of projects is a refusal, not its end', async () => {
  const none = { status: 404, body: { errorMessages: ['No projects found.'] } };
  const world = await site({
    projects: 250,
    faults: [{ match: 'GET /rest/api/3/project/search', ...none, after: 1, times: Infinity }],
  });
  const ran = await world.sync(['project_search']);
  expect(ran.failures).toEqual(['failed']);
});

test('a table that another run holds is not an empty table, and its stream did not end well', async () => {
  const world = await site({ issues: 0 });
  const other = await openWarehouse({ root: world.root, runId: 'other' });
  const held = await other.open(tableSpecOf(registry.get('issue_comments'), 'demo'));
  try {
    const ran = await world.sync(['issue_search', 'issue_comments']);
    expect(ran.of('issue_comments')).toMatchObject({ state: 'paused', error: expect.stringContaining('another run') });
    expect([ran.of('issue_search').state, ran.failures]).toEqual(['empty', ['later']]);
  } finally {
    await held.close();
    await other.close();
  }
});
