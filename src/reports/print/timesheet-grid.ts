/** The grid of a timesheet: levels down, days across, totals on both edges. */
import { startOfDay } from '../../core/calendar.js';
import type { HoursShown } from '../hours.js';
import { html, type Markup } from '../html/markup.js';
import { type Cell, type Table, type TableRow, table } from '../html/table.js';
import { shortDay } from '../html/words.js';
import { levelsLeftOut, type Pivot, type PivotColumn, type PivotRow, withoutLoneLevels } from '../worklogs/pivot.js';
import { amount, MOST_ROWS, unitOf } from './hour-cells.js';

const TOTAL = ['total'];

/** Cells that a browser lays out within a fraction of a second. */
const MOST_CELLS = 12_000;

export interface Beside {
  /** Where on the page the worklogs of a cell begin, by `cellKey`. */
  readonly anchors?: ReadonlyMap<string, string>;
  /** Days on which a person logged less than expected, by the person's key. */
  readonly short?: ReadonlyMap<string, ReadonlySet<string>>;
}

/** @param path keys of the levels, outermost first */
export const cellKey = (path: readonly string[], column: string): string => JSON.stringify([path, column]);

/** Hours shade a cell, in steps of two; beyond eight a day the darkest. */
export function timesheet(pivot: Pivot, by: readonly string[], shown: HoursShown, beside: Beside = {}): Markup {
  const { columns } = pivot;
  const rows: TableRow[] = [];
  const most = Math.max(50, Math.min(MOST_ROWS, Math.floor(MOST_CELLS / (columns.length + 1))));
  const { row: top, path: begin } = withoutLoneLevels(pivot.total);
  const sizes = levelSizes(top);
  // All people without their issues say more than the issues of the first three.
  const depth = Math.max(1, sizes.findLastIndex((size) => size <= most) + 1);
  let count = 0;
  const put = (row: PivotRow, level: number, path: readonly string[]) => {
    if (++count > most) return;
    const cellAt = (column: PivotColumn): Cell => ({
      ...gridCell(row, column, level, shown, isShort(path, column.key)),
      href: row.cells.has(column.key) ? (beside.anchors?.get(cellKey(path, column.key)) ?? null) : null,
    });
    rows.push({
      level,
      cells: [{ text: row.label }, ...columns.map(cellAt), { ...amount(row.seconds, shown), classes: TOTAL }],
    });
    if (level + 1 < depth) for (const inner of row.rows) put(inner, level + 1, [...path, inner.key]);
  };
  const isShort = (path: readonly string[], column: string) =>
    pivot.levels[path.length - 1] === 'person' && beside.short?.get(path.at(-1) ?? '')?.has(column) === true;
  for (const row of top.rows) put(row, 0, [...begin, row.key]);
  const grid: Table = {
    caption: 'Timesheet',
    isGrid: true,
    head: [
      { text: pivot.levels.slice(begin.length, begin.length + depth).join(' / ') },
      ...columns.map(headCell),
      { text: 'total', classes: TOTAL },
    ],
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
    count > most
      ? html`<p class="missing">The first ${most} of ${count.toLocaleString('en')} rows are shown; the formats csv and json have all.</p>`
      : null;
  const inner = pivot.levels.slice(begin.length + depth);
  const folded =
    inner.length > 0
      ? html`<p class="missing">A page has no room for ${(sizes.at(-1) ?? 0).toLocaleString('en')} rows: those by ${inner.join(', ')} are left out here; the formats csv and json have all.</p>`
      : null;
  const without = levelsLeftOut(pivot, by);
  return html`${without === null ? null : html`<p class="missing">${without}</p>`}${folded}${cut}<p class="soft">In ${unitOf(shown)}.${beside.short ? ' A dashed outline: less than expected on that day.' : ''}</p>${table(grid)}`;
}

/** Rows down to each level. */
function levelSizes(top: PivotRow): readonly number[] {
  const sizes: number[] = [];
  let [rows, sum] = [top.rows, 0];
  while (rows.length > 0) {
    sum += rows.length;
    sizes.push(sum);
    rows = rows.flatMap((row) => row.rows);
  }
  return sizes;
}

const WEEKDAY = new Intl.DateTimeFormat('en', { weekday: 'short', timeZone: 'UTC' });

function headCell({ key, kind }: PivotColumn, index: number): Cell {
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(key) && kind !== 'other';
  const text = isDay
    ? `${WEEKDAY.format(startOfDay(key)).slice(0, 2)}\n${index === 0 || key.endsWith('-01') ? shortDay(key) : Number(key.slice(8))}`
    : shortDay(key);
  return { text, ...(kind === 'weekend' && { classes: ['weekend'] }) };
}

function gridCell(row: PivotRow, { key, kind }: PivotColumn, level: number, shown: HoursShown, isShort: boolean): Cell {
  const seconds = row.cells.get(key);
  const step = seconds === undefined || level > 0 || kind === 'other' ? 0 : Math.min(4, Math.ceil(seconds / 7200));
  const classes = [
    ...(kind === 'weekend' ? ['weekend'] : []),
    ...(step > 0 ? [`heat-${step}`] : []),
    ...(isShort ? ['short'] : []),
  ];
  // What an outline says, a screen reader has to hear.
  return { ...amount(isShort ? (seconds ?? 0) : seconds, shown), classes };
}
