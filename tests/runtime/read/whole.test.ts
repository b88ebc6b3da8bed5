/** Small rules that decide whether a read is whole, and what follows from it. */
import { describe, expect, test } from 'vitest';
import { bookmarkAfter, due, isAhead, type State, withoutFuture } from '../../../src/runtime/plan/bookmark.js';
import { notMet } from '../../../src/runtime/plan/not-met.js';
import { ScanOrder } from '../../../src/runtime/plan/scan-order.js';
import { parentKey, parentOfRow } from '../../../src/runtime/read/parents.js';
import { lackOf } from '../../../src/runtime/requests/anomalies.js';
import { isDoubtful, isShort } from '../../../src/runtime/requests/completeness.js';
import { registry } from '../../helpers/jira-and-warehouse.js';

const found = (came: number, more: Partial<Parameters<typeof isShort>[0]> = {}) => ({
  came,
  total: null,
  lacking: false,
  absent: false,
  ...more,
});

describe('the rows of one parent', () => {
  test.each([
    ['as many as expected', found(3), 3, false],
    ['more than expected', found(4), 3, false],
    ['nothing expected and nothing came', found(0), null, false],
    ['fewer than expected', found(2), 3, true],
    ['a list that was not there', found(0, { absent: true }), null, true],
    ['an answer that contradicts itself', found(3, { lacking: true }), null, true],
  ])('are looked at again: %s', (_, seen, expected, doubtful) => expect(isDoubtful(seen, expected)).toBe(doubtful));

  test.each([
    ['the later total says they are all', found(2, { total: 2 }), 3, false],
    ['an empty answer where rows were told of', found(0, { total: 0 }), 3, true],
    ['an empty answer where none were told of', found(0, { total: 0 }), 0, false],
    ['a batch without a total of its own', found(2), 3, true],
    ['a list that was not there', found(0, { absent: true }), null, true],
  ])('are short: %s', (_, seen, expected, short) => expect(isShort(seen, expected)).toBe(short));
});

test('a contradiction that nobody knows yet is taken for missing rows', () => {
  expect(lackOf(['a token although isLast is true'])).toBeNull();
  expect(lackOf(['a token although isLast is true', 'fewer records than announced'])?.where).toBe('after');
  expect(lackOf(['something new'])?.where).toBe('before');
});

describe('I2 the bookmark', () => {
  const NOW = 10_000_000;
  test.each([
    ['right behind the latest record seen', 5_000_000, 8_000_000, 8_000_001],
    ['run start less the lookback, when a record is later than that', 5_000_000, 9_995_000, 9_990_000],
    ['run start less the lookback, when records do not carry the cursor', 5_000_000, 'unknown' as const, 9_990_000],
    ['where it was, when nothing was seen', 5_000_000, null, 5_000_000],
    ['where it was, when only older records came', 5_000_000, 4_000_000, 5_000_000],
    ['nowhere, when nothing was ever seen', null, null, null],
  ])('is %s', (_, before, newest, expected) => expect(bookmarkAfter(before, newest, NOW - 10_000)).toBe(expected));

  test('in the future is replaced by what the table holds, and without that by a whole read', () => {
    const state: State = {
      ...{ v: 1, site: 's', account: 'a', scope: '', start: 0, complete: true, wider: null },
      ...{ bookmark: { of: 'x', ms: NOW + 1 }, seen: NOW + 1, census: NOW - 1, overlap: NOW + 1, whole: null },
    };
    expect(isAhead(state, NOW)).toBe(true);
    expect(withoutFuture(state, NOW, 7).bookmark).toEqual({ of: 'x', ms: 7 });
    expect(withoutFuture(state, NOW, null)).toMatchObject({
      bookmark: null,
      seen: null,
      overlap: null,
      census: NOW - 1,
    });
    expect(withoutFuture(state, NOW + 1, 7).bookmark?.ms).toBe(NOW + 1);
  });
});

describe('the order of a walk', () => {
  const stream = registry.get('issue_search');
  const [search] = stream.routes;
  const at = (...moments: number[]) =>
    moments.map((ms) => ({
      record: { fields: { updated: new Date(ms).toISOString().replace('Z', '+0000') } },
      carried: {},
    }));
  const order = () => {
    if (!search?.request) throw new Error('no search');
    return new ScanOrder(90_000, stream, {
      ...search,
      request: search.request,
    });
  };

  test('proves the last record of a page, until one is out of order', () => {
    const walk = order();
    expect(walk.take(at(1000, 2000))).toBe(2000);
    expect(walk.take(at(3000, 2500))).toBeNull();
    expect(walk.take(at(4000))).toBeNull();
    expect(walk.newest).toBe(4000);
  });

  test('proves nothing behind a gap, and goes on from before it', () => {
    const walk = order();
    walk.take(at(1000));
    walk.stop();
    expect(walk.take(at(2000))).toBe(1000);
    walk.goOn();
    expect(walk.take(at(2000))).toBe(2000);
  });

  test('a record that changed just now tells nothing of the others', () => {
    const walk = order();
    expect(walk.take(at(1000, 95_000))).toBe(1000);
    expect(walk.newest).toBe(95_000);
  });
});

describe('what a whole read has not met', () => {
  const met = {
    replaces: true,
    key: 'id',
    seen: null,
    parentColumn: 'board_id',
    silent: [],
    judged: [],
    sheltered: false,
  };
  test('is gone, but not the rows of parents that did not show theirs', () => {
    expect(notMet(met)).toBe('all');
    expect(notMet({ ...met, silent: ['3'] })).toEqual({ column: 'board_id', notIn: ['3'] });
    expect(notMet({ ...met, replaces: false })).toBeNull();
    expect(notMet({ ...met, replaces: false, seen: ['1'] })).toEqual({ column: 'id', notIn: ['1'] });
    expect(notMet({ ...met, replaces: false, seen: ['1'], silent: ['3'] })).toBeNull();
  });

  test('is told of parents that were read, where others may be lacking', () => {
    expect(notMet({ ...met, sheltered: true, judged: ['1', '2'] })).toEqual({ column: 'board_id', in: ['1', '2'] });
    expect(notMet({ ...met, sheltered: true })).toBeNull();
    expect(notMet({ ...met, sheltered: true, replaces: false, judged: ['1'] })).toBeNull();
  });
});

describe('a parent', () => {
  test('is known by the column it is bound to, too: a worklog and an issue may have one id', () => {
    expect(parentKey({ issue_id: '7' })).not.toBe(parentKey({ id: '7' }));
  });

  test('holds the bookmark by its own cursor, not by the end of its page', () => {
    const stream = registry.get('issue_comments');
    const node = { stream, parent: stream.parent ?? null };
    const row = { id: '7', key: 'ENG-7', updated: '2026-01-01T00:00:00Z' };
    const above = registry.get('issue_search');
    expect(parentOfRow(node, above, row, Date.parse('2026-02-01'))).toMatchObject({
      name: 'issue 7 "ENG-7"',
      watermark: Date.parse('2026-01-01'),
    });
    expect(parentOfRow(node, above, row, null)).toMatchObject({ watermark: null, updated: Date.parse('2026-01-01') });
  });

  test('that waits for others holds of its row only what a refusal is judged by', () => {
    const stream = registry.get('board_sprints');
    const node = { stream, parent: stream.parent ?? null };
    const row = { id: '7', type: 'kanban', name: 'x'.repeat(1000) };
    expect(parentOfRow(node, registry.get('boards'), row, null).row).toEqual({ type: 'kanban' });
  });
});

test('what was last done by a clock that ran ahead is due again', () => {
  const DAY = 86_400_000;
  const now = 1000 * DAY;
  expect(due(now + 400 * DAY, DAY, now)).toBe(true);
  expect([due(now - DAY, DAY, now), due(now - 1, DAY, now), due(now + 1, DAY, now)]).toEqual([true, false, false]);
  expect([due(null, DAY, now), due(0, null, now)]).toEqual([true, false]);
});
