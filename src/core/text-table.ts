/** Tables for people. Heads and cells pass `printable` here, and a test sees to it that there is no other way to a table. */
import CliTable from 'cli-table3';
import { printable } from './printable.js';

type Options = Omit<CliTable.TableConstructorOptions, 'head' | 'style'> & {
  readonly head: readonly string[];
  /** Without lines between rows. */
  readonly compact?: boolean;
  /** False: neither lines nor a box, columns two blanks apart. */
  readonly ruled?: boolean;
};

const BLANK = Object.fromEntries(
  ['top', 'bottom', 'left', 'right', 'mid'].flatMap((side) => [
    [side, ''],
    ...['mid', 'left', 'right'].map((part) => [`${side}-${part}`, '']),
  ]),
);
const UNRULED = { chars: { ...BLANK, middle: '  ' }, style: { 'padding-left': 0, 'padding-right': 0 } };

export class TextTable {
  readonly #table: CliTable.Table;

  /** @param options those of cli-table3 */
  constructor({ head, compact = false, ruled = true, ...options }: Options) {
    const lines = ruled ? { chars: {}, style: {} } : UNRULED;
    const style = { head: [], border: [], compact, ...lines.style };
    this.#table = new CliTable({ ...options, head: head.map(printable), chars: lines.chars, style });
  }

  get length(): number {
    return this.#table.length;
  }

  /** Of its first line, in characters. */
  get width(): number {
    return this.#table.width;
  }

  push(row: readonly (string | number)[]): void {
    this.#table.push(row.map((cell) => (typeof cell === 'string' ? printable(cell) : cell)));
  }

  toString(): string {
    return this.#table.toString();
  }
}

/** A column of a table: its head, where its cells stand, and what of a row stands in it. */
export type TableColumn<Row> = readonly [head: string, align: 'left' | 'right', cell: (row: Row) => string | number];

/** A line for each row. @param compact without lines between rows */
export function tableOf<Row>(columns: readonly TableColumn<Row>[], rows: readonly Row[], compact: boolean): string {
  const [head, colAligns] = [columns.map(([name]) => name), columns.map(([, align]) => align)];
  const table = new TextTable({ head, colAligns, compact });
  for (const row of rows) table.push(columns.map(([, , cell]) => cell(row)));
  return table.toString();
}

/** A plain line for each row, in at most so many characters: what does not fit is cut off the first column. */
export function plainTableOf<Row>(columns: readonly TableColumn<Row>[], rows: readonly Row[], width: number): string {
  const [head, colAligns] = [columns.map(([name]) => name), columns.map(([, align]) => align)];
  const made = (first: number | null) => {
    const colWidths = columns.map((_, place) => (place === 0 ? first : null));
    const table = new TextTable({ head, colAligns, colWidths, compact: true, ruled: false });
    for (const row of rows) table.push(columns.map(([, , cell]) => cell(row)));
    return table.toString();
  };
  const text = made(null);
  const over = Math.max(...text.split('\n').map((line) => line.trimEnd().length)) - width;
  const longest = Math.max(...rows.map((row) => String(columns[0]?.[2](row) ?? '').length), 0);
  const fitting = over > 0 ? made(Math.max(8, longest - over)) : text;
  return fitting.replace(/ +$/gm, '');
}
