/** What the command line loads: a shell that completes words, or a check whether it is there, must not wait for a database. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..', '..');

/** Packages and own files that a process loads. */
function loadedBy(...argv: readonly string[]) {
  const hook = join(root, 'tests', 'helpers', 'tell-modules.mjs');
  const args = ['--import', hook, join(root, 'dist', 'src', 'cli.js'), ...argv];
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  const files = [...stderr.matchAll(/^loaded (\S+)$/gm)].map(([, file = '']) => file);
  const packages = files.flatMap((file) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1] ?? []);
  const own = files.flatMap((file) => /\/dist\/(src\/.*)\.js$/.exec(file)?.[1] ?? []);
  return { status, stdout, packages: [...new Set(packages)], own: [...new Set(own)] };
}

test.each([
  '--version',
  '--help',
  'sync --help',
])('the version and the help load the reader of flags, and no database, client, schema or log: %s', (line) => {
  const { status, stdout, packages, own } = loadedBy(...line.split(' '));
  expect(status).toBe(0);
  expect(stdout).not.toBe('');
  expect(packages).toEqual(['commander']);
  expect(own).toContain('src/cli/commands/registrations');
  expect(
    own.filter((file) => /^src\/(http|runtime\/(?!streams\/kinds)|writers\/(?!iceberg\/limits))/.test(file)),
  ).toEqual([]);
});

test('the hook sees what a command loads', () => {
  const { status, packages } = loadedBy('streams');
  expect(status).toBe(0);
  expect(packages).toEqual(expect.arrayContaining(['commander', 'pino', 'yaml', 'zod']));
});
