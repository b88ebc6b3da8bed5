/** Logins of what lies between us and a server. */
import { expect, test } from 'vitest';
import { Secret } from '../../src/core/secret.js';
import { proxyLogin, proxySecrets } from '../../src/http/proxy-login.js';
import { redisLogin } from '../../src/http/throttle/redis-login.js';

test('I9 of a proxy, both the password and the pair of its header are secrets', () => {
  const proxy = { url: 'http://proxy.example', username: 'me', password: new Secret('pässword'), exempt: '' };
  const pair = Buffer.from('me:pässword').toString('base64');
  expect(proxyLogin(proxy)).toBe(`Basic ${pair}`);
  expect(proxySecrets(proxy).map((secret) => secret.reveal())).toEqual(['pässword', pair]);
  expect(proxySecrets({ ...proxy, password: undefined })).toEqual([]);
});

test('certificates of a Redis are checked whatever the process was told', () => {
  const redis = { host: 'r.example', port: 6379, database: 1, username: undefined, password: undefined };
  expect(redisLogin({ ...redis, tls: true })).toMatchObject({ db: 1, tls: { rejectUnauthorized: true } });
  expect(redisLogin({ ...redis, tls: false })).not.toHaveProperty('tls');
});
