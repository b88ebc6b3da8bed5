/** Access tokens that end: when they are renewed, and when that would be of no use. */
import { describe, expect, test } from 'vitest';
import { Redactor } from '../../../src/core/redactor.js';
import { Secret } from '../../../src/core/secret.js';
import { OAuth, type TokenSource } from '../../../src/http/auth/oauth.js';
import { loginFrom, loginText, type Tokens, tokensFrom } from '../../../src/http/auth/tokens.js';
import { codeIn, consentAddress } from '../../../src/runtime/auth/consent.js';
import { atlassianHosts, gatewayBase } from '../../../src/runtime/auth/gateway.js';

const token = (name: string, lastsMs = 3_600_000): Tokens => ({
  access: new Secret(name),
  refresh: new Secret(`refresh ${name}`),
  expiresAt: Date.now() + lastsMs,
});

/** Gives out `first`, then token-1, token-2 … */
function source(first: Tokens | null): TokenSource & { readonly renewed: (Tokens | null)[] } {
  const renewed: (Tokens | null)[] = [];
  return {
    renewed,
    load: async () => first,
    renew: async (old) => {
      renewed.push(old);
      return token(`token-${renewed.length}`);
    },
  };
}

const oauth = (from: TokenSource) => new OAuth(from, new Redactor());
const bearer = (name: string) => ({ authorization: `Bearer ${name}` });

describe('an access token', () => {
  test('is used as long as it is good, and replaced before its last minute', async () => {
    const good = source(token('kept', 120_000));
    expect(await oauth(good).headers()).toEqual(bearer('kept'));
    expect(good.renewed).toEqual([]);
    expect(await oauth(source(token('kept', 30_000))).headers()).toEqual(bearer('token-1'));
  });

  test('is got once for all requests that find none', async () => {
    const from = source(null);
    const auth = oauth(from);
    expect(await Promise.all([1, 2, 3].map(() => auth.headers()))).toEqual(Array(3).fill(bearer('token-1')));
    expect(from.renewed).toEqual([null]);
  });

  test('R-16: refused under parallel requests it is renewed once, and all of them try again', async () => {
    const from = source(token('kept'));
    const auth = oauth(from);
    expect(await Promise.all([1, 2, 3].map(() => auth.refused(bearer('kept'))))).toEqual([true, true, true]);
    expect(from.renewed).toHaveLength(1);
    // A refusal that was under way all the while.
    expect(await auth.refused(bearer('kept'))).toBe(true);
    expect(from.renewed).toHaveLength(1);
  });

  test('I8: a fresh one that is refused as well was not to blame: no storm of renewals', async () => {
    const from = source(token('kept'));
    const auth = oauth(from);
    await auth.refused(bearer('kept'));
    expect(await auth.refused(bearer('token-1'))).toBe(false);
    expect(await auth.refused(bearer('token-1'))).toBe(false);
    expect(from.renewed).toHaveLength(1);
  });

  test('a renewal that failed is tried again by the next request', async () => {
    const from = source(null);
    const renew = from.renew;
    from.renew = () => {
      from.renew = renew;
      return Promise.reject(new Error('down'));
    };
    const auth = oauth(from);
    await expect(auth.headers()).rejects.toThrow('down');
    expect(await auth.headers()).toEqual(bearer('token-1'));
  });
});

describe('what is kept of a login', () => {
  const login = { clientId: 'app', cloudId: '1a11d016-8984-4c3e-b9ab-142dd06acb1b', tokens: token('kept') };

  test.each([
    ['cloud_id', '../../other'],
    ['cloud_id', 'site'],
    ['access_token', 'two\nlines'],
    ['access_token', 'smart\u201cquote'],
  ])('I10 a kept login whose %s is %j is none: it would become a part of an address or a header', (name, value) => {
    const kept = { ...(JSON.parse(loginText(login)) as object), [name]: value };
    expect(loginFrom(JSON.stringify(kept))).toBeNull();
  });

  test('comes back as it went', () => {
    const back = loginFrom(loginText(login));
    expect(back && loginText(back)).toBe(loginText(login));
    expect(loginText(login)).toContain('refresh kept');
  });

  test.each([
    '',
    '{',
    '[]',
    '{"client_id":"app"}',
    loginText(login).replace('refresh_token', 'x'),
  ])('is none in a file that holds something else (%#)', (text) => expect(loginFrom(text)).toBeNull());

  test('an answer without an access token is none, one without a life lasts an hour', () => {
    expect(tokensFrom({ error: 'x' }, 0)).toBeNull();
    expect(tokensFrom({ access_token: 'a' }, 5)).toMatchObject({ refresh: null, expiresAt: 3_600_005 });
  });
});

describe('the hosts that see a credential', () => {
  test('are Atlassian’s for a site on the internet, and this machine for a simulated one', () => {
    expect(atlassianHosts('https://acme.atlassian.net')).toEqual({
      gateway: 'https://api.atlassian.com',
      login: 'https://auth.atlassian.com',
    });
    expect(atlassianHosts('http://127.0.0.1:80/x').login).toBe('http://127.0.0.1');
  });

  test('the cloud id is asked once, again after a failure, and not for what the gateway answers itself', async () => {
    const answers = [Promise.reject(new Error('down')), Promise.resolve('id')];
    let asked = 0;
    const base = gatewayBase('https://g.example', () => answers[asked++] ?? Promise.reject(new Error('too often')));
    expect(await base('/oauth/token/accessible-resources')).toBe('https://g.example');
    expect(asked).toBe(0);
    await expect(base('/rest/api/3/myself')).rejects.toThrow('down');
    expect(await Promise.all(['/rest/a', '/rest/b'].map(base))).toEqual(Array(2).fill('https://g.example/ex/jira/id'));
    expect(asked).toBe(2);
  });
});

describe('the consent', () => {
  const request = {
    login: 'https://login.example',
    clientId: 'a b',
    scopes: ['x', 'y'],
    redirectUri: 'http://127.0.0.1:1/c',
    state: 's&t',
  };

  test('is asked for with every value in its place', () => {
    const { origin, pathname, searchParams } = new URL(consentAddress(request));
    expect(origin + pathname).toBe('https://login.example/authorize');
    expect(searchParams.get('scope')).toBe('x y');
    expect(searchParams.get('state')).toBe('s&t');
    expect(searchParams.get('client_id')).toBe('a b');
  });

  test('a code that answers another question is not taken', () => {
    expect(codeIn('http://127.0.0.1:1/c?state=s%26t&code=42', 's&t')).toBe('42');
    for (const address of [
      'http://127.0.0.1:1/c?state=x&code=42',
      'http://127.0.0.1:1/c?code=42',
      '42',
      'http://127.0.0.1:1/c?state=s%26t',
    ])
      expect(() => codeIn(address, 's&t')).toThrow('Start the login again');
  });
});
