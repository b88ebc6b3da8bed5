/** Pages that name tests: rows of their tables, and whether the tests are there. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

export interface NamedTest {
  /** The first cell of its row. */
  readonly of: string;
  /** Below `tests/`. */
  readonly file: string;
  /** A part of the title. */
  readonly title: string;
}

/** Rows of all tables of a page that have this head. */
export function rowsOf(page: string, head: string): readonly (readonly string[])[] {
  const tables = readFileSync(join(root, page), 'utf8').split(`\n${head}\n`).slice(1);
  return tables
    .flatMap((table) => {
      const lines = table.split('\n').slice(1);
      return lines.slice(
        0,
        lines.findIndex((line) => !line.startsWith('|')),
      );
    })
    .map((row) => row.split(' | ').map((cell) => cell.replace(/^\| | \|$/g, '')));
}

/** The tests that the last cell of each row names. */
export function namedTests(rows: readonly (readonly string[])[]): readonly NamedTest[] {
  return rows.flatMap((row) =>
    (row.at(-1) ?? '').split('<br>').map((one) => {
      const [, file = '', title = ''] = /^`([\w/.-]+)`: (.+)$/.exec(one) ?? [];
      return { of: row[0] ?? '', file, title };
    }),
  );
}

export function isThere({ file, title }: NamedTest): boolean {
  const path = join(root, 'tests', file);
  if (!/\.test\.ts$/.test(file) || !existsSync(path)) return false;
  const text = readFileSync(path, 'utf8').replaceAll("\\'", "'");
  // Behind `test(` and its like, behind the closing bracket of `test.each(…)`, or alone on its line: a title, or a row of a table.
  const titles = [...text.matchAll(/(?:\b(?:test|it|describe|fuzz)|\)|\bas const\)|^\s*)[([]?\s*(['"`])(.*?)\1/gm)];
  return titles.some(([, , one]) => one?.includes(title));
}
