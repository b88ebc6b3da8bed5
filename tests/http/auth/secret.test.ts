import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { secretsOf } from '../../../src/app/connect/credentials.js';
import { plainConnection } from '../../../src/app/settings/config.js';
import { redactor } from '../../../src/core/redactor.js';
import { Secret, secretsIn } from '../../../src/core/secret.js';
import { basicAuth, bearerAuth } from '../../../src/http/authorizer.js';
import type { Outgoing } from '../../../src/http/exchange.js';

const ANY = {} as Outgoing;
const CANARY = 'canary/4b1 "q" ü';

describe('secrets', () => {
  test('I9: a secret prints as [secret] in templates, JSON, inspect and errors', () => {
    const secret = new Secret(CANARY);
    const shown = [
      `${secret}`,
      JSON.stringify({ secret }),
      inspect({ deep: { secret } }),
      inspect(new Error(`${secret}`)),
    ];
    for (const text of shown) {
      expect(text).toContain('[secret]');
      expect(text).not.toContain('canary');
    }
  });

  test('I9: no secret is forgotten, wherever in the settings it stands', () => {
    const [key, site, proxy, redis] = ['key', 'site', 'proxy', 'redis'].map((name) => new Secret(`canary of ${name}`));
    const found = (value: unknown) => secretsIn(value).map((secret) => secret.reveal());
    expect(found({ s3: [{ deep: { key } }], site, none: null, words: ['plain'] })).toEqual([
      'canary of key',
      'canary of site',
    ]);
    const connection = {
      ...plainConnection({
        name: 'jira',
        url: 'https://acme.example.com',
        auth: { type: 'pat', token: site as Secret },
      }),
      people: { mode: 'pseudonymous', key } as const,
      network: { proxy: { url: 'http://proxy.example.com', username: 'me', password: proxy, exempt: '' } },
      redis: { host: 'r', port: 1, tls: true, database: 0, username: undefined, password: redis },
    };
    expect(new Set(secretsOf(connection))).toEqual(new Set([key, site, proxy, redis]));
  });

  test('I9: a login with an e-mail address is kept out of sight as the pair that its header carries, too', () => {
    const auth = { type: 'basic', email: 'a@example.com', apiToken: new Secret(CANARY) } as const;
    const shown = secretsOf(plainConnection({ name: 'jira', url: 'https://acme.example.com', auth }));
    const pair = Buffer.from(`a@example.com:${CANARY}`).toString('base64');
    expect(new Set(shown.map((secret) => secret.reveal()))).toEqual(new Set([CANARY, pair]));
  });

  test('I9: authorizers print nothing of their credentials', async () => {
    for (const auth of [basicAuth('a@example.com', new Secret(CANARY)), bearerAuth(new Secret(CANARY))]) {
      expect(inspect(auth, { depth: 9, showHidden: true }) + JSON.stringify(auth)).not.toContain('canary');
    }
  });

  test('basic credentials are the UTF-8 pair in base64, bearer ones the token itself', async () => {
    const pair = Buffer.from(`a@example.com:${CANARY}`).toString('base64');
    expect(await basicAuth('a@example.com', new Secret(CANARY)).headers(ANY)).toEqual({
      authorization: `Basic ${pair}`,
    });
    expect(await bearerAuth(new Secret('pat')).headers(ANY)).toEqual({ authorization: 'Bearer pat' });
  });

  test('I9: every encoding of a secret is taken out of a text', async () => {
    const auth = basicAuth('a@example.com', new Secret(CANARY));
    const { authorization = '' } = await auth.headers(ANY);
    const forms = [
      CANARY,
      encodeURIComponent(CANARY),
      Buffer.from(CANARY).toString('base64'),
      Buffer.from(CANARY).toString('base64url'),
      JSON.stringify(CANARY),
      authorization,
    ];
    for (const form of forms) {
      const shown = auth.redact(`before ${form} after`);
      expect(shown).toMatch(/^before .*\[secret\].* after$/);
      expect(shown).not.toContain(form.slice(0, -1).replace(/^(Basic |")/, ''));
    }
  });

  const HARD = `a/b+c=d&e<f>"g'h i\\j\u00fc\u{1f600}~!*()`;
  test.each<[string, (value: string) => string]>([
    [
      'percent encoding in small letters',
      (value) => encodeURIComponent(value).replace(/%[0-9A-F]{2}/g, (one) => one.toLowerCase()),
    ],
    ['a form', (value) => new URLSearchParams({ x: value }).toString().slice(2)],
    ['a query', (value) => new URL(`https://a.example/?x=${encodeURIComponent(value)}`).search],
    [
      'HTML by names',
      (value) =>
        value
          .replaceAll('&', '&amp;')
          .replaceAll('<', '&lt;')
          .replaceAll('>', '&gt;')
          .replaceAll('"', '&quot;')
          .replaceAll("'", '&apos;'),
    ],
    ['HTML by numbers', (value) => value.replace(/[&<>"'/]/g, (one) => `&#${one.charCodeAt(0)};`)],
    [
      'HTML by hexadecimal numbers',
      (value) => value.replace(/[&<>"'/]/g, (one) => `&#x0${one.charCodeAt(0).toString(16).toUpperCase()};`),
    ],
    ['JSON with escaped slashes', (value) => JSON.stringify(value).slice(1, -1).replaceAll('/', '\\/')],
    [
      'JSON in ASCII',
      (value) =>
        JSON.stringify(value)
          .slice(1, -1)
          .replace(/[^ -~]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`),
    ],
    [
      'base64 in a form',
      (value) => new URLSearchParams({ x: Buffer.from(value).toString('base64') }).toString().slice(2),
    ],
    ['capital letters', (value) => value.toUpperCase()],
  ])('I9: a secret encoded as %s is taken out', (_, encode) => {
    const shown = redactor([new Secret(HARD)])(`before ${encode(HARD)} after`);
    expect(shown).toContain('[secret]');
    expect(shown.replace('?x=', '')).toBe('before [secret] after');
  });

  test('I9: a secret that begins with another one leaves no tail behind', () => {
    const redact = redactor([new Secret('abcd'), new Secret('abcd-and-more')]);
    expect(redact('x abcd-and-more y abcd z')).toBe('x [secret] y [secret] z');
  });
});
