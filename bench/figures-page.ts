/** Writes what a bench measured into docs/performance.md, between its two marks. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../src/core/engine.js';
import type { Figure } from './table.js';

const PAGE = 'docs/performance.md';
const MARKS = /(<!-- figures: [^\n]*-->\n)([\s\S]*)(<!-- end of figures -->)/;
const SECTION = /^### `([^`]+)`\n[\s\S]*?(?=^### |(?![\s\S]))/gm;

/** Cases that did not run keep what an earlier run wrote. @param cases by name @param machine where, and when */
export function writeFigures(cases: ReadonlyMap<string, readonly Figure[]>, machine: string): void {
  const file = join(packageRoot(), PAGE);
  const page = readFileSync(file, 'utf8');
  const [, , before = ''] = MARKS.exec(page) ?? [];
  const sections = new Map([...before.matchAll(SECTION)].map(([text, name = '']) => [name, text.trim()]));
  for (const [name, figures] of cases) sections.set(name, `### \`${name}\`\n\n${machine}\n\n${tableOf(figures)}`);
  const text = [...sections.values()].join('\n\n');
  writeFileSync(
    file,
    page.replace(MARKS, (_, begin: string, _old: string, end: string) => `${begin}\n${text}\n\n${end}`),
  );
}

function tableOf(figures: readonly Figure[]): string {
  const rows = figures.map(({ name, value, limit = '', floor, problem }) =>
    [name, problem === undefined ? value : `${value} (${problem})`, limit, floor].join(' | '),
  );
  return ['| | measured | at most | beside it |', '| --- | --- | --- | --- |', ...rows.map((row) => `| ${row} |`)].join(
    '\n',
  );
}
