/** docs/security.md promises nothing that no test holds it to. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/security.md'), 'utf8');

/** Rows of the tables of threats: what is threatened, what is done, which tests show it. */
const threats = page
  .split(/^\| threat \| what we do \| test \|\n\| --- \| --- \| --- \|\n/m)
  .slice(1)
  .flatMap((table) =>
    table.split('\n').slice(
      0,
      table.split('\n').findIndex((line) => !line.startsWith('|')),
    ),
  )
  .map((row) => row.split(' | ').map((cell) => cell.replace(/^\| | \|$/g, '')));

const tests = threats.flatMap(([threat = '', , named = '']) =>
  named.split('<br>').map((one) => {
    const [, file = '', title = ''] = /^`([\w/.-]+)`: (.+)$/.exec(one) ?? [];
    return { threat, file, title };
  }),
);

describe('the page of threats', () => {
  test('has rows of three cells, each with a test', () => {
    expect(threats.length).toBeGreaterThan(30);
    expect(threats.filter((row) => row.length !== 3 || row.includes(''))).toEqual([]);
  });

  test.each(tests)('names a test that is there: $threat: $file: $title', ({ file, title }) => {
    const path = join(root, 'tests', file);
    expect(file).toMatch(/\.test\.ts$/);
    expect(existsSync(path)).toBe(true);
    const text = readFileSync(path, 'utf8').replaceAll("\\'", "'");
    // Behind `test(` and its like, or behind the closing bracket of `test.each(…)`.
    const titles = [...text.matchAll(/(?:\b(?:test|it|describe|fuzz)|\)|\bas const\))\(\s*(['"`])(.*?)\1/g)].map(
      ([, , one]) => one,
    );
    expect(titles.some((one) => one?.includes(title))).toBe(true);
  });
});
