/** Getting tokens: what a grant holds, and what a refusal or an odd answer means to whoever needs one. */
import { describe, expect, test } from 'vitest';
import { Redactor } from '../../../src/core/redactor.js';
import { Secret } from '../../../src/core/secret.js';
import { type AskForTokens, TokenEndpoint } from '../../../src/http/auth/token-endpoint.js';
import { KeptLogin, ServiceAccount, type TokenStore } from '../../../src/http/auth/token-sources.js';
import { loginFrom, loginText } from '../../../src/http/auth/tokens.js';
import { HttpStatusError, NetworkError } from '../../../src/http/errors.js';
import type { Asked } from '../../../src/http/exchange.js';
import type { JsonValue } from '../../../src/http/parse.js';

const asked: Asked = { onBehalfOf: 'login', method: 'POST', path: '/oauth/token', host: 'login.example' };
const app = { clientId: 'me', clientSecret: new Secret('canary-of-the-app') };
const refusal = (status: number) =>
  new HttpStatusError(asked, status, 'invalid_grant', { askedMs: null, limit: null }, 'never', {
    kind: 'failed',
    advice: '',
  });

function endpoint(answer: JsonValue | Error) {
  const grants: unknown[] = [];
  const secrets = new Redactor(app.clientSecret);
  const ask: AskForTokens = async (grant, repeatable) => {
    grants.push([grant.grant_type, grant.scope, repeatable]);
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return { grants, secrets, endpoint: new TokenEndpoint(ask, app, secrets) };
}

describe('an endpoint', () => {
  test('R-20: is asked again for anything but a code, which is good for one use', async () => {
    const { endpoint: one, grants } = endpoint({ access_token: 'canary-1' });
    await one.exchange('code', 'http://127.0.0.1/c');
    await one.refresh(new Secret('old'));
    await one.clientCredentials('catalog');
    expect(grants).toEqual([
      ['authorization_code', undefined, false],
      ['refresh_token', undefined, true],
      ['client_credentials', 'catalog', true],
    ]);
  });

  test('I9 gives tokens that no text shows from then on', async () => {
    const { endpoint: one, secrets } = endpoint({ access_token: 'canary-1', refresh_token: 'canary-2' });
    await one.clientCredentials();
    expect(secrets.redact('canary-1 canary-2 canary-of-the-app')).not.toContain('canary');
  });

  test.each([400, 401, 403])('that answers %d has refused the grant', async (status) => {
    await expect(endpoint(refusal(status)).endpoint.clientCredentials()).rejects.toThrow('invalid_grant');
  });

  test.each([
    ['trouble', new NetworkError(asked, 'the connection was reset', 'unclear')],
    ['another refusal', refusal(500)],
    ['an answer without a token', { error: 'none' }],
  ])('%s is not repeated by whoever needed the token', async (_, answer) => {
    const error = await endpoint(answer)
      .endpoint.clientCredentials()
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'ConnectorError', kind: 'failed' });
  });
});

describe('where tokens come from', () => {
  test('a client whose secret is not taken is told so in the words of its server', async () => {
    const { endpoint: one } = endpoint(refusal(401));
    const words = (said: string) => `The catalog does not know us: ${said}.`;
    await expect(new ServiceAccount(one, words).renew()).rejects.toMatchObject({
      kind: 'credentials',
      message: 'The catalog does not know us: invalid_grant.',
    });
  });

  test('a kept login is renewed for good before its new token is used', async () => {
    const tokens = { access: new Secret('old'), refresh: new Secret('refresh'), expiresAt: 0 };
    let kept = loginText({ clientId: 'me', cloudId: '1a11d016-8984-4c3e-b9ab-142dd06acb1b', tokens });
    const store: TokenStore = {
      place: 'a file',
      read: async () => kept,
      write: async (text) => {
        kept = text;
      },
      exclusively: (work) => work(),
    };
    const { endpoint: one, secrets } = endpoint({ access_token: 'new' });
    const login = new KeptLogin({ store, endpoint: one, clientId: 'me', loginCommand: 'login', secrets });
    const renewed = await login.renew(await login.load());
    expect([renewed.access.reveal(), loginFrom(kept)?.tokens.access.reveal()]).toEqual(['new', 'new']);
    // The answer named no other: the old one goes on.
    expect(renewed.refresh?.reveal()).toBe('refresh');
  });
});
