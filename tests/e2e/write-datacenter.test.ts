/** Data Center is written to by version 2: wiki markup, login names, no marker for worklogs; and still nothing twice. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { losing, rowsOf, type Writing, writing } from '../helpers/writing.js';

let site: Writing;
beforeAll(async () => {
  site = await writing({ deployment: 'datacenter', writing: { permissions: { DELETE_ISSUES: true } } });
});
afterAll(() => site.close());

const since = (before: number) => site.executed().slice(before);

test.each([
  [
    'create_worklog',
    (n: number) => ({ issue: `ENG-${(n % 3) + 1}`, started: '2026-03-02T09:00', time: '1h', text: `w ${n}` }),
  ],
  ['add_comment', (n: number) => ({ issue: `ENG-${(n % 3) + 1}`, text: `c ${n}` })],
  ['create_issue', (n: number) => ({ project: 'ENG', issue_type: 'Task', summary: `i ${n}`, assignee: 'ada' })],
  ['create_issue_link', (n: number) => ({ type: 'Blocks', issue: 'ENG-1', other: `ENG-${n + 2}` })],
  ['assign_issue', (n: number) => ({ issue: `ENG-${n + 1}`, assignee: 'ada' })],
  ['update_issue', (n: number) => ({ issue: `ENG-${n + 1}`, summary: `new ${n}`, labels: 'a,b' })],
  ['transition', (n: number) => ({ issue: `ENG-${n + 1}`, to: 'In Review 👀' })],
] as const)('%s: each row once, however many answers are lost', async (action, cells) => {
  const rows = rowsOf(Array.from({ length: 12 }, (_, n) => cells(n)));
  const before = site.executed().length;
  losing(site.jira);
  const { report } = await site.send(action, rows);
  site.jira.faults.clear();
  expect(report.rows.filter(({ state }) => state !== 'done' && state !== 'skipped')).toEqual([]);
  const wrote = since(before).filter((one) => !one.includes('/bulk'));
  expect(wrote.length).toBeLessThanOrEqual(12);
  const again = await site.send(action, rows);
  expect(again.report).toMatchObject({ skipped: 12 });
});

test('markdown becomes wiki markup', async () => {
  const { report } = await site.send(
    'add_comment',
    rowsOf([{ issue: 'ENG-5', text: '**b** [l](https://e.com)', markup: 'markdown' }]),
  );
  expect(report).toMatchObject({ ok: true, done: 1 });
  const place = site.jira.site.find('ENG-5') ?? 0;
  expect(JSON.stringify(site.jira.site.comments.of(place).at(-1)?.body())).toContain('*b* [l|https://e.com]');
});
