/** What Jira calls its report of that kind, and where the two differ: who knows that one finds it here. */

const NAMES: Readonly<Record<string, string>> = {
  'cycle-time':
    'Jira: Control chart. There a dot is the time in chosen columns, here the days from the first work to done; --time-in and --mean rolling show what is there.',
  cfd: 'Jira: Cumulative flow diagram. Its bands are the columns of a board; here they are those of --board, and without it the categories of statuses.',
  'created-resolved':
    'Jira: Created vs. resolved issues report, and, as columns of the table, Average age and Resolution time. Here reopened issues are counted, too.',
  estimates: 'Jira: Time tracking report, of finished issues; the days by estimate are in none of its reports.',
  velocity: 'Jira: Velocity chart, commitment grey and completed green.',
  sprint: 'Jira: Sprint report. There what was done before is called completed outside of the sprint.',
  burndown: 'Jira: Burndown chart, remaining values and guideline.',
  versions: 'Jira: Version report, for all versions at once.',
  epics: 'Jira: Epic report, for all epics at once.',
  worklogs: 'Jira: User workload and time tracking reports; Time Tracker and Tempo: Timesheet.',
};

/** Null where Jira has none. */
export const jiraName = (report: string): string | null => NAMES[report] ?? null;
