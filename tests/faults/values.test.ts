/** Values nobody expects: unknown words, keys with a meaning to JavaScript, texts with a meaning to others, rows without a key. */
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { parseJson } from '../../src/http/parse.js';
import { renderCsv } from '../../src/query/formats/formats.js';
import { compileShaper } from '../../src/runtime/rows/shape.js';
import { registryOfPages } from '../e2e/sync-child.js';
import { type JiraAndWarehouse, jiraAndWarehouse, registry } from '../helpers/jira-and-warehouse.js';

const SEARCH = 'POST /rest/api/3/search/jql';
const FOREVER = Number.POSITIVE_INFINITY;
type Json = Record<string, unknown>;

let world: JiraAndWarehouse | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

/** Changes every record of a list before it is sent. */
function rewriteEach(match: RegExp, list: string, change: (record: Json, index: number) => void): void {
  world?.jira.faults.add({
    match,
    times: FOREVER,
    rewrite: (body) => {
      for (const [index, record] of ((body as Json)[list] as Json[]).entries()) change(record, index);
      return body;
    },
  });
}

describe('words that no documentation names', () => {
  test.each([
    ['boards', /GET \/rest\/agile\/1\.0\/board\?/, 'type', 'type'],
    ['project_search', /project\/search/, 'style', 'style'],
    ['project_search', /project\/search/, 'projectTypeKey', 'project_type_key'],
    ['users_search', /users\/search/, 'accountType', 'account_type'],
  ])('R-38: %s keeps a word it has never heard of as it came', async (stream, match, member, column) => {
    world = await jiraAndWarehouse({ issues: 10 });
    const word = 'quantum-Ünïted ✓';
    if (stream === 'users_search')
      world.jira.faults.add({
        match,
        times: FOREVER,
        rewrite: (body) => (body as Json[]).map((record) => ({ ...record, [member]: word })),
      });
    else rewriteEach(match, 'values', (record) => Object.assign(record, { [member]: word }));
    const ran = await world.sync([stream]);
    expect(ran.of(stream)).toMatchObject({ state: 'ok', misfits: {}, rows_rejected: 0 });
    expect(await world.rows(`select distinct "${column}" word from ${stream}`)).toEqual([{ word }]);
  });

  test('R-38: a priority, a status category and a resolution that are new arrive with their issue', async () => {
    world = await jiraAndWarehouse({ issues: 10 });
    rewriteEach(/search\/jql/, 'issues', ({ fields }) => {
      if (fields)
        Object.assign(fields, { priority: { id: '77', name: 'Cosmic' }, resolution: { id: '78', name: 'Moot' } });
    });
    const ran = await world.sync(['issue_search'], { rate: 0.001 });
    expect(ran.of('issue_search')).toMatchObject({ state: 'ok', misfits: {} });
    expect(await world.rows('select distinct priority_name p, resolution_name r from issue_search')).toEqual([
      { p: 'Cosmic', r: 'Moot' },
    ]);
  });
});

describe('keys with a meaning to JavaScript', () => {
  const hostile = fc.constantFrom(
    '__proto__',
    'constructor',
    'toString',
    'valueOf',
    'hasOwnProperty',
    '',
    'a.b',
    'id[]',
    '$',
  );
  const leaf = fc.oneof(fc.string(), fc.integer(), fc.boolean());
  const value = fc.letrec((tie) => ({
    any: fc.oneof({ maxDepth: 3 }, leaf, tie('object'), fc.array(leaf, { maxLength: 3 })),
    object: fc.uniqueArray(fc.tuple(hostile, tie('any')), { maxLength: 4, selector: ([key]) => key }),
  })).object as fc.Arbitrary<Pairs>;
  /** An object as pairs, so that no key means anything while it is made. */
  type Pairs = readonly (readonly [string, Pairs | unknown])[];
  const isPairs = (part: unknown): part is Pairs =>
    Array.isArray(part) && part.every((one) => Array.isArray(one) && one.length === 2 && typeof one[0] === 'string');
  const textOf = (part: unknown): string =>
    isPairs(part) && part.length > 0
      ? `{${part.map(([key, inner]) => `${JSON.stringify(key)}:${textOf(inner)}`).join(',')}}`
      : JSON.stringify(part);

  test('R-46: they are data on the whole way, and no prototype changes', () => {
    const before = Object.getOwnPropertyNames(Object.prototype);
    const shaper = compileShaper(registry.get('boards'), null, { links: new Set() });
    fc.assert(
      fc.property(value, fc.boolean(), (pairs, exact) => {
        fc.pre(pairs.length > 0);
        // A long number takes the other one of the two parsers.
        const number = exact ? ',"big":9007199254740993' : '';
        const record = parseJson(Buffer.from(`{"id":"7"${number},"more":${textOf(pairs)}}`));
        const shaped = shaper.shape(record, {});
        if ('reject' in shaped) throw new Error(shaped.reject);
        const more = JSON.parse(String(shaped.row._extra ?? '{}')).more;
        for (const [key, inner] of pairs) {
          // Null, and an object of nulls, is no information.
          if (!isPairs(inner)) expect(Object.getOwnPropertyDescriptor(more ?? {}, key)?.value).toEqual(inner);
        }
        expect(Object.getPrototypeOf(record)).toBe(Object.prototype);
      }),
      { numRuns: 300 },
    );
    expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before);
    expect(({} as Json).polluted).toBeUndefined();
  });

  test('R-46: of a key that comes twice the last value counts, by either parser', () => {
    expect(parseJson(Buffer.from('{"a":1,"a":2}'))).toEqual({ a: 2 });
    expect(parseJson(Buffer.from('{"a":1,"a":2,"n":9007199254740993}'))).toEqual({ a: 2, n: 9007199254740993n });
  });

  test('R-46: an issue full of them arrives, and this process stays as it was', async () => {
    world = await jiraAndWarehouse({ issues: 5 });
    const before = Object.getOwnPropertyNames(Object.prototype);
    const odd =
      '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"toString":"t","":"empty","a.b":1}';
    rewriteEach(/search\/jql/, 'issues', (issue) => {
      Object.defineProperty(issue, '__proto__', { value: JSON.parse(odd), enumerable: true });
      issue.odd = JSON.parse(odd);
    });
    const ran = await world.sync(['issue_search'], { rate: 0.001 });
    expect(ran.of('issue_search')).toMatchObject({ state: 'ok', rows_written: 5 });
    const [row] = await world.rows('select _extra from issue_search limit 1');
    expect(String(row?._extra)).toContain(`"odd":${odd}`);
    expect(String(row?._extra)).toContain(`"__proto__":${odd}`);
    expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before);
    expect(({} as Json).polluted).toBeUndefined();
  });
});

describe('rows without what names or orders them', () => {
  test.each([
    ['without its cursor', (issue: Json) => delete (issue.fields as Json).updated, '`updated` is missing'],
    [
      'with a cursor that is no moment',
      (issue: Json) => Object.assign(issue.fields as Json, { updated: '30 Feb' }),
      '`updated` does not fit',
    ],
    ['with an empty key', (issue: Json) => Object.assign(issue, { id: '' }), '`id` is missing'],
    ['with an object for a key', (issue: Json) => Object.assign(issue, { id: {} }), '`id` does not fit'],
  ])('I6 R-48: an issue %s is rejected with the reason, and the others arrive', async (_, change, reason) => {
    world = await jiraAndWarehouse({ issues: 20 });
    rewriteEach(/search\/jql/, 'issues', (issue, index) => {
      if (index === 5) change(issue);
    });
    const ran = await world.sync(['issue_search'], { rate: 0.001 });
    expect(ran.of('issue_search')).toMatchObject({ state: 'ok', rows_read: 20, rows_written: 19, rows_rejected: 1 });
    expect(ran.rejects).toMatchObject([{ stream: 'issue_search', reason: expect.stringContaining(reason) }]);
  });

  test('I6 R-48: more than a hundred rejects stop a stream at once, before all its pages are paid for', async () => {
    world = await jiraAndWarehouse({ issues: 800 }, registryOfPages(60));
    rewriteEach(/search\/jql/, 'issues', (issue) => {
      issue.id = null;
    });
    const ran = await world.sync(['issue_search'], { rate: 0.001 });
    expect(ran.of('issue_search')).toMatchObject({ state: 'failed', rows_rejected: 101, rows_written: 0 });
    // Two pages, two more that were on their way, and one that was sampled.
    expect(world.jira.requests.byRoute().get(SEARCH)).toBeLessThanOrEqual(5);
  });
});

describe('texts with a meaning to others', () => {
  const TEXTS = [
    '<script>alert("1")</script> & <b>bold</b>',
    '=HYPERLINK("http://evil.example","open")',
    '+1-2@SUM(A1)',
    '-2+3',
    '@cmd',
    'one\ntwo',
    'one\rtwo',
    "'); DROP TABLE issue_search; --",
    'two\r\nlines\tand "quotes", commas; ümläuts \u202e right-to-left',
    '%s %n {0} $HOME `id`',
  ];

  test('R-49: HTML, formulas and SQL are stored and given back byte by byte', async () => {
    world = await jiraAndWarehouse({ issues: TEXTS.length });
    const ids = TEXTS.map((summary, index) => {
      const id = String(world?.jira.site.idOf(index));
      world?.jira.edit.updateIssue(id, { summary });
      return id;
    });
    expect((await world.sync(['issue_search'])).failures).toEqual([]);
    const rows = await world.rows('select id, summary from issue_search');
    const found = new Map(rows.map(({ id, summary }) => [id, summary]));
    expect(ids.map((id) => found.get(id))).toEqual(TEXTS);
  });

  test('R-49: CSV quotes what would break a line and changes nothing else', async () => {
    const rows = TEXTS.map((text) => [text]);
    let csv = '';
    const pieces = async function* () {
      yield rows;
    };
    for await (const piece of renderCsv({ names: ['text'], types: [], pieces }, {})) csv += piece;
    // Whatever lies between quotes, with doubled ones made single, or up to the end of the line.
    const cells = [...csv.matchAll(/"((?:[^"]|"")*)"\n|([^\n]*)\n/g)].map(
      ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain,
    );
    expect(cells).toEqual(['text', ...TEXTS]);
    expect(csv).toContain('"one\rtwo"\n');
  });
});

describe('values in a query', () => {
  test.each([
    ['a query for an id', '1) OR (project is not EMPTY'],
    ['an object for an id', { toString: 'x' }],
    ['a negative id', -1],
    ['an empty id', ''],
  ])('I10 R-72: a site that gives its project %s is asked for no issues of others', async (_, id) => {
    world = await jiraAndWarehouse({ issues: 10 });
    const [project] = world.jira.site.directory.projects;
    const change = (record: Json) => Object.assign(record, { id });
    rewriteEach(/project\/search/, 'values', change);
    world.jira.faults.add({ match: /project\/[A-Z]+\?/, times: FOREVER, rewrite: (body) => change(body as Json) });
    const ran = await world.sync(['issue_search'], { scope: { projects: [project?.key ?? ''] } });
    expect(ran.of('issue_search')).toMatchObject({ state: 'failed', rows_read: 0 });
    expect(ran.of('issue_search').error).toContain(`\`${project?.key}\` is no project that this account may see`);
  });

  test("R-72: the user's own query stays one condition, whatever stands in it", async () => {
    world = await jiraAndWarehouse({ issues: 30, projects: 2 });
    const [first] = world.jira.site.directory.projects;
    const jql = `project = ${first?.key} OR project = ${first?.key}`;
    world.jira.edit.advance(30 * 86_400_000);
    const change = { rate: 0.001, scope: { jql } };
    const whole = await world.sync(['issue_search'], change);
    expect(whole.of('issue_search').rows_read).toBeGreaterThan(0);
    // Without its parentheses the bookmark would belong to the second half alone.
    const again = await world.sync(['issue_search'], change);
    expect(again.of('issue_search').rows_read).toBeLessThan(whole.of('issue_search').rows_read / 2);
  });
});
