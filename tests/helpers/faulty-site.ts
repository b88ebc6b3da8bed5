/** A server that misbehaves by script, clients of it, and how a request of theirs fails: opened before each test and closed after it. */
import { afterEach, beforeEach, expect } from 'vitest';
import type { HttpClient, HttpRequest } from '../../src/http/client.js';
import type { HttpError } from '../../src/http/errors.js';
import { type FaultServer, startFaultServer } from './fault-server.js';
import { get, testClient } from './http-client.js';

export const GOOD = { body: { values: [{ id: '1' }], isLast: true } };
export const ROUTE = '/rest/api/3/project/search';

/** Of the test under way. */
export let server: FaultServer;
const open: HttpClient[] = [];
beforeEach(async () => {
  server = await startFaultServer();
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((client) => client.close()));
  await server.close();
});

export function client(options: Parameters<typeof testClient>[1] = {}, baseUrl = server.url) {
  const made = testClient(baseUrl, options);
  open.push(made.client);
  return made;
}

export async function failure(made: HttpClient, request: HttpRequest = get(ROUTE)): Promise<HttpError> {
  return made.request(request).then(
    () => expect.fail('the request was expected to fail'),
    (error: HttpError) => error,
  );
}
