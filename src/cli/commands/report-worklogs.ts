/** `connector report worklogs`: who logged how much, on what, and when. */
import { type MadeWorklogs, type WorklogsOptions, worklogsReport } from '../../app/report/worklogs.js';
import { ConnectorError, EXIT } from '../../core/errors.js';
import type { Weekday, WeekStart } from '../../reports/days.js';
import type { Unit } from '../../reports/hours.js';
import { gapsText, headText, notesText, pivotText } from '../../reports/print/terminal.js';
import { timeTrackerCsv, worklogCsv } from '../../reports/print/worklogs-csv.js';
import { worklogJson } from '../../reports/print/worklogs-json.js';
import { worklogNdjson } from '../../reports/print/worklogs-ndjson.js';
import type { WorklogReport } from '../../reports/worklogs/report.js';
import type { Action } from '../command.js';
import type { Context } from '../context.js';
import type { Io } from '../ui/io.js';
import { refuseTaken, writeOut } from '../ui/out-file.js';
import type { ReportFormat } from './report-formats.js';
import { inWords, targetsOf } from './report-targets.js';

interface Options {
  readonly period?: string;
  readonly start?: string;
  readonly end?: string;
  readonly connection: readonly string[];
  readonly project: readonly string[];
  readonly issue: readonly string[];
  readonly user: readonly string[];
  readonly group: readonly string[];
  readonly excludeGroup: readonly string[];
  readonly filter: readonly string[];
  readonly jql: readonly string[];
  readonly moreFields: readonly string[];
  readonly by: string;
  readonly columns?: string;
  readonly rollup?: string;
  readonly asOf: 'start' | 'now';
  readonly day: string;
  readonly date: NonNullable<WorklogsOptions['date']>;
  readonly weekStart: WeekStart;
  readonly weekends: 'show' | 'hide';
  readonly unit: Unit;
  readonly hoursPerDay: number;
  /** Seconds. */
  readonly round?: number;
  readonly roundMode: 'nearest' | 'up';
  readonly expected?: number;
  readonly missing?: true;
  readonly daysOff?: string;
  readonly restricted: NonNullable<WorklogsOptions['restricted']>;
  readonly rates?: string;
  readonly maxAge?: number;
  readonly format: readonly ReportFormat[];
  readonly out: readonly string[];
  readonly force?: boolean;
  readonly layout?: 'time-tracker';
  readonly rawCsv?: boolean;
}

export const run: Action<Options> = async (context, _args, options) => {
  refuse(options);
  const targets = targetsOf(options);
  for (const target of targets) refuseTaken(context.io, target);
  const job = {
    warehouse: context.warehouse(),
    labels: context.labels(),
    options: worklogsOptions(options),
    connections: () => context.config(options.connection).connections,
  };
  await worklogsReport(job, context, async (made) => {
    for (const target of targets) await writeOut(context.io, target, printed(made, target.format, options, context));
  });
  return EXIT.ok;
};

/** @throws ConnectorError kind `usage` for words that go with others alone */
function refuse({ format, missing, expected, layout }: Options): void {
  if (missing && expected === undefined)
    throw new ConnectorError('usage', '--missing says what is missing to the expected hours: add --expected 8.');
  if (layout !== undefined && !format.includes('csv'))
    throw new ConnectorError('usage', `--layout ${layout} is one of CSV: add --format csv.`);
}

function worklogsOptions({ round, roundMode, weekends, by, missing, ...options }: Options): WorklogsOptions {
  return {
    ...options,
    connections: options.connection,
    projects: options.project,
    issues: options.issue,
    users: options.user,
    groups: options.group,
    notGroups: options.excludeGroup,
    filters: options.filter,
    by: by.split(',').map((level) => level.trim()),
    weekend: WEEKEND,
    hideWeekends: weekends === 'hide',
    ...(round !== undefined && { round: { seconds: round, mode: roundMode } }),
    ...(missing && { onlyMissing: true }),
  };
}

const WEEKEND: readonly Weekday[] = ['saturday', 'sunday'];

function printed(
  made: MadeWorklogs,
  format: ReportFormat,
  options: Options,
  context: Context,
): AsyncIterable<string | Uint8Array> {
  const { layout, rawCsv = false } = options;
  const { report } = made;
  if (format === 'json') return worklogJson(report.worklogs(true));
  if (format === 'ndjson') return worklogNdjson(report.worklogs());
  if (format === 'html') return htmlPage(made, context);
  if (format === 'xlsx') return workbook(made, context);
  if (format === 'csv')
    return layout === undefined
      ? worklogCsv(report.worklogs(), report.asked, rawCsv)
      : timeTrackerCsv(report.worklogs(true), report.asked);
  return table(made, options, context.io);
}

/** Plots take as long to load as DuckDB. */
async function* htmlPage(made: MadeWorklogs, { clock }: Context): AsyncIterable<string> {
  const { worklogHtml } = await import('../../reports/print/worklogs-html.js');
  yield await worklogHtml({ ...made, made: inWords(clock.wall()) });
}

async function* workbook(made: MadeWorklogs, { clock }: Context): AsyncIterable<Uint8Array> {
  const { worklogXlsx } = await import('../../reports/print/worklogs-xlsx.js');
  yield await worklogXlsx({ ...made, made: inWords(clock.wall()) });
}

/** From the finest to none: what does not fit a terminal is put together more coarsely, unless it was asked for. */
const COARSER = ['week', 'month', 'none'];

async function* table(
  { head, report, gaps }: MadeWorklogs,
  { columns, out }: Options,
  { stdout }: Io,
): AsyncIterable<string> {
  yield `${headText(head)}\n`;
  if (gaps !== null) yield gapsText(gaps, report.asked.shown);
  else {
    const widest =
      columns === undefined && out.length === 0
        ? (stdout.columns ?? Number.POSITIVE_INFINITY)
        : Number.POSITIVE_INFINITY;
    yield await grid(report, widest);
  }
  yield `\n${notesText(head)}`;
}

async function grid(report: WorklogReport, widest: number): Promise<string> {
  const { by, shown, columns } = report.asked;
  const choices = [columns, ...COARSER.slice(COARSER.indexOf(columns) + 1)];
  for (const choice of choices.slice(0, -1)) {
    const text = pivotText(await report.with({ columns: choice }).pivot(), by, shown, widest);
    if (text !== null) return text;
  }
  return (
    pivotText(await report.with({ columns: choices.at(-1) ?? columns }).pivot(), by, shown, Number.POSITIVE_INFINITY) ??
    ''
  );
}
