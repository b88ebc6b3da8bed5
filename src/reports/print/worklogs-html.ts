/** A worklog report as one page: the answer, hours by day, by project and by person, the timesheet, the worklogs. */
import * as Plot from '@observablehq/plot';
import { startOfDay } from '../../core/calendar.js';
import { type HoursShown, inUnit, showSeconds, UNIT_NAMES } from '../hours.js';
import { html, type Markup } from '../html/markup.js';
import { folded, list, page, section } from '../html/page.js';
import { colour, figure, PALETTE } from '../html/plot.js';
import { type Cell, type Table, type TableRow, table } from '../html/table.js';
import type { Row } from '../sources.js';
import type { PersonGap } from '../worklogs/expected.js';
import type { Head } from '../worklogs/head.js';
import { type Pivot, type PivotColumn, type PivotRow, withoutLoneLevels } from '../worklogs/pivot.js';
import type { WorklogReport } from '../worklogs/report.js';

/** Rows of a table that a browser still scrolls at ease; the other formats have all. */
const MOST_ROWS = 2000;

export interface WorklogPage {
  readonly head: Head;
  readonly report: WorklogReport;
  readonly gaps: readonly PersonGap[] | null;
  /** When the page is made, in words. */
  readonly made: string;
}

export async function worklogHtml({ head, report, gaps, made }: WorklogPage): Promise<string> {
  const { asked } = report;
  const byProject = await report.with({ by: ['project'], columns: timeColumns(asked.columns) }).pivot();
  const sections =
    byProject.total.worklogs === 0
      ? []
      : [
          section('by-time', `Hours by ${timeColumns(asked.columns)}`, overTime(byProject, asked.shown)),
          section('by-project', 'Hours by project', ranked(byProject.total, 'project', asked.shown)),
          section(
            'by-person',
            'Hours by person',
            ranked((await report.with({ by: ['person'], columns: 'none' }).pivot()).total, 'person', asked.shown),
          ),
          section('timesheet', 'Timesheet', timesheet(await report.pivot(), asked.by, asked.shown)),
          ...(gaps === null ? [] : [section('missing', 'Expected and missing', gapTable(gaps, asked.shown))]),
          section('worklogs', 'Worklogs', await worklogTable(report)),
        ];
  return page(head, [...sections, section('notes', 'How it was counted', list(head.notes))], made);
}

const timeColumns = (columns: string) => (['day', 'week', 'month'].includes(columns) ? columns : 'week');

const capital = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

const unitOf = ({ unit }: HoursShown) => (unit === 'hm' ? 'hours' : UNIT_NAMES[unit]);

/** Projects in the order of their hours; what has no colour of its own is *other*. */
function overTime({ columns, total }: Pivot, shown: HoursShown): Markup {
  const projects = [...total.rows].sort((a, b) => b.seconds - a.seconds);
  const named = projects.slice(0, projects.length > PALETTE ? PALETTE - 1 : PALETTE);
  const keys = [...named.map(({ label }) => label), ...(projects.length > named.length ? ['other'] : [])];
  const bars = columns.flatMap(({ key }) =>
    keys.map((project, index) => {
      const rows =
        project === 'other' && index === named.length ? projects.slice(index) : projects.slice(index, index + 1);
      const seconds = rows.reduce((sum, row) => sum + (row.cells.get(key) ?? 0), 0);
      return {
        column: key,
        project: String(index),
        amount: inUnit(seconds, shown),
        tip: `${key}\n${project}: ${showSeconds(seconds, shown)}`,
      };
    }),
  );
  const most = columns.reduce(
    (best, { key }) => ((total.cells.get(key) ?? 0) > (total.cells.get(best) ?? -1) ? key : best),
    '',
  );
  const text = `The most was logged for ${most}: ${showSeconds(total.cells.get(most) ?? 0, shown)} ${unitOf(shown)}.`;
  const drawn = figure(
    { title: `${capital(unitOf(shown))} logged, stacked by project`, text, keys },
    {
      height: 260,
      x: { domain: columns.map(({ key }) => key), ticks: ticksOf(columns), tickFormat: shortDay, label: null },
      y: { grid: true, label: unitOf(shown) },
      color: {
        domain: keys.map((_, index) => String(index)),
        range: keys.map((_, index) => colour(keys[index] === 'other' ? PALETTE : index)),
      },
      marks: [
        Plot.barY(
          bars.filter(({ amount }) => amount > 0),
          { x: 'column', y: 'amount', fill: 'project', title: 'tip', inset: 0.5 },
        ),
        Plot.ruleY([0]),
      ],
    },
  );
  const cells = (row: PivotRow): readonly Cell[] => [
    { text: row.label },
    ...columns.map(({ key }) => amount(row.cells.get(key), shown)),
    amount(row.seconds, shown),
  ];
  const rows: Table = {
    caption: 'Hours by project and time',
    head: [{ text: 'project' }, ...columns.map(({ key }) => ({ text: shortDay(key) })), { text: 'total' }],
    rows: projects.map((row) => ({ cells: cells(row) })),
    foot: { cells: cells({ ...total, label: 'total' }) },
  };
  return html`<p>${text}</p>\n${drawn}\n${folded('As a table', table(rows))}`;
}

const LABELS = 8;

/** At most eight, evenly. */
function ticksOf(columns: readonly PivotColumn[]): string[] {
  const step = Math.ceil(columns.length / LABELS);
  return columns.filter((_, index) => index % step === 0).map(({ key }) => key);
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `3 Mar`, `Mar 2026`; anything else as it is. */
function shortDay(key: string): string {
  const [, year = '', month = '', day] = /^(\d{4})-(\d{2})(?:-(\d{2}))?$/.exec(key) ?? [];
  if (year === '') return key;
  const name = MONTHS[Number(month) - 1] ?? month;
  return day === undefined ? `${name} ${year}` : `${Number(day)} ${name}`;
}

const MOST_BARS = 20;

function ranked(total: PivotRow, what: string, shown: HoursShown): Markup {
  const rows = [...total.rows].sort((a, b) => b.seconds - a.seconds);
  const bars = rows.slice(0, MOST_BARS).map(({ key, label, seconds }) => ({
    key,
    amount: inUnit(seconds, shown),
    shown: showSeconds(seconds, shown),
    tip: `${label}: ${showSeconds(seconds, shown)}`,
  }));
  const labels = new Map(rows.map(({ key, label }) => [key, label]));
  const [first] = rows;
  const text = `${first?.label ?? ''} has the most: ${share(first?.seconds ?? 0, total.seconds)} of all.`;
  const drawn = figure(
    {
      title: `${capital(unitOf(shown))} by ${what}${rows.length > MOST_BARS ? `, the first ${MOST_BARS} of ${rows.length}` : ''}`,
      text,
    },
    {
      height: 24 * bars.length + 40,
      marginLeft: 220,
      marginRight: 60,
      x: { grid: true, label: unitOf(shown), labelAnchor: 'right' },
      y: {
        domain: bars.map(({ key }) => key),
        tickFormat: (key: string) => short(labels.get(key) ?? key),
        label: null,
        tickSize: 0,
      },
      marks: [
        Plot.barX(bars, { x: 'amount', y: 'key', fill: 'var(--c1)', title: 'tip', insetTop: 2, insetBottom: 2 }),
        Plot.text(bars, { x: 'amount', y: 'key', text: 'shown', textAnchor: 'start', dx: 4 }),
        Plot.ruleX([0]),
      ],
    },
  );
  const asTable: Table = {
    caption: `Hours by ${what}`,
    head: [{ text: what }, { text: unitOf(shown) }, { text: 'share' }, { text: 'worklogs' }],
    rows: rows.slice(0, MOST_ROWS).map((row) => ({
      cells: [
        { text: row.label },
        amount(row.seconds, shown),
        { text: share(row.seconds, total.seconds) },
        { text: String(row.worklogs) },
      ],
    })),
    foot: { cells: [{ text: 'total' }, amount(total.seconds, shown), { text: '' }, { text: String(total.worklogs) }] },
  };
  return html`<p>${text}</p>\n${drawn}\n${folded('As a table', table(asTable))}`;
}

const LONGEST = 30;
const short = (label: string) =>
  [...label].length > LONGEST ? `${[...label].slice(0, LONGEST - 1).join('')}…` : label;
const share = (part: number, whole: number) => (whole === 0 ? '0 %' : `${Math.round((part / whole) * 100)} %`);
const amount = (seconds: number | undefined, shown: HoursShown): Cell => ({
  text: seconds === undefined ? '' : showSeconds(seconds, shown),
});

const TOTAL = ['total'];

/** Hours shade a cell, in steps of two; beyond eight a day the darkest. */
function timesheet(pivot: Pivot, levels: readonly string[], shown: HoursShown): Markup {
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
    head: [{ text: levels.join(' / ') }, ...columns.map(headCell), { text: 'total', classes: TOTAL }],
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
  return html`${cut}<p class="soft">In ${unitOf(shown)}.</p>${table(grid)}`;
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

function gapTable(gaps: readonly PersonGap[], shown: HoursShown): Markup {
  return table({
    caption: 'Expected and missing hours',
    head: ['person', 'logged', 'expected', 'missing', 'days without enough'].map((text) => ({ text })),
    rows: gaps.map(({ name, logged, expected, missing, shortDays }) => ({
      cells: [
        { text: name },
        ...[logged, expected, missing].map((seconds) => amount(seconds, shown)),
        { text: daysText(shortDays), classes: ['text'] },
      ],
    })),
  });
}

const MOST_DAYS_NAMED = 5;

const daysText = (days: readonly string[]) =>
  days.length > MOST_DAYS_NAMED ? `${days.length} days` : days.map(shortDay).join(', ') || 'none';

async function worklogTable(report: WorklogReport): Promise<Markup> {
  const rows: TableRow[] = [];
  let count = 0;
  for await (const piece of report.worklogs())
    for (const row of piece) if (++count <= MOST_ROWS) rows.push({ cells: worklogCells(row, report.asked.shown) });
  const text = { classes: ['text'] };
  const shownTable = table({
    caption: 'Worklogs',
    head: [
      { text: 'issue' },
      { text: 'summary', ...text },
      { text: 'day' },
      { text: 'person', ...text },
      { text: 'time' },
      { text: 'comment', ...text },
    ],
    rows,
  });
  const cut =
    count > MOST_ROWS
      ? html`<p class="missing">The first ${MOST_ROWS} of ${count} worklogs are shown; the formats csv and json have all.</p>`
      : null;
  return html`${cut}${folded(`${count} ${count === 1 ? 'worklog' : 'worklogs'}`, shownTable)}`;
}

const LONGEST_COMMENT = 500;

function worklogCells(row: Row, shown: HoursShown): readonly Cell[] {
  const texts = (value: Row[string] | undefined): Cell => ({ text: String(value ?? ''), classes: ['text'] });
  const comment = [...String(row.comment ?? '').slice(0, 2 * LONGEST_COMMENT)];
  const whole =
    comment.length <= LONGEST_COMMENT ? comment.join('') : `${comment.slice(0, LONGEST_COMMENT - 1).join('')}…`;
  return [
    { text: String(row.issue_key ?? row.issue_id ?? ''), href: typeof row.url === 'string' ? row.url : null },
    texts(row.issue_summary),
    { text: String(row.day ?? '') },
    texts(row.author_name ?? row.author_id),
    { text: showSeconds(Number(row.counted), shown) },
    texts(whole),
  ];
}
