/** The options of `report worklogs`, in the order in which the help shows them. */
import { WEEK_STARTS } from '../days.js';
import { UNITS } from '../hours.js';
import { type Bound, RAW_CSV, type ReportOption } from '../option.js';
import { DATES, RESTRICTED, ROUND_MODES } from './asked.js';

const PERIOD: readonly ReportOption[] = [
  {
    name: 'period',
    kind: 'text',
    value: 'word',
    about: 'today, last-week, this-month, last-quarter, 2026-02, 2026-W07, 2026-Q1 …',
  },
  { name: 'start', kind: 'day', value: 'date', about: 'first day, YYYY-MM-DD' },
  { name: 'end', kind: 'day', value: 'date', about: 'last day, YYYY-MM-DD; default: today' },
  {
    name: 'day',
    kind: 'text',
    value: 'clock',
    usual: 'author',
    about: "whose clock says which day it is: author, site, utc, or a zone's name",
  },
  {
    name: 'date',
    kind: 'choice',
    value: 'time',
    choices: DATES,
    usual: 'started',
    about: 'which time of a worklog counts',
  },
  {
    name: 'week-start',
    kind: 'choice',
    value: 'day',
    choices: WEEK_STARTS,
    usual: 'monday',
    about: 'on which day weeks begin',
  },
  {
    name: 'max-age',
    kind: 'seconds',
    value: 'duration',
    about: 'exit 75 when the worklogs were read longer ago, such as 6h',
    aboutParameter: 'status 503 when the worklogs were read longer ago, such as 6h',
  },
];

const SCOPE: readonly ReportOption[] = [
  { name: 'connection', kind: 'names', value: 'name', about: 'only this connection; may be repeated, or a,b' },
  { name: 'project', kind: 'names', value: 'key', about: 'only this project; may be repeated, or a,b' },
  {
    name: 'issue',
    kind: 'names',
    value: 'key',
    about: 'only this issue, by a present or an old key; may be repeated, or a,b',
  },
  {
    name: 'user',
    kind: 'texts',
    value: 'who',
    about: 'account id, e-mail, display name, or me; may be repeated',
  },
  { name: 'group', kind: 'texts', value: 'name', about: 'only members of this group; may be repeated' },
  { name: 'exclude-group', kind: 'texts', value: 'name', about: 'without members of this group; may be repeated' },
  {
    name: 'filter',
    kind: 'texts',
    value: 'id',
    asksSite: true,
    about: 'only issues of this filter, asked of the site; several are alternatives',
  },
  {
    name: 'jql',
    kind: 'texts',
    value: 'text',
    asksSite: true,
    about: 'only issues that this finds, asked of the site; may be repeated',
  },
  {
    name: 'restricted',
    kind: 'choice',
    value: 'how',
    choices: RESTRICTED,
    usual: 'include',
    about: 'worklogs only some may see',
    aboutParameter: 'worklogs only some may see; a key that may not see them sees none of them',
  },
];

const LAYOUT: readonly ReportOption[] = [
  {
    name: 'by',
    kind: 'text',
    value: 'levels',
    usual: 'person,issue',
    about: 'rows, up to three levels: person,project,issue,epic,… or columns of issue',
  },
  {
    name: 'columns',
    kind: 'text',
    value: 'what',
    about: 'day, week, month, none, or what a level may be; default: by the length of the period',
  },
  { name: 'rollup', kind: 'text', value: 'where', about: 'count hours at the parent, epic, top, or link:NAME' },
  {
    name: 'as-of',
    kind: 'choice',
    value: 'when',
    choices: ['start', 'now'],
    usual: 'now',
    about: 'fields as they were when the work began',
  },
  { name: 'more-fields', kind: 'texts', value: 'name', about: 'a column of issue; may be repeated' },
  {
    name: 'weekends',
    kind: 'choice',
    value: 'how',
    choices: ['show', 'hide'],
    usual: 'show',
    about: 'hidden ones share a column',
  },
  {
    name: 'unit',
    kind: 'choice',
    value: 'unit',
    choices: UNITS,
    usual: 'h',
    about: 'hours, working days, minutes, or 1h 30m',
  },
  { name: 'hours-per-day', kind: 'whole', value: 'hours', least: 1, most: 24, usual: 8, about: 'of a working day' },
  { name: 'round', kind: 'seconds', value: 'duration', about: 'each worklog, such as 15m' },
  {
    name: 'round-mode',
    kind: 'choice',
    value: 'how',
    choices: ROUND_MODES,
    usual: 'nearest',
    about: 'of --round',
    aboutParameter: 'of round',
  },
  {
    name: 'expected',
    kind: 'whole',
    value: 'hours',
    least: 1,
    most: 24,
    about: 'a person and working day: shows what is missing',
  },
  { name: 'missing', kind: 'yes', about: 'only people who logged less than expected' },
  {
    name: 'days-off',
    kind: 'text',
    value: 'file',
    isFile: true,
    about: 'calendar file (.ics) with days on which nothing is expected',
  },
  {
    name: 'rates',
    kind: 'text',
    value: 'file',
    isFile: true,
    about: 'CSV of person[,project],rate,currency[,from]: adds the cost',
  },
];

export const WORKLOG_OPTIONS: readonly ReportOption[] = [...PERIOD, ...SCOPE, ...LAYOUT];

/** How a worklog report is printed; `time-tracker` is CSV, too. */
export type WorklogForm = 'table' | 'html' | 'xlsx' | 'json' | 'ndjson' | 'csv' | 'time-tracker' | 'xls';

const WITH_PEOPLE: readonly WorklogForm[] = ['table', 'html', 'xlsx'];

/** Options that would change nothing in the other forms, so that all worklogs would pass for those that were asked for. */
export const WORKLOG_CHOICES: readonly Bound<WorklogForm>[] = [
  ...['expected', 'missing', 'days-off'].map((name) => ({
    ...{ name, of: WITH_PEOPLE },
    why: 'the others hold worklogs, whoever logged them, and nobody who logged none',
  })),
  {
    name: 'rates',
    of: [...WITH_PEOPLE, 'csv', 'ndjson'],
    why: 'the others have the members of Time Tracker for Jira alone',
  },
  {
    ...{ name: 'more-fields', of: ['xlsx', 'json', 'ndjson', 'csv', 'time-tracker', 'xls'] },
    why: 'the others have no columns of an issue',
  },
  { name: 'layout', of: ['csv', 'time-tracker'], why: 'only CSV has layouts: add --format csv' },
  RAW_CSV,
];
