/** A cell that is an object or a list already: written as text it is `[object Object]` in Jira, and the look showed its words all the same. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fieldValue } from '../../../src/actions/plan/field-value.js';
import { readRow } from '../../../src/actions/plan/read-row.js';
import { MARKUPS, richText } from '../../../src/actions/plan/rich-text.js';
import { Site } from '../../../src/actions/site/site.js';
import { markdownDocument } from '../../../src/actions/text/markdown-adf.js';
import { actionRegistry } from '../../../src/app/settings/actions.js';
import type { Json } from '../../../src/contract/table.js';
import { own } from '../../../src/core/json-path.js';
import { fakeClient } from '../../helpers/fake-client.js';
import { placeOf, rowsOf, type Writing, writing } from '../../helpers/writing.js';

let site: Writing;
beforeAll(async () => {
  site = await writing();
});
afterAll(() => site.close());

const DOCUMENT = markdownDocument('a **bold** word') as unknown as Json;

test.each([
  'plain',
  'markdown',
  'adf',
] as const)('a document as an object arrives as that document with --markup %s', async (markup) => {
  const { report } = await site.send('add_comment', rowsOf([{ issue: 'ENG-1', text: DOCUMENT }]), {
    markup,
    again: markup,
  });
  expect(report).toMatchObject({ done: 1 });
  expect(site.jira.site.comments.of(placeOf(site, 'ENG-1')).at(-1)?.body()).toEqual(DOCUMENT);
});

test('the description, by its name as by the input, is no [object Object]', async () => {
  for (const name of ['text', 'Description']) {
    const rows = rowsOf([{ issue: 'ENG-2', [name]: DOCUMENT, summary: name }]);
    expect((await site.send('update_issue', rows)).report).toMatchObject({ done: 1 });
    const [row] = await site.rows(`SELECT CAST(request AS VARCHAR) AS request FROM demo._actions
      WHERE action = 'update_issue' AND contains(CAST(input AS VARCHAR), '"${name}"')`);
    expect(own(own(own(JSON.parse(String(row?.request)), 'body'), 'fields'), 'description')).toEqual(DOCUMENT);
  }
});

test('an object that is no document, and a list, are no texts of any markup', () => {
  for (const markup of MARKUPS)
    for (const value of [{ accountId: 'a' }, ['a', 'b']] as const) {
      expect(() => richText('cloud', markup, value)).toThrow('expected a');
      expect(() => richText('datacenter', markup, value)).toThrow(/expected a|takes no ADF/);
    }
});

const reading = { fields: null, timeZone: null };
const read = (action: string, cells: Readonly<Record<string, Json>>) =>
  readRow(actionRegistry().get(action), { line: 2, cells }, reading);

test.each([
  ['an object', { value: 'x' }],
  ['a list', ['a', 'b']],
] as const)('a summary that is %s is refused, and not written as its parts', async (_, summary) => {
  const { errors } = read('create_issue', { project: 'ENG', issue_type: 'Task', summary });
  expect(errors).toEqual([expect.stringContaining('summary: expected a text, got')]);
});

test('names of labels and transitions are texts, too', () => {
  expect(read('update_issue', { issue: 'ENG-1', labels: [{ name: 'a' }] }).errors).toEqual([
    expect.stringContaining('labels: expected a text'),
  ]);
  expect(read('transition', { issue: 'ENG-1', to: ['Done'] }).errors).toEqual([
    expect.stringContaining('to: expected'),
  ]);
});

test('what goes by name is known by its form in the API, as it is by its name', () => {
  const cells = {
    project: { key: 'eng' },
    issue_type: { id: '10001', name: 'Task' },
    summary: 'x',
    parent: { key: 'ENG-1' },
    assignee: { accountId: 'abc' },
  };
  expect(read('create_issue', cells)).toMatchObject({
    errors: [],
    content: { project: 'ENG', issue_type: '10001', parent: 'ENG-1', assignee: 'abc' },
  });
  expect(read('transition', { issue: { id: 10001 }, to: { name: 'Done' }, via: [{ id: '21' }, 'Open'] })).toMatchObject(
    {
      errors: [],
      content: { issue: '10001', to: 'Done', via: ['21', 'Open'] },
    },
  );
  expect(read('assign_issue', { issue: 'ENG-1', assignee: { self: 'x' } }).errors).toEqual([
    expect.stringContaining('an object with accountId or name'),
  ]);
});

test.each([
  ['option', null],
  ['string', null],
  ['number', null],
  ['any', 'com.pyxis.greenhopper.jira:gh-sprint'],
])('a list for a field of one value, %s, is refused, and not written as its parts', async (type, custom) => {
  const field = { id: 'customfield_1', name: 'One', type, items: null, custom };
  const ports = new Site(fakeClient(() => []).client, 'cloud', { accountId: 'me', timeZone: null });
  const given = { site: ports, markup: 'plain' as const, projects: [] };
  await expect(fieldValue(field, ['a', 'b'], given)).rejects.toThrow('expected a text, got');
});

test('one object for a field of several is a list of one', async () => {
  const field = { id: 'components', name: 'Components', type: 'array', items: 'component', custom: null };
  const ports = new Site(fakeClient(() => []).client, 'cloud', { accountId: 'me', timeZone: null });
  const given = { site: ports, markup: 'plain' as const, projects: [] };
  expect(await fieldValue(field, { name: 'A' }, given)).toEqual([{ name: 'A' }]);
});
