/** `connector report` and its reports with their flags. */
import { type Command, Option } from 'commander';
import { FLOW_NAMES, type FlowName } from '../../reports/flow/names.js';
import { choicesOf, FLOW_OPTIONS, FLOW_QUESTIONS } from '../../reports/flow/options.js';
import { WORKLOG_OPTIONS } from '../../reports/worklogs/options.js';
import type { Registration } from '../command.js';
import { collect, collectOf } from '../flags.js';
import { addReportOptions, reportFlag } from '../report-flags.js';
import { REPORT_FORMATS } from './report-formats.js';

export const report: Registration = (program, run) => {
  const parent = program
    .command('report')
    .summary('timesheets and reports from the tables, for the terminal and for files');
  const worklogs = parent
    .command('worklogs')
    .summary('who logged how much, on what, and when')
    .description('Reads the warehouse alone; --filter and --jql ask the site, for ids.');
  addReportOptions(worklogs, WORKLOG_OPTIONS);
  output(worklogs);
  worklogs
    .addOption(new Option('--layout <name>', 'csv: the columns of Time Tracker for Jira').choices(['time-tracker']))
    .action(run(() => import('./report-worklogs.js')));
  for (const [name, summary] of Object.entries(FLOW_NAMES)) {
    const flow = parent
      .command(name)
      .summary(summary)
      .description('Reads the warehouse alone; --filter and --jql ask the site, for ids.');
    addReportOptions(flow, [...FLOW_OPTIONS, ...FLOW_QUESTIONS]);
    output(flow);
    for (const choice of choicesOf(name as FlowName)) flow.addOption(reportFlag(choice).hideHelp(!choice.isOf));
    flow.action(run(async () => ({ run: (await import('./report-flow.js')).runOf(name as FlowName) })));
  }
  const overview = parent
    .command('overview')
    .summary('one page: hours, throughput, cycle time, time in status, flow, ageing, created and finished, sprints')
    .description('Reads the warehouse alone and writes one file for a browser, which needs no network.');
  addReportOptions(overview, FLOW_OPTIONS);
  overview
    .option('--out <file>', 'where to; - is standard output', 'overview.html')
    .option('--force', 'replace a file that exists')
    .action(run(() => import('./report-overview.js')));
};

const output = (command: Command) =>
  command
    .addOption(
      new Option('--format <format>', 'how to print; may be repeated, with an --out each')
        .choices(REPORT_FORMATS)
        .argParser(collectOf(REPORT_FORMATS))
        .default([], 'table'),
    )
    .option('--out <file>', 'where to; - is standard output', collect, [])
    .option('--force', 'replace files that exist')
    .option('--raw-csv', "csv: without the ' before texts that a spreadsheet would take for formulas");
