/** Rows that lie two lists deep are counted by the outer list: the site's offsets and totals know nothing of the inner one. */
import { expect, test } from 'vitest';
import { type PagedRequest, readPages } from '../../../src/runtime/requests/read-pages.js';
import { fakeClient } from '../../helpers/fake-client.js';

const SCHEMES = [['1', '2', '3'], [], ['4'], ['5', '6'], []].map((projectIds, id) => ({ scheme: { id }, projectIds }));

const list: PagedRequest = {
  request: 'GET /schemes',
  page: {
    kind: 'offset',
    put: 'query.startAt',
    total: 'total',
    last: 'isLast',
    size: { put: 'query.maxResults', value: 2 },
  },
  rows: 'values[].projectIds[]',
  carry: { scheme_id: 'values[].scheme.id' },
};

/** @param size what the site gives at most, whatever is asked for. */
async function read(asked: PagedRequest, schemes: typeof SCHEMES, size = 2) {
  const { client, asked: sent } = fakeClient(({ query }) => {
    const start = Number(query?.find(([name]) => name === 'startAt')?.[1] ?? 0);
    const values = schemes.slice(start, start + size);
    return { total: schemes.length, isLast: start + size >= schemes.length, values };
  });
  const rows: unknown[] = [];
  const lacks: unknown[] = [];
  for await (const page of readPages(client, 'schemes', asked, {})) {
    rows.push(...page.records.map(({ record }) => record));
    if (page.lack) lacks.push(page.lack);
  }
  return { rows, lacks, requests: sent.length };
}

test('a page with more rows than elements does not push the offset past the next elements', async () => {
  expect(await read(list, SCHEMES)).toEqual({ rows: ['1', '2', '3', '4', '5', '6'], lacks: [], requests: 3 });
});

test('elements without rows are no empty pages, and no missing rows', async () => {
  const empty = Array.from({ length: 40 }, (_, id) => ({ scheme: { id }, projectIds: [] }));
  expect(await read(list, [...empty, { scheme: { id: 40 }, projectIds: ['7'] }])).toEqual({
    ...{ rows: ['7'], lacks: [], requests: 21 },
  });
});

test('one answer with fewer rows than elements is whole, and one with fewer elements than it says is not', async () => {
  const whole = { ...list, page: { kind: 'none', total: 'total' } } as const;
  expect(await read(whole, SCHEMES.slice(1, 2), 2)).toMatchObject({ rows: [], lacks: [] });
  expect((await read(whole, SCHEMES, 2)).lacks).toHaveLength(1);
});
