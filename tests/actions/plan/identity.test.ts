import { expect, test } from 'vitest';
import { actionId, digestOf } from '../../../src/actions/plan/identity.js';
import { readRow } from '../../../src/actions/plan/read-row.js';
import { requestWith } from '../../../src/actions/plan/request.js';
import { actionRegistry } from '../../../src/app/settings/actions.js';
import { rowsOfFile } from '../../../src/app/write/read-rows.js';

const base = { connection: 'acme', action: 'add_comment', content: { issue: 'ENG-1', text: 'x' }, number: 0 };

test('the same row has the same id in every run, whatever the order of its cells', () => {
  expect(actionId(base)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(actionId({ ...base, content: { text: 'x', issue: 'ENG-1' } })).toBe(actionId(base));
});

test('another connection, action, content, number or name is another row', () => {
  const others = [
    { ...base, connection: 'b' },
    { ...base, action: 'b' },
    { ...base, content: { issue: 'ENG-1', text: 'X' } },
    { ...base, number: 1 },
    { ...base, again: 'once more' },
  ];
  expect(new Set([base, ...others].map(actionId)).size).toBe(6);
  expect(digestOf(['a', 'b'])).not.toBe(digestOf(['b', 'a']));
});

test('a value cannot leave its place in a path', () => {
  const { path } = requestWith('PUT /rest/api/3/issue/{issue}', [{ place: 'path.issue', value: '../../x?y' }]);
  expect(path).toBe('/rest/api/3/issue/..%2F..%2Fx%3Fy');
});

const csv = (text: string, emptyClears = false) =>
  rowsOfFile(Buffer.from(text), { name: 'rows.csv', format: 'csv', emptyClears });

test('rows of a CSV are named by the line they begin on, with line breaks in cells and empty lines between', () => {
  const rows = csv('\uFEFFa,b\r\n"1\r\n2",x\r\n\r\n"3\n\n4",y\r\n5,z');
  expect(rows.map(({ line, cells }) => [line, cells.b])).toEqual([
    [2, 'x'],
    [5, 'y'],
    [8, 'z'],
  ]);
});

test('an empty cell leaves alone, unless it is to clear', () => {
  expect(csv('a,b\n1,\n')[0]?.cells).toEqual({ a: '1' });
  expect(csv('a,b\n1,\n', true)[0]?.cells).toEqual({ a: '1', b: null });
});

test.each([
  ['a,a\n1,2\n', 'two columns are called `a`'],
  ['a,b\n1,2,3\n', 'rows.csv:2: the row has 3 cells'],
  ['', 'is empty'],
])('%j is refused with its line', (text, says) => expect(() => csv(text)).toThrow(says));

test('what is no UTF-8 or no JSON object is refused', () => {
  const options = { name: 'rows', format: 'ndjson', emptyClears: false } as const;
  expect(() => rowsOfFile(Buffer.from([0xff, 0xfe]), options)).toThrow('not UTF-8');
  expect(() => rowsOfFile(Buffer.from('{"a":1}\n[1]\n'), options)).toThrow('rows:2: expected a JSON object');
  expect(rowsOfFile(Buffer.from('\n{"a":null}\n'), options)).toEqual([{ line: 2, cells: { a: null } }]);
});

/** A row of each action that writes. */
const CELLS = {
  add_attachment: { issue: 'eng-1', file: 'plan.txt' },
  add_comment: { issue: 'eng-1', text: ' one\r\ntwo ', visibility: 'role:Developers', internal: 'TRUE' },
  assign_issue: { issue: 'eng-1', assignee: ' ada@example.org ' },
  create_issue: { project: 'eng', issue_type: 'Task', summary: ' new ', labels: 'a, b', 'Story Points': 3 },
  create_issue_link: { issue: 'eng-1', type: 'Blocks', other: 'eng-2' },
  create_worklog: {
    ...{ issue: 'eng-1', started: '2026-03-02', time: '1h 30m', text: 'x', adjust_estimate: 'new' },
    new_estimate: ' 2D4h ',
  },
  delete_comment: { issue: 'eng-1', comment: '7' },
  delete_issue: { issue: 'eng-1' },
  delete_issue_link: { link: '7' },
  delete_worklog: { issue: 'eng-1', worklog: '7', adjust_estimate: 'manual', increase_by: '1h30m' },
  transition: { issue: 'eng-1', via: 'In Progress, In Review', to: 'Done' },
  update_comment: { issue: 'eng-1', comment: '7', text: 'x', visibility: null },
  update_issue: { issue: 'eng-1', summary: 'x', assignee: null, markup: 'markdown' },
  update_worklog: { issue: 'eng-1', worklog: '7', time: '2h' },
} as const;
const FIELDS = [{ id: 'customfield_10016', name: 'Story Points', type: 'number', items: null, custom: null }];
const FILE = { path: 'plan.txt', filename: 'plan.txt', size: 3, sha256: 'd' };

const idOfRow = (action: string, cells: object) => {
  const read = readRow(
    actionRegistry().get(action),
    { line: 2, cells: cells as Record<string, string> },
    { fields: FIELDS as never, timeZone: 'Europe/Berlin', fileFacts: () => FILE },
  );
  expect(read.errors).toEqual([]);
  return actionId({ connection: 'acme', action, content: read.content, number: 0 });
};

test('rows keep the identity that they have: a version that gave them another one would send them once more', () => {
  const ids = Object.fromEntries(Object.entries(CELLS).map(([action, cells]) => [action, idOfRow(action, cells)]));
  expect(ids).toEqual({
    add_attachment: '059c1cc4-b0d8-50ea-b5f1-ecf7aece0886',
    add_comment: 'a056ca86-e255-5ebb-97ee-c049b249483c',
    assign_issue: '9c6b600f-4b8f-58b3-a905-b1fd2bed7587',
    create_issue: '6b6b265c-da0d-5476-b962-1ff8dbfe2f40',
    create_issue_link: '871f5325-23bc-5c06-bd35-92a7c8d37cb7',
    create_worklog: 'df6aaea2-47fc-5d9a-b102-7eff9fbbddde',
    delete_comment: 'a6a5a40f-bd64-5019-8627-b095672b2d7f',
    delete_issue: 'a2f2dceb-27f1-57c2-bdb8-41b1200f00dd',
    delete_issue_link: '6b5616b3-c8e0-5cb2-be24-732ffe8139dd',
    delete_worklog: '52bf8d49-ec98-559c-bcd6-9ff156fcdeac',
    transition: 'b522d118-50db-50e1-8fd1-7af410874fa2',
    update_comment: '8efa6248-20b7-576b-a81c-31c67446b8e2',
    update_issue: '0325285d-f917-5450-bb48-5df484dab0c1',
    update_worklog: '3df4dba1-1955-57af-9374-35c03206c669',
  });
  const writing = [...actionRegistry().actions.values()].filter(({ kind }) => kind === 'write');
  expect(Object.keys(CELLS)).toEqual(writing.map(({ action }) => action));
});

test('what an estimate is turned into for a request has no part in the identity of its row', () => {
  const { content } = readRow(
    actionRegistry().get('create_worklog'),
    { line: 2, cells: CELLS.create_worklog },
    { fields: null, timeZone: null },
  );
  expect(content.new_estimate).toBe('2D4h');
});

test('a null has no place in a path or a query: as text it would be the word', () => {
  const placed = ['path.a', 'query.b'].map((place) => ({ place, value: null }));
  expect(requestWith('PUT /x/{a}', placed)).toMatchObject({ path: '/x/', query: {} });
});
