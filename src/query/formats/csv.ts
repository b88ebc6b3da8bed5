/** A result as CSV (RFC 4180): a header, CRLF-free lines, null as nothing, nested values as JSON text. */
import { toText } from '../cells.js';
import type { ResultRows } from './result-rows.js';

export async function* renderCsv({ names, pieces }: ResultRows): AsyncIterable<string> {
  yield `${names.map(field).join(',')}\n`;
  for await (const rows of pieces())
    yield rows.map((row) => `${row.map((cell) => field(toText(cell))).join(',')}\n`).join('');
}

/** An empty text is quoted, so that it stays apart from null. */
function field(text: string | null): string {
  if (text === null) return '';
  return text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
