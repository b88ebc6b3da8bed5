import { expect, test } from 'vitest';
import { makePager } from '../../../src/runtime/requests/pager.js';

const page = {
  kind: 'offset',
  put: 'query.startAt',
  total: 'total',
  size: { put: 'query.maxResults', value: 10 },
  overlap: 2,
} as const;

/** Walks a list that `between` may change before each page; which ids were seen, and how many pages it took. */
function walk(list: number[], between: (page: number) => void) {
  const pager = makePager(page);
  const seen = new Set<number>();
  let pages = 0;
  for (let more = true; more; pages += 1) {
    between(pages);
    const start = Number(pager.puts['query.startAt']);
    const records = list.slice(start, start + 10).map((id) => ({ id }));
    for (const { id } of records) seen.add(id);
    more = pager.advance({ answer: { total: list.length }, records });
  }
  return { seen: seen.size, pages, anomalies: pager.anomalies };
}

const ids = (count: number) => Array.from({ length: count }, (_, n) => n + 1);
/** The first rows are edited and go to the end of the order. */
const toTheEnd = (list: number[], count: number) => list.push(...list.splice(0, count));

test('a list that stands still is read in steps of the size less the overlap', () => {
  expect(walk(ids(34), () => undefined)).toEqual({ seen: 34, pages: 4, anomalies: [] });
});

test('rows that move to the end while the list is read make no other row fall through between two pages', () => {
  const list = ids(40);
  expect(walk(list, (at) => at === 2 && toTheEnd(list, 2))).toMatchObject({ seen: 40, anomalies: [] });
});

test('more rows than the overlap move: the torn seam is seen and the page before is read once more', () => {
  const list = ids(40);
  const { seen, anomalies, pages } = walk(list, (at) => at === 2 && toTheEnd(list, 7));
  expect([seen, anomalies]).toEqual([40, []]);
  expect(pages).toBeGreaterThan(5);
});

test('a list that never stands still ends, and says that it is not proven complete', () => {
  const list = ids(60);
  const { anomalies } = walk(list, () => toTheEnd(list, 15));
  expect(anomalies).toContain('rows went away again and again while they were read');
});
