/** The options of `report worklogs` as they were read, from flags or from an address -> what the report is asked for. */
import { ConnectorError } from '../../core/errors.js';
import type { WeekStart } from '../../reports/days.js';
import type { Unit } from '../../reports/hours.js';
import type { WorklogsOptions } from './worklogs.js';

/** Members of WORKLOG_OPTIONS, with their usual values where nothing was said. */
export interface WorklogWords {
  readonly period?: string;
  readonly start?: string;
  readonly end?: string;
  readonly connection: readonly string[];
  readonly project: readonly string[];
  readonly issue: readonly string[];
  readonly user: readonly string[];
  readonly group: readonly string[];
  readonly excludeGroup: readonly string[];
  readonly filter: readonly string[];
  readonly jql: readonly string[];
  readonly moreFields: readonly string[];
  readonly by: string;
  readonly columns?: string;
  readonly rollup?: string;
  readonly asOf: 'start' | 'now';
  readonly day: string;
  readonly date: NonNullable<WorklogsOptions['date']>;
  readonly weekStart: WeekStart;
  readonly weekends: 'show' | 'hide';
  readonly unit: Unit;
  readonly hoursPerDay: number;
  /** Seconds. */
  readonly round?: number;
  readonly roundMode: 'nearest' | 'up';
  readonly expected?: number;
  readonly missing?: true;
  readonly daysOff?: string;
  readonly restricted: NonNullable<WorklogsOptions['restricted']>;
  readonly rates?: string;
  /** Seconds. */
  readonly maxAge?: number;
}

/** Words that change nothing without another one: what says them, and what the other one is not. */
const ALONE: readonly (readonly [said: string, isAlone: (words: WorklogWords) => boolean, other: string])[] = [
  ['--missing', ({ missing, expected }) => missing === true && expected === undefined, '--expected 8'],
  ['--days-off', ({ daysOff, expected }) => daysOff !== undefined && expected === undefined, '--expected 8'],
  ['--round-mode up', ({ roundMode, round }) => roundMode === 'up' && round === undefined, '--round 15m'],
  ['--hours-per-day', ({ hoursPerDay, unit }) => hoursPerDay !== 8 && unit !== 'd', '--unit d'],
];

/** @throws ConnectorError kind `usage` for words that go with others alone */
export function worklogsOptions(words: WorklogWords): WorklogsOptions {
  const { round, roundMode, weekends, by, missing, ...options } = words;
  for (const [said, isAlone, other] of ALONE)
    if (isAlone(words))
      throw new ConnectorError(
        'usage',
        `${said} has no meaning without ${other.split(' ')[0]}: add ${other}, or leave it out.`,
      );
  return {
    ...options,
    connections: options.connection,
    projects: options.project,
    issues: options.issue,
    users: options.user,
    groups: options.group,
    notGroups: options.excludeGroup,
    filters: options.filter,
    by: by.split(',').map((level) => level.trim()),
    hideWeekends: weekends === 'hide',
    ...(round !== undefined && { round: { seconds: round, mode: roundMode } }),
    ...(missing && { onlyMissing: true }),
  };
}
