/** A request made in preparation and refused stops the streams that need its answer, and no other. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { StreamReport } from '../../src/contract/report.js';
import { makeRegistry } from '../../src/runtime/streams/registry.js';
import { type JiraAndWarehouse, jiraAndWarehouse, registry } from '../helpers/jira-and-warehouse.js';

let world: JiraAndWarehouse;
beforeEach(async () => {
  world = await jiraAndWarehouse({ issues: 30 });
});
afterEach(() => world.close());

/** The issues and what hangs on them; the first worklogs come with them, too. */
const OF_ISSUES = ['issue_changelog', 'issue_comments', 'issue_search', 'issue_worklog'];
const WELL = ['ok', 'empty'];
const unwell = (reports: readonly StreamReport[]) =>
  reports.filter(({ state }) => !WELL.includes(state)).map(({ stream }) => stream);
const SEARCH = /^(GET|POST) \/rest\/api\/3\/search/;
const always = Number.POSITIVE_INFINITY;

describe('the issue search is refused', () => {
  test.each([400, 403, 500])('with %i: the streams that need no query are read', async (status) => {
    world.jira.faults.add({ match: SEARCH, times: always, status, body: { errorMessages: ['no'] } });
    const ran = await world.sync();
    expect(unwell(ran.reports)).toEqual(OF_ISSUES);
    expect(ran.failures.every((kind) => kind === 'failed')).toBe(true);
    expect(ran.of('worklog_updated').rows_written).toBeGreaterThan(0);
  });

  test('within a scope, what is held against its ids fails, too, and says why', async () => {
    const scope = { jql: 'created is not EMPTY' };
    await world.sync(undefined, { scope });
    world.jira.faults.add({ match: SEARCH, times: always, status: 403, body: { errorMessages: ['no'] } });
    const ran = await world.sync(undefined, { scope });
    expect(unwell(ran.reports)).toEqual(OF_ISSUES);
    expect(ran.of('issue_worklog')).toMatchObject({ state: 'failed', error: expect.stringContaining('403') });
    expect(ran.of('worklog_updated').state).toBe('ok');
  });
});

/** Worklogs of the feed are held against the ids in scope; those inside issues need none. */
const byFeed = makeRegistry(
  [...registry.streams.values()].map((stream) => ({
    ...stream,
    routes: stream.routes.filter(({ name }) => stream.stream !== 'issue_worklog' || name !== 'inline'),
  })),
);

test('a list of ids that ends early drops no row as out of scope: its stream fails, and the next run reads all', async () => {
  const scope = { jql: 'created is not EMPTY' };
  const cut = (body: unknown) => {
    const page = body as { issues: unknown[] };
    return { ...page, issues: page.issues.slice(0, 10), isLast: false, nextPageToken: undefined };
  };
  world.jira.faults.add({ match: SEARCH, times: always, rewrite: cut });
  const first = await world.sync(['issue_worklog', 'priorities'], { scope, registry: byFeed });
  expect(first.of('issue_worklog')).toMatchObject({ state: 'failed', rows_written: 0 });
  expect(first.of('priorities').state).toBe('ok');
  world.jira.faults.clear();
  const second = await world.sync(['issue_worklog'], { scope, registry: byFeed });
  expect(second.of('issue_worklog')).toMatchObject({ state: 'ok', outcomes: { out_of_scope: 0 } });
  expect(second.of('issue_worklog').rows_written).toBeGreaterThan(30);
});

test('refused credentials still end the run', async () => {
  world.jira.faults.add({ match: SEARCH, times: always, status: 401 });
  await expect(world.sync(['issue_search', 'priorities'])).rejects.toMatchObject({ kind: 'credentials' });
});
