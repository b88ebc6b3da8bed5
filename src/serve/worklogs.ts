/** The worklogs of all connections, in the forms of Time Tracker for Jira: JSON, CSV, and the report as a workbook or a page. */

import { today } from '../app/report/today.js';
import { type WorklogWords, worklogsOptions } from '../app/report/worklog-words.js';
import { type MadeWorklogs, told, worklogsReport } from '../app/report/worklogs.js';
import { inWords } from '../reports/made.js';
import { type ReportOption, refuseUnfit } from '../reports/option.js';
import { timeTrackerCsv, worklogCsv } from '../reports/print/worklogs-csv.js';
import { worklogJson } from '../reports/print/worklogs-json.js';
import { timeTrackerXls } from '../reports/print/worklogs-xls.js';
import { WORKLOG_CHOICES, WORKLOG_OPTIONS, type WorklogForm } from '../reports/worklogs/options.js';
import { hasTag, type Look, tagOf } from './look.js';
import { cannotNow, Problem } from './problem.js';
import { JSON_TYPE } from './reply.js';
import type { House, Request, Route } from './route.js';

interface Words extends WorklogWords {
  readonly refresh?: true;
  readonly layout?: 'time-tracker' | 'rows';
  readonly rawCsv?: true;
}

type Print = (made: MadeWorklogs, words: Words, request: Request) => AsyncIterable<string | Uint8Array>;

const REFRESH: ReportOption = {
  name: 'refresh',
  kind: 'yes',
  about: 'read what is new from the sites first, where the key allows it; at most every 5 minutes',
};
const CSV: readonly ReportOption[] = [
  {
    name: 'layout',
    kind: 'choice',
    value: 'name',
    choices: ['time-tracker', 'rows'],
    usual: 'time-tracker',
    about: 'the columns of Time Tracker for Jira, or every column of a worklog',
  },
  {
    name: 'raw-csv',
    kind: 'yes',
    about: "rows: without the ' before texts that a spreadsheet would take for formulas",
  },
];

/** What is printed under an address; of forms there are several where a word chooses. */
interface Printed {
  readonly forms: readonly WorklogForm[];
  readonly formOf?: (words: Words) => WorklogForm;
  readonly print: Print;
}

/** An option that no form can honour is no parameter; those that name files are there to be refused in words. */
const optionsOf = (forms: readonly WorklogForm[]) =>
  WORKLOG_OPTIONS.filter(
    ({ name, isFile }) =>
      isFile ||
      WORKLOG_CHOICES.every((choice) => choice.name !== name || choice.of.some((form) => forms.includes(form))),
  );

const route = (path: string, about: string, type: string, printed: Printed, more: Partial<Route> = {}): Route => ({
  path,
  about,
  type,
  access: 'key',
  hasOldNames: true,
  mayWait: true,
  isTagged: true,
  ...more,
  options: [...optionsOf(printed.forms), ...(more.options ?? []), REFRESH],
  // The add-on's documentation once named its host as if it were a folder.
  aliases: [path.replace('/api/1', '/atlassian-connect.json'), `/atlassian-connect.json${path}`],
  answer: (request, house, reply) => answer(request, house, reply, printed),
});

export const WORKLOG_ROUTES: readonly Route[] = [
  route(
    '/api/1/worklog',
    'Issues with their worklogs',
    JSON_TYPE,
    { forms: ['json'], print: ({ report }) => worklogJson(report.worklogs(true), report.asked) },
    { isList: true },
  ),
  route(
    '/api/1/exportData.csv',
    'Worklogs as rows of a CSV file',
    'text/csv; charset=utf-8',
    {
      forms: ['csv', 'time-tracker'],
      formOf: ({ layout }) => (layout === 'rows' ? 'csv' : 'time-tracker'),
      print: ({ report }, { layout, rawCsv = false }) =>
        layout === 'rows'
          ? worklogCsv(report.worklogs(), report.asked, rawCsv)
          : timeTrackerCsv(report.worklogs(true), report.asked),
    },
    { options: CSV },
  ),
  route(
    '/api/1/exportView.xlsx',
    'The report as a workbook',
    'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    { forms: ['xlsx'], print: workbook },
    // Empty lines before it would spoil it; and it says when it was made.
    { mayWait: false, isTagged: false },
  ),
  route('/api/1/exportView.xls', 'Worklogs as an HTML table that Excel opens', 'application/vnd.ms-excel', {
    forms: ['xls'],
    print: ({ report }) => timeTrackerXls(report.worklogs(true), report.asked),
  }),
];

async function* workbook(made: MadeWorklogs, _words: Words, { ports }: Request): AsyncIterable<Uint8Array> {
  const { worklogXlsx } = await import('../reports/print/worklogs-xlsx.js');
  yield* worklogXlsx({ ...(await told(made)), made: inWords(ports.clock.wall()) });
}

async function answer(
  request: Request,
  house: House,
  reply: Parameters<Route['answer']>[2],
  { forms, formOf, print }: Printed,
): Promise<void> {
  const { caller, ports, route: asked } = request;
  const { refresh, ...words } = wordsOf(request);
  const { signal } = ports;
  refuseUnfit(WORKLOG_CHOICES, formOf === undefined ? forms : [formOf(words)], { ...words });
  if (refresh) {
    if (!caller.mayRefresh)
      throw new Problem(403, 'This key does not allow refresh=true (`refresh: true` in the settings would).');
    if (asked.mayWait) reply.working();
    await house.refreshes.refresh(signal);
  }
  const look = await house.looks.lookAt(caller);
  refuseEmpty(look);
  // What a site finds may change, and ages do: no tag stands for that.
  const isSettled = asked.isTagged && words.filter.length + words.jql.length === 0 && words.maxAge === undefined;
  const tag = isSettled ? tagOf(look, [asked.path, words, today()]) : null;
  const headers: Record<string, string> = tag === null ? {} : { etag: tag };
  if (tag !== null && !reply.hasBegun && hasTag(request.hasTags, tag)) return reply.notModified(headers);
  const leave = await house.lanes.enter(signal);
  try {
    if (asked.mayWait) reply.working();
    await house.looks.withTables(look, signal, (opened) => {
      const { warehouse, labels, askSites } = house;
      const connections = () => sitesOf(request, house, words.connection);
      const job = { warehouse, labels, opened, connections, askSites, options: worklogsOptions(words) };
      return worklogsReport(job, ports, (made) =>
        reply.send(200, { type: asked.type, headers, pieces: print(made, words, request) }, signal),
      );
    });
  } finally {
    leave();
  }
}

/** Those that are meant, among those that the caller sees. */
const sitesOf = ({ caller: { connections } }: Request, house: House, meant: readonly string[]) =>
  house
    .connections(meant.length > 0 ? meant : (connections ?? []))
    .filter(({ name }) => connections === null || connections.includes(name));

/** Made by `readParameters` from WORKLOG_OPTIONS. */
function wordsOf({ words, caller }: Request): Words {
  const read = words as unknown as Words;
  return caller.limits.restricted ? read : { ...read, restricted: 'omit' };
}

function refuseEmpty({ loaded }: Look): void {
  if (loaded.tables.some(({ name }) => name === 'issue_worklog')) return;
  throw cannotNow('There are no worklogs to show: connector sync --stream issue_worklog reads them.', 60);
}
