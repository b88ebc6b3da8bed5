/** What a site says of its fields -> columns and requests, without a site. */
import { describe, expect, test } from 'vitest';
import { askedOf, haveColumns } from '../../../src/runtime/plan/columns-read.js';
import { compileShaper } from '../../../src/runtime/rows/shape.js';
import { tableSpecOf } from '../../../src/runtime/rows/table-spec.js';
import { withChosenColumns } from '../../../src/runtime/streams/chosen-columns.js';
import type { ColumnChoice } from '../../../src/runtime/streams/column-choice.js';
import { customFieldColumns } from '../../../src/runtime/streams/custom-field-columns.js';
import { siteFieldOf, withSiteFields } from '../../../src/runtime/streams/site-fields.js';
import { registry } from '../../helpers/jira-and-warehouse.js';

const PLATFORM = 'com.atlassian.jira.plugin.system.customfieldtypes';
const GREENHOPPER = 'com.pyxis.greenhopper.jira';

function field(type: string, custom: string, items?: string, change: Record<string, unknown> = {}) {
  const schema = { type, custom, customId: 1, ...(items === undefined ? {} : { items }) };
  const made = siteFieldOf({ id: 'customfield_1', name: 'F', custom: true, schema, ...change });
  if (!made) throw new Error('no field');
  return made;
}

type Fields = readonly ReturnType<typeof field>[];

function chosen(fields: Fields, choice?: ColumnChoice, streams = ['issue_search']) {
  const wanted = choice ? withChosenColumns(registry, { issue_search: choice }, streams) : registry;
  const { registry: made, excluded } = withSiteFields(wanted, fields, streams);
  return { stream: made.get('issue_search'), excluded: [...excluded] };
}

const issues = (fields: Fields) => chosen(fields).stream;
const SYSTEM = ['description', 'status', 'updated', 'summary', 'issuekey', 'project'].map((id) =>
  field('string', '', undefined, { id, name: id, custom: false }),
);

/** The custom cells of an issue with this value, and what is left of it. */
function shaped(one: ReturnType<typeof field>, value: unknown, aside: readonly string[] = []) {
  const record = { id: '1', key: 'A-1', fields: { updated: '2024-01-01T00:00:00.000Z', customfield_1: value } };
  const options = { links: new Set(['self']), aside: new Set(aside) };
  const result = compileShaper(issues([one]), null, options).shape(record, {});
  if ('reject' in result) throw new Error(result.reject);
  const cells = Object.fromEntries(Object.entries(result.row).filter(([name]) => name.startsWith('customfield_')));
  return { cells, extra: JSON.parse(String(result.row._extra)) as unknown, misfits: result.misfits };
}

const person = { self: 'https://x/user', accountId: '5b10a2844c20165700ede21g', displayName: 'Mia Krystof' };
const option = { self: 'https://x/customFieldOption/10001', value: 'Yes', id: '10001' };
const group = { name: 'jira-users', groupId: '276f955c', self: 'https://x/group' };

describe('a value of each kind of field is in the columns of that kind, and nothing of it is left over', () => {
  const kinds: readonly (readonly [kind: string, ReturnType<typeof field>, value: unknown, cells: object])[] = [
    ['number', field('number', `${PLATFORM}:float`), 8.5, { customfield_1: 8.5 }],
    ['text', field('string', `${PLATFORM}:textfield`), 'a', { customfield_1: 'a' }],
    ['url', field('string', `${PLATFORM}:url`), 'https://a', { customfield_1: 'https://a' }],
    ['day', field('date', `${PLATFORM}:datepicker`), '2024-02-29', { customfield_1: '2024-02-29' }],
    [
      'moment',
      field('datetime', `${PLATFORM}:datetime`),
      '2024-02-29T10:00:00.000+0100',
      { customfield_1: '2024-02-29T09:00:00.000Z' },
    ],
    ['choice', field('option', `${PLATFORM}:select`), option, { customfield_1: { id: '10001', value: 'Yes' } }],
    [
      'choice below a choice',
      field('option-with-child', `${PLATFORM}:cascadingselect`),
      { ...option, child: { ...option, id: '7', value: 'No' } },
      { customfield_1: { id: '10001', value: 'Yes', child_id: '7', child_value: 'No' } },
    ],
    [
      'choices',
      field('array', `${PLATFORM}:multiselect`, 'option'),
      [option],
      { customfield_1: [{ id: '10001', value: 'Yes' }] },
    ],
    ['labels', field('array', `${PLATFORM}:labels`, 'string'), ['a', 'b'], { customfield_1: ['a', 'b'] }],
    [
      'person',
      field('user', `${PLATFORM}:userpicker`),
      person,
      { customfield_1_id: '5b10a2844c20165700ede21g', customfield_1_name: 'Mia Krystof' },
    ],
    [
      'person of Data Center',
      field('user', `${PLATFORM}:userpicker`),
      { self: 'x', key: 'JIRAUSER10100', displayName: 'Mia' },
      { customfield_1_id: 'JIRAUSER10100', customfield_1_name: 'Mia' },
    ],
    [
      'people',
      field('array', `${PLATFORM}:multiuserpicker`, 'user'),
      [person],
      { customfield_1: [{ id: '5b10a2844c20165700ede21g', name: 'Mia Krystof' }] },
    ],
    [
      'group',
      field('group', `${PLATFORM}:grouppicker`),
      group,
      { customfield_1: { id: '276f955c', name: 'jira-users' } },
    ],
    [
      'project',
      field('project', `${PLATFORM}:project`),
      { self: 'x', id: '10000', key: 'EX', name: 'Example' },
      { customfield_1: { id: '10000', name: 'Example', key: 'EX' } },
    ],
    [
      'versions',
      field('array', `${PLATFORM}:multiversion`, 'version'),
      [{ self: 'x', id: '1', name: '1.0' }],
      { customfield_1: [{ id: '1', name: '1.0' }] },
    ],
    ['epic link', field('any', `${GREENHOPPER}:gh-epic-link`), 'EX-1', { customfield_1: 'EX-1' }],
    ['rank', field('any', `${GREENHOPPER}:gh-lexo-rank`), '0|i0000f:', { customfield_1: '0|i0000f:' }],
    [
      'sprints',
      field('array', `${GREENHOPPER}:gh-sprint`, 'json'),
      [{ id: 4, name: 'S 4', state: 'active', boardId: 1, goal: '', startDate: '2026-10-14T09:00:00.000Z' }],
      {
        customfield_1: [
          {
            ...{ id: '4', name: 'S 4', state: 'active', board_id: '1', goal: '' },
            ...{ start_date: '2026-10-14T09:00:00.000Z', end_date: null, complete_date: null },
          },
        ],
      },
    ],
    [
      'sprints of Data Center, which are text',
      field('array', `${GREENHOPPER}:gh-sprint`, 'string'),
      ['a.b.Sprint@1f[id=4,rapidViewId=1,state=ACTIVE,name=S, 4=[x],startDate=2026-10-14T09:00:00.000Z,goal=]'],
      {
        customfield_1: [
          {
            ...{ id: '4', name: 'S, 4=[x]', state: 'active', board_id: '1', goal: '' },
            ...{ start_date: '2026-10-14T09:00:00.000Z', end_date: null, complete_date: null },
          },
        ],
      },
    ],
    ['anything else', field('any', 'com.example:own'), { a: [1] }, { customfield_1: '{"a":[1]}' }],
    ['a type nobody knows', field('sd-feedback', 'x:y'), 4, { customfield_1: '4' }],
  ];
  test.each(kinds)('%s', (_, kind, value, cells) => {
    expect(shaped(kind, value)).toEqual({ cells, extra: null, misfits: [] });
  });

  test('rich text, as sent and as text', () => {
    const document = { type: 'doc', content: [{ type: 'paragraph', content: [{ type: 'text', text: 'Hi' }] }] };
    const { cells, extra } = shaped(field('string', `${PLATFORM}:textarea`), document);
    expect([cells.customfield_1_text, JSON.parse(String(cells.customfield_1)), extra]).toEqual(['Hi', document, null]);
  });
});

test('members without a place stay in _extra, and a value of another kind stays whole', () => {
  const choice = field('option', `${PLATFORM}:select`);
  expect(shaped(choice, { ...option, disabled: true }).extra).toEqual({
    fields: { customfield_1: { disabled: true } },
  });
  const misfit = shaped(choice, 'text');
  expect(misfit).toEqual({
    cells: { customfield_1: null },
    extra: { customfield_1: 'text' },
    misfits: ['customfield_1'],
  });
});

test('values of columns that the table cannot take are set aside whole, and null is nothing to set aside', () => {
  const choice = field('option', `${PLATFORM}:select`);
  const set = shaped(choice, option, ['customfield_1']);
  expect(set).toEqual({ cells: { customfield_1: null }, extra: { customfield_1: option }, misfits: ['customfield_1'] });
  expect(shaped(choice, null, ['customfield_1'])).toMatchObject({ extra: null, misfits: [] });
  const text = shaped(field('string', `${PLATFORM}:textarea`), 'wiki', ['customfield_1_text']);
  expect(text.extra).toEqual({ customfield_1_text: 'wiki' });
});

test.each([
  ['', 'customfield_1'],
  ['優先顧客 🚀', '優先顧客 🚀'],
  ['a'.repeat(255), 'a'.repeat(255)],
  ['🚀'.repeat(4000), `${'🚀'.repeat(254)}…`],
])('the display name is the column doc, whatever it is (%#)', (name, doc) => {
  const [column] = Object.values(customFieldColumns(field('number', 'x:float', undefined, { name }), 'fields'));
  expect(column?.about).toBe(doc);
});

test('system fields and odd ids make no columns', () => {
  expect(customFieldColumns(field('number', 'x', undefined, { custom: false }), 'fields')).toEqual({});
  expect(customFieldColumns(field('number', 'x', undefined, { id: 'customfield_1; drop' }), 'fields')).toEqual({});
  expect(siteFieldOf({ name: 'no id' })).toBeNull();
  expect(siteFieldOf('text')).toBeNull();
});

test('columns of custom fields follow the declared ones, in the order of their numbers, whatever the order of the list', () => {
  const of = (number: number) => field('number', 'x:float', undefined, { id: `customfield_${number}` });
  const names = tableSpecOf(issues([of(10_100), of(900), of(10_020)]), 'a').columns.map(({ name }) => name);
  expect(names.slice(-3)).toEqual(['customfield_900', 'customfield_10020', 'customfield_10100']);
  expect(names.slice(0, 2)).toEqual(['id', 'key']);
});

test('left-out fields are asked for by no route that asks for all, and feed no column', () => {
  const fields = [field('number', 'x:float'), ...SYSTEM];
  const { stream } = chosen(fields, { exclude: ['customfield_1', 'description', 'status'] });
  expect(Object.keys(stream.columns)).not.toContain('customfield_1');
  expect(Object.keys(stream.columns)).not.toContain('description_text');
  // Fed from the field `statusCategory` as well.
  expect(stream.columns.status_category_id?.from).toEqual(['fields.statusCategory.id']);
  const asked = stream.routes.map((route) => [route.name, JSON.stringify(route.body?.fields ?? null)]);
  expect(Object.fromEntries(asked)).toMatchObject({
    search: '["*all","-comment","-worklog","-customfield_1","-description","-status"]',
    keys: '["key"]',
    bulk: '["*all","-comment","-worklog","-customfield_1","-description","-status"]',
    search_datacenter: '["*all","-comment","-worklog","-customfield_1","-description","-status"]',
  });
});

test('a name stands for every field that has it; an unknown one is refused with the nearest, an unknown id is not', () => {
  const fields = [1, 2].map((number) =>
    field('number', 'x', undefined, { id: `customfield_${number}`, name: 'Points' }),
  );
  const { excluded } = chosen(fields, { exclude: ['Points', 'customfield_77'] });
  expect(excluded).toEqual(['customfield_1', 'customfield_2', 'customfield_77']);
  expect(() => chosen(fields, { exclude: ['Point'] })).toThrow(/no field `Point`.*Points/);
});

test('a field of which no column is left is not asked for, and one of which some is left is', () => {
  const both = chosen(SYSTEM, { exclude: ['status_name', 'summary'] });
  expect(both.excluded).toEqual(['summary']);
  expect(Object.keys(both.stream.columns)).not.toContain('status_name');
  expect(Object.keys(both.stream.columns)).toContain('status_id');
});

test('of columns that are named alone, what cannot be done without comes along, and nothing else is asked for', () => {
  const fields = [field('number', 'x:float', undefined, { name: 'Points' }), ...SYSTEM];
  const { stream, excluded } = chosen(fields, { include: ['Points', 'status_name'] });
  const columns = Object.keys(stream.columns);
  expect(columns).toEqual(expect.arrayContaining(['id', 'updated', 'project_key', 'customfield_1', 'status_name']));
  for (const name of ['summary', 'status_id', 'description_text']) expect(columns).not.toContain(name);
  expect(excluded).toEqual(['description', 'summary']);
});

test.each([
  [['id'], 'its key'],
  [['updated'], 'its cursor'],
  [['issuekey'], 'issuekey'],
  [['project_key'], 'scope'],
])('%j cannot be left out', (exclude, words) => {
  expect(() => chosen(SYSTEM, { exclude })).toThrow(words);
});

test('what another stream goes by cannot be left out while that stream is read', () => {
  expect(() => chosen(SYSTEM, { exclude: ['watchers'] }, ['issue_search', 'issue_watchers'])).toThrow('issue_watchers');
  expect(chosen(SYSTEM, { exclude: ['watchers'] }).stream.columns).not.toHaveProperty('watchers');
});

test.each<[string, ColumnChoice, ColumnChoice]>([
  ['named besides', { include: ['summary'] }, { include: ['summary', 'Points'] }],
  ['no longer left out', { exclude: ['Points', 'summary'] }, { exclude: ['summary'] }],
])('a field that is %s passes for no field that the table has had all along', (_, before, now) => {
  const fields = [field('number', 'x:float', undefined, { name: 'Points' }), ...SYSTEM];
  const columns = (choice: ColumnChoice) => askedOf(chosen(fields, choice).stream).columns;
  expect(haveColumns(columns(before), columns(now))).toBe(false);
  expect(haveColumns(columns(now), columns(now))).toBe(true);
});
