/** The formats of `query`, by the name `--format` knows them by. */

import { ConnectorError } from '../../core/errors.js';
import { printableJson } from '../../core/printable.js';
import type { Answer } from '../read-only.js';
import { toJson, toText } from '../tables/cells.js';
import { csvField, textForSpreadsheet } from './csv-text.js';
import type { FormatName } from './names.js';
import { inPieces, slices } from './pieces.js';
import { type FormatOptions, type ResultRows, resultRows } from './result-rows.js';
import { renderTable } from './table.js';
import { isNumber, isText } from './text-types.js';

export type Piece = string | Uint8Array;

interface Format {
  readonly render: (rows: ResultRows, options: FormatOptions) => AsyncIterable<Piece>;
  /** What stands before, between and after the answers to several statements; null when there can be only one. */
  readonly several: readonly [before: string, between: string, after: string] | null;
}

const FORMATS: Record<FormatName, Format> = {
  table: { render: renderTable, several: ['', '\n', ''] },
  // One document all the same: an array of what each would be alone.
  json: { render: renderJson, several: ['[\n', ',\n', ']\n'] },
  ndjson: { render: renderNdjson, several: ['', '\n', ''] },
  cells: { render: renderCells, several: null },
  csv: { render: renderCsv, several: ['', '\n', ''] },
  // Readers of an Arrow stream stop at its end, and would show the first answer for all of them.
  arrow: { render: renderArrow, several: null },
};

/** The answers to the statements of one text, one after the other. @throws ConnectorError kind `usage` */
export async function* render(
  format: FormatName,
  answers: readonly Answer[],
  options: FormatOptions,
): AsyncIterable<Piece> {
  const { several, render: renderOne } = FORMATS[format];
  if (answers.length > 1 && (several === null || options.one === true))
    throw new ConnectorError(
      'usage',
      `--format ${format} holds one answer, and there are ${answers.length} statements; ask one by one.`,
    );
  const [before, between, after] = (answers.length > 1 && several) || ['', '', ''];
  let mark = before;
  for (const answer of answers) {
    if (mark !== '') yield mark;
    for await (const piece of renderOne(resultRows(await answer()), options)) yield* slices(piece);
    mark = between;
  }
  if (after !== '') yield after;
}

/** Arrow takes as long to load as DuckDB. */
async function* renderArrow(rows: ResultRows): AsyncIterable<Uint8Array> {
  const arrow = await import('./arrow.js');
  yield* arrow.renderArrow(rows);
}

/** A result as JSON: an array of objects, one row a line. */
async function* renderJson({ names, pieces }: ResultRows): AsyncIterable<string> {
  let before = '[';
  for await (const rows of pieces()) {
    yield* inPieces(rows, (row) => {
      const cells = names.map((name, index) => [name, toJson(row[index] ?? null)]);
      const line = `${before}\n${printableJson(JSON.stringify(Object.fromEntries(cells)))}`;
      before = ',';
      return line;
    });
  }
  yield before === '[' ? '[]\n' : '\n]\n';
}

/** A result as JSON lines: an object a row. */
async function* renderNdjson({ names, pieces }: ResultRows): AsyncIterable<string> {
  for await (const rows of pieces())
    yield* inPieces(rows, (row) => {
      const cells = names.map((name, index) => [name, toJson(row[index] ?? null)]);
      return `${printableJson(JSON.stringify(Object.fromEntries(cells)))}\n`;
    });
}

async function* renderCells({ names, types, pieces }: ResultRows): AsyncIterable<string> {
  yield `${JSON.stringify({ names, numbers: types.map(isNumber) })}\n`;
  for await (const rows of pieces()) yield* inPieces(rows, (row) => `${JSON.stringify(row.map(toJson))}\n`);
}

/** A result as CSV (RFC 4180): a header, CRLF-free lines, null as nothing, nested values as JSON text. */
export async function* renderCsv(
  { names, types, pieces }: ResultRows,
  { spreadsheet }: FormatOptions,
): AsyncIterable<string> {
  const asked = types.map((type) => spreadsheet === true && isText(type));
  const cell = (text: string | null, index: number) =>
    csvField(text !== null && asked[index] ? textForSpreadsheet(text, names[index] ?? '') : text);
  const heads = spreadsheet ? names.map((name) => textForSpreadsheet(name, '')) : names;
  yield `${heads.map(csvField).join(',')}\n`;
  for await (const rows of pieces())
    yield* inPieces(rows, (row) => `${row.map((value, index) => cell(toText(value), index)).join(',')}\n`);
}
