/** Who is left out of a run: a rule tried without a site. */
import { expect, test } from 'vitest';
import type { State } from '../../../src/runtime/plan/bookmark.js';
import { dueStreams } from '../../../src/runtime/plan/not-due.js';
import { factsOf, NOW, stateOf } from '../../helpers/small-plan.js';

const HOUR = 3_600_000;
const MINUTE = 60_000;

test('a run that accepts deletions leaves nobody out: what it is to mark was refused by a stream that waits', () => {
  const read = stateOf({ whole: NOW - MINUTE });
  const facts = factsOf({ issues: read }, { acceptDeletes: true });
  const every = new Map([['issues', HOUR]]);
  expect(dueStreams(['issues'], new Set(), { ...facts, schedule: { every } }).later.size).toBe(0);
});

/** Who is left out, with two streams that were read so long ago. */
function later(ago: number, state: Partial<State> = {}, owing: readonly string[] = []): readonly string[] {
  const read = stateOf({ whole: NOW - ago, seen: NOW - ago, ...state });
  const facts = factsOf({ issues: read, boards: read });
  const every = new Map([['issues', HOUR]]);
  return [...dueStreams(['issues', 'boards'], new Set(owing), { ...facts, schedule: { every } }).later.keys()];
}

test('a stream with a rhythm waits for its turn, and a little less', () => {
  expect(later(10 * MINUTE)).toEqual(['issues']);
  expect(later(56 * MINUTE)).toEqual(['issues']);
  expect(later(57 * MINUTE)).toEqual([]);
});

test('what owes rows, was never read to its end, or carries a moment that no clock has reached does not wait', () => {
  expect(later(MINUTE, {}, ['issues'])).toEqual([]);
  expect(later(MINUTE, { complete: false })).toEqual([]);
  expect(later(-MINUTE)).toEqual([]);
});
