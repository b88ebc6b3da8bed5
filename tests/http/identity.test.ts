import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { Authorizer } from '../../src/http/authorizer.js';
import { type Reply, startFaultServer } from '../helpers/fault-server.js';
import { client, failure, GOOD, ROUTE, server } from '../helpers/faulty-site.js';
import { CANARY, EMAIL, get } from '../helpers/http-client.js';

describe('identity and site', () => {
  test('R-15: 401 asks once and blames the credentials', async () => {
    server.script(ROUTE, { status: 401 });
    expect(await failure(client().client)).toMatchObject({ name: 'AuthError', kind: 'credentials' });
    expect(server.seen).toHaveLength(1);
  });

  test('I6: 200 with zero rows for a bad token is a refusal, not an empty stream', async () => {
    const headers = { 'X-Seraph-LoginReason': 'AUTHENTICATED_FAILED' };
    server.script(ROUTE, { headers, body: { values: [], isLast: true } });
    const error = await failure(client().client);
    expect(error).toMatchObject({ name: 'AuthError', kind: 'credentials' });
    expect(error.message).toContain('treated us as anonymous');
  });

  test('a login reason of OK is none of our business', async () => {
    server.script(ROUTE, { ...GOOD, headers: { 'x-seraph-loginreason': 'OK' } });
    expect((await client().client.request(get(ROUTE))).status).toBe(200);
  });

  describe('401 with the word of a good login', () => {
    const DOUBTFUL = { status: 401, headers: { 'X-Seraph-LoginReason': 'OK' }, body: { errorMessages: ['No.'] } };
    const MYSELF = '/rest/api/2/myself';
    const asked = (path: string) => server.seen.filter(({ url }) => url === path).length;

    test('is a missing permission when /myself takes the credentials, which is asked once for all that comes', async () => {
      server.script(ROUTE, DOUBTFUL);
      server.script('/other', DOUBTFUL);
      server.script(MYSELF, { body: { accountId: '5b10' } });
      const { client: http } = client();
      const errors = await Promise.all([failure(http), failure(http), failure(http, get('/other'))]);
      for (const error of errors)
        expect(error).toMatchObject({ name: 'HttpStatusError', kind: 'failed', mayNot: true });
      expect(errors[0]?.message).not.toMatch(/new token/);
      expect([asked(ROUTE), asked('/other'), asked(MYSELF)]).toEqual([2, 1, 1]);
    });

    test.each([
      DOUBTFUL,
      { status: 401 },
    ])('is the end of a login that /myself refuses as well: %j', async (refused) => {
      server.script(ROUTE, DOUBTFUL);
      server.script(MYSELF, refused);
      const { client: http } = client();
      expect(await failure(http)).toMatchObject({ name: 'AuthError', kind: 'credentials' });
      expect(await failure(http)).toMatchObject({ name: 'AuthError', kind: 'credentials' });
      expect(asked(MYSELF)).toBe(1);
    });

    test('is nothing known when /myself does not answer: neither a new token nor a missing permission is advised', async () => {
      server.script(ROUTE, DOUBTFUL);
      server.script(MYSELF, { status: 403 }, { body: { accountId: '5b10' } });
      const { client: http } = client();
      expect(await failure(http)).toMatchObject({ name: 'HttpStatusError', status: 403, kind: 'failed' });
      expect(await failure(http)).toMatchObject({ name: 'HttpStatusError', status: 401, mayNot: true });
    });

    test('is asked with the renewed login where one can be renewed, and not renewed again', async () => {
      let renewals = 0;
      const auth: Authorizer = {
        headers: async () => ({ authorization: `Bearer ${renewals}` }),
        refused: async ({ authorization }) => authorization === 'Bearer 0' && ++renewals > 0,
        redact: (text) => text,
      };
      server.script(ROUTE, DOUBTFUL);
      server.script(MYSELF, { body: { accountId: '5b10' } });
      const { client: http } = client({ auth });
      for (let again = 0; again < 3; again++) expect(await failure(http)).toMatchObject({ status: 401, mayNot: true });
      expect([renewals, asked(ROUTE), asked(MYSELF)]).toEqual([1, 4, 1]);
      expect(server.seen.find(({ url }) => url === MYSELF)?.headers.authorization).toBe('Bearer 1');
    });
  });

  test.each<Record<string, string>>([
    { 'x-seraph-loginreason': 'AUTHENTICATION_DENIED' },
    { 'x-authentication-denied-reason': 'CAPTCHA_CHALLENGE; login-url=https://acme.example/login' },
  ])('a CAPTCHA is told plainly and never hammered: %j', async (headers) => {
    server.script(ROUTE, { status: 403, headers });
    const error = await failure(client().client);
    expect(error).toMatchObject({ name: 'AuthError', kind: 'credentials' });
    expect(error.message).toContain('CAPTCHA');
    expect(server.seen).toHaveLength(1);
  });

  test('R-12: a login page with 200 says "signed out or wrong site", not "bad JSON"', async () => {
    server.script(ROUTE, { headers: { 'content-type': 'text/html;charset=UTF-8' }, body: '<html>Log in</html>' });
    const error = await failure(client().client);
    expect(error).toMatchObject({ name: 'WrongSiteError', kind: 'credentials' });
    expect(error.message).toContain('signed out or wrong site');
    expect(server.seen).toHaveLength(1);
  });

  test('I9: R-14: a redirect is never followed; the error names the host and nothing else of the address', async () => {
    const other = await startFaultServer();
    other.script('/steal', GOOD);
    for (const status of [301, 302, 307, 308]) {
      server.script(ROUTE, { status, headers: { location: `${other.url}/steal?session=abc` } });
      const error = await failure(client().client);
      expect(error).toMatchObject({ name: 'WrongSiteError', kind: 'credentials' });
      expect(error.message).toContain(new URL(other.url).host);
      expect(inspect(error)).not.toMatch(/steal|abc/);
    }
    server.script(ROUTE, { status: 302, headers: { location: ROUTE } });
    expect((await failure(client().client)).message).toContain('redirects to another page');
    expect(other.seen).toEqual([]);
    expect(server.seen).toHaveLength(5);
    await other.close();
  });

  test('I10: R-37: an address proposed by a response is refused before any request', async () => {
    const error = await failure(client().client, get('//evil.example/rest/api/3/project'));
    expect(error.message).toContain('outside the site');
    expect(server.seen).toEqual([]);
  });

  test('I9: R-75: a secret echoed by the server is in no message, cause, stack or event', async () => {
    const pair = Buffer.from(`${EMAIL}:${CANARY}`).toString('base64');
    const shown: unknown[] = [];
    const replies: Reply[] = [
      { status: 400, body: { errorMessages: [`bad header Basic ${pair} of ${CANARY}`] } },
      { status: 401, headers: { 'x-seraph-loginreason': CANARY } },
      { status: 302, headers: { location: `https://evil.example/?token=${CANARY}` } },
      { body: `{"token":"${CANARY}"` },
      { headers: { 'content-type': 'text/html' }, body: CANARY },
      { destroy: true },
    ];
    for (const reply of replies) {
      server.script(ROUTE, reply);
      const { client: http } = client({ onAttempt: (event) => shown.push(event) });
      shown.push(await failure(http), http);
    }
    const text = inspect(shown, { depth: 20, showHidden: true });
    expect(text).toContain('[secret]');
    expect(text).not.toContain(CANARY);
    expect(text).not.toContain(pair.slice(0, 20));
  });
});
