import { expect, test } from 'vitest';
import type { Sample } from '../../../src/runtime/probe/sample.js';
import { Shapes } from '../../../src/runtime/probe/shapes.js';

const page = (mean: number, overflow: number, upperBound: number, more: Partial<Sample> = {}): Sample => ({
  latency: 0.1,
  records: 100,
  whole: false,
  ends: [],
  inside: new Map([['issue_comments', { mean, overflow, upperBound }]]),
  ...more,
});

function shapes(...pages: readonly Sample[]): Shapes {
  const made = new Shapes();
  for (const one of pages) made.add(one);
  return made;
}

test('a page without an overflow does not promise that no record has one', () => {
  const { min, max } = shapes(page(4, 0, 0.1)).overflow('issue_comments');
  expect(min).toBe(0);
  expect(max).toBeGreaterThan(0.01);
});

test('where all records have as many rows no overflow is feared', () =>
  expect(shapes(page(4, 0, 0)).overflow('issue_comments')).toEqual({ min: 0, max: 0 }));

test('a sample of everything leaves no doubt', () =>
  expect(shapes(page(4, 0.05, 0.1, { whole: true })).overflow('issue_comments')).toEqual({ min: 0.05, max: 0.05 }));

test('the share that was seen lies between the bounds, and more pages bring them nearer', () => {
  const one = shapes(page(4, 0.02, 0.1)).overflow('issue_comments');
  const five = shapes(...Array.from({ length: 5 }, () => page(4, 0.02, 0.1))).overflow('issue_comments');
  for (const { min, max } of [one, five]) {
    expect(min).toBeLessThan(0.02);
    expect(max).toBeGreaterThan(0.02);
  }
  expect(five.max - five.min).toBeLessThan(one.max - one.min);
});

test('rows per record are those of all pages together', () => {
  const pooled = shapes(page(2, 0, 0), page(4, 0, 0));
  expect(pooled.mean('issue_comments')).toBe(3);
});
