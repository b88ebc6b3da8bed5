/** What the flow reports are called, and what each answers; the command line shows it without loading them. */
export const FLOW_NAMES = {
  'cycle-time': 'how long issues took from the first work to done',
  throughput: 'how many issues are finished in a week',
  'time-in-status': 'how long issues stay in each status',
  cfd: 'cumulative flow: issues in each category, day by day',
  aging: 'work in progress by its age, beside how long finished work took',
  'created-resolved': 'issues created, finished and reopened, week by week',
  forecast: 'when the open issues will be done, or how many by a day, from weeks of the past',
  estimates: 'what finished issues were estimated at when work began, beside days and logged hours',
  velocity: 'what was committed and completed in each closed sprint',
  sprint: 'one sprint: completed, not completed, removed, done before',
  burndown: 'one sprint: what is left, the scope, and every event that changed them',
  versions: 'how much of each version that is to be released is done, and when the rest may be',
  epics: 'how much of each open epic is done, and when the rest may be',
} as const;

export type FlowName = keyof typeof FLOW_NAMES;

/** What a finished issue, its beginning and its return go by. */
export const DONE_BY = ['status', 'resolution'] as const;
export type DoneBy = (typeof DONE_BY)[number];
export const BEGUN_AT = ['first', 'last'] as const;
export type BegunAt = (typeof BEGUN_AT)[number];
export const REOPENED = ['once', 'split'] as const;
export type Reopened = (typeof REOPENED)[number];
/** Of cycle times, in place of their percentiles. */
export const MEANS = ['rolling'] as const;
export type Mean = (typeof MEANS)[number];
/** Among columns and statuses: whatever is in progress, by the board or by its category. */
export const IN_PROGRESS = 'in-progress';
