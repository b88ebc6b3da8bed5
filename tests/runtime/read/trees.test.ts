/** Which streams are read through which, by which route, and what that costs: arithmetic on a small invented registry. */
import { describe, expect, test } from 'vitest';
import { childCost, chooseRoutes, type Facts, pageSize, scanCost, secondsOf } from '../../../src/runtime/plan/cost.js';
import { exactly, NONE, plus, times, whole } from '../../../src/runtime/plan/range.js';
import { labelOf, planTree, readingRoutes, subtree, type TreeNode } from '../../../src/runtime/plan/tree.js';
import { makeRegistry, type Stream } from '../../../src/runtime/streams/registry.js';
import type { Route } from '../../../src/runtime/streams/stream-file.js';

const offset = (value: number, overlap?: number) => ({
  kind: 'offset',
  put: 'query.startAt',
  size: { put: 'query.maxResults', value },
  ...(overlap ? { overlap } : {}),
});
const token = (value: number) => ({ kind: 'token', read: 'next', put: 'body.next', size: { put: 'body.max', value } });
const route = (name: string, more: object = {}): Route =>
  ({ name, request: `GET /${name}`, page: offset(50), rows: 'values[]', ...more }) as unknown as Route;
const stream = (name: string, routes: readonly Route[], more: object = {}): Stream =>
  ({ stream: name, primary_key: ['id'], write: 'upsert', routes, columns: {}, ...more }) as unknown as Stream;
const childOf = (parent: string, where?: object) => ({
  parent: { stream: parent, bind: { parent_id: 'id' }, ...(where ? { where } : {}) },
});

const REGISTRY = makeRegistry([
  stream('issues', [
    route('search', { page: token(100) }),
    route('keys', { page: token(5000), gives: ['id'] }),
    route('bulk', { ids_from: 'keys', batch: { of: 'id', put: 'body.ids', max: 100 } }),
    route('counted', { only: 'census' }),
    route('server', { dialect: 'datacenter' }),
  ]),
  stream(
    'comments',
    [
      route('inline', { request: undefined, inside: { total: 't', asks: {}, rest: 'each' } }),
      route('each', { page: offset(10) }),
    ],
    childOf('issues'),
  ),
  stream('boards', [route('all'), route('old', { only: 'full' })]),
  stream('sprints', [route('each')], childOf('boards', { type: ['scrum'] })),
  stream('sprint_issues', [route('each')], childOf('sprints')),
  stream('server_only', [route('all', { dialect: 'datacenter' })]),
]);
const full = (...names: string[]) => names.map((name) => ({ stream: name, mode: 'full' as const }));
const shape = (node: TreeNode): unknown => [
  `${node.stream.stream}${node.selected ? '' : ' (not written)'}: ${node.route.name}`,
  ...node.children.map(shape),
];

describe('the tree', () => {
  test('reads parents that nobody wants for their children, and writes only what is wanted', () => {
    expect(planTree(REGISTRY, full('sprint_issues'), 'cloud').map(shape)).toEqual([
      ['boards (not written): all', ['sprints (not written): each', ['sprint_issues: each']]],
    ]);
  });

  test('reads a parent once for all who hang on it, whatever order they are named in', () => {
    const orders = [full('sprints', 'boards', 'sprint_issues'), full('sprint_issues', 'sprints', 'boards')];
    for (const wanted of orders)
      expect(planTree(REGISTRY, wanted, 'cloud').map(shape)).toEqual([
        ['boards: all', ['sprints: each', ['sprint_issues: each']]],
      ]);
  });

  test('begins with the longest chain', () => {
    const roots = planTree(REGISTRY, full('issues', 'sprint_issues'), 'cloud');
    expect(roots.map(({ stream: { stream: name } }) => name)).toEqual(['boards', 'issues']);
  });

  test('asks an unwanted parent for its keys alone, unless rows of a child lie inside it', () => {
    const each = (REGISTRY.get('comments').routes[1] ?? route('none')) as Route;
    const byKeys = planTree(REGISTRY, full('comments'), 'cloud', new Map([['comments', each]]));
    expect(byKeys.map(shape)).toEqual([['issues (not written): keys', ['comments: each']]]);
    expect(planTree(REGISTRY, full('comments'), 'cloud').map(shape)).toEqual([
      ['issues (not written): search', ['comments: inline']],
    ]);
  });

  test('never asks for keys alone of what is to be written', () =>
    expect(planTree(REGISTRY, full('issues'), 'cloud').map(shape)).toEqual([['issues: search']]));

  test('tells whose requests those of an unwanted parent are', () => {
    const [root] = planTree(REGISTRY, full('sprint_issues'), 'cloud');
    expect(root && subtree(root).map(labelOf)).toEqual(['sprint_issues', 'sprint_issues', 'sprint_issues']);
  });

  test('refuses a stream that this deployment does not have', () => {
    expect(() => planTree(REGISTRY, full('server_only'), 'cloud')).toThrow(
      /`server_only` has no route for this deployment/,
    );
  });
});

describe('routes for rows', () => {
  test.each([
    ['issues', 'full', 'cloud', ['search', 'bulk']],
    ['issues', 'full', 'datacenter', ['server']],
    ['boards', 'full', 'cloud', ['all', 'old']],
    ['boards', 'incremental', 'cloud', ['all']],
  ] as const)('of %s, %s, on %s are %j', (name, mode, dialect, names) =>
    expect(readingRoutes(REGISTRY.get(name), mode, dialect).map((one) => one.name)).toEqual(names));
});

describe('what a walk costs', () => {
  const issues = REGISTRY.get('issues');
  const by = (name: string) => issues.routes.find((one) => one.name === name) ?? route('none');
  test.each([
    ['search', 0, { requests: 1, chain: 1 }],
    ['search', 100, { requests: 1, chain: 1 }],
    ['search', 101, { requests: 2, chain: 2 }],
    ['bulk', 0, { requests: 1, chain: 2 }],
    ['bulk', 10_000, { requests: 2 + 100, chain: 3 }],
  ] as const)('by %s over %i records', (name, records, cost) =>
    expect(scanCost(issues, by(name), records)).toEqual(cost));

  test.each([
    [offset(50), 50],
    [offset(50, 5), 45],
    [token(100), 100],
    [{ kind: 'feed' }, 1000],
    [{ kind: 'none' }, Number.MAX_SAFE_INTEGER],
  ])('a page of %j brings %i', (page, size) => expect(pageSize({ page } as unknown as Route)).toBe(size));

  const facts = (more: Partial<Facts> = {}): Facts => ({
    rate: 5,
    latency: 0.1,
    records: () => 1000,
    inside: () => ({ mean: 3, overflow: 0.1 }),
    ...more,
  });

  test('rows inside cost only those parents whose rows are not all there', () => {
    const [root] = planTree(REGISTRY, full('issues', 'comments'), 'cloud');
    const child = root?.children[0];
    expect(child && childCost(child, 1000, facts())).toBe(100);
    expect(child && childCost(child, 1000, facts({ inside: () => ({ mean: 3, overflow: 0 }) }))).toBe(0);
    expect(child && childCost(child, 1000, facts({ inside: () => ({ mean: 25, overflow: 1 }) }))).toBe(3000);
  });

  test('time is the greater of the rate and of the chain', () => {
    expect(secondsOf({ requests: 50, chain: 2 }, facts())).toBe(10);
    expect(secondsOf({ requests: 50, chain: 200 }, facts())).toBe(20);
  });

  test.each([
    ['a slow budget takes the fewest requests', { rate: 0.1, latency: 0.1 }, 'search'],
    ['a slow site takes the shortest chain', { rate: 100, latency: 2 }, 'bulk'],
  ])('%s', (_, change, name) => {
    const choice = chooseRoutes(
      REGISTRY,
      full('issues', 'comments'),
      'cloud',
      facts({ records: () => 10_000, ...change }),
    );
    expect(choice.get('issues')?.name).toBe(name);
  });
});

test('numbers between two bounds are added, multiplied and made whole outwards', () => {
  const [a, b] = [{ min: 1, max: 3 }, exactly(2)];
  expect(plus(a, b)).toEqual({ min: 3, max: 5 });
  expect(times(a, b)).toEqual({ min: 2, max: 6 });
  expect(plus(a, NONE)).toEqual(a);
  expect(whole({ min: 1.2, max: 1.2 })).toEqual({ min: 1, max: 2 });
});
