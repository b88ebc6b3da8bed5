/** A worklog report as a workbook: the grid with real sums, the worklogs, the people, and what to know of it. */
import { type Cell, type CellValue, type WriteSheet, writeXlsx } from 'hucre/xlsx';
import { startOfDay } from '../../core/calendar.js';
import { ConnectorError } from '../../core/errors.js';
import { inUnit, UNIT_NAMES } from '../hours.js';
import type { Row } from '../sources.js';
import type { WorklogsAsked } from '../worklogs/asked.js';
import type { PersonGap } from '../worklogs/expected.js';
import type { Head } from '../worklogs/head.js';
import { levelsLeftOut, type Pivot, type PivotRow } from '../worklogs/pivot.js';
import type { PersonTotals, WorklogReport } from '../worklogs/report.js';
import { namesBeside } from './more-fields.js';
import { bookWithRows, emptySheet, MOST_ROWS, type RowColumn } from './streamed-sheet.js';
import { aboutSheet, BOLD, letters, Texts } from './workbook.js';

export interface WorklogBook {
  readonly head: Head;
  readonly report: WorklogReport;
  readonly gaps: readonly PersonGap[] | null;
  /** When it is made, in words. */
  readonly made: string;
}

/**
 * The worklogs go into their sheet as they come; the sheets around it are small.
 * @throws ConnectorError kind `usage` for more worklogs than a sheet holds
 */
export async function* worklogXlsx({ head, report, gaps, made }: WorklogBook): AsyncIterable<Uint8Array> {
  const { worklogs } = await report.totals();
  if (worklogs > MOST_ROWS)
    throw new ConnectorError(
      'usage',
      `A sheet takes up to ${MOST_ROWS.toLocaleString('en')} worklogs, and there are ${worklogs.toLocaleString('en')}: take --format csv, or a shorter period.`,
    );
  const texts = new Texts();
  const columns = worklogColumns(report.asked, texts);
  const pivot = await report.pivot();
  refuseLarge(pivot);
  const sheets = [
    summarySheet(pivot, report.asked, texts),
    emptySheet('Worklogs', columns),
    peopleSheet(await report.people(), gaps, report.asked, texts),
  ];
  const without = levelsLeftOut(pivot, report.asked.by);
  const about = { ...head, notes: [...head.notes, ...(without === null ? [] : [without])] };
  yield* bookWithRows(
    // The last sheet tells what became of texts, and is made when all have been met.
    () => writeXlsx({ sheets: [...sheets, aboutSheet(about, made, texts)] }),
    { sheet: 2, columns, rows: report.worklogs() },
  );
}

/** Of a sheet, by Excel's rules, less those of the levels and the total. */
const MOST_COLUMNS = 16_000;
/** A grid in memory, empty cells included. */
const MOST_CELLS = 2_000_000;

function refuseLarge({ columns, total }: Pivot): void {
  const rows = leafSeconds(total).length;
  if (columns.length <= MOST_COLUMNS && columns.length * rows <= MOST_CELLS) return;
  throw new ConnectorError(
    'usage',
    `The grid would have ${columns.length.toLocaleString('en')} columns and ${rows.toLocaleString('en')} rows: take coarser --columns, such as month, or a shorter period.`,
  );
}

const HOURS = '0.00';

/** Every row of the last level, with the levels above it: what is filtered or put into a pivot table stays whole. */
function summarySheet(pivot: Pivot, { shown }: WorklogsAsked, texts: Texts): WriteSheet {
  const by = pivot.levels;
  const columns = pivot.columns.map(({ key }) => key);
  const rows: CellValue[][] = [[...by, ...columns, `total (${UNIT_NAMES[shown.unit]})`]];
  const cells = new Map<string, Partial<Cell>>();
  const leaves = (row: PivotRow, path: readonly string[]): void => {
    const labels = [...path, row.label];
    if (row.rows.length > 0) for (const inner of row.rows) leaves(inner, labels);
    else
      rows.push([
        ...labels.map((label) => texts.of(label)),
        ...columns.map((key) => amountOf(row.cells.get(key))),
        null,
      ]);
  };
  const amountOf = (seconds: number | undefined) => (seconds === undefined ? null : inUnit(seconds, shown));
  const first = by.length;
  const last = first + columns.length;
  for (const row of pivot.total.rows) leaves(row, []);
  const sum = (range: string, seconds: number): Partial<Cell> => ({
    formula: `SUM(${range})`,
    formulaResult: inUnit(seconds, shown),
    style: { ...BOLD, numFmt: HOURS },
  });
  const leafSums = leafSeconds(pivot.total);
  for (const [index, seconds] of leafSums.entries())
    cells.set(
      `${index + 1},${last}`,
      columns.length > 0
        ? sum(`${letters(first)}${index + 2}:${letters(last - 1)}${index + 2}`, seconds)
        : { value: inUnit(seconds, shown), style: { numFmt: HOURS } },
    );
  const bottom = rows.length;
  rows.push(['total', ...Array.from({ length: last }, () => null)]);
  for (const [index, key] of [...columns, null].entries()) {
    const letter = letters(first + index);
    const seconds = key === null ? pivot.total.seconds : (pivot.total.cells.get(key) ?? 0);
    if (bottom > 1) cells.set(`${bottom},${first + index}`, sum(`${letter}2:${letter}${bottom}`, seconds));
  }
  return {
    name: 'Summary',
    rows,
    cells: withHead(cells, rows[0] ?? []),
    columns: [...by.map(() => ({ width: 32 })), ...[...columns, ''].map(() => ({ width: 11, numFmt: HOURS }))],
    freezePane: { rows: 1, columns: first },
  };
}

const leafSeconds = (row: PivotRow): readonly number[] =>
  row.rows.length === 0 ? [row.seconds] : row.rows.flatMap(leafSeconds);

function withHead(cells: Map<string, Partial<Cell>>, head: readonly CellValue[]): Map<string, Partial<Cell>> {
  for (const [index, value] of head.entries()) cells.set(`0,${index}`, { value, style: BOLD });
  return cells;
}

/** Heads of *Worklogs* that are names, too. */
const OWN = [
  'connection',
  'project',
  'issue',
  'summary',
  'person',
  'day',
  'hours',
  'minutes',
  'time',
  'comment',
  'cost',
  'currency',
];

function worklogColumns({ shown, moreFields, rates }: WorklogsAsked, texts: Texts): readonly RowColumn<Row>[] {
  const text = (head: string, name: string, url?: string): RowColumn<Row> => ({
    ...{ head, width: widthOf(head), cell: (row: Row) => texts.of(row[name]) },
    ...(url !== undefined && { link: (row: Row) => row[url] }),
  });
  const typed = (head: string, numFmt: string, cell: RowColumn<Row>['cell']): RowColumn<Row> => ({
    ...{ head, width: widthOf(head), numFmt, cell },
  });
  return [
    text('connection', 'connection'),
    text('project', 'project_key'),
    text('issue', 'issue_key', 'url'),
    text('summary', 'issue_summary'),
    ...[...namesBeside(OWN, moreFields)].map(
      ([column, head]): RowColumn<Row> => ({
        ...{ head, width: widthOf(head), cell: (row) => texts.cell(row[`field_${column}`] ?? null) },
      }),
    ),
    { head: 'person', width: 28, cell: (row) => texts.of(row.author_name ?? row.author_id) },
    typed('day', 'yyyy-mm-dd', (row) => new Date(startOfDay(String(row.day)))),
    typed('started (UTC)', 'yyyy-mm-dd hh:mm', ({ started }) => (started === null ? null : new Date(String(started)))),
    typed(UNIT_NAMES[shown.unit], HOURS, (row) => inUnit(Number(row.counted), shown)),
    text('comment', 'comment'),
    text('restricted to', 'visibility_value'),
    ...(rates.length > 0
      ? [typed('cost', HOURS, ({ cost }) => (typeof cost === 'number' ? cost : null)), text('currency', 'currency')]
      : []),
  ];
}

const WIDTHS = new Map([
  ['summary', 48],
  ['comment', 48],
  ['day', 12],
]);
const widthOf = (head: string) => WIDTHS.get(head) ?? 16;

function peopleSheet(
  people: readonly PersonTotals[],
  gaps: readonly PersonGap[] | null,
  { shown }: WorklogsAsked,
  texts: Texts,
): WriteSheet {
  const unit = UNIT_NAMES[shown.unit];
  const head =
    gaps === null
      ? ['person', 'account', unit, 'worklogs']
      : ['person', 'account', unit, 'expected', 'missing', 'days without enough'];
  const rows: CellValue[][] =
    gaps === null
      ? people.map(({ id, name, seconds, worklogs }) => [
          texts.of(name),
          texts.of(id),
          inUnit(seconds, shown),
          worklogs,
        ])
      : gaps.map(({ id, name, logged, expected, missing, shortDays }) => [
          texts.of(name),
          texts.of(id),
          ...[logged, expected, missing].map((seconds) => inUnit(seconds, shown)),
          shortDays.length,
        ]);
  return {
    name: 'People',
    rows: [head, ...rows],
    cells: withHead(new Map(), head),
    columns: head.map((name) => ({
      width: name === 'person' || name === 'account' ? 32 : 12,
      ...([unit, 'expected', 'missing'].includes(name) && { numFmt: HOURS }),
    })),
    freezePane: { rows: 1 },
  };
}
