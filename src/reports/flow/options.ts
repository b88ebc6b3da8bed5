/** The options that every flow report and the overview take, in the order in which the help shows them. */
import type { ReportOption } from '../option.js';

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
