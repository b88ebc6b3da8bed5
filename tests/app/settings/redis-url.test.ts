import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadConfig } from '../../../src/app/settings/load-config.js';
import { parseRedisUrl } from '../../../src/app/settings/redis-url.js';
import { Secret } from '../../../src/core/secret.js';

const CANARY = 'canary-7f3a9c';

describe('parseRedisUrl', () => {
  test.each([
    ['redis://127.0.0.1:6380', { host: '127.0.0.1', port: 6380, tls: false, database: 0, password: undefined }],
    ['redis://cache.example/3', { host: 'cache.example', port: 6379, tls: false, database: 3 }],
    ['redis://[::1]', { host: '::1', port: 6379 }],
    ['rediss://user:p%40ss@cache.example', { tls: true, username: 'user', password: expect.any(Secret) }],
    ['redis://:secret@localhost', { username: undefined, password: expect.any(Secret) }],
  ])('%s', (text, address) => {
    expect(parseRedisUrl(text)).toMatchObject({ address });
  });

  test.each([
    'http://cache.example',
    '127.0.0.1:6379',
    'redis://',
    'redis://cache.example/name',
    'redis://cache.example?tls=true',
    `redis://:${CANARY}@cache.example`,
    `redis://:${CANARY}@:6379`,
    `rediss://:${CANARY}%@cache.example`,
    `rediss://%zz:${CANARY}@cache.example`,
  ])('%s is refused, and not shown', (text) => {
    const refused = parseRedisUrl(text);
    expect(refused).toHaveProperty('refused');
    expect(inspect(refused)).not.toContain(CANARY);
  });
});

describe('throttle.redis', () => {
  let cwd: string;
  beforeEach(() => {
    cwd = mkdtempSync(join(tmpdir(), 'config-'));
  });
  afterEach(() => rmSync(cwd, { recursive: true, force: true }));

  function load(throttle: string, env: Record<string, string> = {}) {
    const reference = (name: string) => `"$\{${name}}"`;
    const lines = [
      'connections:',
      '  - name: acme',
      '    url: acme',
      `    auth: { type: pat, token: ${reference('TOKEN')} }`,
      `    throttle: { ${throttle} }`,
    ];
    writeFileSync(join(cwd, 'sync.yaml'), lines.join('\n'));
    return loadConfig({ env: { TOKEN: 'token', ...env }, cwd });
  }

  test('a Redis may be written out, with or without a rate', () => {
    const [connection] = load('redis: redis://127.0.0.1:6379').connections;
    expect(connection).toMatchObject({ redis: { host: '127.0.0.1', port: 6379 }, requestsPerSecond: undefined });
    expect(load('requests_per_second: 3').connections[0]?.redis).toBeUndefined();
  });

  test('I9: a password comes from outside, and the config shows it nowhere', () => {
    const config = load('redis: "$' + '{REDIS_URL}"', { REDIS_URL: `rediss://:${CANARY}@cache.example` });
    expect(config.connections[0]?.redis?.password).toBeInstanceOf(Secret);
    expect(inspect(config, { depth: 9 }) + JSON.stringify(config)).not.toContain(CANARY);
  });

  test.each([
    [`redis: "rediss://:${CANARY}@cache.example"`, 'a secret must not be written here'],
    [`redis: "rediss://${CANARY}@"`, 'a secret must not be written here'],
    ['redis: "cache.example"', 'must be redis://HOST'],
    ['redis: "$' + '{MISSING}"', 'MISSING is not set'],
  ])('I9: %s is refused with its line, and not shown', (throttle, says) => {
    try {
      load(throttle);
      expect.fail('was accepted');
    } catch (error) {
      expect(error).toMatchObject({ kind: 'usage', message: expect.stringContaining(says) });
      expect((error as Error).message).toContain('sync.yaml:5');
      expect(inspect(error, { depth: 9 })).not.toContain(CANARY);
    }
  });
});
