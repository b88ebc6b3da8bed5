/** `connector report` and its reports with their flags. */
import { type Command, Option } from 'commander';
import { FLOW_NAMES, type FlowName } from '../../reports/flow/names.js';
import { FLOW_OPTIONS, FLOW_QUESTIONS } from '../../reports/flow/options.js';
import { WORKLOG_OPTIONS } from '../../reports/worklogs/options.js';
import type { Registration } from '../command.js';
import { collect, collectOf, parseDay, wholeNumber } from '../flags.js';
import { addReportOptions } from '../report-flags.js';
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
    if (name === 'forecast') forecasting(flow);
    if (OF_SPRINTS.includes(name)) ofSprints(flow);
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

const OF_SPRINTS = ['velocity', 'sprint', 'burndown'];

const ofSprints = (command: Command) =>
  command
    .option('--sprint <name>', 'this sprint, by name or id; default: the one that runs, else the one closed last')
    .option('--board <id>', 'only sprints of this board');

const forecasting = (command: Command) =>
  command
    .option('--items <number>', 'how many issues are to be finished; default: the open ones', wholeNumber(1))
    .option('--by <date>', 'how many will be finished by this day, YYYY-MM-DD', parseDay)
    .option('--seed <number>', 'the same seed gives the same answer', wholeNumber(0), 1);

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
