/** What arrives at a server, to the letter. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Secret } from '../../src/core/secret.js';
import { type Authorizer, bearerAuth } from '../../src/http/authorizer.js';
import type { HttpRequest } from '../../src/http/client.js';
import { encodeSegment } from '../../src/http/url.js';
import { type FaultServer, type Seen, startFaultServer } from '../helpers/fault-server.js';
import { get, testClient } from '../helpers/http-client.js';

let server: FaultServer;
beforeEach(async () => {
  server = await startFaultServer();
});
afterEach(() => server.close());

async function arrived(request: HttpRequest, context = '', auth?: Authorizer): Promise<Seen & { url_path: string }> {
  server.script(context + request.path, { body: { ok: true } });
  const { client } = testClient(server.url + context, auth && { auth });
  const { url_path } = await client.request(request);
  await client.close();
  const [seen] = server.seen;
  if (!seen) throw new Error('nothing arrived');
  return { ...seen, url_path };
}

describe('the shape of a request', () => {
  test('a GET carries credentials, asks for JSON, and keeps the context path and the order of its query', async () => {
    const query: [string, string][] = [
      ['jql', 'updated >= 1700000000000 AND project in ("A&B")'],
      ['fields', 'id'],
      ['fields', 'key'],
    ];
    const { url, headers, url_path } = await arrived(get('/rest/api/2/search', query), '/jira');
    expect(url).toBe(
      '/jira/rest/api/2/search?jql=updated%20%3E%3D%201700000000000%20AND%20project%20in%20(%22A%26B%22)&fields=id&fields=key',
    );
    expect(url_path).toBe(url);
    expect(headers.authorization).toMatch(/^Basic /);
    expect(headers.accept).toBe('application/json');
    expect(headers['user-agent']).toMatch(/^jira-iceberg-connector\/[0-9.]+$/);
    expect(headers['content-type']).toBeUndefined();
  });

  test('a POST sends its body as JSON in UTF-8, and a PAT as bearer', async () => {
    const body = { jql: 'project = "Ärger 😀"', fields: ['*all'], maxResults: 100 };
    const request = { ...get('/rest/api/3/search/jql'), method: 'POST', body } as const;
    const seen = await arrived(request, '', bearerAuth(new Secret('pat-1234')));
    expect(JSON.parse(seen.body)).toEqual(body);
    expect(seen.headers['content-type']).toBe('application/json');
    expect(seen.headers.authorization).toBe('Bearer pat-1234');
  });

  test('an id with slashes stays one segment', async () => {
    const seen = await arrived(get(`/rest/api/3/group/member/${encodeSegment('../admin?x#y')}`));
    expect(seen.url).toBe('/rest/api/3/group/member/..%2Fadmin%3Fx%23y');
  });
});
