/** A result as a table for people. */
import { TextTable } from '../../core/text-table.js';
import { toText } from '../tables/cells.js';
import type { ResultRows } from './result-rows.js';

/** A table is laid out as a whole, in memory; whoever wants more rows takes another format. */
const MOST_ROWS = 1000;
const WIDEST_CELL = 60;

export async function* renderTable({ names, pieces }: ResultRows): AsyncIterable<string> {
  const table = new TextTable({ head: names });
  let count = 0;
  for await (const rows of pieces()) {
    for (const row of rows) if (++count <= MOST_ROWS) table.push(row.map((cell) => cut(toText(cell) ?? '')));
  }
  const more = count > MOST_ROWS ? ` The first ${MOST_ROWS} are shown; --format csv gives all.` : '';
  yield `${table.toString()}\n${count} ${count === 1 ? 'row' : 'rows'}.${more}\n`;
}

function cut(text: string): string {
  // A character has two units at most, and a text may have megabytes.
  const characters = [...text.slice(0, 2 * WIDEST_CELL + 2)];
  return characters.length <= WIDEST_CELL ? text : `${characters.slice(0, WIDEST_CELL - 1).join('')}…`;
}
