/** Requests that change something: what is sent again, and whom a limit holds. */
import { expect, test } from 'vitest';
import type { HttpRequest } from '../../src/http/client.js';
import { limitOf } from '../../src/http/retry-after.js';
import { client, failure, ROUTE, server } from '../helpers/faulty-site.js';

const headers = (reason: string) => ({ get: (name: string) => (name === 'ratelimit-reason' ? reason : null) });
const change = (method: HttpRequest['method'] = 'PUT'): HttpRequest => ({
  ...{ method, path: ROUTE, repeatable: 'unseen', onBehalfOf: 'update_issue' },
});
const rated = { 'retry-after': '1', 'ratelimit-reason': 'jira-burst-based' };

test('too many writes to one issue hold that issue alone, not its whole endpoint', () => {
  expect(limitOf(429, headers('jira-per-issue-on-write'), 1000)).toBe('issue');
  expect(limitOf(429, headers('jira-burst-based'), 1000)).toBe('endpoint');
});

test('changes are answered without a body: that is no broken answer', async () => {
  server.script(ROUTE, { status: 204 });
  expect((await client().client.request(change())).json).toBeNull();
  server.script(ROUTE, { status: 201, body: '' });
  expect((await client().client.request(change('POST'))).json).toBeNull();
});

test.each([429, 503])('a change that a limit turned away (%i) was not looked at, and is sent again', async (status) => {
  server.script(ROUTE, { status, headers: rated }, { status: 204 });
  expect((await client().client.request(change())).status).toBe(204);
  expect(server.seen).toHaveLength(2);
});

test.each([
  500, 502, 503, 504,
])('a change that was answered with %i may have been made: it is sent once', async (status) => {
  server.script(ROUTE, { status, headers: { 'retry-after': '1' } });
  expect(await failure(client().client, change())).toMatchObject({ outcome: 'unclear' });
  expect(server.seen).toHaveLength(1);
});

test('a change whose connection is lost may have been made: it is sent once', async () => {
  server.script(ROUTE, { destroy: true });
  expect(await failure(client().client, change())).toMatchObject({ outcome: 'unclear' });
  expect(server.seen).toHaveLength(1);
});
