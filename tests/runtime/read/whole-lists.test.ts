/** A list that is needed as a whole is in memory as a whole: each page is bounded, and so must be their sum. */
import { expect, test } from 'vitest';
import type { HttpClient, HttpResponse } from '../../../src/http/client.js';
import { readList } from '../../../src/runtime/requests/read-pages.js';

const LIST = {
  request: 'GET /things',
  page: { kind: 'offset', start: 'startAt', size: { name: 'maxResults', value: 10 }, total: 'total' },
  rows: 'values[]',
} as unknown as Parameters<typeof readList>[2];

/** Answers with pages of so many records, each said to have so many bytes. */
function site(records: number, bytes: number, pages: number): { readonly client: HttpClient; asked(): number } {
  let asked = 0;
  const request = async (): Promise<HttpResponse> => {
    const first = asked++ * records;
    const values = Array.from({ length: records }, (_, at) => ({ id: first + at }));
    const json = { startAt: first, maxResults: records, total: records * pages, values };
    return { status: 200, headers: { get: () => null }, json, bytes, url_path: '/things' };
  };
  const nothing = {
    requests: 0,
    onBehalfOf: new Map<string, number>(),
    answers: new Map<string, Record<string, number>>(),
    waitedMs: 0,
    nearLimit: 0,
  };
  return { client: { request, counters: () => nothing, close: async () => undefined }, asked: () => asked };
}

test('pages that are each within the bound are refused when their sum is not, and no more is read', async () => {
  const { client, asked } = site(10, 50_000_000, 1000);
  await expect(readList(client, 'fields', LIST, {}, 'the list of fields')).rejects.toThrow(
    'fields: the site sent more than 134 MB for a list that is needed as a whole; nothing more of it was read',
  );
  expect(asked()).toBe(3);
});

test('a page of very many records is no mistake of ours: a call takes fewer arguments than that', async () => {
  const { client } = site(300_000, 5_000_000, 1);
  expect(await readList(client, 'fields', LIST, {}, 'the list of fields')).toHaveLength(300_000);
});
