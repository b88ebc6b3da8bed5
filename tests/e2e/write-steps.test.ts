/** Rows that go by way of others, on sites where something else happens on the way. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { retryFailed } from '../../src/app/write/runs.js';
import { idOf, keysIn, rowsOf, statusOf, type Writing, writing } from '../helpers/writing.js';

let site: Writing;
beforeAll(async () => {
  site = await writing();
});
afterAll(() => site.close());

const moveTo = (key: string, status: string) => site.jira.edit.updateIssue(idOf(site, key), { status });
const moves = () => site.executed().filter((route) => route.endsWith('/transitions')).length;

test('an issue that somebody brings to the end on the way is left there: the row is done by the step before', async () => {
  moveTo('ENG-1', 'To Do');
  const rows = rowsOf([{ issue: 'ENG-1', via: 'In Progress', to: 'Done' }]);
  const before = moves();
  site.jira.faults.add({ match: /bulkfetch/, after: 1, before: () => void moveTo('ENG-1', 'Done') });
  const told: string[] = [];
  const { report } = await site.send('transition', rows, { onRow: ({ state }) => told.push(state) });
  site.jira.faults.clear();
  expect(report.rows).toMatchObject([{ state: 'done', error: null }]);
  expect(told).toEqual(['done']);
  expect(moves() - before).toBe(1);
  expect((await site.send('transition', rows)).report).toMatchObject({ skipped: 1, failed: 0 });
  expect(moves() - before).toBe(1);
});

test('an issue that is at the end is not opened again to go there', async () => {
  moveTo('ENG-2', 'Done');
  const { report } = await site.send('transition', rowsOf([{ issue: 'ENG-2', via: 'In Progress', to: 'Done' }]));
  expect(report.rows).toMatchObject([{ state: 'skipped', error: 'it is like that already' }]);
  expect(statusOf(site, 'ENG-2')).toBe('Done');
});

test('a site that stops answering between two steps leaves a report of all rows', async () => {
  moveTo('ENG-3', 'To Do');
  moveTo('ENG-4', 'To Do');
  const rows = rowsOf([
    { issue: 'ENG-3', via: 'In Progress', to: 'Done' },
    { issue: 'ENG-4', to: 'In Progress' },
  ]);
  site.jira.faults.add({ match: /bulkfetch/, after: 1, times: Number.POSITIVE_INFINITY, status: 401 });
  const { report, failures } = await site.send('transition', rows);
  site.jira.faults.clear();
  expect(failures).toEqual(['credentials', 'failed']);
  expect(report.rows).toMatchObject([
    { state: 'failed', error: expect.stringContaining('run the same again') },
    { state: 'done', error: null },
  ]);
  expect((await site.send('transition', rows)).report).toMatchObject({ done: 1, skipped: 1 });
});

test('a single command by way of others is refused within a day and meant anew a day later, though its first step was behind', async () => {
  const row = rowsOf([{ issue: 'ENG-5', via: 'In Progress, Resolved', to: 'Done', resolution: 'Duplicate' }]);
  const single = { single: true } as const;
  moveTo('ENG-5', 'In Progress');
  const before = moves();
  expect((await site.send('transition', row, single)).report).toMatchObject({ done: 1 });
  expect(moves() - before).toBe(2);
  moveTo('ENG-5', 'In Progress');
  await expect(site.send('transition', row, single)).rejects.toThrow('--again NAME');
  site.jira.edit.advance(25 * 3_600_000);
  expect((await site.send('transition', row, single)).report).toMatchObject({ done: 1, skipped: 0 });
  expect(moves() - before).toBe(4);
});

test('a step that was refused before it was sent has no request in the journal', async () => {
  moveTo('ENG-6', 'To Do');
  const rows = rowsOf([{ issue: 'ENG-6', via: 'In Progress', to: 'Resolved' }]);
  const { report } = await site.send('transition', rows);
  expect(report).toMatchObject({ failed: 1 });
  const [kept] = await site.rows(
    `SELECT request, before, wanted FROM demo._actions WHERE run_id = '${report.run_id}' AND state = 'failed'`,
  );
  expect(JSON.parse(String(kept?.request))).toMatchObject({ body: null });
  expect(kept).toMatchObject({ before: null, wanted: '{}' });
});

test.each([
  ['further steps go together as the first ones do', { via: 'In Progress', to: 'Done' }, 'To Do', 2],
  ['a step that an issue has behind it is not paid for', { via: 'In Progress', to: 'Done' }, 'In Progress', 1],
  [
    'a field goes with the last step, one by one',
    { via: 'In Progress', to: 'Resolved', resolution: 'Done' },
    'To Do',
    13,
  ],
] as const)('the look says what is asked in the end: %s', async (name, cells, from, requests) => {
  const keys = keysIn(site, 'OPS').slice(0, 12);
  expect(keys).toHaveLength(12);
  for (const key of keys) moveTo(key, from);
  const rows = rowsOf(keys.map((issue) => ({ issue, ...cells })));
  const looked = await site.look('transition', rows, { again: name });
  expect(looked.report).toMatchObject({ ready: 12, planned: { requests } });
  const before = site.jira.requests.writes();
  expect((await site.send('transition', rows, { again: name })).report).toMatchObject({ done: 12 });
  expect(site.jira.requests.writes() - before).toBe(requests);
});

test('rows that a task refused are sent one by one, and the look says so', async () => {
  const rows = rowsOf(
    keysIn(site, 'OPS')
      .slice(0, 11)
      .map((issue) => ({ issue, labels: 'priced' })),
  );
  site.jira.writes.rules.permissions.EDIT_ISSUES = false;
  const refused = await site.send('update_issue', rows);
  delete site.jira.writes.rules.permissions.EDIT_ISSUES;
  expect(refused.report).toMatchObject({ failed: 11 });
  const job = { ...site.job('', []), runId: refused.report.run_id };
  const looked = await retryFailed(job, { clock: site.clock });
  expect(looked.report).toMatchObject({ ready: 11, planned: { requests: 11 } });
  const before = site.jira.requests.writes();
  expect((await retryFailed({ ...job, send: true }, { clock: site.clock })).report).toMatchObject({ done: 11 });
  expect(site.jira.requests.writes() - before).toBe(11);
});

test('a field that a transition was to set is not dropped without a word where the issue is there already', async () => {
  moveTo('ENG-7', 'Done');
  const cells = { issue: 'ENG-7', via: 'In Progress', to: 'Done', resolution: 'Duplicate' };
  const looked = await site.look('transition', rowsOf([cells]));
  const words = expect.stringContaining('only a transition would have set resolution');
  expect(looked.report.rows).toMatchObject([{ state: 'skipped', error: words }]);
  expect(looked.report.notices).toContainEqual(expect.stringContaining('resolution is not set on them'));
  moveTo('ENG-8', 'To Do');
  const rows = rowsOf([{ ...cells, issue: 'ENG-8' }]);
  site.jira.faults.add({ match: /bulkfetch/, after: 1, before: () => void moveTo('ENG-8', 'Done') });
  const told: unknown[] = [];
  const { report } = await site.send('transition', rows, { onRow: ({ error }) => told.push(error) });
  site.jira.faults.clear();
  expect(report.rows).toMatchObject([{ state: 'done', error: words }]);
  expect(told).toEqual([words]);
});

test('the look at a transition shows the fields that it sets, as they are and as they will be', async () => {
  moveTo('ENG-9', 'In Progress');
  const { report } = await site.look(
    'transition',
    rowsOf([{ issue: 'ENG-9', to: 'Resolved', resolution: 'Duplicate' }]),
  );
  expect(report.changes[0]?.values).toEqual([
    { name: 'status', before: 'In Progress', after: 'Resolved' },
    { name: 'resolution', before: null, after: 'Duplicate' },
  ]);
});
