/** `connector report worklogs`: who logged how much, on what, and when. */
import { type WorklogWords, worklogsOptions } from '../../app/report/worklog-words.js';
import { type MadeWorklogs, told, worklogsReport } from '../../app/report/worklogs.js';
import { EXIT } from '../../core/errors.js';
import { fold } from '../../core/fold.js';
import { inWords } from '../../reports/made.js';
import { refuseUnfit } from '../../reports/option.js';
import { gapsText, headText, notesText, pivotText } from '../../reports/print/terminal.js';
import { timeTrackerCsv, worklogCsv } from '../../reports/print/worklogs-csv.js';
import { worklogJson } from '../../reports/print/worklogs-json.js';
import { worklogNdjson } from '../../reports/print/worklogs-ndjson.js';
import { WORKLOG_CHOICES } from '../../reports/worklogs/options.js';
import type { WorklogReport } from '../../reports/worklogs/report.js';
import type { Action } from '../command.js';
import type { Context } from '../context.js';
import type { Io } from '../ui/io.js';
import { refuseTaken, writeOut } from '../ui/out-file.js';
import type { ReportFormat } from './report-formats.js';
import { type TargetOptions, targetsOf } from './report-targets.js';

interface Options extends WorklogWords, TargetOptions {
  readonly layout?: 'time-tracker';
  readonly rawCsv?: boolean;
}

export const run: Action<Options> = async (context, _args, options) => {
  const targets = targetsOf(options);
  refuseUnfit(
    WORKLOG_CHOICES,
    targets.map(({ format }) => (format === 'csv' ? (options.layout ?? format) : format)),
    { ...options },
  );
  for (const target of targets) refuseTaken(context.io, target);
  const job = {
    warehouse: context.warehouse(),
    labels: context.labels(),
    options: worklogsOptions(options),
    connections: () => context.sites(options.connection),
  };
  await worklogsReport(job, context, async (made) => {
    for (const target of targets) await writeOut(context.io, target, printed(made, target.format, options, context));
  });
  return EXIT.ok;
};

function printed(
  made: MadeWorklogs,
  format: ReportFormat,
  options: Options,
  context: Context,
): AsyncIterable<string | Uint8Array> {
  const { layout, rawCsv = false } = options;
  const { report } = made;
  if (format === 'json') return worklogJson(report.worklogs(true), report.asked);
  if (format === 'ndjson') return worklogNdjson(report.worklogs(), report.asked);
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
  yield await worklogHtml({ ...(await told(made)), made: inWords(clock.wall()) });
}

async function* workbook(made: MadeWorklogs, { clock }: Context): AsyncIterable<Uint8Array> {
  const { worklogXlsx } = await import('../../reports/print/worklogs-xlsx.js');
  yield* worklogXlsx({ ...(await told(made)), made: inWords(clock.wall()) });
}

/** From the finest to none: what does not fit a terminal is put together more coarsely, unless it was asked for. */
const COARSER = ['week', 'month', 'none'];

async function* table(made: MadeWorklogs, { columns, out }: Options, { stdout }: Io): AsyncIterable<string> {
  const { head, report, gaps } = await told(made);
  const width = out.length === 0 && stdout.isTTY ? stdout.columns : undefined;
  yield `${fold(headText(head), width)}\n`;
  if (gaps !== null) yield gapsText(gaps, report.asked.shown);
  else yield await grid(report, (columns === undefined && width) || Number.POSITIVE_INFINITY);
  yield `\n${fold(notesText(head), width)}`;
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
