/** A census in every run must stay cheap, and one that is owed must come. */
import { describe, expect, test } from 'vitest';
import { censusMoment, isCensusDue, listRequests, type Occasion } from '../../../src/runtime/plan/due.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const now = 1_700_000_000_000;
const usual: Occasion = { rhythm: 'auto', mode: 'incremental', last: now - HOUR, now, requests: 1 };

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
  ['always means every run', { rhythm: 'always', requests: null }, true],
  ['a duration is kept, however cheap the list is', { rhythm: 2 * HOUR }, false],
  ['and reached', { rhythm: HOUR }, true],
  ['never is never, even after a whole read', { rhythm: null, mode: 'full' }, false],
] as const)('%s', (_, change, due) => {
  expect(isCensusDue({ ...usual, ...change })).toBe(due);
});

test('an empty list still costs the request that shows it', () => {
  expect(listRequests(0, 5000)).toBe(1);
});

describe('what a table remembers', () => {
  test('a census of every run makes a new version of the table once a day and not each time', () => {
    const taken = { taken: true, rhythm: 'auto', now } as const;
    expect(censusMoment(null, taken)).toBe(now);
    expect(censusMoment(now - HOUR, taken)).toBe(now - HOUR);
    expect(censusMoment(now - DAY, taken)).toBe(now);
  });

  test('where the settings name a duration, each census is remembered', () => {
    expect(censusMoment(now - HOUR, { taken: true, rhythm: HOUR, now })).toBe(now);
    expect(censusMoment(now - DAY, { taken: false, rhythm: HOUR, now })).toBe(now - DAY);
  });
});
