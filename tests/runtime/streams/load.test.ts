import { describe, expect, test } from 'vitest';
import { readStreamFiles } from '../../../src/app/settings/package-files.js';
import { loadRegistry } from '../../../src/runtime/streams/load.js';
import { GROUPS, type Group } from '../../../src/runtime/streams/registry.js';
import { FIRST_39 } from '../../helpers/first-streams.js';

const GOOD = `stream: parts
about: Parts of things.
grain: one part
docs: https://example.com/parts
needs: { product: jira, permission: none at all, scopes: { classic: [], granular: [] } }
primary_key: [id]
write: replace
routes:
  - name: list
    cost: 1 request
    request: GET /rest/api/3/parts
    page: { kind: none }
    rows: "[]"
columns:
  id: { type: id, about: Part id. }
topic: site
`;
const load = (text: string, file = 'streams/parts.yaml') => loadRegistry([{ file, text, untested: false }]);
const change = (from: string, to: string) => () => load(GOOD.replace(from, to));

describe('a wrong stream file fails at load, with file, line and the nearest word', () => {
  test('the file as it is loads', () => expect(load(GOOD).get('parts').primary_key).toEqual(['id']));
  test('a census that asks routes and looks at columns which are not there', () => {
    const census =
      'census: { list: lst, read: list, confirm: list, named_in: [idd], group: { column: id, from: id } }\n';
    expect(change('routes:', `${census}routes:`)).toThrow(
      /no route `lst` with a request.*`list`\?[\s\S]*`idd` is no column.*`id`\?/,
    );
    expect(change('routes:', 'gone_with: { stream: part, key: id, confirm: list }\nroutes:')).toThrow(
      /there is no stream `part`.*Did you mean `parts`\?/,
    );
    expect(change('routes:', 'gone_with: { stream: parts, key: idd, confirm: list }\nroutes:')).toThrow(
      /`parts` has no column `idd`.*Did you mean `id`\?/,
    );
  });
  test('unknown word', () =>
    expect(change('primary_key:', 'primary_keys:')).toThrow(
      /parts\.yaml:6: unknown word `primary_keys`.*Did you mean `primary_key`\?/,
    ));
  test('unknown word deep in a route', () =>
    expect(change('    cost:', '    costs:')).toThrow(/parts\.yaml:10: unknown word `costs`.*`cost`/));
  test('duplicate key', () =>
    expect(change('write: replace', 'write: replace\nwrite: upsert')).toThrow(/parts\.yaml:8: .*stands twice/));
  test('missing key column', () =>
    expect(change('[id]', '[ids]')).toThrow(/parts\.yaml:6: the key column `ids` is not declared.*Did you mean `id`/));
  test('wrong value of a word', () =>
    expect(change('replace', 'replaces')).toThrow(
      /parts\.yaml:7: .*must be one of replace, upsert, append.*Did you mean `replace`/,
    ));
  test('wrong column type', () =>
    expect(change('type: id', 'type: strin')).toThrow(/parts\.yaml:15: .*Did you mean `string`/));
  test('wrong kind of paging names the kinds there are', () =>
    expect(change('kind: none', 'kind: ofset')).toThrow(
      /parts\.yaml:12: `routes\.0\.page\.kind` must be one of none, .*Did you mean `offset`/,
    ));
  test('paging without its kind', () =>
    expect(change('{ kind: none }', '{ size: 5 }')).toThrow(/parts\.yaml:12: .*page\.kind` must be one of none/));
  test('a missing word is called missing', () =>
    expect(change('about: Parts of things.\n', '')).toThrow(/parts\.yaml:1: `about` is missing; expected string/));
  test('unquoted comma inside braces says what to do', () =>
    expect(change('about: Part id.', 'about: Part, id: of it')).toThrow(/parts\.yaml:15/));
  test('file name and stream differ', () =>
    expect(() => load(GOOD, 'streams/other.yaml')).toThrow(/other\.yaml:1: the file is called other\.yaml/));
  test('a header that is not of the kind which callers may send', () =>
    expect(change('rows:', 'headers: { Authorization: Basic abc }\n    rows:')).toThrow(/parts\.yaml:\d+/));
  test('a placeholder nothing fills', () =>
    expect(change('3/parts', '3/parts/{thing_id}')).toThrow(
      /parts\.yaml:11: nothing fills the placeholder \{thing_id\}/,
    ));
  test('texts of what is no struct', () =>
    expect(change('type: id,', 'type: id, texts: sprint,')).toThrow(/only struct and list<struct> have `texts`/));
  test('a status that is none', () =>
    expect(change('rows: "[]"', 'rows: "[]"\n    retry: [99]')).toThrow(/parts\.yaml:14/));
  test('a POST that does not say it only reads', () => expect(change('GET /', 'POST /')).toThrow(/reads_only: true/));
  test('a 400 as an outcome by its status alone', () =>
    expect(change('rows: "[]"', 'rows: "[]"\n    unless: { 400: gone }')).toThrow(/400 is never an outcome/));
  test('yaml aliases', () => expect(change('classic: []', 'classic: &a []').bind(null)).not.toThrow());
  test('a parent that does not exist', () =>
    expect(change('write: replace', 'write: replace\nparent: { stream: thing, bind: { id: id } }')).toThrow(
      /there is no stream `thing`/,
    ));
});

describe('what a stream file says of its parents and of refusals is checked against theirs', () => {
  const real = (stream: string, from: string | RegExp, to: string) => () =>
    loadRegistry(
      readStreamFiles().map((one) =>
        one.file.endsWith(`/${stream}.yaml`) ? { ...one, text: one.text.replace(from, to) } : one,
      ),
    );
  test('a condition on a column or a member that the parent does not have', () => {
    expect(real('issue_watchers', 'where: { watchers:', 'where: { watcher:')).toThrow(
      /has no column `watcher`.*watchers/,
    );
    expect(real('issue_remote_links', 'items[].field', 'items[].fields')).toThrow(/no column `items\[\]\.fields`/);
  });
  test('a number above of a column that is none', () =>
    expect(real('issue_watchers', 'where: { watchers:', 'where: { summary:')).toThrow(/only a number is `above`/));
  test('a moment of newness that is no timestamp', () =>
    expect(real('issue_remote_links', 'since: created', 'since: author_id')).toThrow(/`since` needs a timestamptz/));
  test('a query where no request of the parent takes one', () =>
    expect(
      real('groups', 'write: replace', 'write: replace\nparent: { stream: fields, bind: {}, query: x > 0 }'),
    ).toThrow(/no request of `fields` has a \{scope\}/));
  test('fewer records as another outcome, or where the answer counts none', () => {
    expect(real('issue_watchers', 'fewer: forbidden', 'fewer: gone')).toThrow(/are `forbidden`, and nothing else/);
    expect(real('issue_watchers', ', total: watchCount', '')).toThrow(/with a `total` tells of fewer/);
  });
  test('rows inside with half of what completeness needs', () =>
    expect(real('issue_comments', /\n {6}rest: per_issue\n/, '\n')).toThrow(/`total` and `rest` go together/));
  test('a way to the rest of a list that some runs do not go, so that they would leave the rest out', () => {
    for (const only of ['census', 'full', 'changes'])
      expect(real('issue_comments', '- name: per_issue\n', `- name: per_issue\n    only: ${only}\n`)).toThrow(
        /there is no route `per_issue` with a request, for the rows of every kind of run/,
      );
  });
});

test('two streams that are each other’s parents are refused', () => {
  const one = GOOD.replace('write: replace', 'write: replace\nparent: { stream: wholes, bind: { id: id } }');
  const two = GOOD.replaceAll('parts', 'wholes').replace(
    'write: replace',
    'write: replace\nparent: { stream: parts, bind: { id: id } }',
  );
  const files = [
    { file: 'streams/parts.yaml', text: one, untested: false },
    { file: 'streams/wholes.yaml', text: two, untested: false },
  ];
  expect(() => loadRegistry(files)).toThrow(/a cycle/);
});

test('all complaints of all files come at once', () => {
  const bad = GOOD.replace('[id]', '[ids]').replace('GET /', 'POST /');
  expect(() => load(bad)).toThrow(/primary_key|ids[\s\S]*reads_only/);
});

test('the first 39 streams are there under their names and on by default; only what stands in untested/ is off by its place', () => {
  const registry = loadRegistry(readStreamFiles());
  const namesOf = (group: Group) => registry.inGroup(group).map(({ stream }) => stream);
  expect(FIRST_39).toHaveLength(39);
  expect(namesOf('default')).toEqual(expect.arrayContaining(FIRST_39));
  expect(namesOf('credentials')).toEqual(['cloud_instances']);
  expect(namesOf('untested')).toEqual(expect.arrayContaining(['audit_records', 'priority_schemes']));
  expect(registry.enabled()).toEqual(registry.inGroup('default'));
  expect(GROUPS.flatMap(namesOf).sort()).toEqual([...registry.streams.keys()]);
});

describe('a stream that is read when named', () => {
  const named = GOOD.replace('topic: site', 'topic: site\nenabled_when: named');
  const child = (when: string) =>
    GOOD.replace('stream: parts', 'stream: bits')
      .replace('topic: site', `topic: site${when}`)
      .replace('write: replace', 'write: replace\nparent: { stream: parts, bind: { part_id: id } }')
      .replace('/parts', '/parts/{part_id}')
      .replace('columns:', 'columns:\n  part_id: { type: id, about: The part. }');
  const both = (parent: string, ours: string) => () =>
    loadRegistry([
      { file: 'streams/parts.yaml', text: parent, untested: false },
      { file: 'streams/bits.yaml', text: ours, untested: false },
    ]);

  test('is not on by default, whatever the credentials', () => {
    const registry = load(named);
    expect([registry.enabled(), registry.enabled('oauth'), registry.inGroup('named').length]).toEqual([[], [], 1]);
  });

  test('cannot be what a stream that is on by default hangs on; the other way round it can', () => {
    expect(both(named, child(''))).toThrow(/bits\.yaml:\d+: the parent `parts` is read only when named/);
    expect(both(named, child('\nenabled_when: { credentials: [oauth] }'))).toThrow(/read only when named/);
    expect(both(named, child('\nenabled_when: named'))().inGroup('named')).toHaveLength(2);
    expect(both(GOOD, child('\nenabled_when: named'))().enabled()).toHaveLength(1);
  });

  test('a misspelt word is told with the right one', () => {
    expect(change('topic: site', 'topic: site\nenabled_when: name')).toThrow(
      /parts\.yaml:17: `enabled_when` .*Did you mean `named`/,
    );
  });
});

test('a misspelt stream names the nearest one', () => {
  expect(() => loadRegistry(readStreamFiles()).get('issue_worklogs')).toThrow(/Did you mean `issue_worklog`/);
});
