/** The page that leads to the code names files that are there. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const PAGE = readFileSync(join(root, 'docs/architecture.md'), 'utf8');
const named = [
  ...PAGE.matchAll(/`((?:src|tests|simulator|core|contract|http|runtime|writers|query|app|cli)\/[^`*<> ]*)`/g),
];

test('the page of the architecture names no file or folder that has moved away', () => {
  expect(named.length).toBeGreaterThan(60);
  const paths = [...new Set(named.map(([, path = '']) => path))];
  expect(paths.filter((path) => !existsSync(join(root, path)) && !existsSync(join(root, 'src', path)))).toEqual([]);
});
