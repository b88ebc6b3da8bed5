/** a real CONNECT proxy between us and a real TLS site. */
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Secret } from '../../src/core/secret.js';
import type { Network } from '../../src/http/agent.js';
import type { HttpError } from '../../src/http/errors.js';
import { type ConnectProxy, type ProxyManners, startConnectProxy } from '../helpers/connect-proxy.js';
import { type FaultServer, startFaultServer } from '../helpers/fault-server.js';
import { CANARY, get, noThrottle, testClient, watched } from '../helpers/http-client.js';
import { SELF_SIGNED } from '../helpers/self-signed.js';

const ROUTE = '/rest/api/3/project/search';
const PASSWORD = 'proxy-canary-51d/é';
const ANSWER = { body: { values: [{ id: '1' }], isLast: true } };

let site: FaultServer;
let proxy: ConnectProxy;
const ends: (() => Promise<void>)[] = [];
beforeEach(async () => {
  site = await startFaultServer(SELF_SIGNED);
  site.script(ROUTE, ANSWER);
  ends.push(() => site.close());
});
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

interface Setting extends ProxyManners {
  /** What is configured: `user:password`. */
  readonly as?: string;
  readonly exempt?: string;
  readonly ca?: string | null;
  /** Of the site's address; every name leads to the same server. */
  readonly host?: string;
  readonly url?: string;
  readonly options?: Parameters<typeof testClient>[1];
}

async function through(setting: Setting = {}) {
  proxy = await startConnectProxy(setting);
  ends.push(() => proxy.close());
  const [username = '', password] = setting.as?.split(':') ?? [];
  const network: Network = {
    proxy: {
      url: setting.url ?? proxy.url,
      username,
      password: password === undefined ? undefined : new Secret(password),
      exempt: setting.exempt ?? '',
    },
    ca: setting.ca === null ? undefined : (setting.ca ?? SELF_SIGNED.cert),
  };
  const base = `https://${setting.host ?? 'wrong.example'}:${new URL(site.url).port}`;
  const { client } = testClient(base, { network, ...setting.options });
  ends.push(() => client.close());
  return client;
}

async function failure(setting: Setting): Promise<HttpError> {
  const client = await through(setting);
  return client.request(get(ROUTE)).then(
    () => expect.fail('the request was expected to fail'),
    (error: HttpError) => error,
  );
}

describe('a proxy that connects', () => {
  test('I9 its login reaches the proxy alone, and the login of the site reaches the site alone', async () => {
    const client = await through({ login: `reader:${PASSWORD}`, as: `reader:${PASSWORD}` });
    expect((await client.request(get(ROUTE))).json).toEqual(ANSWER.body);
    const pair = Buffer.from(`reader:${PASSWORD}`).toString('base64');
    expect(proxy.seen.map(({ host }) => host)).toEqual([`wrong.example:${new URL(site.url).port}`]);
    expect(proxy.seen[0]?.headers['proxy-authorization']).toBe(`Basic ${pair}`);
    expect(proxy.seen[0]?.headers.authorization).toBeUndefined();
    expect(site.seen[0]?.headers['proxy-authorization']).toBeUndefined();
    expect(site.seen[0]?.headers.authorization).toMatch(/^Basic /);
    expect(proxy.passed()).not.toContain(CANARY);
    expect(proxy.passed()).not.toContain('authorization');
  });

  test('each request is counted when it leaves, through tunnels that stay open', async () => {
    const { throttle, sent } = watched(noThrottle);
    const client = await through({ options: { throttle } });
    for (let n = 0; n < 6; n++) await client.request(get(ROUTE));
    expect(sent.length).toBe(6);
    expect(site.seen.length).toBe(6);
    expect(proxy.seen.length).toBeLessThan(6);
  });

  test('I8 our limit for an answer holds inside the tunnel', async () => {
    site.script(ROUTE, { hang: true });
    const error = await failure({ options: { timeouts: { attempt: 300 }, retry: { tries: 1 } } });
    expect(error.message).toContain('the answer took too long');
  });

  test.each([
    ['the certificate of the site is checked all the same', { ca: null }, 'DEPTH_ZERO_SELF_SIGNED_CERT'],
    ['also its name', { host: 'other.example' }, 'ERR_TLS_CERT_ALTNAME_INVALID'],
  ])('R-11 %s', async (_title, setting, code) => {
    const error = await failure(setting);
    expect(error).toMatchObject({ name: 'TlsError' });
    expect(error.message).toContain(code);
    expect(proxy.seen.length).toBe(1);
    expect(site.seen).toEqual([]);
  });
});

describe('a proxy that does not connect is told from a site that does not answer', () => {
  test('I9 a wrong login (407) is a mistake of the settings, asked once, its password shown nowhere', async () => {
    const error = await failure({ login: 'reader:other', as: `reader:${PASSWORD}` });
    expect(error).toMatchObject({ name: 'ProxyError', kind: 'usage' });
    expect(error.message).toContain(`through the proxy ${proxy.url}: it wants another login (407)`);
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('proxy-canary');
    expect(proxy.seen.length).toBe(1);
  });

  test('a refusal is not repeated', async () => {
    const error = await failure({ answers: [403] });
    expect(error).toMatchObject({ name: 'ProxyError', kind: 'failed' });
    expect(error.message).toContain('it refused to connect (403)');
    expect(proxy.seen.length).toBe(1);
  });

  test('one that could not reach the site is asked again', async () => {
    const client = await through({ answers: [502, 503, 200] });
    expect((await client.request(get(ROUTE))).status).toBe(200);
    expect(proxy.seen.length).toBe(3);
  });

  test.each(['hang up', 'silence'] as const)('I8 %s: as many tries as the rules allow, not a thousand', async (way) => {
    const error = await failure({ answers: [way], options: { retry: { tries: 2 }, timeouts: { connect: 200 } } });
    expect(error).toMatchObject({ name: 'ProxyError', kind: 'failed' });
    expect(error.message).toContain(`through the proxy ${proxy.url}`);
    expect(proxy.seen.length).toBe(2);
    expect(site.seen).toEqual([]);
  });

  test('one that is not there is named, not the site', async () => {
    const gone = await startConnectProxy();
    await gone.close();
    const error = await failure({ url: gone.url, options: { retry: { tries: 2 } } });
    expect(error.message).toContain(`through the proxy ${gone.url}: the connection was refused`);
  });
});

describe('what is not for the proxy', () => {
  test.each([
    ['a host of NO_PROXY', { exempt: 'corp.example, wrong.example' }],
    ['a host below a domain of NO_PROXY', { exempt: '.example' }],
    ['this machine', { host: '127.0.0.1' }],
    ['this machine by name', { host: 'localhost' }],
  ])('%s is asked straight', async (_title, setting) => {
    await failure({ ...setting, options: { retry: { tries: 1 } } });
    expect(proxy.seen).toEqual([]);
  });

  test('a host that merely ends like one of NO_PROXY is', async () => {
    const client = await through({ exempt: 'rong.example' });
    expect((await client.request(get(ROUTE))).status).toBe(200);
  });
});
