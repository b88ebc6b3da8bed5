/** A worklog report for a terminal: how fresh, the answer in a sentence, the grid, what to know of it. */
import { cut } from '../../core/cut.js';
import { TextTable } from '../../core/text-table.js';
import { type HoursShown, showSeconds, UNIT_NAMES } from '../hours.js';
import type { PersonGap } from '../worklogs/expected.js';
import type { Head } from '../worklogs/head.js';
import { levelsLeftOut, type Pivot, type PivotColumn, type PivotRow, withoutLoneLevels } from '../worklogs/pivot.js';

/** Rows that are laid out; the whole is in the other formats. */
const MOST_ROWS = 1000;
const LONGEST_LABEL = 48;

export function headText({ title, freshness, answer }: Head): string {
  return `${[title, ...freshness.map(({ text }) => text), '', answer].join('\n')}\n`;
}

export const notesText = ({ notes }: Head): string => `${notes.join('\n')}\n`;

/** @returns null when a line would be longer than that */
export function pivotText(pivot: Pivot, by: readonly string[], shown: HoursShown, widest: number): string | null {
  const { row: total } = withoutLoneLevels(pivot.total);
  const columns = pivot.columns;
  const table = new TextTable({
    head: [
      pivot.levels.join(' / '),
      ...columns.map(headOfColumn),
      shown.unit === 'hm' ? 'total' : `total (${UNIT_NAMES[shown.unit]})`,
    ],
    colAligns: ['left', ...columns.map(() => 'right' as const), 'right'],
    ruled: false,
  });
  let left = MOST_ROWS;
  const put = (row: PivotRow, depth: number) => {
    if (left-- <= 0) return;
    table.push([`${'  '.repeat(depth)}${cut(row.label, LONGEST_LABEL)}`, ...cellsOf(row, columns, shown)]);
    for (const inner of row.rows) put(inner, depth + 1);
  };
  for (const row of total.rows) put(row, 0);
  table.push(['total', ...cellsOf(pivot.total, columns, shown)]);
  if (table.width > widest) return null;
  const more =
    left < 0 ? `\nThe first ${MOST_ROWS} of ${MOST_ROWS - left} rows are shown; --format csv gives all worklogs.` : '';
  const without = levelsLeftOut(pivot, by);
  return `${table.toString()}${more}${without === null ? '' : `\n${without}`}\n`;
}

/** Expected hours a person, and what is missing to them. */
export function gapsText(gaps: readonly PersonGap[], shown: HoursShown): string {
  const table = new TextTable({
    head: ['person', 'logged', 'expected', 'missing', 'days without enough'],
    colAligns: ['left', 'right', 'right', 'right', 'right'],
    ruled: false,
  });
  for (const { name, logged, expected, missing, shortDays } of gaps)
    table.push([
      cut(name, LONGEST_LABEL),
      ...[logged, expected, missing].map((seconds) => showSeconds(seconds, shown)),
      shortDays.length,
    ]);
  return `${table.toString()}\n`;
}

const cellsOf = (row: PivotRow, columns: readonly PivotColumn[], shown: HoursShown): readonly string[] => [
  ...columns.map(({ key }) => (row.cells.has(key) ? showSeconds(row.cells.get(key) ?? 0, shown) : '')),
  showSeconds(row.seconds, shown),
];

/** Days without their year: the head names the period. */
const headOfColumn = ({ key }: PivotColumn) => (/^\d{4}-\d{2}-\d{2}$/.test(key) ? key.slice(5) : key);
