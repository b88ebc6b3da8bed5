import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makePager } from '../../../src/runtime/requests/pager.js';
import type { Page } from '../../../src/runtime/streams/stream-file.js';

const size = { put: 'query.maxResults', value: 100 };
const offset: Page = { kind: 'offset', put: 'query.startAt', size, total: 'total', last: 'isLast' };
const token: Page = { kind: 'token', read: 'next', put: 'body.next', size, last: 'isLast', total: 'total' };
const feed: Page = { kind: 'feed', put: 'query.since', read: 'until', last: 'lastPage' };
const ids = (from: number, count: number) => Array.from({ length: count }, (_, index) => ({ id: from + index }));

describe('offset pages', () => {
  test('advance by what came when the server lowers maxResults', () => {
    const pager = makePager(offset);
    expect(pager.puts).toEqual({ 'query.startAt': 0, 'query.maxResults': 100 });
    expect(pager.advance({ answer: { total: 25, isLast: false }, records: ids(0, 10) })).toBe(true);
    expect(pager.puts['query.startAt']).toBe(10);
  });

  test('a bare list ends only at an empty page, not at a short one', () => {
    const pager = makePager({ kind: 'offset', put: 'query.startAt', size });
    expect(pager.advance({ answer: [], records: ids(0, 7) })).toBe(true);
    expect(pager.advance({ answer: [], records: [] })).toBe(false);
    expect(pager.anomalies.length).toBe(0);
  });

  test('an empty page before the announced total ends and says so', () => {
    const pager = makePager(offset);
    pager.advance({ answer: { total: 25 }, records: ids(0, 10) });
    expect(pager.advance({ answer: { total: 25 }, records: [] })).toBe(false);
    expect(pager.anomalies).toEqual(['fewer records than announced']);
  });

  test('a total that shrinks means that rows moved past the offset, so as many are read once more', () => {
    const pager = makePager(offset);
    pager.advance({ answer: { total: 201 }, records: ids(0, 100) });
    // Row 5 went away: the row that was the 101st is now the 100th, before this page.
    expect(pager.advance({ answer: { total: 200 }, records: ids(101, 100) })).toBe(true);
    expect(pager.puts['query.startAt']).toBe(99);
    expect(pager.advance({ answer: { total: 200 }, records: ids(100, 100) })).toBe(true);
    expect(pager.advance({ answer: { total: 200 }, records: ids(200, 1) })).toBe(false);
    expect(pager.anomalies).toEqual([]);
  });

  test('the last row is not lost when the list shrinks to what was read already', () => {
    const pager = makePager(offset);
    pager.advance({ answer: { total: 101 }, records: ids(0, 100) });
    expect(pager.advance({ answer: { total: 100 }, records: [] })).toBe(true);
    expect(pager.puts['query.startAt']).toBe(99);
    expect(pager.advance({ answer: { total: 100 }, records: ids(100, 1) })).toBe(false);
  });

  test('a list that shrinks without end is given up, and that is said', () => {
    const pager = makePager(offset);
    let pages = 0;
    for (let total = 1000; pages < 100; total -= 1) {
      pages += 1;
      if (!pager.advance({ answer: { total }, records: ids(2000 - total, 100) })) break;
    }
    expect(pages).toBeLessThan(40);
    expect(pager.anomalies).toContain('rows went away again and again while they were read');
  });

  test('a server that ignores the offset is noticed at the second page', () => {
    const pager = makePager(offset);
    pager.advance({ answer: { isLast: false }, records: ids(0, 10) });
    expect(() => pager.advance({ answer: { isLast: false }, records: ids(0, 10) })).toThrow(/the same page came twice/);
  });

  test.each([-1, '25', null, 2.5])('a total of %s decides nothing', (total) => {
    expect(makePager({ ...offset, last: undefined } as Page).advance({ answer: { total }, records: ids(0, 3) })).toBe(
      true,
    );
  });

  test('every list is read exactly once, whatever page sizes the server chooses', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 300 }),
        fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1 }),
        fc.boolean(),
        (total, sizes, tellsLast) => {
          const pager = makePager(offset);
          const all = ids(0, total);
          const read: unknown[] = [];
          for (let page = 0; ; page++) {
            const at = Number(pager.puts['query.startAt']);
            const records = all.slice(at, at + (sizes[page % sizes.length] ?? 1));
            read.push(...records);
            if (
              !pager.advance({
                answer: { total, ...(tellsLast ? { isLast: at + records.length >= total } : {}) },
                records,
              })
            )
              break;
          }
          expect(read).toEqual(all);
        },
      ),
    );
  });
});

describe('token pages', () => {
  test('a last page that has a token, as lists of plans do, costs one more request and ends where the token comes again', () => {
    const pager = makePager(token);
    expect(pager.advance({ answer: { next: '2', isLast: false }, records: ids(0, 2) })).toBe(true);
    expect(pager.advance({ answer: { next: '3', isLast: true }, records: ids(2, 1) })).toBe(true);
    expect(pager.advance({ answer: { next: '3', isLast: true }, records: [] })).toBe(false);
  });

  test('a token that comes again where more is announced is a circle', () => {
    const pager = makePager(token);
    pager.advance({ answer: { next: '2', isLast: false }, records: ids(0, 2) });
    expect(() => pager.advance({ answer: { next: '2', isLast: false }, records: ids(2, 2) })).toThrow(/circle/);
  });

  test.each([
    [{ next: 'b', isLast: true }, true, 'a token although isLast is true'],
    [{ next: 'b', isLast: false }, true, null],
    [{ isLast: false }, false, 'no token although isLast is false'],
    [{ next: null, isLast: true }, false, null],
    [{ next: '', isLast: true, total: 0 }, false, null],
  ])('%j: the token decides', (answer, more, anomaly) => {
    for (const records of [ids(0, 3), []]) {
      const pager = makePager(token);
      expect(pager.advance({ answer, records })).toBe(more);
      expect(pager.anomalies).toEqual(anomaly ? [anomaly] : []);
    }
  });

  test.each([
    [{}, 'neither a token nor a last-page marker'],
    [{ total: 5 }, 'fewer records than announced'],
    [{ total: 3 }, null],
  ])('%j: an end without token and marker is proven by the total or not at all', (answer, anomaly) => {
    const pager = makePager(token);
    expect(pager.advance({ answer, records: ids(0, 3) })).toBe(false);
    expect(pager.anomalies).toEqual(anomaly ? [anomaly] : []);
  });

  test('a circle of tokens A, B, A is a loop error that does not show the token', () => {
    const pager = makePager(token);
    pager.advance({ answer: { next: 'secret-a' }, records: ids(0, 1) });
    pager.advance({ answer: { next: 'secret-b' }, records: ids(1, 1) });
    const third = () => pager.advance({ answer: { next: 'secret-a' }, records: ids(2, 1) });
    expect(third).toThrow(/in a circle/);
    expect(third).not.toThrow(/secret/);
  });

  test('ten empty pages with tokens are followed, the eleventh is an error', () => {
    const pager = makePager(token);
    for (let page = 0; page < 10; page++)
      expect(pager.advance({ answer: { next: `t${page}` }, records: [] })).toBe(true);
    expect(() => pager.advance({ answer: { next: 'more' }, records: [] })).toThrow(/empty/);
  });

  test('half the page size is asked for until one record is too much', () => {
    const pager = makePager(token);
    const sizes = [];
    while (pager.halve()) sizes.push(pager.puts['query.maxResults']);
    expect(sizes).toEqual([50, 25, 12, 6, 3, 1]);
  });
});

describe('lists whose end nothing proves', () => {
  const AT_CAP = 'as many records as the site gives at most';
  const offset: Page = {
    kind: 'offset',
    put: 'query.startAt',
    cap: [100, 1000],
    size: { put: 'query.maxResults', value: 1000 },
  };

  test.each([
    [99, null],
    [100, AT_CAP],
    [101, null],
    [1000, AT_CAP],
  ])('%i records and an empty page: cut off where the number is a cap', (records, anomaly) => {
    const pager = makePager(offset);
    expect(pager.advance({ answer: [], records: ids(0, records) })).toBe(true);
    expect(pager.advance({ answer: [], records: [] })).toBe(false);
    expect(pager.anomalies).toEqual(anomaly ? [anomaly] : []);
  });

  test.each([
    [37, null],
    [100, AT_CAP],
  ])('a page of %i records that comes for any offset is the whole answer, unless it is as long as a cap', (records, anomaly) => {
    const pager = makePager(offset);
    pager.advance({ answer: [], records: ids(0, records) });
    expect(pager.advance({ answer: [], records: ids(0, records) })).toBe(false);
    expect(pager.anomalies).toEqual(anomaly ? [anomaly] : []);
  });

  test('one answer of a cap is cut off, a shorter one is not', () => {
    const anomalies = (records: number) => {
      const pager = makePager({ kind: 'none', cap: 20 });
      pager.advance({ answer: {}, records: ids(0, records) });
      return pager.anomalies;
    };
    expect([anomalies(19), anomalies(20)]).toEqual([[], [AT_CAP]]);
  });
});

describe('feeds', () => {
  test('the next page starts where this one ended', () => {
    const pager = makePager(feed);
    expect(pager.advance({ answer: { until: 10, lastPage: false }, records: [{ worklogId: 1 }] })).toBe(true);
    expect(pager.puts).toEqual({ 'query.since': 10 });
    expect(pager.advance({ answer: { until: 12, lastPage: true }, records: [] })).toBe(false);
  });

  test('a feed that cannot advance is an error, not an endless loop', () => {
    const pager = makePager(feed);
    pager.advance({ answer: { until: 10, lastPage: false }, records: [{ worklogId: 1 }] });
    expect(() => pager.advance({ answer: { until: 10, lastPage: false }, records: [{ worklogId: 2 }] })).toThrow(
      /does not advance/,
    );
  });
});
