/** Rows that look good one by one and end in what nobody meant: planned against one look at the site, and refused before anything is sent. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { fieldValue } from '../../../src/actions/plan/field-value.js';
import { Site } from '../../../src/actions/site/site.js';
import { rowsOfFile } from '../../../src/app/write/read-rows.js';
import type { Json } from '../../../src/contract/table.js';
import { fakeClient } from '../../helpers/fake-client.js';
import { idOf, keysIn, placeOf, rowsOf, type Writing, writing } from '../../helpers/writing.js';

const FIELD_SETTING = {
  site: new Site(fakeClient(() => null).client, 'cloud', { accountId: 'me', timeZone: null }),
  markup: 'plain',
  projects: [],
} as const;
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
  site.jira.edit.updateIssue(idOf(site, 'ENG-1'), { priority: 'Low' });
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
  const twice = await errorOf('update_issue', [
    { issue: 'ENG-2', text: 'one' },
    { issue: idOf(site, 'ENG-2'), Description: 'two' },
  ]);
  expect(twice).toEqual([null, expect.stringContaining('line 2 of this set sets description')]);
  const moved = await errorOf('transition', [
    { issue: 'ENG-2', to: 'Done' },
    { issue: 'ENG-2', to: 'Verified' },
  ]);
  expect(moved[1]).toContain('line 2 of this set');
});

test('other fields of the same issue, and comments on it, are good rows', async () => {
  const fields: Parameters<typeof rowsOf>[0] = [
    { issue: 'ENG-3', summary: 'one' },
    { issue: 'ENG-3', labels: 'two' },
    { issue: 'ENG-4', summary: 'one' },
  ];
  expect(await errorOf('update_issue', fields)).toEqual([null, null, null]);
  const said = { issue: 'ENG-3', text: 'the same' };
  expect(await errorOf('add_comment', [said, said])).toEqual([null, null]);
});

test('two files of one issue that differ in content alone cannot be told apart when answers are lost: the second is refused', async () => {
  mkdirSync(join(site.root, 'other'), { recursive: true });
  for (const [name, text] of [
    ['report.txt', 'one'],
    ['other/report.txt', 'two'],
  ] as const)
    writeFileSync(join(site.root, name), text);
  const rows = (second: string) => [
    { issue: 'ENG-3', file: 'report.txt' },
    { issue: second, file: 'other/report.txt' },
  ];
  const refused = [null, expect.stringContaining('line 2 of this set attaches another file of this name and size')];
  expect(await errorOf('add_attachment', rows(idOf(site, 'ENG-3')))).toEqual(refused);
  expect(await errorOf('add_attachment', rows('ENG-4'))).toEqual([null, null]);
});

test('a cell of blanks is an empty cell: it leaves alone, and clears only when asked to', () => {
  const file = (emptyClears: boolean) =>
    rowsOfFile(Buffer.from('issue,summary,assignee\nENG-1, \t,\u00a0\n'), {
      name: 'x.csv',
      format: 'csv',
      emptyClears,
    }).map(({ cells }) => cells);
  expect(file(false)).toEqual([{ issue: 'ENG-1' }]);
  expect(file(true)).toEqual([{ issue: 'ENG-1', summary: null, assignee: null }]);
});

test('a column called as the field is in Jira is read by the rules of the input: labels were one text', async () => {
  const cells = { issue: 'ENG-5', Labels: 'red, green', Parent: 'eng-2', Summary: '  one  ' };
  const { report } = await site.look('update_issue', rowsOf([cells]));
  expect(report.rows).toMatchObject([{ state: 'ready', error: null }]);
  expect(report.changes[0]?.values.map(({ name, after }) => [name, after])).toEqual([
    ['labels', ['red', 'green']],
    ['parent', 'ENG-2'],
    ['summary', 'one'],
  ]);
  expect(await errorOf('update_issue', [{ issue: 'ENG-5', Labels: 'a', labels: 'b' }])).toEqual([
    expect.stringContaining('it is given twice'),
  ]);
});

test('an issue in the status that is wanted stays there, though a transition by another name leads to it', async () => {
  site.jira.edit.updateIssue(idOf(site, 'ENG-6'), { status: 'Done' });
  const names = site.jira.writes.rules.transitionNames;
  for (let id = 11; id < 500; id += 10) names[String(id)] = `Go ${id}`;
  try {
    const there = await site.send('transition', rowsOf([{ issue: 'ENG-6', to: 'done' }]));
    expect(there.report.rows).toMatchObject([{ state: 'skipped', error: 'it is like that already' }]);
    nothingWasSent();
    const other = await site.look('transition', rowsOf([{ issue: 'ENG-6', to: 'In Review 👀' }]));
    expect(other.report).toMatchObject({ ready: 1 });
  } finally {
    for (const id of Object.keys(names)) delete names[id];
  }
});

test('one that leads to where it begins is sent when its own name is given', async () => {
  const looked = await site.look('transition', rowsOf([{ issue: 'ENG-6', to: 'Done' }]));
  expect(looked.report).toMatchObject({ ready: 1 });
});

test('--notify with --yes that was not there in the look sends mail to people that the look promised to spare: it is refused', async () => {
  const rows = rowsOf([{ issue: 'ENG-7', summary: 'mail' }]);
  await site.look('update_issue', rows);
  await expect(site.send('update_issue', rows, { notify: true })).rejects.toThrow('not the rows of the dry run');
  nothingWasSent();
  expect((await site.send('update_issue', rows, { notify: false })).report).toMatchObject({ done: 1 });
});

const foreignProject = () =>
  site.jira.site.directory.projects.find(({ key }) => key !== 'ENG' && key !== 'OPS')?.key ?? '';

test('a link is of two issues: one in a project that may not be touched keeps it', async () => {
  const { site: jira, edit } = site.jira;
  const link = jira.links.add(0, placeOf(site, 'ENG-8'), placeOf(site, 'ENG-9'));
  const foreign = foreignProject();
  expect(await errorOf('delete_issue_link', [{ link: String(link.id) }])).toEqual([null]);
  edit.moveIssue(idOf(site, 'ENG-9'), foreign);
  expect(await errorOf('delete_issue_link', [{ link: String(link.id) }])).toEqual([
    expect.stringContaining(`the project ${foreign} is not among those`),
  ]);
});

test('an issue is not hung below one of a project that may not be touched: not by key, by id, or by a key from before it moved', async () => {
  const [foreign = ''] = keysIn(site, foreignProject());
  site.jira.edit.moveIssue(idOf(site, 'ENG-10'), foreignProject());
  const made = { project: 'ENG', issue_type: 'Task', summary: 'below' };
  const refused = [expect.stringContaining(`the project ${foreignProject()} is not among those`)];
  for (const parent of [foreign, idOf(site, foreign), 'ENG-10']) {
    expect(await errorOf('create_issue', [{ ...made, parent }])).toEqual(refused);
    expect(await errorOf('update_issue', [{ issue: 'ENG-11', parent }])).toEqual(refused);
    await expect(site.send('create_issue', rowsOf([{ ...made, parent }]))).rejects.toThrow('is not among those');
  }
  expect(await errorOf('create_issue', [{ ...made, parent: 'ENG-99999' }])).toEqual([
    expect.stringContaining('ENG-99999 is not there'),
  ]);
  nothingWasSent();
});

test('nor by a field that says the issue above: the epic link of older versions, or one that a transition carries', async () => {
  const [foreign = ''] = keysIn(site, foreignProject());
  const name = 'Epic Link';
  const parent = { id: 'customfield_19998', name: 'Above', schema: { type: 'issuelink' } };
  const more = (body: unknown) => [...(body as unknown[]), parent];
  site.jira.faults.add({ match: /\/field$/, times: Number.POSITIVE_INFINITY, rewrite: more });
  try {
    const id = idOf(site, foreign);
    const values: readonly Json[] = [foreign, { key: foreign }, { id }, { key: 'ENG-2', id }];
    for (const value of values)
      for (const field of [name, 'Above'])
        expect(await errorOf('update_issue', [{ issue: 'ENG-11', [field]: value }])).toEqual([
          expect.stringContaining('is not among those'),
        ]);
    expect(await errorOf('update_issue', [{ issue: 'ENG-11', [name]: { self: 'x' } }])).toEqual([
      expect.stringContaining('expected the key of an issue'),
    ]);
    expect(await errorOf('update_issue', [{ issue: 'ENG-11', [name]: 'eng-2' }])).toEqual([null]);
    // The list of Jira Cloud has no schema for `parent`.
    for (const field of [name, 'parent'])
      for (const value of values)
        expect(await errorOf('transition', [{ issue: 'ENG-12', to: 'Done', [field]: value }])).toEqual([
          expect.stringContaining('is not among those'),
        ]);
  } finally {
    site.jira.faults.clear();
  }
  nothingWasSent();
});

test.each([
  'Description',
  'Environment',
])('markdown in a column %s arrives with its asterisks when --markup is passed over', async (column) => {
  const field = column.toLowerCase();
  const send = (action: string, cells: Parameters<typeof rowsOf>[0][number], more: object = {}) =>
    site.send(action, rowsOf([cells]), { markup: 'markdown', ...more });
  const { report } = await send('update_issue', { issue: 'ENG-13', [column]: `a **bold** ${column}` });
  expect(report).toMatchObject({ done: 1 });
  const [row] = await site.rows(`SELECT input, wanted FROM demo._actions WHERE run_id = '${report.run_id}'`);
  expect(JSON.stringify(JSON.parse(String(row?.wanted))[field])).toContain('"marks":[{"type":"strong"}]');
  expect(JSON.parse(String(row?.input))).toMatchObject({ markup: 'markdown' });
  const plain = await site.look('update_issue', rowsOf([{ issue: 'ENG-13', summary: 'no **text**' }]), {
    markup: 'markdown',
  });
  expect(plain.report.changes[0]?.values).toMatchObject([{ name: 'summary' }]);
});

test('a description that comes by its name in Jira and by the input is given twice: the second would win in silence', async () => {
  expect(await errorOf('update_issue', [{ issue: 'ENG-14', text: 'one', Description: 'two' }])).toEqual([
    expect.stringContaining('it is given twice'),
  ]);
});

test('an issue is moved to no other project by a field: `write.projects` would not be asked', async () => {
  for (const value of [foreignProject(), { key: foreignProject() }] as const)
    for (const [action, more] of [
      ['update_issue', {}],
      ['transition', { to: 'Done' }],
    ] as const)
      expect(await errorOf(action, [{ issue: 'ENG-14', ...more, Project: value }])).toEqual([
        expect.stringContaining('not moved to another project'),
      ]);
});

test('a way that names a status twice would leave out what lies between: it is refused', async () => {
  expect(await errorOf('transition', [{ issue: 'ENG-14', via: 'Reopened, Verified, reopened', to: 'Done' }])).toEqual([
    expect.stringContaining('via names "reopened" twice'),
  ]);
});

test('words that several types of links have mean none of them', async () => {
  const { linkTypes } = site.jira.site.directory;
  const type = linkTypes.find(({ name, outward }) => name.toLowerCase() !== outward.toLowerCase());
  const more = (body: unknown) => {
    const types = (body as { issueLinkTypes: readonly object[] }).issueLinkTypes;
    return { issueLinkTypes: [...types, { id: '999', name: 'Other', inward: 'x', outward: type?.outward }] };
  };
  site.jira.faults.add({ match: /\/issueLinkType$/, times: Number.POSITIVE_INFINITY, rewrite: more });
  try {
    const row = { issue: 'ENG-14', other: 'ENG-15' };
    expect(await errorOf('create_issue_link', [{ ...row, type: type?.outward ?? '' }])).toEqual([
      expect.stringContaining(`2 types of links have the words "${type?.outward}": ${type?.name}, Other`),
    ]);
    expect(await errorOf('create_issue_link', [{ ...row, type: type?.name ?? '' }])).toEqual([null]);
  } finally {
    site.jira.faults.clear();
  }
});

test('an issue type and a security level go by name, too: as texts Jira refuses them', async () => {
  const { report } = await site.look(
    'update_issue',
    rowsOf([
      { issue: 'ENG-14', 'Issue Type': 'Bug' },
      { issue: 'ENG-15', security: 'Internal' },
    ]),
  );
  expect(report.changes.map(({ values }) => values.map(({ after }) => after))).toEqual([['Bug'], ['Internal']]);
  const [type, level] = await Promise.all(
    [
      { id: 'issuetype', type: 'issuetype' },
      { id: 'security', type: 'securitylevel' },
    ].map((field) => fieldValue({ name: '', items: null, custom: null, ...field }, 'Bug', FIELD_SETTING)),
  );
  expect([type, level]).toEqual([{ name: 'Bug' }, { name: 'Bug' }]);
});

test('an estimate that an empty cell clears is left as it is usual for a set, and not to Jira', async () => {
  const work = { issue: 'ENG-16', started: '2026-03-02', time: '1h' };
  const { report } = await site.look('create_worklog', rowsOf([{ ...work, adjust_estimate: null }]));
  expect(report.notices).toContain('The remaining estimate: adjust_estimate leave.');
});

test('the lines of a large file are counted on, not each from the first one', () => {
  const lines = Array.from({ length: 100_000 }, (_, at) => `ENG-${at},"one\ntwo"`);
  const begun = performance.now();
  const rows = rowsOfFile(Buffer.from(`issue,text\n\n${lines.join('\n')}`), {
    name: 'x.csv',
    format: 'csv',
    emptyClears: false,
  });
  expect([rows[0], rows.at(-1)].map((row) => row?.line)).toEqual([3, 200_001]);
  expect(performance.now() - begun).toBeLessThan(20_000);
});

test('a row that is too short does not clear the columns that it lacks', () => {
  const file = (emptyClears: boolean) =>
    rowsOfFile(Buffer.from('issue,summary,assignee\nENG-1,one\n'), { name: 'x.csv', format: 'csv', emptyClears });
  expect(file(false).map(({ cells }) => cells)).toEqual([{ issue: 'ENG-1', summary: 'one' }]);
  expect(() => file(true)).toThrow('x.csv:2: the row has 2 cells, and there are 3 columns. With --empty clears');
});
