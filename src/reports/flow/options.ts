/** The options that every flow report and the overview take, in the order in which the help shows them. */
import { ISSUE_LEVEL_NAMES } from '../issue-level-words.js';
import type { Bound, ReportOption } from '../option.js';
import { BEGUN_AT, DONE_BY, type FlowName, IN_PROGRESS, MEANS, REOPENED } from './names.js';

export const FLOW_OPTIONS: readonly ReportOption[] = [
  {
    name: 'period',
    kind: 'text',
    value: 'word',
    about: 'last-month, this-quarter, 2026-02, 2026-Q1 …; default: the last 91 days',
  },
  { name: 'start', kind: 'day', value: 'date', about: 'first day, YYYY-MM-DD' },
  { name: 'end', kind: 'day', value: 'date', about: 'last day, YYYY-MM-DD; default: today' },
  { name: 'connection', kind: 'names', value: 'name', about: 'only this connection; may be repeated, or a,b' },
  { name: 'project', kind: 'names', value: 'key', about: 'only this project; may be repeated, or a,b' },
  { name: 'subtasks', kind: 'yes', about: 'sub-tasks count, too' },
  {
    name: 'max-age',
    kind: 'seconds',
    value: 'duration',
    about: 'exit 75 when the histories were read longer ago, such as 6h',
    aboutParameter: 'status 503 when the histories were read longer ago, such as 6h',
  },
];

/** Of the command alone: they ask the site. */
export const FLOW_QUESTIONS: readonly ReportOption[] = [
  {
    name: 'filter',
    kind: 'texts',
    value: 'id',
    about: 'only issues of this filter, asked of the site; several are alternatives',
    asksSite: true,
  },
  {
    name: 'jql',
    kind: 'texts',
    value: 'text',
    about: 'only issues that this finds, asked of the site; may be repeated',
    asksSite: true,
  },
];

export type FlowChoice = ReportOption & Bound<FlowName>;

const FINISHED: readonly FlowName[] = ['cycle-time', 'throughput', 'aging', 'forecast', 'estimates'];
const GROUPED: readonly FlowName[] = ['cycle-time', 'throughput', 'time-in-status', 'cfd', 'aging', 'created-resolved'];
const STAGED: readonly FlowName[] = [...GROUPED, 'forecast'];
export const SPRINTS: readonly FlowName[] = ['velocity', 'sprint', 'burndown'];

/** Of the command alone. Two of one name are of different reports. */
export const FLOW_CHOICES: readonly FlowChoice[] = [
  {
    ...{ name: 'board', kind: 'text', value: 'id|name', of: [...STAGED, 'estimates'] },
    about: 'this board says what is begun and done, and which issues count',
    why: 'the progress of epics and versions goes by the category of a status',
  },
  {
    ...{ name: 'board', kind: 'text', value: 'id|name', of: SPRINTS },
    about: 'only sprints of this board',
    why: 'the progress of epics and versions goes by the category of a status',
  },
  {
    ...{ name: 'by', kind: 'text', value: 'word', of: GROUPED },
    about: `put issues together by ${ISSUE_LEVEL_NAMES.join(', ')}, or a column of the view issue`,
    why: 'the rows of the others are sprints, epics, versions or estimates already, or runs',
  },
  {
    ...{ name: 'as-of', kind: 'day', value: 'date', of: STAGED },
    about: 'as it was at the end of this day, YYYY-MM-DD',
    why: 'sprints, epics, versions and logged hours are looked at as they are now',
  },
  {
    ...{ name: 'done-by', kind: 'choice', value: 'rule', choices: DONE_BY, of: [...FINISHED, 'created-resolved'] },
    about: 'what finishes an issue: its status, which is usual, or its resolution',
    why: 'the others count statuses, or sprints by their board',
  },
  {
    ...{
      name: 'begun-at',
      kind: 'choice',
      value: 'entry',
      choices: BEGUN_AT,
      of: ['cycle-time', 'aging', 'estimates'],
    },
    about: 'work begins with the first entry into progress, or with that after the last wait; default: first',
    why: 'the others do not ask when work began',
  },
  {
    ...{ name: 'reopened', kind: 'choice', value: 'rule', choices: REOPENED, of: FINISHED },
    about: 'reopened issues count once, or split: each time they were finished; default: once',
    why: 'created-resolved counts every end anyway, and the others count none',
  },
  {
    ...{ name: 'resolutions', kind: 'names', value: 'name', of: FINISHED },
    about: 'only finished issues with this resolution, or none; may be repeated, or a,b',
    why: 'the others count open issues, too, which have no resolution',
  },
  {
    ...{ name: 'exclude-resolutions', kind: 'names', value: 'name', of: FINISHED },
    about: 'no finished issues with this resolution; may be repeated, or a,b',
    why: 'the others count open issues, too, which have no resolution',
  },
  {
    ...{
      name: 'project-as-of',
      kind: 'choice',
      value: 'when',
      choices: ['now', 'then'],
      of: ['cycle-time', 'throughput', 'estimates'],
    },
    about: 'with --project: where issues are now, which is usual, or were when they were finished',
    why: 'the others count open issues, too',
  },
  {
    ...{ name: 'furthest', kind: 'yes', of: ['cfd'] },
    about: 'count issues where they got furthest, so that no band shrinks; default: where they are',
    why: 'the others draw no bands',
  },
  {
    ...{ name: 'time-in', kind: 'names', value: 'column', of: ['cycle-time'] },
    about: `count the time in these columns of the board, or statuses, alone; ${IN_PROGRESS}: all that is work; may be repeated, or a,b`,
    why: 'the others do not add up times of an issue',
  },
  {
    ...{ name: 'mean', kind: 'choice', value: 'kind', choices: MEANS, of: ['cycle-time'] },
    about: 'draw the rolling mean and its standard deviation in place of percentiles',
    why: 'the others have percentiles, sums or means of their own',
  },
  {
    ...{ name: 'waiting', kind: 'names', value: 'status', of: ['cycle-time'] },
    about: 'flow efficiency, with these statuses and flags as waiting; may be repeated, or a,b',
    why: 'the others do not tell work from waiting',
  },
  {
    ...{ name: 'working-hours', kind: 'text', value: 'hours', of: ['cycle-time'] },
    about: 'count working hours, too, such as "mon-fri 09:00-17:00 Europe/Berlin"',
    why: 'the others count calendar days',
  },
  {
    ...{ name: 'days-off', kind: 'text', value: 'file', isFile: true, of: ['cycle-time'] },
    about: 'calendar (.ics) of days without working hours',
    why: 'the others count calendar days',
  },
  {
    ...{ name: 'sprint', kind: 'text', value: 'name', of: SPRINTS },
    about: 'this sprint, by name or id; default: the one that runs, else the one closed last',
    why: 'the others look at no sprint',
  },
  {
    ...{ name: 'items', kind: 'whole', value: 'number', least: 1, of: ['forecast'] },
    about: 'how many issues are to be finished; default: the open ones',
    why: 'the others foretell nothing',
  },
  {
    ...{ name: 'by', kind: 'day', value: 'date', of: ['forecast'] },
    about: 'how many will be finished by this day, YYYY-MM-DD',
    why: 'the others foretell nothing',
  },
  {
    ...{ name: 'seed', kind: 'whole', value: 'number', least: 0, of: ['forecast', 'epics', 'versions'] },
    about: 'the same seed gives the same answer; default: 1',
    why: 'the others draw nothing',
  },
];

/** What a report can honour, and for the other names an option that is there to be refused in words. */
export function choicesOf(report: FlowName): readonly (FlowChoice & { readonly isOf: boolean })[] {
  const own = FLOW_CHOICES.filter(({ of }) => of.includes(report)).map((choice) => ({ ...choice, isOf: true }));
  const taken = new Set(own.map(({ name }) => name));
  const others = FLOW_CHOICES.filter(({ name }) => !taken.has(name));
  return [
    ...own,
    ...others
      .filter(({ name }, index) => others.findIndex((one) => one.name === name) === index)
      .map((choice) => ({ ...choice, isOf: false })),
  ];
}
