/** One attempt at a real server, and what the failures below HTTP are called. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createAgent, ProxyFault } from '../../src/http/agent.js';
import { bodyOf, jsonOf, redirectHost } from '../../src/http/answer.js';
import { type Judge, sending } from '../../src/http/attempt.js';
import { TooLargeError } from '../../src/http/errors.js';
import type { Asked } from '../../src/http/exchange.js';
import { networkFault } from '../../src/http/network-fault.js';
import { ProxyError } from '../../src/http/proxy-error.js';
import { type FaultServer, startFaultServer } from '../helpers/fault-server.js';
import { LIMITS } from '../helpers/http-client.js';

const asked: Asked = { onBehalfOf: 'projects', method: 'GET', path: '/page', host: 'site.example' };
let server: FaultServer;
let agent: ReturnType<typeof createAgent>;
beforeEach(async () => {
  server = await startFaultServer();
  agent = createAgent({}, LIMITS.timeouts);
});
afterEach(async () => {
  await agent.destroy();
  await server.close();
});

const reads =
  (maxBytes: number): Judge =>
  async (of, response) => {
    const bytes = await bodyOf(of, response, maxBytes);
    return { status: response.status, headers: response.headers, json: jsonOf(of, 200, bytes), bytes: bytes.length };
  };
const attempt = (judge: Judge) => {
  const url = new URL(`${server.url}/page`);
  return sending({ agent, attemptMs: 5000, judge })({ asked, url, headers: {}, repeat: 'always', attempt: 1 });
};

describe('an attempt', () => {
  test('leaves to its judge what an answer means, whatever the status, and needs no budget', async () => {
    server.script('/page', { status: 418, body: { a: 12345678901234567890n.toString() } });
    expect(await attempt(reads(1000))).toMatchObject({ status: 418, json: { a: '12345678901234567890' } });
  });

  test('ends with the connection when its judge refuses the answer before its end', async () => {
    server.script('/page', { body: 'x'.repeat(5_000_000) });
    await expect(attempt(reads(1000))).rejects.toBeInstanceOf(TooLargeError);
  });
});

test('depth is cut where one record counts, and refused where each part does', () => {
  const deep = Buffer.from('[[[["x"]]]]');
  expect(jsonOf(asked, 200, deep, { maxDepth: 2, beyond: 'cut' })).toEqual([[{ nested_too_deep: '[["x"]]' }]]);
  expect(() => jsonOf(asked, 200, deep, { maxDepth: 2, beyond: 'refuse' })).toThrow('nested deeper than 2 levels');
});

test.each([
  ['https://other.example/login?token=x', 'other.example'],
  ['/login', 'another page'],
  [null, 'an unreadable address'],
  ['https://', 'an unreadable address'],
])('of a redirect to %s, %s is told', (location, host) => expect(redirectHost(location)).toBe(host));

describe('a failure below HTTP', () => {
  const coded = (code: string, cause?: Error) => Object.assign(new Error('fetch failed', { cause }), { code });

  test.each([
    ['ECONNREFUSED', 'NetworkError', 'unseen'],
    ['UND_ERR_CONNECT_TIMEOUT', 'NetworkError', 'unseen'],
    ['ROOM_LOST', 'NetworkError', 'unseen'],
    ['ECONNRESET', 'NetworkError', 'unclear'],
    ['UND_ERR_HEADERS_TIMEOUT', 'NetworkError', 'unclear'],
    ['Z_DATA_ERROR', 'ProtocolError', 'unclear'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'TlsError', 'refused'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'TlsError', 'refused'],
    // The stream broke: in the handshake, or in the middle of an answer.
    ['ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC', 'TlsError', 'unclear'],
    ['EPROTO', 'TlsError', 'unclear'],
  ])('I5 %s is a %s, and the request is %s', (code, name, outcome) => {
    expect(networkFault(asked, new Error('fetch failed', { cause: coded(code) }), false)).toMatchObject({
      name,
      outcome,
    });
  });

  test('of a proxy leaves the request unseen', () => {
    const fault = new ProxyFault('http://proxy.example:3128', 407);
    const error = networkFault(asked, coded('UND_ERR', fault), false);
    expect(error).toBeInstanceOf(ProxyError);
    expect(error).toMatchObject({ kind: 'usage', again: 'never', outcome: 'unseen' });
    const gone = networkFault(asked, new ProxyFault('http://proxy.example', undefined, coded('ECONNRESET')), false);
    expect(gone).toMatchObject({ again: 'often', message: expect.stringContaining('the connection was reset') });
  });
});
