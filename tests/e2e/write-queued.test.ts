/** The same change of many issues goes to Jira by one request, and each row has its own outcome. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { rowsOf, type Writing, writing } from '../helpers/writing.js';

let site: Writing;
beforeAll(async () => {
  site = await writing({ writing: { perIssue: null } });
});
afterAll(() => site.close());

const keys = (count: number): readonly string[] => {
  const { table } = site.jira.site;
  const places = Array.from({ length: table.size }, (_, place) => place).filter((place) => table.visible[place] === 1);
  return places
    .map((place) => site.jira.site.keyAt(place))
    .filter((key) => key.startsWith('ENG-'))
    .slice(0, count);
};
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
  expect(report).toMatchObject({ ok: true, done: 12 });
  expect(new Set(since(before))).toEqual(new Set(['PUT /rest/api/3/issue/{issueIdOrKey}']));
});
