/** A result as a table for people. */
import CliTable from 'cli-table3';
import { toText } from '../cells.js';
import type { ResultRows } from './result-rows.js';

/** A table is laid out as a whole, in memory; whoever wants more rows takes another format. */
const MOST_ROWS = 1000;
const WIDEST_CELL = 60;

export async function* renderTable({ names, pieces }: ResultRows): AsyncIterable<string> {
  const table = new CliTable({ head: [...names], style: { head: [], border: [] } });
  let count = 0;
  for await (const rows of pieces()) {
    for (const row of rows) if (++count <= MOST_ROWS) table.push(row.map((cell) => shown(toText(cell))));
  }
  const more = count > MOST_ROWS ? ` The first ${MOST_ROWS} are shown; --format csv gives all.` : '';
  yield `${table.toString()}\n${count} ${count === 1 ? 'row' : 'rows'}.${more}\n`;
}

/** One line without control characters: a cell must not move the terminal's cursor. */
function shown(text: string | null): string {
  if (text === null) return '';
  const line = [...text.replace(/[\p{Cc}\p{Cf}]+/gu, ' ')];
  return line.length <= WIDEST_CELL ? line.join('') : `${line.slice(0, WIDEST_CELL - 1).join('')}…`;
}
