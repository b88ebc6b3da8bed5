/** The same change of many issues goes to Jira by one request, and each row has its own outcome. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { keysIn, rowsOf, type Writing, writing } from '../helpers/writing.js';

let site: Writing;
beforeAll(async () => {
  site = await writing({ writing: { perIssue: null } });
});
afterAll(() => site.close());

const keys = (count: number) => keysIn(site, 'ENG').slice(0, count);
const since = (before: number) => site.executed().slice(before);

test('thirty issues get their labels by one request; those that had them already are left alone', async () => {
  const rows = rowsOf(keys(24).map((issue) => ({ issue, labels: 'by-bulk' })));
  const before = site.executed().length;
  expect((await site.look('update_issue', rows)).report.planned).toMatchObject({ requests: 1 });
  const { report } = await site.send('update_issue', rows);
  expect(report).toMatchObject({ ok: true, done: 24 });
  expect(since(before)).toEqual(['POST /rest/api/3/bulk/issues/fields']);
  const again = await site.send('update_issue', rows, { again: 'once more' });
  expect(again.report).toMatchObject({ ok: true, skipped: 24 });
  expect(since(before)).toHaveLength(1);
});

test('a lost answer to the one request is settled row by row, and nothing is done twice', async () => {
  const before = site.executed().length;
  site.jira.faults.add({ match: 'writes', destroyAfterWork: true });
  const { report } = await site.send('transition', rowsOf(keys(15).map((issue) => ({ issue, to: 'In Review 👀' }))));
  site.jira.faults.clear();
  expect(report).toMatchObject({ ok: true, unknown: 0, failed: 0 });
  expect(since(before)).toEqual(['POST /rest/api/3/bulk/issues/transition']);
});

test('without the permission for bulk changes the rows go one by one', async () => {
  site.jira.writes.rules.permissions.BULK_CHANGE = false;
  const before = site.executed().length;
  const { report } = await site.send('update_issue', rowsOf(keys(12).map((issue) => ({ issue, labels: 'by-one' }))));
  delete site.jira.writes.rules.permissions.BULK_CHANGE;
  expect(report).toMatchObject({ ok: true, done: 12 });
  expect(new Set(since(before))).toEqual(new Set(['PUT /rest/api/3/issue/{issueIdOrKey}']));
});

const MINUTE = 60_000;
const labelled = (count: number, labels: string) => rowsOf(keys(count).map((issue) => ({ issue, labels })));

test('rows of a task that is slow are not sent one by one beside it: it would reach them, too', async () => {
  const rows = labelled(12, 'slow');
  const before = site.executed().length;
  site.jira.writes.rules.bulkHeld = true;
  const first = await site.send('update_issue', rows);
  expect(first.report).toMatchObject({ done: 0, failed: 0, unknown: 12 });
  expect(first.report.rows[0]?.error).toContain('may not have reached it yet');
  site.jira.edit.advance(60 * MINUTE);
  expect((await site.send('update_issue', rows)).report).toMatchObject({ unknown: 12 });
  site.jira.writes.rules.bulkHeld = false;
  expect((await site.send('update_issue', rows)).report).toMatchObject({ ok: true, skipped: 12 });
  expect(since(before)).toEqual(['POST /rest/api/3/bulk/issues/fields']);
});

test('what a task refused after it was lost sight of fails in the words of Jira', async () => {
  const rows = labelled(10, 'refused');
  site.jira.writes.rules.bulkHeld = true;
  expect((await site.send('update_issue', rows)).report).toMatchObject({ unknown: 10 });
  site.jira.writes.rules.permissions.EDIT_ISSUES = false;
  site.jira.writes.rules.bulkHeld = false;
  await site.send('add_comment', rowsOf([{ issue: 'ENG-1', text: 'settles what is open' }]));
  delete site.jira.writes.rules.permissions.EDIT_ISSUES;
  const told = await site.rows("SELECT DISTINCT state, error FROM demo._actions WHERE input LIKE '%refused%'");
  expect(told).toEqual([{ state: 'failed', error: 'You do not have permission to edit this issue.' }]);
});

test('a task whose number was lost is waited for a quarter of an hour, and its rows then go one by one', async () => {
  const rows = labelled(11, 'unnumbered');
  const before = site.executed().length;
  site.jira.faults.add({ match: 'writes', destroy: true });
  expect((await site.send('update_issue', rows)).report).toMatchObject({ done: 0, unknown: 11 });
  expect((await site.send('update_issue', rows)).report).toMatchObject({ done: 0, unknown: 11 });
  expect(since(before)).toEqual([]);
  site.jira.edit.advance(16 * MINUTE);
  expect((await site.send('update_issue', rows)).report).toMatchObject({ ok: true, done: 11 });
  expect(since(before)).toHaveLength(11);
  expect(new Set(since(before))).toEqual(new Set(['PUT /rest/api/3/issue/{issueIdOrKey}']));
});
