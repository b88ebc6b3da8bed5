import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileShaper } from '../../../src/runtime/rows/shape.js';
import type { StreamFile } from '../../../src/runtime/streams/stream-file.js';

const about = 'A column.';
const links = new Set(['self', 'avatarUrls']);
const stream = (columns: StreamFile['columns']): StreamFile => ({
  stream: 'x',
  about,
  grain: about,
  topic: 'site',
  docs: 'https://example.com',
  needs: { product: 'jira', permission: 'none', scopes: { classic: [], granular: [] } },
  primary_key: ['id'],
  write: 'upsert',
  routes: [{ name: 'all', cost: about, rows: '[]' }],
  columns: { id: { type: 'id', about }, ...columns },
});
const shape = (columns: StreamFile['columns'], record: unknown, bound = {}, claimed: string[] = []) =>
  compileShaper(stream(columns), null, { links, claimed }).shape(record, bound);
const row = (...args: Parameters<typeof shape>) => {
  const shaped = shape(...args);
  if ('reject' in shaped) throw new Error(shaped.reject);
  return shaped;
};
const extra = (...args: Parameters<typeof shape>) => JSON.parse(String(row(...args).row._extra));

test('what has no column is kept in _extra, links are not', () => {
  const record = { id: 1, self: 'https://x', a: { b: 1, self: 'https://y', c: null }, list: [], empty: {} };
  expect(extra({}, record)).toEqual({ a: { b: 1 }, list: [], empty: {} });
});

test('a value that does not fit is null in its column and kept under its name', () => {
  const { row: cells, misfits } = row({ n: { type: 'long', from: 'a.n', about } }, { id: 1, a: { n: 'many' } });
  expect(cells).toEqual({ id: '1', n: null, _extra: '{"n":"many"}' });
  expect(misfits).toEqual(['n']);
});

test('a misfit does not overwrite a left-over of the same name', () => {
  expect(extra({ a: { type: 'long', from: 'a.n', about } }, { id: 1, a: { n: 'x', m: 2 } })).toEqual({
    a: { m: 2 },
    a_: 'x',
  });
});

test('the first path present wins and the others stay in _extra', () => {
  const columns: StreamFile['columns'] = { who: { type: 'string', from: ['p.accountId', 'p.key'], about } };
  expect(row(columns, { id: 1, p: { key: 'k' } }).row).toEqual({ id: '1', who: 'k', _extra: null });
  expect(row(columns, { id: 1, p: { accountId: 'a', key: 'k' } }).row).toEqual({
    id: '1',
    who: 'a',
    _extra: '{"p":{"key":"k"}}',
  });
});

test('members that a struct does not declare stay, element by element', () => {
  const columns: StreamFile['columns'] = {
    vs: { type: 'list<struct>', from: 'versions', about, members: { id: { type: 'id', about } } },
  };
  const shaped = row(columns, { id: 1, versions: [{ id: 7 }, { id: 8, name: 'v' }] });
  expect(shaped.row).toEqual({ id: '1', vs: [{ id: '7' }, { id: '8' }], _extra: '{"versions":[null,{"name":"v"}]}' });
});

const PEOPLE: StreamFile['columns'] = {
  who: { type: 'list<struct>', from: 'people', about, members: { id: { type: 'string', from: 'key', about } } },
};

test('a null among several people takes nobody with it', () => {
  const shaped = row(PEOPLE, { id: 1, people: [{ key: 'ada' }, null, { key: 'eve' }] });
  expect(shaped).toEqual({ row: { id: '1', who: [{ id: 'ada' }, { id: 'eve' }], _extra: null }, misfits: [] });
});

test('an odd one among several people stands in _extra, and the others in the column', () => {
  const shaped = row(PEOPLE, { id: 1, people: [{ key: 'ada', at: 5 }, 'eve', [{ key: 'bob' }], { key: 'kim' }] });
  expect(shaped.row.who).toEqual([{ id: 'ada' }, { id: 'kim' }]);
  expect(JSON.parse(String(shaped.row._extra))).toEqual({ who: ['eve', [{ key: 'bob' }]], people: [{ at: 5 }, null] });
  expect(shaped.misfits).toEqual(['who']);
  const none = row(PEOPLE, { id: 1, people: ['eve', null] });
  expect(none.row).toEqual({ id: '1', who: null, _extra: '{"who":["eve",null]}' });
});

test('an odd one in a list of texts, and in a list inside a list, takes no other with it', () => {
  expect(row({ tags: { type: 'list<string>', about } }, { id: 1, tags: ['a', 5, null, ['b'], 'c'] }).row).toEqual({
    id: '1',
    tags: ['a', 'c'],
    _extra: '{"tags":[5,["b"]]}',
  });
  const members = { ids: { type: 'list<id>', from: 'statuses[].id', about } } as const;
  const shaped = row(
    { cols: { type: 'list<struct>', about, members } },
    { id: 1, cols: [{ statuses: [{ id: 1 }, null, { id: {} }, 'x', { id: '2' }] }, { statuses: [{ id: 3 }] }] },
  );
  expect(shaped.row.cols).toEqual([{ ids: ['1', '2'] }, { ids: ['3'] }]);
  expect(String(shaped.row._extra)).toContain('{}');
  expect(String(shaped.row._extra)).toContain('"x"');
  expect(shaped.misfits).toEqual(['cols.ids']);
});

test('what is nested too deeply is told by the column it is in', () => {
  const columns: StreamFile['columns'] = { text: { type: 'json', from: 'd', about } };
  const shaped = row(columns, { id: 1, d: { a: { nested_too_deep: '[]' } }, other: { nested_too_deep: '[]' } });
  expect(shaped.misfits).toEqual(['text.nested_too_deep', '_extra.nested_too_deep']);
});

test('rows another stream reads from the record are not kept twice', () => {
  expect(row({}, { id: 1, c: { total: 1, rows: [{ id: 5 }] } }, {}, ['c']).row._extra).toBeNull();
});

test('a row without its key is rejected with the reason, and is not an exception', () => {
  expect(shape({}, { name: 'x' })).toEqual({ reject: '`id` is missing' });
  expect(shape({}, { id: {} })).toEqual({ reject: '`id` does not fit: expected id, got an object' });
  expect(shape({}, null)).toEqual({ reject: 'the record is null, not an object' });
  expect(shape({}, [])).toEqual({ reject: 'the record is a list, not an object' });
});

test('keys of Object.prototype are data', () => {
  const record = JSON.parse('{"id":1,"toString":"to","__proto__":{"polluted":true},"constructor":"c"}');
  const shaped = row({ to_string: { type: 'string', from: 'toString', about } }, record);
  expect(shaped.row.to_string).toBe('to');
  expect(String(shaped.row._extra)).toBe('{"__proto__":{"polluted":true},"constructor":"c"}');
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  expect(row({ v: { type: 'json', from: 'valueOf', about } }, { id: 1 }).row.v).toBeNull();
});

test('a bound value fills its column; the record’s own value wins when the column names a path', () => {
  expect(row({ parent_id: { type: 'id', about } }, { id: 1 }, { parent_id: '9' }).row.parent_id).toBe('9');
  expect(row({ parent_id: { type: 'id', from: 'p', about } }, { id: 1, p: 8 }, { parent_id: '9' }).row.parent_id).toBe(
    '8',
  );
});

test('nothing is lost: every leaf is in a cell or in _extra', () => {
  const columns: StreamFile['columns'] = {
    a: { type: 'string', about },
    b: { type: 'list<long>', from: 'x.b', about },
    s: {
      type: 'struct',
      from: 'x.s',
      about,
      members: { a: { type: 'string', about }, n: { type: 'long', from: ['n', 'a'], about } },
    },
  };
  const leaf = fc.oneof(fc.string(), fc.integer(), fc.boolean());
  const tree = fc.letrec((tie) => ({
    node: fc.oneof(
      { depthSize: 'small' },
      leaf,
      fc.array(tie('node'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom('a', 'b', 's', 'x', 'n', 'z'), tie('node'), { maxKeys: 4 }),
    ),
  })).node;
  const leaves = (value: unknown): string[] =>
    typeof value === 'object' && value !== null
      ? Object.values(value).flatMap(leaves)
      : value === null
        ? []
        : [JSON.stringify(value)];
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom('a', 'b', 's', 'x', 'z'), tree), (record) => {
      const { row: cells } = row(columns, { ...record, id: 1 });
      const kept = [
        ...leaves({ ...cells, id: null, _extra: null }),
        ...leaves(cells._extra === null ? [] : JSON.parse(String(cells._extra))),
      ];
      for (const one of leaves(record)) expect(kept).toContain(one);
    }),
  );
});

test('an id that stands only in an address is what follows its last slash, and an id that is none stays as it is', () => {
  const columns: StreamFile['columns'] = { role: { type: 'id', from: ['role', '$'], as: 'last_segment', about } };
  expect(row({ ...columns, id: { type: 'id', from: 'id', about } }, { id: 1, role: 10002 }).row).toEqual({
    ...{ id: '1', role: '10002', _extra: null },
  });
  const address = 'https://jira.example/rest/api/2/project/10000/role/10100';
  expect(row({ ...columns, id: { type: 'id', from: '$', about } }, address).row).toMatchObject({ role: '10100' });
  expect(row(columns, { id: 1, role: { id: 5 } }).misfits).toEqual(['role']);
});
