/** A worklog report as one page: the answer, hours by day, by project and by person, the timesheet, the worklogs. */

import { count as counted } from '../../core/count.js';
import { daysIn } from '../days.js';
import { type HoursShown, showSeconds } from '../hours.js';
import { html, type Markup } from '../html/markup.js';
import { folded, list, page, prose, section } from '../html/page.js';
import { type Cell, type TableRow, table } from '../html/table.js';
import { shortDay } from '../html/words.js';
import type { Row } from '../sources.js';
import type { WorklogsAsked } from '../worklogs/asked.js';
import type { PersonGap } from '../worklogs/expected.js';
import type { Head } from '../worklogs/head.js';
import type { WorklogReport } from '../worklogs/report.js';
import { amount, MOST_ROWS } from './hour-cells.js';
import { overTime, ranked } from './hours-plots.js';
import { jiraName } from './jira-names.js';
import type { OverviewPart } from './overview-html.js';
import { smallBars } from './small-plots.js';
import { cellKey, timesheet } from './timesheet-grid.js';

export interface WorklogPage {
  readonly head: Head;
  readonly report: WorklogReport;
  readonly gaps: readonly PersonGap[] | null;
  /** When the page is made, in words. */
  readonly made: string;
}

/** The hours over time, as a part of an overview. */
export async function hoursPart(report: WorklogReport, { answer, notes }: Head): Promise<OverviewPart> {
  const { asked } = report;
  const columns = timeColumns(asked);
  const { start, end } = asked.span;
  const part = { id: 'hours', heading: 'Hours', answer: `${start} to ${end}: ${answer}`, notes };
  const byProject = await report.with({ by: ['project'], columns }).pivot();
  if (byProject.total.worklogs === 0)
    return { ...part, small: null, markup: section('hours', 'Hours', html`<p>${prose(part.answer)}</p>`) };
  const byPerson = await report.with({ by: ['person'], columns }).pivot();
  const grid = folded(`People by ${columns}`, timesheet(byPerson, ['person'], asked.shown));
  const bars = byProject.columns.map(({ key }) => ({ key, value: byProject.total.cells.get(key) ?? 0 }));
  const plot = overTime(byProject, columns, asked.shown);
  return {
    ...part,
    small: smallBars(bars),
    markup: section('hours', `Hours by ${columns}`, html`<p>${prose(part.answer)}</p>\n`, plot, grid),
  };
}

export async function worklogHtml({ head, report, gaps, made }: WorklogPage): Promise<string> {
  const { asked } = report;
  const columns = timeColumns(asked);
  const byProject = await report.with({ by: ['project'], columns }).pivot();
  const worklogs = byProject.total.worklogs === 0 ? null : await worklogTable(report, byProject.total.worklogs);
  const short = gaps && new Map(gaps.map(({ id, shortDays }) => [id, new Set(shortDays)]));
  const sections =
    worklogs === null
      ? []
      : [
          section('by-time', `Hours by ${columns}`, overTime(byProject, columns, asked.shown)),
          section('by-project', 'Hours by project', ranked(byProject.total, 'project', asked.shown)),
          section(
            'by-person',
            'Hours by person',
            ranked((await report.with({ by: ['person'], columns: 'none' }).pivot()).total, 'person', asked.shown),
          ),
          section(
            'timesheet',
            'Timesheet',
            timesheet(await report.pivot(), asked.by, asked.shown, {
              anchors: worklogs.anchors,
              ...(short && { short }),
            }),
          ),
          ...(gaps === null ? [] : [section('missing', 'Expected and missing', gapTable(gaps, asked.shown))]),
          section('worklogs', 'Worklogs', worklogs.markup),
        ];
  return page(
    { ...head, about: jiraName('worklogs') },
    [...sections, section('notes', 'How it was counted', list(head.notes))],
    made,
  );
}

/** Bars that a screen has room for. */
const MOST_BARS = 400;
const STEPS = { day: 1, week: 7, month: 30 } as const;

/** As in the grid, where that is a time; coarser where the bars would be too many. */
function timeColumns({ columns, span }: Pick<WorklogsAsked, 'columns' | 'span'>): string {
  const asked = Object.hasOwn(STEPS, columns) ? columns : 'week';
  const names = Object.keys(STEPS) as (keyof typeof STEPS)[];
  const fitting = names.slice(names.indexOf(asked as 'day')).find((name) => daysIn(span) / STEPS[name] <= MOST_BARS);
  return fitting ?? 'month';
}

function gapTable(gaps: readonly PersonGap[], shown: HoursShown): Markup {
  return table({
    caption: 'Expected and missing hours',
    head: ['person', 'logged', 'expected', 'missing', 'days without enough'].map((text, index) => ({
      text,
      ...(index === 4 && { columnClasses: ['text' as const] }),
    })),
    rows: gaps.map(({ name, logged, expected, missing, shortDays }) => ({
      cells: [
        { text: name },
        ...[logged, expected, missing].map((seconds) => amount(seconds, shown)),
        { text: daysText(shortDays) },
      ],
    })),
  });
}

const MOST_DAYS_NAMED = 5;

const daysText = (days: readonly string[]) =>
  days.length > MOST_DAYS_NAMED ? `${days.length} days` : days.map(shortDay).join(', ') || 'none';

interface WorklogTable {
  readonly markup: Markup;
  /** Of each cell of the grid the first of its worklogs, as far as they are shown; see `Beside`. */
  readonly anchors: ReadonlyMap<string, string>;
}

async function worklogTable(report: WorklogReport, count: number): Promise<WorklogTable> {
  const rows: TableRow[] = [];
  const anchors = new Map<string, string>();
  for await (const piece of report.worklogs(false, MOST_ROWS))
    for (const row of piece) {
      const id = `w${rows.length + 1}`;
      const path = report.asked.by.map((_, index) => String(row[`key${index + 1}`] ?? ''));
      const keys = path.map((_, index) => cellKey(path.slice(0, index + 1), String(row.pivot_column ?? '')));
      const first = keys.filter((key) => !anchors.has(key));
      for (const key of first) anchors.set(key, `#${id}`);
      rows.push({ ...(first.length > 0 && { id }), cells: worklogCells(row, report.asked.shown) });
    }
  const text = { columnClasses: ['text'] } as const;
  const shownTable = table({
    caption: 'Worklogs',
    head: [
      { text: 'issue' },
      { text: 'summary', ...text },
      { text: 'day' },
      { text: 'person', ...text },
      { text: 'time' },
      { text: 'comment', columnClasses: ['text', 'long'] },
    ],
    rows,
  });
  const cut =
    count > MOST_ROWS
      ? html`<p class="missing">The first ${MOST_ROWS} of ${count.toLocaleString('en')} worklogs are shown; the formats csv and json have all.</p>`
      : null;
  const markup = html`${cut}${folded(counted(count, 'worklog'), shownTable)}`;
  return { markup, anchors };
}

const LONGEST_COMMENT = 500;

function worklogCells(row: Row, shown: HoursShown): readonly Cell[] {
  const texts = (value: Row[string] | undefined): Cell => ({ text: String(value ?? '') });
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
