/** docs/faults.md names every fault we know of, and no test that is not there. */
import { expect, test } from 'vitest';
import { isThere, namedTests, rowsOf } from './named-tests.js';

const rows = rowsOf('docs/faults.md', '| fault | what we do | test |');
const numbers = rows.map(([fault = '']) => fault.split(' ')[0] ?? '');

/** The faults of requests, pages, values, disks and settings. */
const FAULTS = Array.from({ length: 79 }, (_, index) => `R-${String(index + 1).padStart(2, '0')}`);

test('no fault is missing, and none is there twice', () => {
  expect(numbers.filter((number) => number.startsWith('R-')).sort()).toEqual(FAULTS);
  expect(new Set(numbers).size).toBe(numbers.length);
});

test('each row says what is done, and names a test', () =>
  expect(rows.filter((row) => row.length !== 3 || row.includes(''))).toEqual([]));

test.each(namedTests(rows))('names a test that is there: $of: $file: $title', (named) =>
  expect(isThere(named)).toBe(true));

test('a test that is not there is not found', () => {
  expect(isThere({ of: '', file: 'docs/faults-page.test.ts', title: ['made', 'up'].join(' ') })).toBe(false);
  expect(isThere({ of: '', file: 'docs/nothing.test.ts', title: 'no fault is missing' })).toBe(false);
});
