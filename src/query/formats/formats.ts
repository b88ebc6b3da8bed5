/** The formats of `query`, by the name `--format` knows them by. */
import { renderArrow } from './arrow.js';
import { renderCsv } from './csv.js';
import { renderJson } from './json.js';
import type { ResultRows } from './result-rows.js';
import { renderTable } from './table.js';

export const FORMATS = {
  table: renderTable,
  json: renderJson,
  csv: renderCsv,
  arrow: renderArrow,
} satisfies Record<string, (rows: ResultRows) => AsyncIterable<string | Uint8Array>>;

export type FormatName = keyof typeof FORMATS;
