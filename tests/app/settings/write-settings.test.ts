import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadConfig } from '../../../src/app/settings/load-config.js';

let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'write-settings-'));
});
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

/** `${NAME}`, as settings refer to the environment. */
const reference = (name: string) => `$${`{${name}}`}`;
const ENV = { PAT: 'canary-pat', WRITE: 'true' };

const SITE = `connections:\n  - name: acme\n    url: https://acme.atlassian.net\n    auth: { type: pat, token: "${reference('PAT')}" }\n`;

function read(write: string) {
  writeFileSync(join(cwd, 'sync.yaml'), `${write}${SITE}`);
  return loadConfig({ cwd, env: ENV }).write;
}

test('nothing may be written unless the settings say so', () => {
  expect(read('')).toBeNull();
  expect(read('write: { enabled: false, actions: [add_comment], projects: [ENG] }\n')).toBeNull();
});

test('no environment variable allows writing, alone or by a reference', () => {
  const env = { JIRA_URL: 'https://acme.atlassian.net', JIRA_PAT: 'x', CONNECTOR_WRITE: 'true', WRITE: 'true' };
  expect(loadConfig({ cwd: tmpdir(), env }).write).toBeNull();
  expect(() => read(`write: { enabled: "${reference('WRITE')}", actions: [add_comment], projects: [ENG] }\n`)).toThrow(
    /sync.yaml:1.*`write.enabled`/,
  );
  expect(() => read(`write: { enabled: true, actions: ["${reference('WRITE')}"], projects: [ENG] }\n`)).toThrow(
    /sync.yaml:1/,
  );
  expect(() => read(`write: { enabled: true, actions: [add_comment], projects: ["${reference('P')}"] }\n`)).toThrow(
    /sync.yaml:1/,
  );
});

test('names stand for actions, other names included; what is no writing action is refused with its line', () => {
  expect(read('write: { enabled: true, actions: [transition_issue, transition], projects: [ENG] }\n')).toEqual({
    actions: ['transition'],
    projects: ['ENG'],
    maxRows: 500,
    files: null,
  });
  const wrong = 'write:\n  enabled: true\n  actions:\n    - ad_comment\n    - retrieve_issue\n  projects: [ENG]\n';
  expect(() => read(wrong)).toThrow(/sync.yaml:4: .*Did you mean `add_comment`\?\n.*sync.yaml:5: .*only reads/);
});

test('files to attach do not lie where the settings and their secrets are, or in the warehouse', () => {
  const write = (files: string) =>
    `warehouse: ./warehouse\nwrite: { enabled: true, actions: [add_attachment], projects: [ENG], files: ${files} }\n`;
  mkdirSync(join(cwd, 'warehouse', 'acme'), { recursive: true });
  symlinkSync(cwd, join(cwd, 'link'));
  for (const files of ['.', '..', '/', './link', cwd])
    expect(() => read(write(files))).toThrow(/sync.yaml:2: .*settings/);
  for (const files of ['./warehouse', './warehouse/acme'])
    expect(() => read(write(files))).toThrow(/sync.yaml:2: .*warehouse/);
  expect(read(write('./outbox'))?.files).toBe(join(cwd, 'outbox'));
  expect(read(write('./warehouse-files'))?.files).toBe(join(cwd, 'warehouse-files'));
});
