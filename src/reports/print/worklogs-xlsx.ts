/** A worklog report as a workbook: the grid with real sums, the worklogs, the people, and what to know of it. */
import { type Cell, type CellValue, type WriteSheet, writeXlsx } from 'hucre/xlsx';
import { startOfDay } from '../../core/calendar.js';
import { ConnectorError } from '../../core/errors.js';
import { inUnit, UNIT_NAMES } from '../hours.js';
import type { Row } from '../sources.js';
import type { WorklogsAsked } from '../worklogs/asked.js';
import type { PersonGap } from '../worklogs/expected.js';
import type { Head } from '../worklogs/head.js';
import type { Pivot, PivotRow } from '../worklogs/pivot.js';
import type { PersonTotals, WorklogReport } from '../worklogs/report.js';
import { aboutSheet, BOLD, letters, MOST_LINKS, Texts } from './workbook.js';

/** A workbook is made in memory, and people open it in it. */
const MOST_WORKLOGS = 100_000;

export interface WorklogBook {
  readonly head: Head;
  readonly report: WorklogReport;
  readonly gaps: readonly PersonGap[] | null;
  /** When it is made, in words. */
  readonly made: string;
}

/** @throws ConnectorError kind `usage` for more worklogs than a workbook is good for */
export async function worklogXlsx({ head, report, gaps, made }: WorklogBook): Promise<Uint8Array> {
  const { worklogs } = await report.totals();
  if (worklogs > MOST_WORKLOGS)
    throw new ConnectorError(
      'usage',
      `A workbook takes up to ${MOST_WORKLOGS.toLocaleString('en')} worklogs, and there are ${worklogs.toLocaleString('en')}: take --format csv, or a shorter period.`,
    );
  const texts = new Texts();
  const pivot = await report.pivot();
  refuseLarge(pivot);
  const sheets = [
    summarySheet(pivot, report.asked, texts),
    await worklogSheet(report, texts),
    peopleSheet(await report.people(), gaps, report.asked, texts),
  ];
  return writeXlsx({ sheets: [...sheets, aboutSheet(head, made, texts)] });
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
function summarySheet(pivot: Pivot, { by, shown }: WorklogsAsked, texts: Texts): WriteSheet {
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

async function worklogSheet(report: WorklogReport, texts: Texts): Promise<WriteSheet> {
  const { shown, moreFields, rates } = report.asked;
  const head = [
    'connection',
    'project',
    'issue',
    'summary',
    ...moreFields,
    'person',
    'day',
    'started (UTC)',
    UNIT_NAMES[shown.unit],
    'comment',
    'restricted to',
    ...(rates.length > 0 ? ['cost', 'currency'] : []),
  ];
  const rows: CellValue[][] = [head];
  const cells = new Map<string, Partial<Cell>>();
  const add = (row: Row) => {
    const text = (name: string) => texts.of(row[name]);
    if (rows.length <= MOST_LINKS && typeof row.url === 'string' && /^https?:\/\//.test(row.url))
      cells.set(`${rows.length},2`, { value: text('issue_key'), hyperlink: { target: row.url } });
    rows.push([
      ...['connection', 'project_key', 'issue_key', 'issue_summary', ...moreFields.map((name) => `field_${name}`)].map(
        text,
      ),
      texts.of(row.author_name ?? row.author_id),
      new Date(startOfDay(String(row.day))),
      row.started === null ? null : new Date(String(row.started)),
      inUnit(Number(row.counted), shown),
      text('comment'),
      text('visibility_value'),
      ...(rates.length > 0 ? [typeof row.cost === 'number' ? row.cost : null, text('currency')] : []),
    ]);
  };
  for await (const piece of report.worklogs()) piece.forEach(add);
  const formats: Readonly<Record<string, string>> = {
    day: 'yyyy-mm-dd',
    'started (UTC)': 'yyyy-mm-dd hh:mm',
    [UNIT_NAMES[shown.unit]]: HOURS,
    cost: HOURS,
  };
  return {
    name: 'Worklogs',
    rows,
    cells: withHead(cells, head),
    columns: head.map((name) => ({ width: WIDTHS[name] ?? 16, ...(formats[name] && { numFmt: formats[name] }) })),
    freezePane: { rows: 1 },
    autoFilter: { range: `A1:${letters(head.length - 1)}${rows.length}` },
  };
}

const WIDTHS: Readonly<Record<string, number>> = { summary: 48, comment: 48, person: 28, day: 12 };

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
