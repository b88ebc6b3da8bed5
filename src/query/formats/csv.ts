/** A result as CSV (RFC 4180): a header, CRLF-free lines, null as nothing, nested values as JSON text. */
import { toText } from '../tables/cells.js';
import { inPieces } from './pieces.js';
import type { FormatOptions, ResultRows } from './result-rows.js';
import { isText, textForSpreadsheet } from './spreadsheet.js';

export async function* renderCsv(
  { names, types, pieces }: ResultRows,
  { spreadsheet }: FormatOptions,
): AsyncIterable<string> {
  const asked = types.map((type) => spreadsheet === true && isText(type));
  const cell = (text: string | null, index: number) =>
    field(text !== null && asked[index] ? textForSpreadsheet(text, names[index] ?? '') : text);
  const heads = spreadsheet ? names.map((name) => textForSpreadsheet(name, '')) : names;
  yield `${heads.map(field).join(',')}\n`;
  for await (const rows of pieces())
    yield* inPieces(rows, (row) => `${row.map((value, index) => cell(toText(value), index)).join(',')}\n`);
}

/** An empty text is quoted, so that it stays apart from null. */
function field(text: string | null): string {
  if (text === null) return '';
  return text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
