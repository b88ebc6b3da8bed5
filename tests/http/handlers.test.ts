/** A request meets the handler that a person would write for it: its path parameters, its query and its body are those of the page. */
import { HttpResponse, http } from 'msw';
import { afterEach, expect, test } from 'vitest';
import { encodeSegment } from '../../src/http/url.js';
import { get, testClient } from '../helpers/http-client.js';
import { type MswSite, startMswSite } from '../helpers/msw-site.js';

let site: MswSite;
afterEach(() => site.close());

test('an id that looks like a path is one parameter, and reaches no other operation', async () => {
  site = await startMswSite((url) => [
    http.get(`${url}/rest/api/3/issue/:id/watchers`, ({ params }) => HttpResponse.json({ of: params.id })),
    http.get(`${url}/rest/api/3/admin`, () => HttpResponse.json({ of: 'admin' })),
  ]);
  const { client } = testClient(site.url);
  const { json } = await client.request(get(`/rest/api/3/issue/${encodeSegment('../admin?x#y')}/watchers`));
  expect([json, site.unhandled]).toEqual([{ of: '../admin?x#y' }, []]);
  await client.close();
});

test('a value with signs of its own stays one value of the query', async () => {
  const jql = 'project in ("A&B", "C=D") AND text ~ "50% + ü #1"';
  site = await startMswSite((url) => [
    http.get(`${url}/rest/api/3/search`, ({ request }) =>
      HttpResponse.json([...new URL(request.url).searchParams.entries()]),
    ),
  ]);
  const { client } = testClient(site.url);
  const asked: [string, string][] = [
    ['jql', jql],
    ['fields', 'id'],
    ['fields', 'key'],
  ];
  const { json } = await client.request(get('/rest/api/3/search', asked));
  expect(json).toEqual(asked);
  await client.close();
});

test('a query of another page than the one that was meant is not answered', async () => {
  site = await startMswSite((url) => [
    http.get(`${url}/rest/api/3/search`, ({ request }) =>
      new URL(request.url).searchParams.get('startAt') === '50' ? HttpResponse.json({ page: 2 }) : undefined,
    ),
  ]);
  const { client } = testClient(site.url);
  await expect(client.request(get('/rest/api/3/search', [['startAt', '0']]))).rejects.toThrow(/501/);
  expect((await client.request(get('/rest/api/3/search', [['startAt', '50']]))).json).toEqual({ page: 2 });
  await client.close();
});
