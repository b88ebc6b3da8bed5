/** The grid of a timesheet: levels down, days across, totals on both edges. */
import { startOfDay } from '../../core/calendar.js';
import type { HoursShown } from '../hours.js';
import { html, type Markup } from '../html/markup.js';
import { type Cell, type Table, type TableRow, table } from '../html/table.js';
import { shortDay } from '../html/words.js';
import { levelsLeftOut, type Pivot, type PivotColumn, type PivotRow, withoutLoneLevels } from '../worklogs/pivot.js';
import { amount, MOST_ROWS, unitOf } from './hour-cells.js';

const TOTAL = ['total'];

/** Hours shade a cell, in steps of two; beyond eight a day the darkest. */
export function timesheet(pivot: Pivot, by: readonly string[], shown: HoursShown): Markup {
  const { columns } = pivot;
  const rows: TableRow[] = [];
  let count = 0;
  const put = (row: PivotRow, level: number) => {
    if (++count > MOST_ROWS) return;
    rows.push({
      level,
      cells: [
        { text: row.label },
        ...columns.map((column) => gridCell(row, column, level, shown)),
        { ...amount(row.seconds, shown), classes: TOTAL },
      ],
    });
    for (const inner of row.rows) put(inner, level + 1);
  };
  for (const row of withoutLoneLevels(pivot.total).rows) put(row, 0);
  const grid: Table = {
    caption: 'Timesheet',
    isGrid: true,
    head: [{ text: pivot.levels.join(' / ') }, ...columns.map(headCell), { text: 'total', classes: TOTAL }],
    rows,
    foot: {
      cells: [
        { text: 'total' },
        ...columns.map(({ key }) => amount(pivot.total.cells.get(key), shown)),
        { ...amount(pivot.total.seconds, shown), classes: TOTAL },
      ],
    },
  };
  const cut =
    count > MOST_ROWS
      ? html`<p class="missing">The first ${MOST_ROWS} of ${count} rows are shown; the formats csv and json have all.</p>`
      : null;
  const without = levelsLeftOut(pivot, by);
  return html`${without === null ? null : html`<p class="missing">${without}</p>`}${cut}<p class="soft">In ${unitOf(shown)}.</p>${table(grid)}`;
}

const WEEKDAY = new Intl.DateTimeFormat('en', { weekday: 'short', timeZone: 'UTC' });

function headCell({ key, kind }: PivotColumn, index: number): Cell {
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(key) && kind !== 'other';
  const text = isDay
    ? `${WEEKDAY.format(startOfDay(key)).slice(0, 2)}\n${index === 0 || key.endsWith('-01') ? shortDay(key) : Number(key.slice(8))}`
    : shortDay(key);
  return { text, ...(kind === 'weekend' && { classes: ['weekend'] }) };
}

function gridCell(row: PivotRow, { key, kind }: PivotColumn, level: number, shown: HoursShown): Cell {
  const seconds = row.cells.get(key);
  const step = seconds === undefined || level > 0 || kind === 'other' ? 0 : Math.min(4, Math.ceil(seconds / 7200));
  const classes = [...(kind === 'weekend' ? ['weekend'] : []), ...(step > 0 ? [`heat-${step}`] : [])];
  return { ...amount(seconds, shown), classes };
}
