import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { manPage } from '../../scripts/docs/man-page.js';

const root = join(import.meta.dirname, '../..');
const page = join(root, 'docs/connector.1');
const FORMATTERS: readonly (readonly [string, ...string[]])[] = [
  ['groff', '-man', '-Tutf8', '-ww', '-rLL=80n', page],
  ['mandoc', '-man', '-Tlint', '-Wwarning', page],
];

const isThere = ([command]: (typeof FORMATTERS)[number]) => !spawnSync(command, ['--version']).error;

test.each(FORMATTERS.filter(isThere))('%s has no complaint about the page', (command, ...args) => {
  const { stderr, stdout } = spawnSync(command, args, { encoding: 'utf8' });
  expect(stderr).toBe('');
  if (command === 'groff') expect(stdout).toContain('Interrupted (Ctrl-C');
  // It has none: the page is the same until the commands change.
  else expect(stdout.replace(/^.*missing date.*\n/m, '')).toBe('');
});

test('every exit code of README.md is on the page, and text of ours is no request to the formatter', () => {
  const readme =
    '## Exit codes\n\n| code | means |\n| --- | --- |\n| 0 | Fine. |\n| 130, 143 | .so `passwd` and \\*(x. |\n\nWhen several\n';
  const text = manPage(readme);
  expect(text).toContain('.B 130, 143\n\\&.so passwd and \\e*(x.');
  expect(text).toContain('.B 0\nFine.');
});

test('an argument that a command cannot do without stands in angle brackets, as in its usage', () => {
  const text = manPage('');
  expect(text).toContain('.SS "preview [options] <stream>"');
  expect(text).toContain('.B <stream>\n');
  expect(text).not.toContain('.B [stream]\n');
  expect(text).toContain('.B [to]\n');
});
