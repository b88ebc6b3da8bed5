/** NODE_TLS_REJECT_UNAUTHORIZED=0, left over from somebody's experiment, must not send a credential to whoever answers. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type TLSSocket } from 'node:tls';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Simulator, startSimulator } from '../../simulator/simulator.js';
import { startConnectProxy } from '../helpers/connect-proxy.js';
import { OTHER_AUTHORITY, SELF_SIGNED } from '../helpers/self-signed.js';
import { startCli } from './cli-process.js';
import { runMain } from './run-main.js';

let cwd: string;
let jira: Simulator;
let port: number;
/** What the untrusted server was told after a handshake. */
let told: string[];
const sockets = new Set<TLSSocket>();
const impostor = createServer(SELF_SIGNED, (socket) => {
  sockets.add(socket);
  socket.on('error', () => socket.destroy());
  socket.on('data', (bytes) => {
    told.push(bytes.toString('latin1'));
    socket.end('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}');
  });
});

beforeAll(async () => {
  jira = await startSimulator({ issues: 20 });
  await new Promise<void>((resolve) => impostor.listen(0, resolve));
  port = (impostor.address() as AddressInfo).port;
});
afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => impostor.close(resolve));
  await jira.close();
});
beforeEach(() => {
  told = [];
  cwd = mkdtempSync(join(tmpdir(), 'tls-'));
  writeFileSync(join(cwd, 'other.pem'), OTHER_AUTHORITY);
  writeFileSync(join(cwd, 'own.pem'), SELF_SIGNED.cert);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(cwd, { recursive: true });
});

const CLOUD_ID = '11223344-a1b2-4b33-8c44-def123456789';

const site = (url: string, more = '') =>
  `connections:\n  - { name: acme, url: "${url}", auth: { type: pat, token: "$\{TOKEN}" }, streams: [priorities]${more} }\n`;
const there = () => `https://localhost:${port}`;
const catalog = (auth: string) => () =>
  `${site(jira.url)}catalog: { type: rest, uri: "${there()}", auth: ${auth} }\nstorage: { cache: ./cache }\n`;

interface Way {
  readonly settings: () => string;
  readonly argv: readonly string[];
  readonly proxy?: true;
}

const WAYS: Readonly<Record<string, Way>> = {
  'a site': { settings: () => site(there()), argv: ['check'] },
  'a site with an authority of its own': { settings: () => site(there(), ', tls: { ca: other.pem }'), argv: ['check'] },
  'a site of another name': { settings: () => site(there(), ', tls: { ca: own.pem }'), argv: ['check'] },
  'a proxy': { settings: () => site('https://acme.example'), argv: ['check'], proxy: true },
  'a Redis': {
    settings: () => site(jira.url, `, throttle: { redis: "$\{REDIS}" }`),
    argv: ['check'],
  },
  'a catalog with a token': { settings: catalog(`{ type: bearer, token: "\${TOKEN}" }`), argv: ['status'] },
  'a catalog with a login': {
    settings: catalog(`{ type: oauth2, client_id: me, client_secret: "\${TOKEN}" }`),
    argv: ['status'],
  },
  'an object store': {
    settings: () =>
      `${site(jira.url)}warehouse: s3://lake\nstorage: { endpoint: "${there()}", region: x, access_key_id: A, secret_access_key: "$\{TOKEN}", session_token: "$\{TOKEN}", cache: ./cache }\n`,
    argv: ['status'],
  },
  'a hook': {
    settings: () => `${site(jira.url)}hooks: { on_failure: { url: "$\{HOOK}" } }\n`,
    argv: ['sync', '--stream', 'issue_search'],
  },
};

const env = () => ({
  TOKEN: 'canary-token',
  REDIS: `rediss://:canary@localhost:${port}`,
  HOOK: `${there()}/canary`,
});

describe('with certificates said not to matter', () => {
  test.each(Object.entries(WAYS))('I9 %s that cannot show a trusted one is told nothing', async (_, way) => {
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    writeFileSync(join(cwd, 'sync.yaml'), way.settings());
    const proxy = way.proxy ? { https_proxy: `https://me:canary@localhost:${port}` } : {};
    await runMain(way.argv, { cwd, env: { ...env(), ...proxy } });
    expect(told).toEqual([]);
  });

  test.each([
    'auth.atlassian.com',
    'api.atlassian.com',
  ])('I9 who answers in place of %s is told nothing', async (host) => {
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    const login = `{ type: oauth, client_id: me, client_secret: "$\{TOKEN}", token_file: tokens.json }`;
    writeFileSync(join(cwd, 'sync.yaml'), `connections:\n  - { name: acme, url: acme, auth: ${login} }\n`);
    // A login that has to be renewed begins with the one host, a fresh one with the other.
    const hours = host === 'auth.atlassian.com' ? -1 : 1;
    const tokens = {
      client_id: 'me',
      cloud_id: CLOUD_ID,
      access_token: 'canary-access',
      refresh_token: 'canary-refresh',
    };
    const expires = new Date(Date.now() + hours * 3_600_000).toISOString();
    writeFileSync(join(cwd, 'tokens.json'), JSON.stringify({ ...tokens, expires_at: expires }), { mode: 0o600 });
    const proxy = await startConnectProxy({ port });
    try {
      const ran = await runMain(['check'], { cwd, env: { ...env(), https_proxy: proxy.url } });
      expect(ran.exitCode).not.toBe(0);
      expect([...new Set(proxy.seen.map((seen) => seen.host))]).toEqual([`${host}:443`]);
      expect(told).toEqual([]);
    } finally {
      await proxy.close();
    }
  });

  // AWS's client makes connections of its own on its way to keys: the whole process has to check.
  test('I9 in a process of its own nothing is told either, not even by a library', async () => {
    writeFileSync(
      join(cwd, 'sync.yaml'),
      `${site(jira.url)}warehouse: s3://lake\nstorage: { endpoint: "${there()}", region: x, cache: ./cache }\n`,
    );
    const cli = startCli(['status'], {
      cwd,
      env: {
        ...env(),
        NODE_TLS_REJECT_UNAUTHORIZED: '0',
        AWS_CONTAINER_CREDENTIALS_FULL_URI: `${there()}/keys`,
        AWS_CONTAINER_AUTHORIZATION_TOKEN: 'canary-of-the-container',
      },
    });
    await cli.ended;
    expect(told, cli.stderr()).toEqual([]);
  }, 60_000);
});
