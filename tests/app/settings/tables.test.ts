/** `tables:` of sync.yaml: a slip of the pen is told with its line before anything is written, not found in a table later. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { knownStreams } from '../../../src/app/settings/definitions.js';
import { loadConfig } from '../../../src/app/settings/load-config.js';
import { runMain } from '../../cli/run-main.js';

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'tables-'));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

const FIRST_LINE = 7;

/** Lines below `tables:`, of which the first is the seventh of the file. */
function write(...lines: readonly string[]): void {
  const auth = `    auth: { type: basic, email: a@b.example, api_token: "$\{TOKEN}" }`;
  const head = ['connections:', '  - name: acme', '    url: https://acme.atlassian.net', auth, '    people: full'];
  const text = [...head, '    tables:', ...lines.map((line) => `      ${line}`)].join('\n');
  writeFileSync(join(cwd, 'sync.yaml'), text);
}

const load = () => loadConfig({ env: { TOKEN: 'canary' }, cwd, ...knownStreams() });

test('a table is sorted, sized and given properties as the settings say', () => {
  write(
    'issue_changelog:',
    '  sort: [issue_id, created]',
    '  target_file_size: 64MB',
    '  properties: { gc.enabled: false, user.team: data, read.split.target-size: 67108864 }',
    'issue_search: { target_file_size: 1GB }',
  );
  expect(load().connections[0]?.tables).toEqual({
    issue_changelog: {
      sort: ['issue_id', 'created'],
      targetFileSize: 64 * 1024 * 1024,
      properties: { 'gc.enabled': 'false', 'user.team': 'data', 'read.split.target-size': '67108864' },
    },
    issue_search: { sort: undefined, targetFileSize: 1024 ** 3, properties: {} },
  });
});

test.each([
  ['a stream', ['issue_serch: { sort: [id] }'], 0, 'there is no stream `issue_serch`. Did you mean `issue_search`?'],
  ['a column', ['issue_search:', '  sort: [id, keyy]'], 1, 'cannot be sorted by `keyy`. Did you mean `key`?'],
  ['a column that has no order', ['issue_search:', '  sort:', '    - labels'], 2, 'cannot be sorted by `labels`.'],
  ['a column twice', ['issue_search:', '  sort: [id, id]'], 1, '`id` is named twice.'],
  ['a size', ['issue_search:', '  target_file_size: 7MB'], 1, 'must be 8MB to 2048MB, or 1GB or 2GB'],
  ['a size beyond 2 GB', ['issue_search:', '  target_file_size: 2049MB'], 1, 'must be 8MB to 2048MB'],
  ['a word', ['issue_search:', '  sorted: [id]'], 1, 'Did you mean `sort`?'],
  [
    'a property',
    ['issue_search:', '  properties:', '    gc.enabld: false'],
    2,
    '`gc.enabld` is no property that can be set here; names of your own begin with `user.`. Did you mean `gc.enabled`?',
  ],
  [
    'a property of the connector',
    ['issue_search:', '  properties:', '    connector.state: x'],
    2,
    '`connector.state` is no property that can be set here',
  ],
  ['a value', ['issue_search:', '  properties:', '    gc.enabled: maybe'], 2, '`gc.enabled` must be true or false.'],
  [
    'a property that has its own word',
    ['issue_search:', '  properties:', '    write.target-file-size-bytes: 1'],
    2,
    'is said by `target_file_size`.',
  ],
] as const)('%s that cannot be meant is refused with its line, and nothing is written', async (_, lines, at, told) => {
  write(...lines);
  expect(load).toThrow(told);
  const { exitCode, stderr } = await runMain(['sync'], { cwd, env: { TOKEN: 'canary' } });
  expect(exitCode).toBe(2);
  expect(stderr).toContain(`sync.yaml:${FIRST_LINE + at}: `);
  expect(existsSync(join(cwd, 'warehouse'))).toBe(false);
});
