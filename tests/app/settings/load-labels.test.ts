import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { loadLabels } from '../../../src/app/settings/load-labels.js';

const connection = (name: string) =>
  `  - name: ${name}\n    url: https://${name}.atlassian.net\n    auth: { type: pat, token: "\${NOT_SET}" }\n`;

test('labels are read where no credentials are: whoever asks the tables need not be able to ask the site', () => {
  const cwd = mkdtempSync(join(tmpdir(), 'labels-'));
  onTestFinished(() => rmSync(cwd, { recursive: true }));
  expect(loadLabels({ cwd, env: {} })).toEqual(new Map());
  writeFileSync(
    join(cwd, 'sync.yaml'),
    `connections:\n${connection('acme')}    label: Acme Cloud\n${connection('zeta')}`,
  );
  expect(loadLabels({ cwd, env: {} })).toEqual(new Map([['acme', 'Acme Cloud']]));
});

test('two connections that are called alike are told apart, so that no report makes one row of them', () => {
  const cwd = mkdtempSync(join(tmpdir(), 'labels-'));
  onTestFinished(() => rmSync(cwd, { recursive: true }));
  const called = (name: string, label: string) => `${connection(name)}    label: ${label}\n`;
  writeFileSync(
    join(cwd, 'sync.yaml'),
    `connections:\n${called('a', 'Jira')}${called('b', 'Jira')}${called('c', 'd')}${connection('d')}${called('e', 'E')}`,
  );
  expect(loadLabels({ cwd, env: {} })).toEqual(
    new Map([
      ['a', 'Jira (a)'],
      ['b', 'Jira (b)'],
      ['c', 'd (c)'],
      ['e', 'E'],
    ]),
  );
});
