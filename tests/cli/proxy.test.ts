/** The whole way: settings, a proxy with a login, a site whose certificate a company's own authority signed. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Simulator, startSimulator } from '../../simulator/simulator.js';
import { type ConnectProxy, startConnectProxy } from '../helpers/connect-proxy.js';
import { startFaultServer } from '../helpers/fault-server.js';
import { SELF_SIGNED } from '../helpers/self-signed.js';
import { runMain } from './run-main.js';

const PASSWORD = 'proxy-canary-9e1';
let cwd: string;
let jira: Simulator;
let proxy: ConnectProxy;
let port: number;
const tls = createServer(SELF_SIGNED, (asked, answer) => {
  const { url: path, method, headers } = asked;
  const passed = request(jira.url, { path, method, headers }, (reply) => {
    answer.writeHead(reply.statusCode ?? 500, reply.headers);
    reply.pipe(answer);
  });
  asked.pipe(passed);
});

beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'proxy-'));
  jira = await startSimulator({ issues: 20 });
  proxy = await startConnectProxy({ login: `me:${PASSWORD}` });
  await new Promise<void>((resolve) => tls.listen(0, '127.0.0.1', resolve));
  port = (tls.address() as AddressInfo).port;
  writeFileSync(join(cwd, 'own.pem'), SELF_SIGNED.cert);
});
afterAll(async () => {
  await proxy.close();
  tls.closeAllConnections();
  await new Promise((resolve) => tls.close(resolve));
  await jira.close();
  rmSync(cwd, { recursive: true });
});

function settings(...more: string[]): void {
  const auth = `auth: { type: basic, email: ${jira.email}, api_token: "$\{TOKEN}" }`;
  const site = `  - { name: acme, url: "https://wrong.example:${port}", ${auth}, tls: { ca: own.pem }, streams: [priorities] }`;
  writeFileSync(join(cwd, 'sync.yaml'), ['connections:', site, ...more].join('\n'));
}

const run = (password: string, ...argv: string[]) =>
  runMain(argv, { cwd, env: { TOKEN: jira.apiToken, https_proxy: `${proxy.url.replace('//', `//me:${password}@`)}` } });

test('I9 a sync through the proxy is whole, and its log does not know the password of the proxy', async () => {
  settings();
  const { exitCode, stdout, stderr } = await run(PASSWORD, 'sync', '--json', '--log-level', 'debug');
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout).connections[0].streams).toMatchObject([{ stream: 'priorities', state: 'ok' }]);
  expect(proxy.seen.every(({ host }) => host === `wrong.example:${port}`)).toBe(true);
  expect(stdout + stderr).not.toContain(PASSWORD);
});

test('a refused login at the proxy is exit 2 and says where to put another', async () => {
  settings();
  const { exitCode, stdout } = await run('other-canary', 'check');
  expect(exitCode).toBe(2);
  expect(stdout).toContain('it wants another login (407)');
  expect(stdout).not.toContain('other-canary');
});

test('hooks go through the proxy, too', async () => {
  settings('hooks: { after_commit: { url: "https://hook.example:8443/commit" } }');
  const { exitCode } = await run(PASSWORD, 'sync', '--full-refresh', '--warehouse', join(cwd, 'other'));
  expect(exitCode).toBe(1);
  expect(proxy.seen.map(({ host }) => host)).toContain('hook.example:8443');
});

test('a catalog is reached through the proxy, and trusted by the authority that its settings name', async () => {
  const catalog = await startFaultServer(SELF_SIGNED);
  catalog.script('/v1/config', { body: {} });
  catalog.script('/v1/namespaces', { body: { namespaces: [] } });
  const address = `wrong.example:${new URL(catalog.url).port}`;
  const uri = `catalog: { type: rest, uri: "https://${address}"`;
  settings(`${uri}, tls: { ca: own.pem } }`);
  const trusted = await run(PASSWORD, 'status');
  settings(`${uri} }`);
  const other = await run('other-canary', 'status');
  await catalog.close();
  expect(trusted).toMatchObject({ exitCode: 0, stderr: '' });
  expect(proxy.seen.map(({ host }) => host)).toContain(address);
  expect(other).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('it wants another login (407)') });
  expect(other.stderr).not.toContain('other-canary');
});
