import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Call } from '../../../simulator/model.js';
import { Refusal } from '../../../simulator/refusal.js';
import { firstPage, listOf, pageBean, pageOf } from '../../../simulator/routes/paging.js';

const SIZE = { usual: 50, cap: 100 };

function callWith(query: string): Call {
  const about = { method: 'GET', path: '/rest/api/3/things', params: {}, body: undefined, now: 0 };
  return { ...about, query: new URLSearchParams(query), headers: {}, origin: 'http://127.0.0.1:9' };
}

const rows = (count: number): number[] => Array.from({ length: count }, (_, number) => number);

describe('pageOf', () => {
  it('echoes the size it used, so that a client which trusts its own wish skips rows', () => {
    expect(pageOf(callWith('maxResults=5000'), rows(300), SIZE)).toMatchObject({ maxResults: 100, isLast: false });
    expect(pageOf(callWith(''), rows(300), SIZE)).toMatchObject({ maxResults: 50, total: 300 });
  });

  it('says isLast on a full last page and past the end', () => {
    expect(pageOf(callWith('startAt=50'), rows(100), SIZE)).toMatchObject({ isLast: true, rows: rows(100).slice(50) });
    expect(pageOf(callWith('startAt=500'), rows(100), SIZE)).toMatchObject({ isLast: true, rows: [] });
  });

  it.each(['startAt=-1', 'maxResults=ten', 'startAt=1.5', 'startAt=99999999999999999999'])('refuses %s', (query) => {
    expect(() => pageOf(callWith(query), rows(3), SIZE)).toThrow(Refusal);
  });

  it('gives every row exactly once to whoever walks by the rows received', () => {
    fc.assert(
      fc.property(fc.nat(400), fc.nat(200), fc.integer({ min: 1, max: 120 }), (count, wish, cap) => {
        const got: number[] = [];
        for (let page = pageOf(callWith(`maxResults=${wish}`), rows(count), { usual: 50, cap }); ; ) {
          got.push(...page.rows);
          if (page.isLast) break;
          page = pageOf(callWith(`maxResults=${wish}&startAt=${got.length}`), rows(count), { usual: 50, cap });
        }
        expect(got).toEqual(rows(count));
      }),
    );
  });
});

describe('pageBean', () => {
  it('names the next page with its parameters kept, and none on the last page', () => {
    const call = callWith('status=live&status=archived&maxResults=2');
    const next = 'http://127.0.0.1:9/rest/api/3/things?status=live&status=archived&maxResults=2&startAt=2';
    expect(pageBean(call, rows(3), SIZE, String)).toMatchObject({ nextPage: next, values: ['0', '1'] });
    expect(pageBean(callWith('startAt=2'), rows(3), SIZE, String)).not.toHaveProperty('nextPage');
  });
});

describe('firstPage', () => {
  it('admits that a list inside a record was cut', () => {
    expect(firstPage(rows(3), 2)).toEqual({ maxResults: 2, startAt: 0, total: 3, isLast: false, values: [0, 1] });
  });
});

describe('listOf', () => {
  it('takes a list repeated, comma-separated and both', () => {
    expect(listOf(callWith('status=live,archived&status=deleted&status='), 'status')).toEqual([
      'live',
      'archived',
      'deleted',
    ]);
  });
});
