/** A report for a terminal: how fresh, the answer, tables, and bars where one number a row says it all. */
import { cut } from '../../core/cut.js';
import { fold } from '../../core/fold.js';
import { TextTable } from '../../core/text-table.js';
import type { JsonCell } from '../../query/tables/cells.js';
import type { DataColumn, DataTable, ReportDocument, Section } from '../document.js';

/** Rows that are laid out; the whole is in the other formats. */
const MOST_ROWS = 100;
const LONGEST_CELL = 48;
const BAR = 24;
/** Eighths of a cell, from the left. */
const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** @param widest line in characters: columns fall away from the right until it is kept; undefined: no terminal, all stay */
export function documentText(document: ReportDocument, widest: number | undefined, plain: boolean): string {
  const { title, freshness, answer, sections, notes } = document;
  const parts = [
    fold([title, ...freshness.map(({ text }) => text)].join('\n'), widest),
    fold(answer, widest),
    ...sections.map((section) => sectionText(section, sections.length > 1, widest, plain)),
    fold(notes.join('\n'), widest),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function sectionText(section: Section, named: boolean, widest: number | undefined, plain: boolean): string {
  const { heading, sentence, table } = section;
  const head = [...(named ? [heading] : []), ...(sentence === undefined ? [] : [fold(sentence, widest)])];
  if (table.rows.length === 0) return head.join('\n');
  return [...head, tableText(table, barsOf(section, plain), widest)].join('\n');
}

/** A bar beside each row of a plot of bars, drawn to the largest. */
function barsOf({ plot, table }: Section, plain: boolean): readonly string[] | null {
  if (plot?.form !== 'bars') return null;
  const sums = new Map<string, number>();
  for (const { key, value } of plot.bars) sums.set(key, (sums.get(key) ?? 0) + value);
  const largest = Math.max(...sums.values());
  const [first] = table.columns;
  const values = table.rows.map((row) => sums.get(String(row[first?.name ?? ''] ?? '')) ?? 0);
  if (!(largest > 0) || values.every((value) => value === 0)) return null;
  return values.map((value) => bar((value / largest) * BAR, plain));
}

function bar(length: number, plain: boolean): string {
  if (plain) return '#'.repeat(Math.round(length));
  return `${'█'.repeat(Math.floor(length))}${EIGHTHS[Math.floor((length % 1) * 8)] ?? ''}`;
}

function tableText(table: DataTable, bars: readonly string[] | null, widest: number | undefined): string {
  for (let columns = table.columns.length; ; columns--) {
    const text = layOut({ ...table, columns: table.columns.slice(0, columns) }, bars);
    if (columns <= 2 || widest === undefined || widestLine(text) <= widest) return text;
  }
}

const widestLine = (text: string) => Math.max(...text.split('\n').map((line) => [...line].length));

function layOut({ columns, rows }: DataTable, bars: readonly string[] | null): string {
  const isRight = ({ kind }: DataColumn) => kind === 'number';
  const laid = new TextTable({
    head: [...columns.map(labelOf), ...(bars ? [''] : [])],
    colAligns: [
      ...columns.map((column) => (isRight(column) ? ('right' as const) : ('left' as const))),
      ...(bars ? ['left' as const] : []),
    ],
    ruled: false,
  });
  for (const [index, row] of rows.slice(0, MOST_ROWS).entries())
    laid.push([
      ...columns.map((column) => cut(cellText(row[column.name] ?? null, column), LONGEST_CELL)),
      ...(bars ? [bars[index] ?? ''] : []),
    ]);
  const more =
    rows.length > MOST_ROWS ? `\nThe first ${MOST_ROWS} of ${rows.length} rows are shown; --format csv gives all.` : '';
  return `${laid.toString().replace(/ +$/gm, '')}${more}`;
}

export const labelOf = ({ name, label }: DataColumn): string => label ?? name.replaceAll('_', ' ');

/** As people read it: numbers with their places, moments as days where nothing else is asked for. */
export function cellText(value: JsonCell, { kind, decimals = 0, isExact = false, names = {} }: DataColumn): string {
  if (value === null) return '';
  if (kind === 'number')
    return Number(value).toLocaleString('en', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
  if (kind === 'moment')
    return String(value)
      .slice(0, isExact ? 16 : 10)
      .replace('T', ' ');
  const text = String(value);
  return Object.hasOwn(names, text) ? (names[text] ?? text) : text;
}
