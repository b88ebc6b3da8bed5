import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadConfig } from '../../../src/app/settings/load-config.js';
import { loadWarehouse } from '../../../src/app/settings/load-warehouse.js';
import type { ConfigSource } from '../../../src/app/settings/settings-file.js';
import { ConnectorError } from '../../../src/core/errors.js';

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'config-'));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

const CANARY = 'canary-7f3a9c';
const SITE = { JIRA_URL: 'acme', JIRA_EMAIL: 'a@b.example', JIRA_API_TOKEN: CANARY };
const reference = (text: string) => `"$\{${text}}"`;
const TOKEN = reference('TOKEN');

/** Settings of one connection, with lines added to it. */
function settings(...lines: string[]): string {
  const auth = `    auth: { type: basic, email: a@b.example, api_token: ${TOKEN} }`;
  return [
    'connections:',
    '  - name: acme',
    '    url: https://acme.atlassian.net',
    auth,
    ...lines.map((l) => `    ${l}`),
  ].join('\n');
}

function load(yaml: string, more: Partial<ConfigSource> = {}) {
  writeFileSync(join(cwd, 'sync.yaml'), yaml);
  return loadConfig({ env: { TOKEN: CANARY }, cwd, streamNames: ['issue_search', 'boards'], ...more });
}

function refusal(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(ConnectorError);
    expect((error as ConnectorError).kind).toBe('usage');
    expect(inspect(error, { depth: 9 })).not.toContain(CANARY);
    return (error as Error).message;
  }
  throw new Error('was accepted');
}

describe('environment variables alone', () => {
  test('a bare subdomain becomes the Cloud site and the connection is called jira', () => {
    const config = loadConfig({ env: { ...SITE, CONNECTOR_REQUESTS_PER_SECOND: '2' }, cwd });
    expect(config.connections).toMatchObject([
      { name: 'jira', url: 'https://acme.atlassian.net', auth: { type: 'basic' }, requestsPerSecond: 2 },
    ]);
    expect(config.warehouse.root).toBe(join(cwd, 'warehouse'));
  });

  test('I9 a loaded config shows no secret however it is printed', () => {
    const config = loadConfig({ env: SITE, cwd });
    expect(inspect(config, { depth: 9 }) + JSON.stringify(config)).not.toContain(CANARY);
  });

  test.each([
    [{}, 'Set JIRA_URL'],
    [{ JIRA_URL: 'acme' }, 'not JIRA_EMAIL and JIRA_API_TOKEN'],
    [{ JIRA_URL: 'acme', JIRA_EMAIL: 'a@b.example' }, 'not JIRA_API_TOKEN'],
    [{ JIRA_URL: 'acme', JIRA_API_TOKEN: CANARY }, 'not JIRA_EMAIL'],
    [{ ...SITE, JIRA_PAT: CANARY }, 'both set'],
    [{ ...SITE, JIRA_URL: 'http://acme.example' }, 'must be https'],
    [{ ...SITE, CONNECTOR_REQUESTS_PER_SECOND: 'many' }, 'CONNECTOR_REQUESTS_PER_SECOND'],
    [{ ...SITE, CONNECTOR_WAREHOUSE: 'gs://bucket/x' }, 'must be a folder'],
  ])('%j is refused with what to set', (env, says) => {
    expect(refusal(() => loadConfig({ env, cwd }))).toContain(says);
  });
});

describe('sync.yaml', () => {
  test('a whole file is understood, paths being relative to it', () => {
    const config = load(
      `warehouse: ./tables\n${settings('label: Acme Cloud', 'start: 2023-01-01', 'projects: [ENG, OPS]', 'streams: [boards]', 'throttle: { requests_per_second: 3 }')}`,
    );
    expect(config.warehouse.root).toBe(join(cwd, 'tables'));
    expect(config.connections).toMatchObject([
      {
        name: 'acme',
        label: 'Acme Cloud',
        start: '2023-01-01',
        scope: { projects: ['ENG', 'OPS'] },
        streams: ['boards'],
        requestsPerSecond: 3,
      },
    ]);
  });

  test.each([
    [
      'a secret written out',
      settings().replace(TOKEN, CANARY),
      'sync.yaml:4: `api_token`: a secret must not be written here',
    ],
    ['a half reference', settings().replace(TOKEN, `"x$\{TOKEN}"`), 'a secret must not be written here'],
    [
      'an unset variable',
      settings().replace(TOKEN, reference('NOPE')),
      'sync.yaml:4: `api_token`: the environment variable NOPE is not set',
    ],
    [
      'a misspelt word',
      settings('strams: [boards]'),
      'sync.yaml:5: unknown word `strams` in `connections.0`. Did you mean `streams`?',
    ],
    [
      'a misspelt word of a choice of columns',
      settings('columns: { boards: { inclde: [id] } }'),
      'Did you mean `include`?',
    ],
    [
      'a misspelt stream',
      settings('streams:', '  - issue_serch'),
      'sync.yaml:6: there is no stream `issue_serch`. Did you mean `issue_search`?',
    ],
    ['a wrong day', settings('start: 2024-02-30'), 'sync.yaml:5: `connections.0.start`: is not a day of the calendar'],
    ['a wrong unit', settings('throttle: { requests_per_second: 5/s }'), 'sync.yaml:5'],
    ['ORDER BY', settings('jql: project = ENG order  by created'), 'sync.yaml:5: leave ORDER BY out'],
    [
      'R-72: a parenthesis too many',
      settings('jql: a = b) OR (project = ENG'),
      'sync.yaml:5: the parentheses or quotes',
    ],
    ['R-72: a parenthesis too few', settings('jql: (a = b OR project = ENG'), 'do not match'],
    ['R-72: a text without end', settings(`jql: 'summary ~ "order'`), 'do not match'],
    ['two scopes', settings('projects: [ENG]', 'jql: project = ENG'), 'not both'],
    ['a duplicate key', settings('url: https://other.atlassian.net'), 'sync.yaml:5'],
    ['a reserved name', settings().replace('name: acme', 'name: main'), 'reserved word'],
    ['a name with a path', settings().replace('name: acme', 'name: ../x'), 'sync.yaml:2'],
    [
      'a password in the URL',
      settings().replace('https://', `https://me:${CANARY}@`),
      'sync.yaml:3: `url` must not hold',
    ],
    ['plain http', settings().replace('https://', 'http://'), 'must be https'],
    [
      'two connections of one name',
      `${settings()}\n${settings().replace('connections:\n', '')}`,
      'sync.yaml:5: two connections are called `acme`',
    ],
    [
      'another kind of auth',
      settings().replace('type: basic', 'type: basics'),
      'sync.yaml:4: `connections.0.auth.type` must be one of basic, scoped, oauth, client_credentials, pat.',
    ],
    ['an unknown object store', `warehouse: gs://x/y\n${settings()}`, 'sync.yaml:1: `warehouse` must be a folder'],
    ['no connection', 'connections: []', 'sync.yaml:1'],
    ['no YAML', 'connections: [', 'not valid YAML'],
  ])('%s is refused with its place', (_what, yaml, says) => {
    expect(refusal(() => load(yaml))).toContain(says);
  });

  test('ORDER BY inside quotes is no order', () => {
    expect(load(settings(`jql: '(summary ~ ")" OR summary ~ "it\\"s")'`)).connections[0]?.scope).toBeDefined();
    expect(load(settings(`jql: 'summary ~ "order by"'`)).connections[0]?.scope).toEqual({
      jql: 'summary ~ "order by"',
    });
  });

  test('a token file that everybody can read is warned of, its line end is not part of the token', () => {
    const path = join(cwd, 'token');
    writeFileSync(path, `${CANARY}\n`);
    chmodSync(path, 0o644);
    const config = load(settings().replace('TOKEN', 'file:token'));
    expect(config.warnings).toEqual([expect.stringContaining('chmod 600')]);
    const auth = config.connections[0]?.auth;
    expect(auth?.type === 'basic' && auth.apiToken.reveal()).toBe(CANARY);
    chmodSync(path, 0o600);
    expect(load(settings().replace('TOKEN', 'file:token')).warnings).toEqual([]);
  });

  test('a settings file that was asked for and is absent is no reason to take the environment', () => {
    expect(refusal(() => loadConfig({ configFile: 'other.yaml', env: SITE, cwd }))).toContain(
      'other.yaml does not exist',
    );
  });

  test('reading tables needs no credentials', () => {
    writeFileSync(join(cwd, 'sync.yaml'), `warehouse: ./tables\n${settings()}`);
    expect(loadWarehouse({ env: {}, cwd }).warehouse.root).toBe(join(cwd, 'tables'));
  });

  test('whoever exports JIRA_URL beside the sync.yaml of another site is told that it has no effect', () => {
    const warnings = (url: string) => load(settings(), { env: { ...SITE, TOKEN: CANARY, JIRA_URL: url } }).warnings;
    expect(warnings('https://other.atlassian.net')).toEqual([
      expect.stringMatching(/^JIRA_URL has no effect, as sync\.yaml says which sites are read/),
    ]);
    expect(warnings('acme')).toEqual([]);
    expect(warnings('https://acme.atlassian.net/')).toEqual([]);
  });

  test('a `warehouse` that the environment of an image or a unit overrides is told, unless a flag decides or both name one place', () => {
    const warnings = (place: string, more: Partial<ConfigSource> = {}) =>
      load(`warehouse: ./a\n${settings()}`, { env: { TOKEN: CANARY, CONNECTOR_WAREHOUSE: place }, ...more }).warnings;
    expect(warnings('./b')).toEqual([
      `sync.yaml:1: \`warehouse\` has no effect, as CONNECTOR_WAREHOUSE names ${join(cwd, 'b')}. Set the variable to nothing where the file is to decide.`,
    ]);
    expect(warnings('./a')).toEqual([]);
    expect(warnings('')).toEqual([]);
    expect(warnings('./b', { warehouse: './c' })).toEqual([]);
  });

  test('the flag beats the environment, which beats the file', () => {
    const yaml = `warehouse: ./a\n${settings()}`;
    expect(load(yaml, { env: { TOKEN: CANARY, CONNECTOR_WAREHOUSE: './b' } }).warehouse.root).toBe(join(cwd, 'b'));
    expect(load(yaml, { warehouse: './c', env: { TOKEN: CANARY, CONNECTOR_WAREHOUSE: './b' } }).warehouse.root).toBe(
      join(cwd, 'c'),
    );
  });
});
