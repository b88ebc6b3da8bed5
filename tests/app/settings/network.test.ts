import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readEnvironment } from '../../../src/app/settings/environment.js';
import { loadConfig } from '../../../src/app/settings/load-config.js';
import { proxyOf } from '../../../src/app/settings/network.js';
import { SELF_SIGNED } from '../../helpers/self-signed.js';

const proxy = (env: Record<string, string>) => proxyOf(readEnvironment(env));

describe('HTTPS_PROXY', () => {
  test.each([
    [{ HTTPS_PROXY: 'http://proxy.example:3128' }, 'http://proxy.example:3128'],
    [{ https_proxy: 'http://small:1', HTTPS_PROXY: 'http://large:2' }, 'http://small:1'],
    [{ HTTPS_PROXY: 'proxy.example:3128' }, 'http://proxy.example:3128'],
    [{ HTTPS_PROXY: 'https://proxy.example/' }, 'https://proxy.example'],
    [{ ALL_PROXY: 'http://all:1' }, 'http://all:1'],
  ])('%j is %s', (env, url) => {
    expect(proxy(env)).toMatchObject({ url, username: '', password: undefined, exempt: '' });
  });

  test('HTTP_PROXY is none: http is for this machine alone; and NO_PROXY=* or an empty one is none', () => {
    expect(proxy({ HTTP_PROXY: 'http://proxy.example' })).toBeUndefined();
    expect(proxy({ HTTPS_PROXY: 'http://proxy.example', NO_PROXY: '*' })).toBeUndefined();
    expect(proxy({ HTTPS_PROXY: ' ' })).toBeUndefined();
  });

  test('I9 a login is decoded and hidden, and no part of its address', () => {
    const found = proxy({ HTTPS_PROXY: 'http://me:p%40ss-canary@proxy.example:3128', NO_PROXY: 'a.example' });
    expect(found).toMatchObject({ url: 'http://proxy.example:3128', username: 'me', exempt: 'a.example' });
    expect(found?.password?.reveal()).toBe('p@ss-canary');
    expect(inspect(found)).not.toContain('canary');
  });

  test.each([
    'socks5://proxy.example:1080',
    'http://',
    'http://me:100%@proxy.example',
    'http://me:canary@ho st',
  ])('I9 what it cannot be is refused unseen: %s', (text) => {
    expect(() => proxy({ HTTPS_PROXY: text })).toThrow(/^HTTPS_PROXY must be http:\/\/\[USER/);
    expect(() => proxy({ HTTPS_PROXY: text })).not.toThrow(/canary|100%@/);
  });
});

describe('tls: ca:', () => {
  let cwd: string;
  beforeAll(() => {
    cwd = mkdtempSync(join(tmpdir(), 'network-'));
    writeFileSync(join(cwd, 'own.pem'), `# two of them\n${SELF_SIGNED.cert}\n${SELF_SIGNED.cert}`);
    writeFileSync(join(cwd, 'key.pem'), SELF_SIGNED.key);
    writeFileSync(join(cwd, 'broken.pem'), SELF_SIGNED.cert.replace('MIIB', 'AAAA'));
  });
  afterAll(() => rmSync(cwd, { recursive: true }));

  const load = (tls: string, env: Record<string, string> = {}) => {
    const auth = 'auth: { type: pat, token: "$' + '{TOKEN}" }';
    const lines = ['connections:', '  - name: acme', '    url: https://jira.example', `    ${auth}`, `    tls: ${tls}`];
    writeFileSync(join(cwd, 'sync.yaml'), lines.join('\n'));
    return loadConfig({ cwd, env: { TOKEN: 'x', ...env } }).connections[0]?.network;
  };

  test('is a bundle beside the settings, and stands beside a proxy', () => {
    const network = load('{ ca: own.pem }', { HTTPS_PROXY: 'http://proxy.example' });
    expect(network?.ca?.match(/BEGIN CERTIFICATE/g)?.length).toBe(2);
    expect(network?.proxy?.url).toBe('http://proxy.example');
  });

  test.each([
    ['{ ca: none.pem }', /sync\.yaml:5: `ca`: the file .*none\.pem cannot be read \(ENOENT\)/],
    ['{ ca: key.pem }', /sync\.yaml:5: `ca`: .* must hold certificates/],
    ['{ ca: broken.pem }', /must hold certificates/],
    ['{ verify: false }', /sync\.yaml:5: .*verify/],
    ['{ ca: own.pem, insecure: true }', /insecure/],
  ])('%s is refused: what is not checked must not look as if it were', (tls, message) => {
    expect(() => load(tls)).toThrow(message);
  });
});
