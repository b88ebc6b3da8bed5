import { createHash, createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { Secret } from '../../../src/core/secret.js';
import { isUnclear } from '../../../src/writers/catalog/rest/answer.js';
import { CATALOG_LIMITS, RestClient } from '../../../src/writers/catalog/rest/client.js';
import type { CatalogAuth } from '../../../src/writers/storage/warehouse-settings.js';
import { type FaultServer, type Seen, startFaultServer } from '../../helpers/fault-server.js';

let service: FaultServer;
beforeEach(async () => {
  service = await startFaultServer();
  service.script('/v1/config', { body: { defaults: {}, overrides: {} } });
  service.script('/v1/namespaces', { body: { namespaces: [] } });
});
afterEach(() => service.close());

const ANY = z.unknown();
const LIST = { what: 'list namespaces', path: ['namespaces'] };
const MAKE = { what: 'create namespace acme', path: ['namespaces'], body: { namespace: ['acme'] } };
const TOKENS = '/v1/oauth/tokens';
const CANARY = 'canary-secret-1';
const OAUTH: CatalogAuth = { type: 'oauth2', clientId: 'me', clientSecret: new Secret(CANARY) };

function client(auth: CatalogAuth = { type: 'none' }, more: { uri?: string; warehouse?: string } = {}) {
  const { retry, timeouts, maxBytes } = CATALOG_LIMITS;
  return new RestClient(
    { uri: service.url, auth, ...more },
    {
      retry: { ...retry, firstWaitMs: 1, longestAskedWaitMs: 2500 },
      timeouts: { ...timeouts, attempt: 2000 },
      maxBytes,
    },
  );
}

const asked = (path: string) => service.seen.filter(({ url }) => url.split('?')[0] === path);
const failure = (work: Promise<unknown>) =>
  work.then(
    () => expect.fail('was expected to fail'),
    (error) => error,
  );

describe('where the service is', () => {
  it('asks once for the configuration, with the warehouse, and goes below the prefix that it names', async () => {
    service.script('/v1/config', { body: { defaults: { prefix: 'no' }, overrides: { prefix: 'catalogs/12' } } });
    service.script('/v1/catalogs/12/namespaces', { body: {} });
    const one = client({ type: 'none' }, { uri: `${service.url}/`, warehouse: 'my lake' });
    await Promise.all([one.ask(LIST, ANY), one.ask(LIST, ANY)]);
    expect(asked('/v1/config').map(({ url }) => url)).toEqual(['/v1/config?warehouse=my%20lake']);
    expect(asked('/v1/catalogs/12/namespaces')).toHaveLength(2);
  });

  it('asks again for the configuration when the first time failed', async () => {
    service.script('/v1/config', { status: 400, body: {} }, { body: {} });
    const one = client();
    await failure(one.ask(LIST, ANY));
    await one.ask(LIST, ANY);
    expect(asked('/v1/config')).toHaveLength(2);
  });

  it.each([
    ['an address of something else', { status: 404, body: {} }, 'failed', 'Check `uri` and `warehouse`'],
    ['a web page', { headers: { 'content-type': 'text/html' }, body: '<html>' }, 'failed', 'is not whole JSON'],
    ['another service', { body: [1] }, 'usage', 'does not answer like an Iceberg REST catalog'],
  ])('says what is wrong with %s', async (_, reply, kind, text) => {
    service.script('/v1/config', reply);
    const error = await failure(client().ask(LIST, ANY));
    expect(error).toMatchObject({ kind, message: expect.stringContaining(text) });
  });

  it('I9 never follows a redirect, because it could carry the credentials to a foreign host', async () => {
    const foreign = await startFaultServer();
    foreign.script('/v1/config', { body: {} });
    service.script('/v1/config', { status: 307, headers: { location: `${foreign.url}/v1/config?token=x` } });
    const error = await failure(client({ type: 'bearer', token: new Secret(CANARY) }).ask(LIST, ANY));
    await foreign.close();
    expect(foreign.seen).toEqual([]);
    expect(error).toMatchObject({ kind: 'usage', message: expect.stringContaining(new URL(foreign.url).host) });
    expect(error.message).not.toContain('token=x');
  });
});

describe('who we are', () => {
  it('sends a bearer token with every request, and takes a refusal as final', async () => {
    service.script('/v1/namespaces', {
      status: 401,
      body: { error: { type: 'NotAuthorizedException', message: 'no' } },
    });
    const error = await failure(client({ type: 'bearer', token: new Secret('t1') }).ask(LIST, ANY));
    expect(service.seen.map(({ headers }) => headers.authorization)).toEqual(['Bearer t1', 'Bearer t1']);
    expect(error).toMatchObject({
      kind: 'credentials',
      message: expect.stringContaining('NotAuthorizedException: no'),
    });
  });

  it('gets one token for requests that begin together, and uses it until it nears its end', async () => {
    service.script(TOKENS, { body: { access_token: 't1', token_type: 'bearer', expires_in: 3600 } });
    const one = client({ ...OAUTH, scope: 'PRINCIPAL_ROLE:ALL' });
    await Promise.all([one.ask(LIST, ANY), one.ask(LIST, ANY), one.ask(LIST, ANY)]);
    await one.ask(LIST, ANY);
    const [token, ...more] = asked(TOKENS);
    expect(more).toEqual([]);
    expect(token?.body).toBe(
      `grant_type=client_credentials&scope=PRINCIPAL_ROLE%3AALL&client_id=me&client_secret=${CANARY}`,
    );
    expect(asked('/v1/namespaces').map(({ headers }) => headers.authorization)).toEqual(Array(4).fill('Bearer t1'));
  });

  it('renews a token before its end, so that no request carries a dead one', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    // A minute of life: renewed after half of it.
    service.script(TOKENS, { body: { access_token: 't1', expires_in: 60 } }, { body: { access_token: 't2' } });
    const one = client(OAUTH);
    for (const seconds of [0, 29, 2]) {
      vi.setSystemTime(Date.now() + seconds * 1000);
      await one.ask(LIST, ANY);
    }
    vi.useRealTimers();
    const sent = asked('/v1/namespaces').map(({ headers }) => headers.authorization);
    expect(sent).toEqual(['Bearer t1', 'Bearer t1', 'Bearer t2']);
  });

  it('renews a token that is refused, once, for all requests that carried it', async () => {
    service.script(TOKENS, { body: { access_token: 't1' } }, { body: { access_token: 't2' } }, { status: 500 });
    const one = client(OAUTH);
    await one.ask(LIST, ANY);
    service.script('/v1/namespaces', { status: 401, body: {} }, { status: 419, body: {} }, { body: {} });
    await Promise.all([one.ask(LIST, ANY), one.ask(LIST, ANY)]);
    expect(asked(TOKENS)).toHaveLength(2);
    service.script('/v1/namespaces', { status: 401, body: {} });
    service.script(TOKENS, { body: { access_token: 't3' } });
    expect(await failure(one.ask(LIST, ANY))).toMatchObject({ kind: 'credentials' });
    expect(asked(TOKENS)).toHaveLength(3);
  });

  it('I9 names the refusal of a wrong secret, never the secret', async () => {
    service.script(TOKENS, { status: 401, body: { error: 'invalid_client', error_description: `not ${CANARY}` } });
    const error = await failure(client(OAUTH).ask(LIST, ANY));
    expect(error).toMatchObject({ kind: 'credentials', message: expect.stringContaining('invalid_client') });
    expect(`${error.message} ${error.detail}`).not.toContain('canary');
    expect(asked(TOKENS)).toHaveLength(1);
  });

  it('asks a foreign token service without a scope of its own, and again when it falters', async () => {
    const tokenUrl = `${service.url}/realms/x/token`;
    service.script('/realms/x/token', { status: 502 }, { destroy: true }, { body: { access_token: 't1' } });
    await client({ ...OAUTH, tokenUrl }).ask(LIST, ANY);
    expect(asked('/realms/x/token').map(({ body }) => body)).toEqual(
      Array(3).fill(`grant_type=client_credentials&client_id=me&client_secret=${CANARY}`),
    );
  });

  it('does not take a change for sent when only the token could not be had', async () => {
    const one = client(OAUTH);
    service.script(TOKENS, { body: { access_token: 't1', expires_in: 0.001 } }, { status: 500 });
    await failure(one.ask(MAKE, ANY));
    expect(isUnclear(await failure(one.ask(MAKE, ANY)))).toBe(false);
  });

  it("signs what it sends for AWS's own services", async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKID');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', CANARY);
    vi.stubEnv('AWS_SESSION_TOKEN', 'session');
    const arn = 'arn:aws:s3tables:eu-west-1:123:bucket/b';
    service.script('/v1/config', { body: { overrides: { prefix: encodeURIComponent(arn) } } });
    service.script(`/v1/${encodeURIComponent(arn)}/namespaces`, { body: {} });
    const one = client({ type: 'sigv4', region: 'eu-west-1', service: 's3tables' }, { warehouse: arn });
    await one.ask({ ...MAKE, query: { pageToken: 'a b' } }, ANY);
    vi.unstubAllEnvs();
    expect(service.seen).toHaveLength(2);
    for (const seen of service.seen) {
      expect(seen.headers['x-amz-security-token']).toBe('session');
      expect(seen.headers.authorization).toBe(expectedSignature(seen, 'AKID', CANARY, 'eu-west-1', 's3tables'));
    }
  });
});

describe('a service that falters', () => {
  it.each([
    ['a lost connection', { destroy: true }],
    ['a gateway without a service', { status: 502 }],
    ['a service that starts', { status: 503, headers: { 'retry-after': '0' } }],
    ['an answer cut off', { body: { namespaces: [] }, cutAtByte: 5 }],
  ])('is asked again after %s when nothing can be done twice', async (_, reply) => {
    service.script('/v1/namespaces', reply, reply, { body: { done: true } });
    expect(await client().ask(LIST, ANY)).toEqual({ done: true });
  });

  it('is left alone after four tries', async () => {
    service.script('/v1/namespaces', { status: 500, body: { error: { message: 'broken', type: 'Oops', code: 500 } } });
    const error = await failure(client().ask(LIST, ANY));
    expect(error.message).toMatch(
      /^Could not list namespaces: 127\.0\.0\.1:\d+ answered with status 500 and says: Oops: broken\./,
    );
    expect(asked('/v1/namespaces')).toHaveLength(4);
  });

  it.each([
    ['a lost connection', { destroy: true }],
    ['an error', { status: 500 }],
    ['no answer', { hang: true }],
  ])('is not asked again to change something after %s, because it may have done so', async (_, reply) => {
    service.script('/v1/namespaces', reply);
    const error = await failure(client().ask(MAKE, ANY));
    expect(error.outcome).toBe('unclear');
    expect(asked('/v1/namespaces')).toHaveLength(1);
  });

  it('is given the time that it asks for, also for a change, which it has not looked at', async () => {
    service.script('/v1/namespaces', { status: 429, headers: { 'retry-after': '1' } }, { body: {} });
    await client().ask(MAKE, ANY);
    const [first, second] = asked('/v1/namespaces');
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(990);
  });

  it('ends the run for now when it asks for more time than a run should wait', async () => {
    service.script('/v1/namespaces', { status: 429, headers: { 'retry-after': '120' } });
    expect(await failure(client().ask(MAKE, ANY))).toMatchObject({ kind: 'later' });
    expect(asked('/v1/namespaces')).toHaveLength(1);
  });

  it('is known not to have seen a request when there was no connection', async () => {
    const { url } = service;
    await service.close();
    const error = await failure(client({ type: 'none' }, { uri: url }).ask(MAKE, ANY));
    expect(error.outcome).toBe('unseen');
    expect(error.message).toContain('the connection was refused');
  });
});

/** The signature of a request as AWS describes it (Signature Version 4), computed from what arrived. */
function expectedSignature(seen: Seen, id: string, secret: string, region: string, service_: string): string {
  const { headers, method, url, body } = seen;
  const [path = '', query = ''] = url.split('?');
  const names = /SignedHeaders=([^,]+)/.exec(headers.authorization ?? '')?.[1] ?? '';
  const canonical = [
    method,
    path.split('/').map(encodeURIComponent).join('/'),
    query,
    ...names.split(';').map((name) => `${name}:${headers[name]}`),
    '',
    names,
    createHash('sha256').update(body).digest('hex'),
  ].join('\n');
  const time = String(headers['x-amz-date']);
  const scope = [time.slice(0, 8), region, service_, 'aws4_request'];
  const hash = createHash('sha256').update(canonical).digest('hex');
  const toSign = ['AWS4-HMAC-SHA256', time, scope.join('/'), hash].join('\n');
  const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
  const signature = hmac(scope.reduce<string | Buffer>(hmac, `AWS4${secret}`), toSign).toString('hex');
  const credential = `${id}/${scope.join('/')}`;
  return `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${names}, Signature=${signature}`;
}
