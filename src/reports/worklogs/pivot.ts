/** The grid of a worklog report: row levels against columns, seconds in the cells, totals on both edges. */
import {
  addDays,
  eachDay,
  monthOf,
  type Span,
  WEEKEND,
  type Weekday,
  type WeekStart,
  weekdayOf,
  weekOf,
} from '../days.js';

/** Seconds and worklogs of one combination of levels and column. */
export interface PivotCell {
  /** One a level: what tells values apart, and what is shown. */
  readonly path: readonly { readonly key: string; readonly label: string }[];
  readonly column: string;
  readonly seconds: number;
  readonly worklogs: number;
}

export interface PivotColumn {
  readonly key: string;
  readonly kind: 'day' | 'weekend' | 'other';
}

export interface PivotRow {
  readonly key: string;
  readonly label: string;
  /** Seconds by column; a column without any is absent. */
  readonly cells: ReadonlyMap<string, number>;
  readonly seconds: number;
  readonly worklogs: number;
  /** Of the next level; none on the last one. */
  readonly rows: readonly PivotRow[];
}

export interface Pivot {
  /** Names of the row levels, outermost first. */
  readonly levels: readonly string[];
  readonly columns: readonly PivotColumn[];
  /** The whole, with the first level's rows. */
  readonly total: PivotRow;
}

export interface PivotAsked {
  readonly by: readonly string[];
  readonly span: Span;
  readonly columns: string;
  readonly weekStart: WeekStart;
  readonly weekend: readonly Weekday[];
  readonly hideWeekends: boolean;
}

/** What stands where a worklog has no value for a level. */
export const NO_VALUE = '(none)';

interface Growing {
  key: string;
  label: string;
  cells: Map<string, number>;
  seconds: number;
  worklogs: number;
  rows: Map<string, Growing>;
}

const empty = (key: string, label: string): Growing => ({
  ...{ key, label, seconds: 0, worklogs: 0 },
  cells: new Map(),
  rows: new Map(),
});

export function pivotOf(cells: Iterable<PivotCell>, asked: PivotAsked): Pivot {
  const total = empty('', '');
  const seen = new Set<string>();
  for (const cell of cells) {
    seen.add(cell.column);
    let at = total;
    add(at, cell);
    for (const { key, label } of cell.path) {
      const next = at.rows.get(key) ?? empty(key, label);
      at.rows.set(key, next);
      add(next, cell);
      at = next;
    }
  }
  return { levels: asked.by, columns: columnsOf(asked, seen), total: grown(total) };
}

function add(row: Growing, { column, seconds, worklogs }: PivotCell): void {
  row.cells.set(column, (row.cells.get(column) ?? 0) + seconds);
  row.seconds += seconds;
  row.worklogs += worklogs;
}

const byLabel = new Intl.Collator('en', { numeric: true });

/** Rows in the order people look them up: by label, numbers in it by value (`ENG-2` before `ENG-10`); what has none is last. */
function grown({ rows, ...row }: Growing): PivotRow {
  const labels = new Map<string, number>();
  for (const { label } of rows.values()) labels.set(label, (labels.get(label) ?? 0) + 1);
  const sorted = [...rows.values()].sort(
    (a, b) =>
      Number(a.label === NO_VALUE) - Number(b.label === NO_VALUE) ||
      byLabel.compare(a.label, b.label) ||
      (a.key < b.key ? -1 : 1),
  );
  const told = (one: Growing) => ({ ...one, label: (labels.get(one.label) ?? 0) > 1 ? toldApart(one) : one.label });
  return { ...row, rows: sorted.map((one) => grown(told(one))) };
}

/** Two people of one name, or one project of two sites. */
const toldApart = ({ key, label }: Growing) => (key === '' ? label : `${label} (${key.replace('|', ' ')})`);

/** Days, weeks and months of the period stand there although nobody worked in them; other columns as they occur. */
function columnsOf(
  { span, columns, ...asked }: Omit<PivotAsked, 'by'>,
  seen: ReadonlySet<string>,
): readonly PivotColumn[] {
  if (columns === 'none') return [];
  if (columns === 'day') return daysOf(span, asked, seen);
  if (columns === 'week') return steps(span, (day) => weekOf(day, asked.weekStart).start, 7);
  if (columns === 'month') return months(span);
  return [...seen].sort(byLabel.compare).map((key) => ({ key, kind: 'other' }));
}

function daysOf(
  span: Span,
  { weekend, hideWeekends }: Pick<PivotAsked, 'weekend' | 'hideWeekends'>,
  seen: ReadonlySet<string>,
): readonly PivotColumn[] {
  const days = eachDay(span).map((key) => ({ key, isWeekend: weekend.includes(weekdayOf(key)) }));
  const shown = days.filter(({ isWeekend }) => !isWeekend || !hideWeekends);
  const columns: PivotColumn[] = shown.map(({ key, isWeekend }) => ({ key, kind: isWeekend ? 'weekend' : 'day' }));
  return seen.has(WEEKEND) ? [...columns, { key: WEEKEND, kind: 'weekend' }] : columns;
}

function steps({ start, end }: Span, firstOf: (day: string) => string, days: number): readonly PivotColumn[] {
  const found: PivotColumn[] = [];
  for (let key = firstOf(start); key <= end; key = addDays(key, days)) found.push({ key, kind: 'other' });
  return found;
}

function months({ start, end }: Span): readonly PivotColumn[] {
  const found: PivotColumn[] = [];
  for (let month = monthOf(start); month.start <= end; month = monthOf(addDays(month.end, 1)))
    found.push({ key: month.start.slice(0, 7), kind: 'other' });
  return found;
}

/** Levels that tell nothing apart (one value in all) are left out, the last one stays. @returns with the keys of those left out */
export function withoutLoneLevels(
  row: PivotRow,
  path: readonly string[] = [],
): { readonly row: PivotRow; readonly path: readonly string[] } {
  const [only] = row.rows;
  if (row.rows.length === 1 && only && only.rows.length > 0)
    return withoutLoneLevels({ ...row, rows: only.rows }, [...path, only.key]);
  return { row, path };
}

/** In words, when the grid has fewer levels than were asked for. */
export function levelsLeftOut({ levels }: Pivot, by: readonly string[]): string | null {
  const left = by.slice(levels.length);
  return left.length === 0
    ? null
    : `The grid is by ${levels.join(', ')} alone: by ${left.join(', ')} as well it would have too many rows. A shorter period, or --format csv, has them.`;
}
