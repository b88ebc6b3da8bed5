/** The way to a catalog service: an authority of its own, a proxy, and what a commit may believe of either. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { Secret } from '../../../src/core/secret.js';
import type { Network } from '../../../src/http/agent.js';
import { isUnclear } from '../../../src/writers/catalog/rest/answer.js';
import { CATALOG_LIMITS, RestClient } from '../../../src/writers/catalog/rest/client.js';
import type { CatalogAuth } from '../../../src/writers/storage/warehouse-settings.js';
import { type ConnectProxy, type ProxyManners, startConnectProxy } from '../../helpers/connect-proxy.js';
import { type FaultServer, startFaultServer } from '../../helpers/fault-server.js';
import { SELF_SIGNED } from '../../helpers/self-signed.js';

const ANY = z.unknown();
const LIST = { what: 'list namespaces', path: ['namespaces'] };
const MAKE = { what: 'create namespace acme', path: ['namespaces'], body: { namespace: ['acme'] } };
const PASSWORD = 'canary-of-the-proxy';

let service: FaultServer;
let proxy: ConnectProxy;
const ends: (() => Promise<void>)[] = [];
beforeEach(async () => {
  service = await startFaultServer(SELF_SIGNED);
  ends.push(() => service.close());
  service.script('/v1/config', { body: {} });
  service.script('/v1/namespaces', { body: { namespaces: [] } });
  service.script('/v1/oauth/tokens', { body: { access_token: 't1' } });
});
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

function client(network: Network, auth: CatalogAuth = { type: 'none' }): RestClient {
  const retry = { ...CATALOG_LIMITS.retry, firstWaitMs: 1 };
  const uri = `https://wrong.example:${new URL(service.url).port}`;
  return new RestClient({ uri, auth, network }, { ...CATALOG_LIMITS, retry });
}

async function through(manners: ProxyManners = {}, password = PASSWORD): Promise<Network> {
  proxy = await startConnectProxy({ login: `me:${PASSWORD}`, ...manners });
  ends.push(() => proxy.close());
  const address = { url: proxy.url, username: 'me', password: new Secret(password), exempt: '' };
  return { proxy: address, ca: SELF_SIGNED.cert };
}

const failure = (work: Promise<unknown>) =>
  work.then(
    () => expect.fail('was expected to fail'),
    (error) => error,
  );

describe('a catalog behind a proxy', () => {
  test('I9 is asked through it, for tokens as well, and the proxy learns nothing of either', async () => {
    const auth: CatalogAuth = { type: 'oauth2', clientId: 'me', clientSecret: new Secret('canary-of-the-client') };
    const catalog = client(await through(), auth);
    expect(await catalog.ask(LIST, ANY)).toEqual({ namespaces: [] });
    expect(service.seen.map(({ url }) => url.split('?')[0])).toEqual([
      '/v1/oauth/tokens',
      '/v1/config',
      '/v1/namespaces',
    ]);
    expect(new Set(proxy.seen.map(({ host }) => host))).toEqual(
      new Set([`wrong.example:${new URL(service.url).port}`]),
    );
    expect(proxy.passed()).not.toContain('canary');
    expect(service.seen.every(({ headers }) => headers['proxy-authorization'] === undefined)).toBe(true);
  });

  test('a proxy that wants another login is told from a catalog that does not answer', async () => {
    const error = await failure(client(await through({}, 'another')).ask(LIST, ANY));
    expect(error).toMatchObject({ name: 'ProxyError', kind: 'usage' });
    expect(error.message).toContain(`cannot be reached through the proxy ${proxy.url}: it wants another login (407)`);
  });

  test('I5 a change that the proxy let not through was not made: it is sent again, and is not unclear', async () => {
    const catalog = client(await through({ answers: [200, 503, 200] }));
    await catalog.open();
    // Tunnels stay open; one that was closed has to be made anew.
    service.script(
      '/v1/namespaces',
      { status: 429, headers: { connection: 'close', 'retry-after': '0' } },
      { body: {} },
    );
    await catalog.ask(MAKE, ANY);
    expect(proxy.seen.length).toBe(3);
    const barred = client(await through({ answers: [403] }));
    expect(isUnclear(await failure(barred.ask(MAKE, ANY)))).toBe(false);
  });
});

describe('a catalog behind an authority of a company', () => {
  test('is refused without it, with advice that names the setting, and asked nothing', async () => {
    const error = await failure(client({ ...(await through()), ca: undefined }).ask(LIST, ANY));
    expect(error).toMatchObject({ name: 'TlsError' });
    expect(error.message).toContain('`tls: { ca: FILE }`');
    expect(service.seen).toEqual([]);
    expect(proxy.seen).toHaveLength(1);
  });
});

test('I5 a gateway that gave up waiting (408), or asks to come back in an hour (503), may have passed a change on', async () => {
  const catalog = client(await through());
  for (const reply of [{ status: 408 }, { status: 503, headers: { 'retry-after': '3600' } }]) {
    service.script('/v1/namespaces', reply);
    expect(isUnclear(await failure(catalog.ask(MAKE, ANY)))).toBe(true);
  }
});
