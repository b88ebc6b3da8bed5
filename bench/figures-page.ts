/** Writes what a bench measured into docs/performance.md, between its two marks. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../src/core/engine.js';
import type { Figure } from './table.js';

const PAGE = 'docs/performance.md';
const MARKS = /(<!-- figures: [^\n]*-->\n)[\s\S]*(<!-- end of figures -->)/;

/** @param cases by name, in the order in which they ran @param machine where, and when */
export function writeFigures(cases: ReadonlyMap<string, readonly Figure[]>, machine: string): void {
  const file = join(packageRoot(), PAGE);
  const tables = [...cases].map(([name, figures]) => `### \`${name}\`\n\n${tableOf(figures)}\n`);
  const text = `\n${machine}\n\n${tables.join('\n')}\n`;
  writeFileSync(
    file,
    readFileSync(file, 'utf8').replace(MARKS, (_, begin: string, end: string) => `${begin}${text}${end}`),
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
