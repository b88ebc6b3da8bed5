/** `connector serve` as a person starts it: where it may listen, how keys are made, how it ends. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startCli } from '../cli/cli-process.js';
import { runMain } from '../cli/run-main.js';
import { SELF_SIGNED } from '../helpers/self-signed.js';
import { ask, FEBRUARY, fillTwoSites, temporaryFolder } from './two-sites.js';

const { folder, remove } = temporaryFolder();
const root = join(folder, 'warehouse');

const settings = (serve: string) => `warehouse: ./warehouse
connections:
  - { name: acme, url: https://acme.atlassian.net, auth: { type: pat, token: "\${PAT}" } }
${serve}`;

/** In a folder of its own. */
function settingsIn(name: string, serve: string): string {
  const place = join(folder, name);
  mkdirSync(place, { recursive: true });
  writeFileSync(join(place, 'sync.yaml'), settings(serve));
  return place;
}

beforeAll(() => fillTwoSites(root));
afterAll(remove);

describe('worklogs are not shown to a whole network by a slip', () => {
  const cwd = () => settingsIn('keys', `serve: { keys: [{ name: a, sha256: "${'0'.repeat(64)}" }] }`);

  test.each([
    [['--listen', '0.0.0.0:0'], false, 'there are no keys'],
    [['--behind-proxy'], false, 'there are no keys'],
    [['--listen', '0.0.0.0:0'], true, 'in clear'],
    [['--listen', '8080'], true, 'is no address'],
    [['--tls-cert', 'a.pem'], true, 'go together'],
    [['--new-key', 'No Name'], false, 'is no name'],
  ])('%j', async (argv, hasKeys, words) => {
    const { exitCode, stderr } = await runMain(['serve', ...argv], { cwd: hasKeys ? cwd() : folder });
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(words)]);
  });

  test.each([
    ['a key in clear', 'key: abcdefghijklmnopqrstuvwxyz0123456789', 'must not be written here'],
    ['a short key', `key: "\${SHORT}"`, 'fewer than 32 characters'],
    ['neither key nor digest', 'restricted: omit', 'one of them'],
    [
      'a connection that is none',
      `sha256: "${'0'.repeat(64)}", connections: [acmee]`,
      'there is no connection `acmee`',
    ],
  ])('%s is refused, with its line and without its value', async (_what, words, expected) => {
    const cwd = settingsIn(`bad-${expected.length}`, `serve: { keys: [{ name: a, ${words} }] }`);
    const { exitCode, stderr } = await runMain(['serve'], { cwd, env: { SHORT: 'shortish-value' } });
    expect([exitCode, stderr]).toEqual([2, expect.stringMatching(/sync\.yaml:4: /)]);
    expect(stderr).toContain(expected);
    expect(stderr).not.toMatch(/abcdefghijklm|shortish-value/);
  });
});

test('two names for one key are refused: the limits of the second would never count', async () => {
  const sha256 = '0'.repeat(64);
  const keys = `serve: { keys: [{ name: all, sha256: "${sha256}" }, { name: part, sha256: "${sha256}", projects: [DEMO] }] }`;
  const { exitCode, stderr } = await runMain(['serve'], { cwd: settingsIn('twins', keys) });
  expect([exitCode, stderr]).toEqual([2, expect.stringMatching(/sync\.yaml:4: `part` and `all` have the same key/)]);
  expect(stderr).not.toContain(sha256);
});

test('a new key is shown once, opens what its lines say, and SIGTERM ends the server in order', async () => {
  const made = await runMain(['serve', '--new-key', 'finance'], { cwd: folder });
  const [first = '', , ...lines] = made.stdout.trim().split('\n');
  const key = first.split(' ').at(-1) ?? '';
  expect(key.length).toBeGreaterThanOrEqual(32);
  const cwd = settingsIn('new', `${lines.join('\n')}\n      projects: [DEMO]\n`);
  const server = startCli(['--warehouse', root, 'serve', '--listen', '127.0.0.1:0'], { cwd, env: {} });
  const url = await new Promise<string>((resolve, reject) => {
    server.child.stderr.on('data', () => {
      const found = /Listening at (http:\S+)/.exec(server.stderr());
      if (found?.[1]) resolve(found[1]);
    });
    server.child.on('close', () => reject(new Error(server.stderr())));
  });
  const answered = await ask(`${url}/api/1/worklog?${FEBRUARY}`, { authorization: `Apikey ${key}` });
  expect([answered.status, answered.body.includes('DEMO-9'), answered.body.includes('SECRET')]).toEqual([
    200,
    true,
    false,
  ]);
  expect((await ask(`${url}/api/1/worklog?${FEBRUARY}`, {})).status).toBe(401);
  // An answer under way is finished.
  const last = ask(`${url}/api/1/worklog?${FEBRUARY}`, { authorization: `Apikey ${key}` });
  await new Promise((sent) => setImmediate(sent));
  const ended = server.ended;
  const lastStatus = last.then(({ status }) => status);
  await ask(`${url}/healthz`, {});
  server.child.kill('SIGTERM');
  expect([await lastStatus, (await ended).code]).toEqual([200, 143]);
  expect(server.stderr() + server.stdout()).not.toContain(key);
});

test('with a certificate of its own it answers over TLS', async () => {
  const { served } = await import('./two-sites.js');
  const server = await served(root, { options: { tls: SELF_SIGNED } });
  const status = await new Promise<number | undefined>((resolve, reject) => {
    request(
      `${server.url}/healthz`,
      { ca: SELF_SIGNED.cert, checkServerIdentity: () => undefined, agent: false },
      (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      },
    )
      .on('error', reject)
      .end();
  });
  expect([server.url.startsWith('https:'), status]).toEqual([true, 200]);
  await server.close();
});
