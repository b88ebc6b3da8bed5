import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { loadLabels } from '../../../src/app/settings/load-labels.js';

test('labels are read where no credentials are: whoever asks the tables need not be able to ask the site', () => {
  const cwd = mkdtempSync(join(tmpdir(), 'labels-'));
  onTestFinished(() => rmSync(cwd, { recursive: true }));
  expect(loadLabels({ cwd, env: {} })).toEqual(new Map());
  const connection = (name: string) =>
    `  - name: ${name}\n    url: https://${name}.atlassian.net\n    auth: { type: pat, token: "\${NOT_SET}" }\n`;
  writeFileSync(
    join(cwd, 'sync.yaml'),
    `connections:\n${connection('acme')}    label: Acme Cloud\n${connection('zeta')}`,
  );
  expect(loadLabels({ cwd, env: {} })).toEqual(new Map([['acme', 'Acme Cloud']]));
});
