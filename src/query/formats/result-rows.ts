/** A query's result as it is read: column names and types first, then rows in pieces. */
import type { DuckDBType, DuckDBValue } from '@duckdb/node-api';
import { withDuckWords, worded } from '../read-only.js';
import type { RowStream } from '../row-stream.js';

export interface ResultRows {
  /** Unique: a second `a` is called `a:1`. */
  readonly names: readonly string[];
  readonly types: readonly DuckDBType[];
  /** Some 2,000 rows at a time, each a list of cells. */
  pieces(): AsyncIterable<readonly (readonly DuckDBValue[])[]>;
}

export function resultRows(stream: RowStream): ResultRows {
  return {
    names: stream.names,
    types: stream.types,
    pieces: () => worded(stream.pieces(), withDuckWords),
  };
}

export interface FormatOptions {
  /** Several statements are a mistake. */
  readonly one?: boolean | undefined;
  /** Texts that begin like formulas are told to be texts. */
  readonly spreadsheet?: boolean | undefined;
  /** When a table is shown as records, a line for each column: when it is wider than `width`, say. Default: never. */
  readonly fold?: 'never' | 'wide' | 'always' | undefined;
  /** Of the terminal, in characters. */
  readonly width?: number | undefined;
}
