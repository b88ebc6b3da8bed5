/** Secrets that cannot be right are found out before the first request, and are not shown; files of secrets may be fenced in. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadConfig } from '../../../src/app/settings/load-config.js';
import { runMain } from '../../cli/run-main.js';

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'values-'));
});
afterEach(() => rmSync(cwd, { recursive: true }));

const CANARY = 'canary7f';

describe('a token that no request can carry', () => {
  test.each([
    ['JIRA_PAT', `${CANARY}\nx`, 'a line break'],
    ['JIRA_PAT', `${CANARY}\u201dx`, 'beyond Latin-1'],
    ['JIRA_PAT', `${CANARY}\u{1f600}`, 'beyond Latin-1'],
    ['JIRA_API_TOKEN', `${CANARY}\r\nx`, 'a line break'],
    ['JIRA_API_TOKEN', `${CANARY}\0x`, 'control character'],
  ])('in %s is exit 2 at once: %j', async (name, value, says) => {
    // Nobody listens there: a request would end otherwise.
    const env = { JIRA_URL: 'http://127.0.0.1:9', JIRA_EMAIL: 'me@example.com', [name]: value };
    const { exitCode, stdout, stderr } = await runMain(['check'], { cwd, env });
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`${name}: it holds`);
    expect(stderr).toContain(says);
    expect(stdout + stderr).not.toContain(CANARY);
  });

  test.each([
    ['auth: { type: pat, token: "$" }', `${CANARY}\nx`, 'a line break'],
    ['auth: { type: pat, token: "$" }', `${CANARY}\u2013x`, 'beyond Latin-1'],
    ['auth: { type: client_credentials, client_id: a, client_secret: "$" }', `${CANARY}\nx`, 'a line break'],
  ])('in sync.yaml is told by its line: %s', (auth, value, says) => {
    const yaml = `connections: [{ name: acme, url: acme, ${auth.replace('$', () => `\${SECRET}`)} }]\n`;
    writeFileSync(join(cwd, 'sync.yaml'), yaml);
    const load = () => loadConfig({ cwd, env: { SECRET: value } });
    expect(load).toThrow(says);
    expect(load).toThrow(/^sync\.yaml:1: /);
    expect(load).not.toThrow(CANARY);
  });

  test('letters of Latin-1 can be sent', () => {
    writeFileSync(
      join(cwd, 'sync.yaml'),
      `connections: [{ name: acme, url: acme, auth: { type: pat, token: "\${SECRET}" } }]\n`,
    );
    expect(() => loadConfig({ cwd, env: { SECRET: 'p\u00e4ss wort' } })).not.toThrow();
  });
});

describe('secrets: allowed_paths', () => {
  beforeEach(() => {
    mkdirSync(join(cwd, 'run', 'secrets'), { recursive: true });
    mkdirSync(join(cwd, 'run', 'secrets-of-others'));
    for (const place of ['run/secrets/token', 'run/secrets-of-others/token', 'token'])
      writeFileSync(join(cwd, place), CANARY, { mode: 0o600 });
    symlinkSync(join(cwd, 'token'), join(cwd, 'run', 'secrets', 'link'));
  });

  const load = (path: string, secrets = 'secrets: { allowed_paths: [run/secrets] }\n') => {
    const site = `connections: [{ name: acme, url: acme, auth: { type: pat, token: "\${file:${path}}" } }]\n`;
    writeFileSync(join(cwd, 'sync.yaml'), `${secrets}${site}`);
    return loadConfig({ cwd, env: {} });
  };

  test('a file below one of them is read; without the setting any file is', () => {
    expect(load('run/secrets/token').connections[0]?.auth).toHaveProperty('token');
    expect(load('token', '').connections[0]?.auth).toHaveProperty('token');
  });

  test.each([
    'token',
    'run/secrets/../../token',
    'run/secrets-of-others/token',
    'run/secrets/link',
  ])('%s is refused: settings that somebody else may write must not read any file of this user', (path) => {
    expect(() => load(path)).toThrow('does not lie in a folder of `allowed_paths`');
  });
});
