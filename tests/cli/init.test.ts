import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadConfig } from '../../src/app/settings/load-config.js';
import { CREDENTIAL_PARTS, nameFor, settingsText } from '../../src/app/settings/new-settings.js';
import { CREDENTIAL_KINDS } from '../../src/runtime/streams/kinds.js';
import { runMain } from './run-main.js';

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'init-'));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

const written = (file = 'sync.yaml') => readFileSync(join(cwd, file), 'utf8');
/** What the connector makes of the file, every variable it names being set. */
const loaded = (file = 'sync.yaml') => {
  const names = [...written(file).matchAll(/\$\{([A-Z_]+)\}/g)].map(([, name]) => [name, 'x']);
  return loadConfig({ cwd, configFile: file, env: Object.fromEntries(names) });
};
const init = (...argv: string[]) => runMain(['init', ...argv], { cwd });
const answering = (...lines: string[]) =>
  runMain(['init'], { cwd, stdin: lines.map((line) => `${line}\n`).join(''), terminal: true });

describe('without a terminal', () => {
  test('the address is enough; the file is read by the connector and says what is usual', async () => {
    const { exitCode, stdout } = await init('--url', 'acme');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('Set JIRA_EMAIL and JIRA_API_TOKEN in the environment, then run:\n  connector check\n');
    const schema = /^# yaml-language-server: \$schema=(\S+)/.exec(written())?.[1] ?? '';
    expect(JSON.parse(readFileSync(new URL(schema), 'utf8')).title).toBe('sync.yaml');
    expect(loaded()).toMatchObject({
      warehouse: { root: join(cwd, 'warehouse') },
      connections: [{ name: 'acme', url: 'https://acme.atlassian.net', auth: { type: 'basic' }, start: undefined }],
    });
    expect(statSync(join(cwd, 'sync.yaml')).mode & 0o777).toBe(0o644 & ~process.umask());
  });

  test('every flag is in the file, and the next command names the file', async () => {
    const flags = ['--url', 'https://jira.example.org/jira', '--name', 'internal', '--start', '2023-01-01'];
    const { stdout } = await init('other.yaml', ...flags, '--token-var', 'DC_PAT', '--warehouse', 's3://lake/jira');
    expect(stdout).toContain('Set DC_PAT in the environment, then run:\n  connector check --config other.yaml\n');
    expect(written('other.yaml')).toContain('token: "$' + '{DC_PAT}"');
    expect(loaded('other.yaml')).toMatchObject({
      warehouse: { root: 's3://lake/jira' },
      connections: [
        { name: 'internal', url: 'https://jira.example.org/jira', auth: { type: 'pat' }, start: '2023-01-01' },
      ],
    });
  });

  test('a consent is the first of the next commands', async () => {
    expect((await init('--url', 'acme', '--auth', 'oauth')).stdout).toContain(
      'Set JIRA_CLIENT_ID and JIRA_CLIENT_SECRET in the environment, then run:\n  connector auth login\n  connector check\n',
    );
  });

  test.each([
    [[], 'give --url'],
    [['--url', 'http://jira.example'], 'must be https'],
    [['--url', 'acme', '--start', '2024-02-30'], 'Expected a day'],
    [['--url', 'acme', '--name', 'My Site'], 'A name is made of'],
    [['--url', 'acme', '--name', 'main'], 'reserved word'],
    [['--url', 'acme', '--auth', 'kerberos'], 'Allowed choices are basic'],
  ])('%j is refused, and nothing is written', async (argv, says) => {
    const { exitCode, stderr } = await init(...argv);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(says);
    expect(existsSync(join(cwd, 'sync.yaml'))).toBe(false);
  });

  test.each([
    'ATATT3xFfGF0canary',
    'canary',
    'Y2FuYXJ5Y2FuYXJ5',
  ])('I9 a secret in place of the name of its variable is neither written nor shown: %s', async (secret) => {
    const { exitCode, stdout, stderr } = await init('--url', 'acme', '--token-var', secret);
    expect(exitCode).toBe(2);
    expect(stdout + stderr).not.toContain(secret);
    expect(existsSync(join(cwd, 'sync.yaml'))).toBe(false);
  });
});

test.each([
  [],
  ['--url', 'acme'],
])('a file that is there is never overwritten, whatever is given: %j', async (...argv) => {
  writeFileSync(join(cwd, 'sync.yaml'), 'mine');
  const { exitCode, stderr } = await init(...argv);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('sync.yaml is there already');
  expect(written()).toBe('mine');
});

test('a folder that is not there is told, not made', async () => {
  const { exitCode, stderr } = await init('none/sync.yaml', '--url', 'acme');
  expect(exitCode).toBe(2);
  expect(stderr).toContain('none/sync.yaml cannot be written (ENOENT)');
});

describe('on a terminal', () => {
  test('it asks, shows what is usual, and asks again after an answer that will not do', async () => {
    const { exitCode, stderr } = await answering('http://x.example', 'acme-eu', '', '', 'MAIL', 'secret!', '', '', '');
    expect(exitCode).toBe(0);
    expect(stderr).toContain('must be https');
    expect(stderr).toContain('Name of the connection [acme_eu]: ');
    expect(stderr).toContain('Expected the name of an environment variable');
    expect(stderr).not.toContain('secret!');
    expect(loaded().connections).toMatchObject([{ name: 'acme_eu', url: 'https://acme-eu.atlassian.net' }]);
    expect(written()).toContain('email: "$' + '{MAIL}"');
  });

  test('an end in the middle writes nothing', async () => {
    const { exitCode } = await answering('acme', '');
    expect(exitCode).toBe(130);
    expect(existsSync(join(cwd, 'sync.yaml'))).toBe(false);
  });
});

test.each(CREDENTIAL_KINDS)('the file of every kind of credentials is one that the connector reads: %s', (auth) => {
  const told = {
    name: 'acme',
    url: 'https://acme.atlassian.net',
    start: '2024-02-29',
    variables: CREDENTIAL_PARTS[auth],
  };
  writeFileSync(join(cwd, 'sync.yaml'), settingsText({ ...told, auth, warehouse: './a "b": #\\ é' }, './s.json'));
  expect(loaded()).toMatchObject({
    warehouse: { root: join(cwd, 'a "b": #\\ é') },
    connections: [{ auth: { type: auth } }],
  });
});

test('so is the file with everything that stands in its comments', () => {
  const told = { name: 'acme', url: 'https://acme.atlassian.net', auth: 'basic', start: '', warehouse: './w' } as const;
  const text = settingsText({ ...told, variables: CREDENTIAL_PARTS.basic }, './s.json');
  const all = text.replace(
    /^( *)# (expires|start|projects|streams|columns|throttle|- name| {2}url| {2}auth):/gm,
    '$1$2:',
  );
  writeFileSync(join(cwd, 'sync.yaml'), all);
  expect(loaded().connections).toMatchObject([
    {
      expires: '2027-03-01',
      start: '2023-01-01',
      columns: { issue_search: { exclude: ['Salary band'] } },
      streams: expect.anything(),
    },
    { name: 'internal', auth: { type: 'pat' } },
  ]);
});

test('a name is made of what the address has', () => {
  const names = ['https://acme-eu.atlassian.net', 'https://9lives.example', 'http://127.0.0.1:80'].map(nameFor);
  expect(names).toEqual(['acme_eu', 'jira', 'jira']);
});
