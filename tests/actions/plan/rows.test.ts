/** Rows that look good one by one and end in what nobody meant: planned against one look at the site, and refused before anything is sent. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { rowsOfFile } from '../../../src/app/write/read-rows.js';
import { rowsOf, type Writing, writing } from '../../helpers/writing.js';

let site: Writing;
beforeAll(async () => {
  site = await writing();
});
afterAll(() => site.close());
let before: number;
beforeEach(() => {
  before = site.executed().length;
});
const nothingWasSent = () => expect(site.executed()).toHaveLength(before);
const errorOf = async (action: string, cells: Parameters<typeof rowsOf>[0]) =>
  (await site.look(action, rowsOf(cells))).report.rows.map(({ error }) => error);

test('ENG-1 to High and back to Low in one set ends at High, when the second row is taken for done: the set is refused', async () => {
  site.jira.edit.updateIssue('10000', { priority: 'Low' });
  const rows = rowsOf([
    { issue: 'ENG-1', priority: 'High' },
    { issue: 'eng-1', priority: 'Low' },
  ]);
  await expect(site.send('update_issue', rows)).rejects.toThrow(
    'line 3: line 2 of this set sets priority of ENG-1, too',
  );
  nothingWasSent();
});

test('the same issue by key and by id, the same field by name and by input, are the same', async () => {
  const id = site.jira.site.idOf(site.jira.site.find('ENG-2') ?? 0);
  const twice = await errorOf('update_issue', [
    { issue: 'ENG-2', text: 'one' },
    { issue: id, Description: 'two' },
  ]);
  expect(twice).toEqual([null, expect.stringContaining('line 2 of this set sets description')]);
  const moved = await errorOf('transition', [
    { issue: 'ENG-2', to: 'Done' },
    { issue: 'ENG-2', to: 'Verified' },
  ]);
  expect(moved[1]).toContain('line 2 of this set');
});

test('other fields of the same issue, and comments on it, are good rows', async () => {
  const fields = [
    { issue: 'ENG-3', summary: 'one' },
    { issue: 'ENG-3', labels: 'two' },
    { issue: 'ENG-4', summary: 'one' },
  ];
  expect(await errorOf('update_issue', fields)).toEqual([null, null, null]);
  const said = { issue: 'ENG-3', text: 'the same' };
  expect(await errorOf('add_comment', [said, said])).toEqual([null, null]);
});
