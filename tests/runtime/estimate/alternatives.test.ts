import { expect, test } from 'vitest';
import { alternatives } from '../../../src/runtime/estimate/alternatives.js';
import { chooseRoutes, type Facts } from '../../../src/runtime/plan/cost.js';
import type { Wanted } from '../../../src/runtime/plan/tree.js';
import { registry } from '../../helpers/jira-and-warehouse.js';

const facts = (latency: number): Facts => ({
  rate: 5,
  latency,
  records: (stream) => (stream === 'issue_search' ? 10_000 : 30_000),
  inside: () => ({ mean: 3, overflow: 0 }),
});
const ISSUES: readonly Wanted[] = ['issue_search', 'issue_comments', 'issue_worklog', 'issue_changelog'].map(
  (stream) => ({ stream, mode: 'full' }),
);

test.each([0.1, 0.5])('at a latency of %d s no other route is quicker than the chosen ones', (latency) => {
  const choice = chooseRoutes(registry, ISSUES, 'cloud', facts(latency));
  const [chosen, ...others] = alternatives(registry, ISSUES, 'cloud', choice, facts(latency));
  expect(others.length).toBeGreaterThan(4);
  for (const other of others) expect(other.seconds).toBeGreaterThanOrEqual((chosen?.seconds ?? 0) - 0.02);
});

test('a chain of pages that wait for each other is told in seconds, not only in requests', () => {
  const choice = chooseRoutes(registry, ISSUES, 'cloud', facts(0.5));
  const [chosen, ...others] = alternatives(registry, ISSUES, 'cloud', choice, facts(0.5));
  const search = others.find(({ stream, route }) => stream === 'issue_search' && route === 'search');
  expect(search?.requests).toBeLessThanOrEqual(chosen?.requests ?? 0);
  expect(search?.seconds).toBeGreaterThan(chosen?.seconds ?? 0);
});

test('streams without a choice have no alternatives to tell of', () =>
  expect(alternatives(registry, [{ stream: 'boards', mode: 'full' }], 'cloud', new Map(), facts(0.1))).toEqual([]));
