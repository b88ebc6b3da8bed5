import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadConfig } from '../../../src/app/settings/load-config.js';
import { loadWarehouse } from '../../../src/app/settings/load-warehouse.js';
import { secretsIn } from '../../../src/core/secret.js';

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'lake-settings-'));
});
afterEach(() => rmSync(cwd, { recursive: true }));

const SITE = `connections:\n  - name: acme\n    url: acme\n    auth: { type: pat, token: "\${PAT}" }\n`;
const CANARY = 'canary-7c1f';
const env = { PAT: 'pat-0123', KEY: CANARY, ID: 'AKIA0123', HOOK: `https://hooks.example.com/${CANARY}` };

function load(yaml: string, more: { warehouse?: string; env?: Record<string, string> } = {}) {
  writeFileSync(join(cwd, 'sync.yaml'), `${yaml}\n${SITE}`);
  return loadWarehouse({ env: { ...env, ...more.env }, cwd, warehouse: more.warehouse }).warehouse;
}

describe('where there is no home', () => {
  test('~ is the home folder, in the settings and in the environment, and never a folder called ~', () => {
    expect(load('warehouse: ~/lake').root).toBe(join(homedir(), 'lake'));
    expect(load('', { env: { CONNECTOR_WAREHOUSE: '~/lake' } }).root).toBe(join(homedir(), 'lake'));
    expect(load('warehouse: "~"').root).toBe(homedir());
    expect(load('warehouse: ./~lake').root).toBe(join(cwd, '~lake'));
  });
});

describe('an object store', () => {
  test('keys come by reference, paths style follows an endpoint', () => {
    const warehouse = load(
      `warehouse: s3://lake/jira/\nstorage: { endpoint: "https://minio.example.com", region: eu-1, access_key_id: "\${ID}", secret_access_key: "\${KEY}" }`,
    );
    expect(warehouse).toMatchObject({
      root: 's3://lake/jira',
      s3: {
        endpoint: 'https://minio.example.com',
        region: 'eu-1',
        pathStyle: true,
        credentials: { accessKeyId: 'AKIA0123' },
      },
    });
    expect(JSON.stringify(warehouse)).not.toContain(CANARY);
    expect(secretsIn(warehouse).map((secret) => secret.reveal())).toEqual([CANARY]);
  });

  test('copies of remote files have a folder of their own, wherever the tables are said to be', () => {
    expect(load('warehouse: s3://lake\nstorage: { cache: ./copies }').cache).toBe(join(cwd, 'copies'));
    const cacheOf = (home: string) => load('warehouse: s3://lake', { env: { XDG_CACHE_HOME: home } }).cache;
    expect(cacheOf('/var/cache/me')).toBe('/var/cache/me/jira-iceberg-connector');
    expect(cacheOf('')).toBe(join(homedir(), '.cache', 'jira-iceberg-connector'));
    // What is not absolute does not count (XDG Base Directory Specification).
    expect(cacheOf('cache')).toBe(cacheOf(''));
  });

  test('without keys AWS is asked for them, and its buckets are in the host name', () => {
    expect(load('warehouse: s3://lake\nstorage: { region: eu-1 }').s3).toMatchObject({
      credentials: undefined,
      pathStyle: false,
    });
  });

  test.each([
    [
      'a secret written out',
      'storage: { access_key_id: A, secret_access_key: abc }',
      'a secret must not be written here',
    ],
    ['half a pair of keys', 'storage: { access_key_id: A }', 'go together'],
    [
      'keys in clear over a network',
      'storage: { endpoint: "http://minio.example.com" }',
      '`endpoint` must begin with https://',
    ],
    [
      'a password in an address, which messages would show',
      'storage: { endpoint: "https://me:pass@minio.example.com" }',
      'must not hold a user name or password',
    ],
    ['a query behind the prefix', 'warehouse: "s3://lake/x?y"', 's3://bucket/prefix'],
  ])('%s is refused', (_, yaml, words) => {
    expect(() => load(yaml)).toThrow(words);
  });
});

describe('a REST catalog', () => {
  test('every kind of credentials is understood and kept secret', () => {
    const auths = [
      [`{ type: bearer, token: "\${KEY}" }`, { type: 'bearer' }],
      [
        `{ type: oauth2, client_id: me, client_secret: "\${KEY}", scope: all }`,
        { type: 'oauth2', clientId: 'me', scope: 'all' },
      ],
      ['{ type: sigv4, region: eu-1 }', { type: 'sigv4', service: 'glue' }],
      ['{ type: none }', { type: 'none' }],
    ] as const;
    for (const [yaml, auth] of auths) {
      const warehouse = load(`catalog: { type: rest, uri: "https://catalog.example.com/api/", auth: ${yaml} }`);
      expect(warehouse).toMatchObject({ root: 'https://catalog.example.com/api', catalog: { auth } });
      expect(JSON.stringify(warehouse)).not.toContain(CANARY);
    }
  });

  test('two places for the same tables are refused, whoever named the second', () => {
    const rest = 'catalog: { type: rest, uri: "https://catalog.example.com" }';
    expect(() => load(`warehouse: ./x\n${rest}`)).toThrow('leave out `warehouse`');
    expect(() => load(rest, { warehouse: './x' })).toThrow('leave out `warehouse`');
    expect(() => load(rest, { env: { CONNECTOR_WAREHOUSE: './x' } })).toThrow('leave out `warehouse`');
  });

  test('a token in clear over a network is refused', () => {
    expect(() => load('catalog: { type: rest, uri: "http://catalog.example.com" }')).toThrow(
      '`uri` must begin with https://',
    );
    expect(() => load('catalog: { type: rest, uri: "http://127.0.0.1:8181" }')).not.toThrow();
  });
});

describe('what is read and told', () => {
  const config = (yaml: string) => {
    writeFileSync(join(cwd, 'sync.yaml'), yaml);
    return loadConfig({ env, cwd });
  };

  test('an address of a hook may be a reference, and is a secret', () => {
    const { hooks } = config(
      `hooks: { after_commit: { command: [refresh, now] }, on_failure: { url: "\${HOOK}" } }\n${SITE}`,
    );
    expect(hooks.afterCommit).toEqual({ command: ['refresh', 'now'], env: [] });
    expect(JSON.stringify(hooks)).not.toContain(CANARY);
    expect(() => config(`hooks: { on_failure: { url: "http://hooks.example.com" } }\n${SITE}`)).toThrow(
      'sync.yaml:1: `url` must begin',
    );
  });

  test('people and fields: a key without pseudonyms is a mistake', () => {
    const one = (line: string) => config(`${SITE}    ${line}\n`).connections[0];
    expect(one('people: pseudonymous')).toMatchObject({
      people: { mode: 'pseudonymous' },
      columns: {},
      upserts: 'position-deletes',
    });
    expect(one('fields: { exclude: [description, Salary] }')).toMatchObject({
      columns: { issue_search: { exclude: ['description', 'Salary'] } },
    });
    expect(one('upserts: copy-on-write')).toMatchObject({ upserts: 'copy-on-write' });
    expect(() => one(`people_key: "\${KEY}"`)).toThrow('of use with `people: pseudonymous` alone');
    expect(() => one('people: none')).toThrow('people');
  });
});
