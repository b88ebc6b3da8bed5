/** Cloud's ways in, from the settings to the tables: who sees the credential, and what a refused one leads to. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ATLASSIAN } from '../../../simulator/oauth/atlassian.js';
import { type Simulator, startSimulator } from '../../../simulator/simulator.js';
import { runMain } from '../../cli/run-main.js';

let cwd: string;
let jira: Simulator;
beforeEach(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'cloud-'));
  jira = await startSimulator({ issues: 60, projects: 2 });
});
afterEach(async () => {
  await jira.close();
  rmSync(cwd, { recursive: true, force: true });
});

const env = (more: Record<string, string> = {}) => ({
  CONNECTOR_REQUESTS_PER_SECOND: '100',
  TOKEN: ATLASSIAN.scopedToken,
  SECRET: ATLASSIAN.clientSecret,
  ...more,
});

function settings(auth: string): void {
  writeFileSync(join(cwd, 'sync.yaml'), `connections:\n  - name: acme\n    url: ${jira.url}\n    auth: ${auth}\n`);
}

const scoped = (more = '') => `{ type: scoped, email: "${jira.email}", api_token: "\${TOKEN}"${more} }`;
const SERVICE = `{ type: client_credentials, client_id: ${ATLASSIAN.clientId}, client_secret: "\${SECRET}" }`;
const SYNC = ['sync', '--stream', 'issue_search', '--json'];

describe('a scoped token', () => {
  test('goes through the gateway, and nothing but the question for the cloud id goes to the site', async () => {
    settings(scoped());
    const { exitCode, stdout } = await runMain(SYNC, { cwd, env: env() });
    expect(exitCode).toBe(0);
    const asked = jira.requests.total();
    expect(jira.requests.byRoute().get('GET /_edge/tenant_info')).toBe(1);
    expect(jira.atlassian.throughGateway).toBe(asked - 1);
    // Every request counts against the budget, also the one for the cloud id.
    expect(JSON.parse(stdout)).toMatchObject({ requests: asked, connections: [{ site: jira.url }] });
  });

  test('with a cloud id in the settings the site itself is not asked at all', async () => {
    settings(scoped(`, cloud_id: ${ATLASSIAN.cloudId}`));
    expect((await runMain(SYNC, { cwd, env: env() })).exitCode).toBe(0);
    expect(jira.atlassian.throughGateway).toBe(jira.requests.total());
  });

  test('the tables remember the site, not the gateway: the same site with another credential goes on in them', async () => {
    settings(scoped());
    await runMain(SYNC, { cwd, env: env() });
    settings(`{ type: basic, email: "${jira.email}", api_token: "\${TOKEN}" }`);
    const { exitCode, stdout } = await runMain(SYNC, { cwd, env: env({ TOKEN: jira.apiToken }) });
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout).connections[0].streams[0]).toMatchObject({ state: 'ok', mode: 'incremental' });
  });

  test('I9 a wrong one is told in one sentence, exits 3 and is tried once', async () => {
    settings(scoped());
    const { exitCode, stderr, stdout } = await runMain(SYNC, { cwd, env: env({ TOKEN: 'canary-7f3a9c' }) });
    expect(exitCode).toBe(3);
    expect(stderr).toContain('rejected the credentials (401)');
    expect(jira.atlassian.throughGateway).toBe(1);
    expect(stdout + stderr).not.toContain('canary');
  });

  test('without a scope that one stream needs, that stream is forbidden and says what is missing; the others are read', async () => {
    settings(scoped());
    const body = { code: 401, message: 'Unauthorized; scope does not match' };
    jira.faults.add({ match: 'GET /rest/api/3/dashboard/search', status: 401, body, times: 9 });
    const { exitCode, stdout } = await runMain(['sync', '--stream', 'dashboards', '--stream', 'boards', '--json'], {
      cwd,
      env: env(),
    });
    expect(exitCode).toBe(1);
    const { streams } = JSON.parse(stdout).connections[0];
    expect(streams).toMatchObject([
      { stream: 'boards', state: 'ok' },
      { stream: 'dashboards', state: 'forbidden', error: expect.stringContaining('the token lacks a scope') },
    ]);
  });

  test('a site that tells no cloud id is named, with the setting that helps', async () => {
    jira.faults.add({ match: 'GET /_edge/tenant_info', body: { error: 'none' } });
    settings(scoped());
    const { exitCode, stderr } = await runMain(SYNC, { cwd, env: env() });
    expect(exitCode).toBe(3);
    expect(stderr).toContain('cloud_id');
  });
});

test('the list of sites is for OAuth alone: a token for one site is told that there is none', async () => {
  settings(`{ type: basic, email: "${jira.email}", api_token: "\${TOKEN}" }`);
  const argv = ['sync', '--stream', 'cloud_instances', '--json'];
  const { exitCode, stdout } = await runMain(argv, { cwd, env: env({ TOKEN: jira.apiToken }) });
  expect(exitCode).toBe(1);
  expect(JSON.parse(stdout).connections[0].streams).toMatchObject([
    { stream: 'cloud_instances', state: 'unsupported' },
  ]);
});

describe('a service account with OAuth', () => {
  test('gets its token without anybody and keeps nothing', async () => {
    settings(SERVICE);
    const { exitCode } = await runMain(SYNC, { cwd, env: env() });
    expect(exitCode).toBe(0);
    expect(jira.requests.byRoute().get('POST /oauth/token')).toBe(1);
  });

  test('R-16: a token that ends in mid-run is replaced once, and no row is lost', async () => {
    settings(SERVICE);
    jira.faults.add({ match: 'POST /rest/api/3/search/jql', before: () => jira.atlassian.grants.endAccess() });
    const { exitCode, stdout } = await runMain(SYNC, { cwd, env: env() });
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout).connections[0].streams[0].rows_written).toBe(60);
    expect(jira.requests.byRoute().get('POST /oauth/token')).toBe(2);
  });

  test('a wrong secret exits 3 and says where to make another', async () => {
    settings(SERVICE);
    const { exitCode, stderr } = await runMain(SYNC, { cwd, env: env({ SECRET: 'canary-7f3a9c' }) });
    expect(exitCode).toBe(3);
    expect(stderr).toContain('Service accounts');
    expect(stderr).not.toContain('canary');
    expect(jira.requests.byRoute().get('POST /oauth/token')).toBe(1);
  });
});
