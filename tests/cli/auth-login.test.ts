/** OAuth 2.0 with a person's consent: signing in, tokens that rotate, and many processes with one login. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ATLASSIAN } from '../../simulator/oauth/atlassian.js';
import { type Simulator, startSimulator } from '../../simulator/simulator.js';
import { main } from '../../src/cli.js';
import { startCli } from './cli-process.js';
import { runMain } from './run-main.js';

let cwd: string;
let jira: Simulator;
beforeEach(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'login-'));
  jira = await startSimulator({ issues: 60, projects: 2 });
  settings();
});
afterEach(async () => {
  await jira.close();
  rmSync(cwd, { recursive: true, force: true });
});

const env = { CONNECTOR_REQUESTS_PER_SECOND: '100', SECRET: ATLASSIAN.clientSecret };
const SYNC = ['sync', '--stream', 'issue_search', '--json'];
const LOGIN = 'connector auth login --connection acme';
const tokenFile = () => join(cwd, 'state', 'acme.json');
const kept = () => JSON.parse(readFileSync(tokenFile(), 'utf8'));
const refreshes = () => jira.requests.byRoute().get('POST /oauth/token') ?? 0;

function settings(): void {
  writeFileSync(
    join(cwd, 'sync.yaml'),
    `connections:\n  - name: acme\n    url: ${jira.url}\n    auth: { type: oauth, client_id: ${ATLASSIAN.clientId}, client_secret: "\${SECRET}", token_file: state/acme.json }\n`,
  );
}

/** Where the browser of a person who consents ends up. */
async function consentedAddress(shown: string): Promise<string> {
  const address = /http\S+\/authorize\S+/.exec(shown)?.[0] ?? '';
  const answer = await fetch(address, { redirect: 'manual' });
  return answer.headers.get('location') ?? '';
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** Signs in through a pasted address. @param bent what the person pastes in its place */
async function signIn(bent: (address: string) => string = (address) => address) {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  let said = '';
  for (const stream of [stdout, stderr]) stream.on('data', (piece: Buffer) => (said += piece));
  const signal = new AbortController().signal;
  const ended = main(['auth', 'login', '--paste'], { stdin, stdout, stderr, env, cwd, signal });
  await until(() => said.includes('Paste'));
  stdin.end(`${bent(await consentedAddress(said))}\n`);
  return { code: await ended, said };
}

/** A login as an earlier consent left it. */
function signedIn(): void {
  const { grants } = jira.atlassian;
  const tokens = grants.exchange(grants.consent('read:jira-work', 'x'), 'x');
  const login = { client_id: ATLASSIAN.clientId, cloud_id: ATLASSIAN.cloudId, ...tokens };
  mkdirSync(dirname(tokenFile()), { recursive: true });
  const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
  writeFileSync(tokenFile(), JSON.stringify({ ...login, expires_at: expiresAt }), { mode: 0o600 });
}

describe('signing in', () => {
  test('a browser on this machine brings the code back, and the tokens are for nobody else to read', async () => {
    const cli = startCli(['auth', 'login', '--port', '0'], { cwd, env });
    await until(() => cli.stdout().includes('/authorize'));
    const address = new URL(/http\S+\/authorize\S+/.exec(cli.stdout())?.[0] ?? '');
    expect(Object.fromEntries(address.searchParams)).toMatchObject({
      audience: 'api.atlassian.com',
      client_id: ATLASSIAN.clientId,
      prompt: 'consent',
      response_type: 'code',
      scope: expect.stringMatching(
        /(?=.*read:jira-work)(?=.*read:jira-user)(?=.*read:sprint:jira-software).* offline_access$/,
      ),
    });
    expect((await fetch(await consentedAddress(cli.stdout()))).status).toBe(200);
    expect(await cli.ended).toEqual({ code: 0, signal: null });
    expect(statSync(tokenFile()).mode & 0o777).toBe(0o600);
    expect(kept()).toMatchObject({ client_id: ATLASSIAN.clientId, cloud_id: ATLASSIAN.cloudId });
    const { access_token: access, refresh_token: refresh } = kept();
    for (const secret of [access, refresh, ATLASSIAN.clientSecret])
      expect(cli.stdout() + cli.stderr()).not.toContain(secret);
  });

  test('a page that calls the listener with a made-up state neither signs in nor ends the login', async () => {
    const cli = startCli(['auth', 'login', '--port', '0'], { cwd, env });
    await until(() => cli.stdout().includes('/authorize'));
    const right = await consentedAddress(cli.stdout());
    for (const bent of [
      right.replace(/state=[^&]+/, 'state=x'),
      right.replace(/\?.*/, ''),
      right.replace(/\?.*/, '?error=no'),
    ])
      expect((await fetch(bent)).status).toBe(400);
    expect(() => kept()).toThrow('ENOENT');
    expect((await fetch(right)).status).toBe(200);
    expect(await cli.ended).toEqual({ code: 0, signal: null });
    expect(kept()).toMatchObject({ client_id: ATLASSIAN.clientId });
  });

  test('without a browser the address is pasted', async () => {
    expect((await signIn()).code).toBe(0);
    expect((await runMain(SYNC, { cwd, env })).exitCode).toBe(0);
  });

  test.each([
    ['an answer to somebody else’s question', (address: string) => address.replace(/state=[^&]+/, 'state=x'), 'state'],
    ['a refused consent', (address: string) => address.replace(/code=[^&]+/, 'error=access_denied'), 'access_denied'],
    ['the code alone', (address: string) => new URL(address).searchParams.get('code') ?? '', 'whole address'],
    ['a made-up code', (address: string) => address.replace(/code=[^&]+/, 'code=x'), 'Invalid authorization code'],
  ])('%s signs nobody in', async (_, bent, says) => {
    const { code, said } = await signIn(bent);
    expect(code).toBe(3);
    expect(said).toContain(says);
    expect(() => kept()).toThrow('ENOENT');
  });

  test('consent for another site than the one of the settings is refused, and the sites are named', async () => {
    jira.faults.add({
      match: 'GET /oauth/token/accessible-resources',
      body: [{ id: ATLASSIAN.cloudId, url: 'https://other.example', name: 'other' }],
    });
    const { code, said } = await signIn();
    expect(code).toBe(3);
    expect(said).toContain('https://other.example');
  });

  test('with nothing to sign in to it says so', async () => {
    const pat = 'connections: [{ name: acme, url: acme, auth: { type: pat, token: $ } }]';
    writeFileSync(
      join(cwd, 'sync.yaml'),
      pat.replace('$', () => `"\${SECRET}"`),
    );
    const { exitCode, stderr } = await runMain(['auth', 'login'], { cwd, env });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('nothing to sign in to');
  });
});

describe('a sync with a login', () => {
  beforeEach(signedIn);

  test('an old access token is renewed before it is sent, and the new tokens are kept', async () => {
    const before = kept();
    writeFileSync(tokenFile(), JSON.stringify({ ...before, expires_at: '2026-01-01T00:00:00Z' }));
    expect((await runMain(SYNC, { cwd, env })).exitCode).toBe(0);
    expect(kept().refresh_token).not.toBe(before.refresh_token);
    expect(refreshes()).toBe(1);
    // The next run needs no renewal.
    expect((await runMain(SYNC, { cwd, env })).exitCode).toBe(0);
    expect(refreshes()).toBe(1);
    expect(readdirSync(join(cwd, 'state')).sort()).toEqual(['acme.json', 'acme.json.lock']);
  });

  test('R-16: a token that ends in mid-run under parallel reads is renewed once, and no row is lost', async () => {
    jira.faults.add({ match: 'POST /rest/api/3/search/jql', before: () => jira.atlassian.grants.endAccess() });
    const { exitCode, stdout, stderr } = await runMain(['sync', '--json', '--log-level', 'debug'], { cwd, env });
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout).connections[0].streams).toContainEqual(
      expect.objectContaining({ stream: 'cloud_instances', state: 'ok', rows_written: 1 }),
    );
    const issues = JSON.parse(stdout).connections[0].streams.find(
      (one: { stream: string }) => one.stream === 'issue_search',
    );
    expect(issues.rows_written).toBe(60);
    expect(refreshes()).toBe(1);
    expect(stdout + stderr).not.toContain(kept().access_token);
  });

  test('processes that find the token gone at the same time renew it once: a used refresh token would end the login', async () => {
    writeFileSync(tokenFile(), JSON.stringify({ ...kept(), expires_at: '2026-01-01T00:00:00Z' }));
    // Long enough for all of them to want it.
    jira.faults.add({ match: 'POST /oauth/token', delayMs: 1500, times: 9 });
    const checks = Array.from({ length: 3 }, () => startCli(['check', '--json'], { cwd, env }));
    expect(await Promise.all(checks.map(({ ended }) => ended))).toEqual(Array(3).fill({ code: 0, signal: null }));
    expect(refreshes()).toBe(1);
  });

  test('I7: an interruption in the middle of a renewal does not lose the new tokens: the old ones are worth nothing any more', async () => {
    const before = kept();
    writeFileSync(tokenFile(), JSON.stringify({ ...before, expires_at: '2026-01-01T00:00:00Z' }));
    const stop = new AbortController();
    const interrupt = () => setTimeout(() => stop.abort(), 100);
    jira.faults.add({ match: 'POST /oauth/token', before: interrupt, dripMs: 5 });
    expect((await runMain(SYNC, { cwd, env, signal: stop.signal })).exitCode).toBe(130);
    expect(kept().refresh_token).not.toBe(before.refresh_token);
    expect((await runMain(SYNC, { cwd, env })).exitCode).toBe(0);
    expect(refreshes()).toBe(1);
  });

  test('a withdrawn consent exits 3 with the command that helps, and is asked about once', async () => {
    jira.atlassian.grants.revoke();
    const { exitCode, stderr } = await runMain(SYNC, { cwd, env });
    expect(exitCode).toBe(3);
    expect(stderr).toContain('refresh_token is invalid');
    expect(stderr).toContain(LOGIN);
    expect(refreshes()).toBe(1);
  });

  test('tokens that cannot be kept are not used: the next run would be signed out', async () => {
    writeFileSync(tokenFile(), JSON.stringify({ ...kept(), expires_at: '2026-01-01T00:00:00Z' }));
    const block = () => {
      rmSync(tokenFile());
      mkdirSync(tokenFile());
    };
    jira.faults.add({ match: 'POST /oauth/token', before: block });
    const { exitCode, stderr } = await runMain(SYNC, { cwd, env });
    expect(exitCode).toBe(1);
    expect(stderr).toContain('cannot be written (EISDIR)');
    expect(jira.atlassian.throughGateway).toBe(0);
  });

  test('a busy login host is not asked eight times eight times', async () => {
    writeFileSync(tokenFile(), JSON.stringify({ ...kept(), expires_at: '2026-01-01T00:00:00Z' }));
    jira.faults.add({ match: 'POST /oauth/token', status: 503, headers: { 'retry-after': '86400' }, times: 99 });
    const { exitCode } = await runMain(SYNC, { cwd, env });
    expect(exitCode).toBe(75);
    expect(refreshes()).toBe(1);
  });
});

test('a sync before anybody has signed in exits 3 with the command that helps', async () => {
  const { exitCode, stderr } = await runMain([...SYNC, '--config', 'sync.yaml'], { cwd, env });
  expect(exitCode).toBe(3);
  expect(stderr).toContain(`${LOGIN} --config sync.yaml`);
  expect(jira.requests.total()).toBe(0);
});
