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

/** A plain line for each row, in at most so many characters: what does not fit is cut off the widest column of texts. */
export function plainTableOf<Row>(columns: readonly TableColumn<Row>[], rows: readonly Row[], width: number): string {
  const [head, colAligns] = [columns.map(([name]) => name), columns.map(([, align]) => align)];
  const cells = rows.map((row) => columns.map(([, , cell]) => cell(row)));
  const made = (colWidths: (number | null)[]) => {
    const table = new TextTable({ head, colAligns, colWidths, compact: true, ruled: false });
    for (const row of cells) table.push(row);
    return table.toString();
  };
  const text = made([]);
  const over = Math.max(...text.split('\n').map((line) => line.trimEnd().length)) - width;
  const widths = columns.map(([name, align], place) =>
    align === 'left' ? Math.max(name.length, ...cells.map((row) => String(row[place] ?? '').length)) : 0,
  );
  const [widest, at] = [Math.max(...widths), widths.indexOf(Math.max(...widths))];
  const fitting = over > 0 ? made(columns.map((_, place) => (place === at ? Math.max(8, widest - over) : null))) : text;
  return fitting.replace(/ +$/gm, '');
}

/** Plain lines in at most so many characters, where the last column has the sentences: they go on below, between words. */
export function sentenceTable(head: readonly string[], rows: readonly (readonly string[])[], width: number): string {
  const names = head.slice(0, -1);
  const widths = names.map((name, place) => Math.max(name.length, ...rows.map((row) => row[place]?.length ?? 0)));
  const rest = width - widths.reduce((sum, each) => sum + each + BETWEEN, 0);
  const colWidths = [...widths, Math.max(LEAST_SENTENCE, rest)];
  const table = new TextTable({ head, colWidths, wordWrap: true, compact: true, ruled: false });
  for (const row of rows) table.push(row);
  return table.toString().replace(/ +$/gm, '');
}

/** Blanks between two columns without a rule. */
const BETWEEN = 2;
const LEAST_SENTENCE = 20;
