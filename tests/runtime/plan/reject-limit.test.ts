/** A stream that is not understood never passes for a good one, however small it is; a few odd rows do not fail a large one. */
import { expect, test } from 'vitest';
import { failsAtEnd, stopsAtOnce } from '../../../src/runtime/plan/reject-limit.js';

test.each([
  { records: 5, rejected: 0, fails: false },
  { records: 0, rejected: 0, fails: false },
  { records: 1, rejected: 1, fails: true },
  { records: 5, rejected: 5, fails: true },
  { records: 5, rejected: 4, fails: false },
  { records: 100, rejected: 9, fails: false },
  { records: 100, rejected: 10, fails: true },
  { records: 10_000, rejected: 10, fails: false },
  { records: 9_999, rejected: 10, fails: true },
])('$rejected of $records rows rejected at the end: failed is $fails', ({ fails, ...counts }) =>
  expect(failsAtEnd(counts)).toBe(fails));

test.each([
  { records: 100, rejected: 100, stops: false },
  { records: 101, rejected: 101, stops: true },
  { records: 101_000, rejected: 101, stops: false },
  { records: 100_999, rejected: 101, stops: true },
])('$rejected of $records rows rejected so far: stopped is $stops', ({ stops, ...counts }) =>
  expect(stopsAtOnce(counts)).toBe(stops));
