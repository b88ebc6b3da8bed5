import { expect, test } from 'vitest';
import { actionId, digestOf } from '../../../src/actions/plan/identity.js';
import { requestWith } from '../../../src/actions/plan/request.js';
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
