/** A census in every run must stay cheap, and one that is owed must come. */
import { describe, expect, test } from 'vitest';
import { isReconcileDue, listRequests, type Occasion, reconciledAt } from '../../../src/runtime/plan/reconcile-due.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const now = 1_700_000_000_000;
const usual: Occasion = { schedule: 'auto', mode: 'incremental', last: now - HOUR, now, requests: 1 };

test.each([
  ['15,000 issues on Cloud are counted in every run', { requests: listRequests(15_000, 5000) }, true],
  ['one more and they are counted daily', { requests: listRequests(15_001, 5000) }, false],
  ['3,000 on Data Center are counted in every run', { requests: listRequests(3000, 1000) }, true],
  ['one more and they are counted daily', { requests: listRequests(3001, 1000) }, false],
  ['a large list is counted when a day has passed', { requests: 9, last: now - DAY }, true],
  ['a large list that was never counted is', { requests: 9, last: null }, true],
  ['rows whose parents are not read in the run wait for their day', { requests: null }, false],
  ['and have it', { requests: null, last: now - DAY }, true],
  ['a whole read is always counted', { requests: 9, mode: 'full' }, true],
  ['always means every run', { schedule: 'always', requests: null }, true],
  ['a duration is kept, however cheap the list is', { schedule: 2 * HOUR }, false],
  ['and reached', { schedule: HOUR }, true],
  ['never is never, even after a whole read', { schedule: null, mode: 'full' }, false],
] as const)('%s', (_, change, due) => {
  expect(isReconcileDue({ ...usual, ...change })).toBe(due);
});

test('an empty list still costs the request that shows it', () => {
  expect(listRequests(0, 5000)).toBe(1);
});

describe('what a table remembers', () => {
  test('a census of every run makes a new version of the table once a day and not each time', () => {
    const taken = { taken: true, schedule: 'auto', now } as const;
    expect(reconciledAt(null, taken)).toBe(now);
    expect(reconciledAt(now - HOUR, taken)).toBe(now - HOUR);
    expect(reconciledAt(now - DAY, taken)).toBe(now);
  });

  test('where the settings name a duration, each census is remembered', () => {
    expect(reconciledAt(now - HOUR, { taken: true, schedule: HOUR, now })).toBe(now);
    expect(reconciledAt(now - DAY, { taken: false, schedule: HOUR, now })).toBe(now - DAY);
  });
});
