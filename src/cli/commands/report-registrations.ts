/** `connector report` and its reports with their flags. */
import { type Command, Option } from 'commander';
import { WEEK_STARTS } from '../../reports/days.js';
import { FLOW_NAMES, type FlowName } from '../../reports/flow/names.js';
import { UNITS } from '../../reports/hours.js';
import { DATES, RESTRICTED, ROUND_MODES } from '../../reports/worklogs/asked.js';
import type { Registration } from '../command.js';
import { collect, collectNames, collectOf, parseDay, parseSeconds, wholeNumber } from '../flags.js';
import { REPORT_FORMATS } from './report-formats.js';

export const report: Registration = (program, run) => {
  const parent = program
    .command('report')
    .summary('timesheets and reports from the tables, for the terminal and for files');
  const worklogs = parent
    .command('worklogs')
    .summary('who logged how much, on what, and when')
    .description('Reads the warehouse alone; --filter and --jql ask the site, for ids.');
  period(worklogs);
  scope(worklogs);
  layout(worklogs);
  output(worklogs);
  worklogs
    .addOption(new Option('--layout <name>', 'csv: the columns of Time Tracker for Jira').choices(['time-tracker']))
    .action(run(() => import('./report-worklogs.js')));
  for (const [name, summary] of Object.entries(FLOW_NAMES)) {
    const flow = parent.command(name).summary(summary).description('Reads the warehouse alone.');
    flowScope(flow);
    output(flow);
    if (name === 'forecast') forecasting(flow);
    if (OF_SPRINTS.includes(name)) ofSprints(flow);
    flow.action(run(async () => ({ run: (await import('./report-flow.js')).runOf(name as FlowName) })));
  }
  const overview = parent
    .command('overview')
    .summary('one page: hours, throughput, cycle time, time in status, flow, ageing, created and finished, sprints')
    .description('Reads the warehouse alone and writes one file for a browser, which needs no network.');
  flowScope(overview);
  overview
    .option('--out <file>', 'where to; - is standard output', 'overview.html')
    .option('--force', 'replace a file that exists')
    .action(run(() => import('./report-overview.js')));
};

const flowScope = (command: Command) =>
  command
    .option('--period <word>', 'last-month, this-quarter, 2026-02, 2026-Q1 …; default: the last 91 days')
    .option('--start <date>', 'first day, YYYY-MM-DD', parseDay)
    .option('--end <date>', 'last day, YYYY-MM-DD; default: today', parseDay)
    .option('--connection <name>', 'only this connection; may be repeated, or a,b', collectNames, [])
    .option('--project <key>', 'only this project; may be repeated, or a,b', collectNames, [])
    .option('--subtasks', 'sub-tasks count, too')
    .option('--max-age <duration>', 'exit 75 when the histories were read longer ago, such as 6h', parseSeconds);

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

const period = (command: Command) =>
  command
    .option('--period <word>', 'today, last-week, this-month, last-quarter, 2026-02, 2026-W07, 2026-Q1 …')
    .option('--start <date>', 'first day, YYYY-MM-DD', parseDay)
    .option('--end <date>', 'last day, YYYY-MM-DD; default: today', parseDay)
    .option('--day <clock>', "whose clock says which day it is: author, site, utc, or a zone's name", 'author')
    .addOption(new Option('--date <time>', 'which time of a worklog counts').choices(DATES).default('started'))
    .addOption(new Option('--week-start <day>', 'on which day weeks begin').choices(WEEK_STARTS).default('monday'))
    .option('--max-age <duration>', 'exit 75 when the worklogs were read longer ago, such as 6h', parseSeconds);

const scope = (command: Command) =>
  command
    .option('--connection <name>', 'only this connection; may be repeated, or a,b', collectNames, [])
    .option('--project <key>', 'only this project; may be repeated', collect, [])
    .option('--issue <key>', 'only this issue, by a present or an old key; may be repeated', collect, [])
    .option('--user <who>', 'account id, e-mail, display name, or me; may be repeated', collect, [])
    .option('--group <name>', 'only members of this group; may be repeated', collect, [])
    .option('--exclude-group <name>', 'without members of this group; may be repeated', collect, [])
    .option('--filter <id>', 'only issues of this filter, asked of the site; several are alternatives', collect, [])
    .option('--jql <text>', 'only issues that this finds, asked of the site; may be repeated', collect, [])
    .addOption(new Option('--restricted <how>', 'worklogs only some may see').choices(RESTRICTED).default('include'));

const layout = (command: Command) =>
  command
    .option(
      '--by <levels>',
      'rows, up to three levels: person,project,issue,epic,… or columns of issue',
      'person,issue',
    )
    .option('--columns <what>', 'day, week, month, none, or what a level may be; default: by the length of the period')
    .option('--rollup <where>', 'count hours at the parent, epic, top, or link:NAME')
    .addOption(
      new Option('--as-of <when>', 'fields as they were when the work began').choices(['start', 'now']).default('now'),
    )
    .option('--more-fields <name>', 'a column of issue; may be repeated', collect, [])
    .addOption(new Option('--weekends <how>', 'hidden ones share a column').choices(['show', 'hide']).default('show'))
    .addOption(new Option('--unit <unit>', 'hours, working days, minutes, or 1h 30m').choices(UNITS).default('h'))
    .option('--hours-per-day <hours>', 'of a working day', wholeNumber(1, 24), 8)
    .option('--round <duration>', 'each worklog, such as 15m', parseSeconds)
    .addOption(new Option('--round-mode <how>', 'of --round').choices(ROUND_MODES).default('nearest'))
    .option('--expected <hours>', 'a person and working day: shows what is missing', wholeNumber(1, 24))
    .option('--missing', 'only people who logged less than expected')
    .option('--days-off <file>', 'calendar file (.ics) with days on which nothing is expected')
    .option('--rates <file>', 'CSV of person[,project],rate,currency[,from]: adds the cost');

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
