/** A file that a row names is one of the folder that the settings name; what cannot be read is told with the row. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BadValue } from '../../../src/actions/values/bad-value.js';
import { filesIn } from '../../../src/app/write/files.js';

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'outbox-'));
  mkdirSync(join(root, '.git'));
  for (const name of ['..plan.txt', 'plan.txt', '.env', '.git/config']) writeFileSync(join(root, name), 'text');
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const complaint = (folder: string, name: string) => {
  try {
    return filesIn(folder).facts(name);
  } catch (error) {
    expect(error).toBeInstanceOf(BadValue);
    return (error as Error).message;
  }
};

test('a folder that is not there is no crash of the run: the row says so', () => {
  expect(complaint(join(root, 'nowhere'), 'plan.txt')).toContain(`there is no folder ${join(root, 'nowhere')}`);
});

test('two dots at the beginning of a name lead nowhere else', () => {
  expect(complaint(root, '..plan.txt')).toMatchObject({ filename: '..plan.txt', size: 4 });
  expect(complaint(root, '..')).toContain('is not below');
});

test.each(['.env', '.git/config'])('%s is not sent: settings and secrets of programs are called like this', (name) => {
  expect(complaint(root, name)).toContain('begins with a dot');
});

test('the journal holds where a file lies in the folder, not where the folder lies on this machine', () => {
  expect(complaint(root, join(root, 'plan.txt'))).toMatchObject({ path: 'plan.txt' });
});
