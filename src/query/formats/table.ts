/** A result for people: a table, or one record below the other where a table would not fit. */

import type { DuckDBValue } from '@duckdb/node-api';
import { cut } from '../../core/cut.js';
import { printable } from '../../core/printable.js';
import { TextTable } from '../../core/text-table.js';
import { toText } from '../tables/cells.js';
import type { FormatOptions, ResultRows } from './result-rows.js';
import { isNumber } from './text-types.js';

/** It is laid out as a whole, in memory; whoever wants more rows takes another format. */
const MOST_ROWS = 1000;
const WIDEST_CELL = 60;
/** A record has its line for itself. */
const WIDEST_VALUE = 2000;

export async function* renderTable(
  { names, types, pieces }: ResultRows,
  { fold = 'never', width }: FormatOptions,
): AsyncIterable<string> {
  const rows: (readonly DuckDBValue[])[] = [];
  let count = 0;
  for await (const piece of pieces()) {
    count += piece.length;
    if (rows.length < MOST_ROWS) rows.push(...piece.slice(0, MOST_ROWS - rows.length));
  }
  const more = count > MOST_ROWS ? ` The first ${MOST_ROWS} are shown; --format csv gives all.` : '';
  const table = new TextTable({
    head: names,
    compact: true,
    colAligns: types.map((type) => (isNumber(type) ? 'right' : 'left')),
  });
  for (const row of rows) table.push(row.map((cell) => cut(toText(cell) ?? '', WIDEST_CELL)));
  const isTooWide = fold === 'wide' && width !== undefined && table.width > width;
  const text = rows.length > 0 && (fold === 'always' || isTooWide) ? records(names, rows) : table.toString();
  yield `${text}\n${count} ${count === 1 ? 'row' : 'rows'}.${more}\n`;
}

function records(names: readonly string[], rows: readonly (readonly DuckDBValue[])[]): string {
  const heads = names.map(printable);
  const widest = Math.max(0, ...heads.map(({ length }) => length));
  const recordOf = (row: readonly DuckDBValue[], at: number) => [
    `-[ ${at + 1} ]${'-'.repeat(Math.max(2, widest - 2))}`,
    ...row.map((cell, index) => `${(heads[index] ?? '').padEnd(widest)}  ${shown(cell)}`.trimEnd()),
  ];
  return rows.flatMap(recordOf).join('\n');
}

const shown = (cell: DuckDBValue) => printable(cut(toText(cell) ?? '', WIDEST_VALUE));
