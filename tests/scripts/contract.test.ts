import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkCalls } from '../../scripts/spec/answers.js';
import { checkContract } from '../../scripts/spec/contract.js';
import { judge } from '../../scripts/spec/finding.js';
import { loadSpecs } from '../../scripts/spec/open-api.js';
import { loadRegistry } from '../../src/runtime/streams/load.js';

const page = {
  type: 'object',
  additionalProperties: false,
  properties: {
    isLast: { type: 'boolean' },
    total: { type: 'integer' },
    values: { type: 'array', items: { $ref: '#/components/schemas/Thing' } },
  },
};
const thing = {
  type: 'object',
  additionalProperties: false,
  required: ['id'],
  properties: {
    id: { type: 'string' },
    made: { type: 'string', format: 'date-time', nullable: true },
    owner: { allOf: [{ $ref: '#/components/schemas/Person' }] },
    anything: {},
  },
};
const document = {
  openapi: '3.0.1',
  paths: {
    '/rest/api/3/thing/{thingId}': {
      get: {
        deprecated: true,
        parameters: [
          { name: 'startAt', in: 'query', schema: { type: 'integer' } },
          { name: 'maxResults', in: 'query', description: 'The maximum value is 50.', schema: { type: 'integer' } },
        ],
        responses: { 200: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Page' } } } } },
      },
    },
  },
  components: {
    schemas: { Page: page, Thing: thing, Person: { type: 'object', properties: { accountId: { type: 'string' } } } },
  },
};

function specs() {
  const file = join(mkdtempSync(join(tmpdir(), 'spec-')), 'spec.json');
  writeFileSync(file, JSON.stringify(document));
  return loadSpecs([file]);
}

const stream = (columns: string, request = 'GET /rest/api/3/thing/1', size = 50, query = '') => `
stream: things
about: Things of the site.
grain: one thing
topic: site
docs: https://developer.atlassian.com/
needs: { product: jira, permission: none needed, scopes: { classic: [], granular: [] } }
primary_key: [id]
write: replace
routes:
  - name: list
    cost: 1 request per 50 things
    request: ${request.replace('/1', '/{thing_id}')}
    ${query}
    parent: { stream: things_above, bind: { thing_id: id } }
    page: { kind: offset, put: query.startAt, total: total, last: isLast, size: { put: query.maxResults, value: ${size} } }
    rows: values[]
columns:
  id: { type: id, about: Id of it. }
  thing_id: { type: id, about: Id of the one above. }
${columns}`;

const above = stream('', 'GET /rest/api/2/thing')
  .replace('stream: things\n', 'stream: things_above\n')
  .replace(/ {4}parent:.*\n/, '')
  .replace('    rows:', '    dialect: datacenter\n    rows:');

function problemsOf(text: string): string[] {
  const registry = loadRegistry([
    { file: 'streams/things.yaml', text, untested: false },
    { file: 'streams/things_above.yaml', text: above, untested: false },
  ]);
  const { findings } = checkContract(registry, specs());
  expect(findings.length).toBeGreaterThan(0);
  return findings.flatMap(({ point, problem }) => (problem === undefined ? [] : [`${point}: ${problem}`]));
}

test('columns are followed through references, allOf and free-form values', () => {
  const columns = `  owner_id: { type: string, from: owner.accountId, about: Owner. }
  deep: { type: json, from: anything.at.all, about: Anything. }`;
  expect(problemsOf(stream(columns))).toEqual([]);
});

test('a column path that no answer can have is found before a site is asked', () => {
  const columns = `  owner_id: { type: string, from: owner.acountId, about: Owner. }
  state: { type: string, about: State. }`;
  expect(problemsOf(stream(columns))).toEqual([
    'column owner_id: owner.acountId not in the response schema',
    'column state: state not in the response schema',
  ]);
});

test('a path, a parameter or a page size that Jira does not know is found', () => {
  expect(problemsOf(stream('', 'GET /rest/api/3/thingy/1'))).toEqual([
    'GET /rest/api/3/thingy/{thing_id}: no document has this method and path',
  ]);
  expect(problemsOf(stream('', undefined, 51, 'query: { expnd: all }'))).toEqual([
    'query.expnd: the request has no such query parameter',
    'query.maxResults 51: documented maximum is 50',
  ]);
});

test('a known deviation excuses its finding only, and one that excuses nothing fails', () => {
  const findings = [
    { where: 'things/list', point: 'column a', problem: 'gone' },
    { where: 'things/list', point: 'column b', problem: 'gone' },
    { where: 'things/list', point: 'rows values[]' },
  ];
  const known = { where: 'things', points: ['column a'], reason: 'because', source: 'there' };
  expect(judge(findings, [known])).toMatchObject({ failed: 1 });
  expect(judge(findings, [known]).lines.at(-1)).toBe('2 passed, 1 failed');
  const stale = { ...known, points: ['column z'] };
  expect(judge(findings.slice(2), [stale]).lines.at(-1)).toBe('1 passed, 1 failed');
});

test('answers are held against the response schema, with the dates and nulls of Jira', () => {
  const call = { stream: 'things', request: 'GET /rest/api/3/thing/{id}', rows: 'values[]', expected: ['404'] };
  const good = {
    values: [
      { id: '1', made: '2026-01-02T03:04:05.678+0000' },
      { id: '2', made: null },
    ],
    total: 2,
  };
  const calls = [
    { ...call, status: 200, answer: good },
    { ...call, status: 404, answer: {} },
    { ...call, status: 200, answer: { values: [{ id: 3, color: 'red', made: 'soon' }, {}] } },
    { ...call, status: 500, answer: {} },
  ];
  const { findings, notes } = checkCalls(calls, specs());
  expect(findings.filter(({ problem }) => problem === undefined)).toHaveLength(2);
  expect(findings.flatMap(({ point, problem }) => (problem ? [point] : [])).sort()).toEqual(
    [
      '/values/# must NOT have additional properties (color)',
      "/values/# must have required property 'id'",
      '/values/#/id must be string',
      '/values/#/made must match format "date-time"',
      '/values/#/made must match a schema in anyOf',
      '/values/#/made must be null',
      'status 500 ""',
    ].sort(),
  );
  expect(notes).toEqual(['GET /rest/api/3/thing/{id}: never sent: owner, anything']);
});
