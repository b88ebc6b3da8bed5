import { HttpResponse, http } from 'msw';
import { setupServer } from 'msw/node';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Secret } from '../../src/core/secret.js';
import type { Fetch } from '../../src/http/attempt.js';
import { bearerAuth } from '../../src/http/authorizer.js';
import { encodeSegment } from '../../src/http/url.js';
import { get, testClient } from '../helpers/http-client.js';

const site = setupServer();
beforeAll(() => site.listen({ onUnhandledRequest: 'error' }));
afterEach(() => site.resetHandlers());
afterAll(() => site.close());

const globalFetch = ((...all: Parameters<typeof fetch>) => fetch(...all)) as unknown as Fetch;

function capture(method: 'get' | 'post', address: string): Request[] {
  const requests: Request[] = [];
  const answer = ({ request }: { request: Request }) => {
    requests.push(request.clone());
    return HttpResponse.json({ ok: true });
  };
  site.use(http[method](address, answer));
  return requests;
}

describe('the shape of a request', () => {
  test('a GET carries credentials, asks for JSON, and keeps the context path and the order of its query', async () => {
    const requests = capture('get', 'https://jira.example.com/jira/rest/api/2/search');
    const { client } = testClient('https://jira.example.com/jira', { fetch: globalFetch });
    const query: [string, string][] = [
      ['jql', 'updated >= 1700000000000 AND project in ("A&B")'],
      ['fields', 'id'],
      ['fields', 'key'],
    ];
    const { url_path } = await client.request(get('/rest/api/2/search', query));
    const [request] = requests;
    expect(request?.url).toBe(
      'https://jira.example.com/jira/rest/api/2/search?jql=updated%20%3E%3D%201700000000000%20AND%20project%20in%20(%22A%26B%22)&fields=id&fields=key',
    );
    expect(url_path).toBe(request?.url.slice('https://jira.example.com'.length));
    expect(request?.headers.get('authorization')).toMatch(/^Basic /);
    expect(request?.headers.get('accept')).toBe('application/json');
    expect(request?.headers.get('user-agent')).toMatch(/^jira-iceberg-connector\/[0-9.]+$/);
    expect(request?.headers.has('content-type')).toBe(false);
  });

  test('a POST sends its body as JSON in UTF-8, and a PAT as bearer', async () => {
    const requests = capture('post', 'https://acme.example.com/rest/api/3/search/jql');
    const auth = bearerAuth(new Secret('pat-1234'));
    const { client } = testClient('https://acme.example.com', { fetch: globalFetch, auth });
    const body = { jql: 'project = "Ärger 😀"', fields: ['*all'], maxResults: 100 };
    await client.request({
      method: 'POST',
      path: '/rest/api/3/search/jql',
      body,
      repeatable: true,
      onBehalfOf: 'issues',
    });
    const [request] = requests;
    expect(await request?.json()).toEqual(body);
    expect(request?.headers.get('content-type')).toBe('application/json');
    expect(request?.headers.get('authorization')).toBe('Bearer pat-1234');
  });

  test('an id with slashes stays one segment', async () => {
    const requests = capture('get', 'https://acme.example.com/rest/api/3/group/member/:id');
    const { client } = testClient('https://acme.example.com', { fetch: globalFetch });
    await client.request(get(`/rest/api/3/group/member/${encodeSegment('../admin?x#y')}`));
    expect(requests[0]?.url).toBe('https://acme.example.com/rest/api/3/group/member/..%2Fadmin%3Fx%23y');
  });
});
