import { describe, expect, test } from 'vitest';
import { readStreamFiles } from '../../../src/app/settings/package-files.js';
import { DIALECTS } from '../../../src/contract/dialect.js';
import { deployedOn, speaks } from '../../../src/runtime/streams/dialect.js';
import { loadRegistry } from '../../../src/runtime/streams/load.js';

const registry = loadRegistry(readStreamFiles());
const names = [...registry.streams.keys()];

/** A stream with these routes. */
const load = (routes: string, more = '') =>
  loadRegistry([
    {
      file: 'streams/things.yaml',
      untested: false,
      text: `stream: things
about: Things of the site.
grain: one thing
topic: site
docs: https://example.com/things
needs: { product: jira, permission: None, scopes: { classic: [], granular: [] } }
primary_key: [id]
write: replace
${more}
routes:
${routes}
columns:
  id: { type: id, about: Id. }
`,
    },
  ]);
const route = (name: string, dialect: string, path = '/rest/api/3/thing') =>
  `  - { name: ${name}, dialect: ${dialect}, cost: 1 request, request: GET ${path}, page: { kind: none }, rows: "[]" }`;

describe.each(DIALECTS)('every stream on %s', (dialect) => {
  test('can be read or says why not, and never both', () => {
    const unclear = names.filter((name) => {
      const stream = registry.get(name);
      const routes = stream.routes.filter((one) => speaks(one, dialect));
      return (routes.length === 0) !== (stream.not_on?.[dialect] !== undefined);
    });
    expect(unclear).toEqual([]);
  });

  test('names routes that are there: the rest of rows inside, lists of ids, those of the census', () => {
    for (const stream of deployedOn(dialect, registry, names).registry.streams.values()) {
      const own = stream.routes.map(({ name }) => name);
      const named = stream.routes.flatMap(({ inside, ids_from }) => [inside?.rest ?? [], ids_from ?? []].flat());
      const { list, confirm, read } = stream.census ?? {};
      for (const name of [...named, list, confirm, read, stream.gone_with?.confirm])
        if (name !== undefined) expect(own).toContain(name);
    }
  });
});

test('nothing of version 3 and no token list is left for a Data Center to be asked', () => {
  const { registry: known } = deployedOn('datacenter', registry, []);
  const parts = [...known.streams.values()].flatMap(({ routes, deletions, count }) => [...routes, deletions, count]);
  const requests = parts.flatMap((part) => part?.request ?? []);
  expect(requests.length).toBeGreaterThan(30);
  expect(requests.filter((request) => /\/api\/3\/|\/software\/1\.0\//.test(request))).toEqual([]);
});

test('a stream is absent where its parent is', () => {
  const { streams, absent } = deployedOn('datacenter', registry, ['fields', 'filters']);
  expect([streams, [...absent.keys()]]).toEqual([['fields'], ['filters']]);
});

test('two routes of one name are refused when one deployment knows both, and taken when each is for its own', () => {
  expect(() => load([route('all', 'both'), route('all', 'datacenter')].join('\n'))).toThrow(
    /two routes are called `all`/,
  );
  const two = load([route('all', 'cloud'), route('all', 'datacenter', '/rest/api/2/thing')].join('\n'));
  const { registry: known } = deployedOn('datacenter', two, []);
  expect(known.get('things').routes.map(({ request }) => request)).toEqual(['GET /rest/api/2/thing']);
});

test('a batch that its request would not tell is refused', () => {
  const lost =
    '  - { name: some, only: census, cost: 1 request, request: GET /a, batch: { of: id, max: 5 }, page: { kind: none }, rows: "[]" }';
  expect(() => load(lost)).toThrow(/nothing tells the request its batch/);
});
