/** What a flow report is asked, and what of the views that selects. */
import { literal } from '../../core/quote.js';
import type { Span } from '../days.js';
import { type Row, type Sources, valueRows } from '../sources.js';
import type { Pair } from '../worklogs/asked.js';
import type { BegunAt, DoneBy, Mean, Reopened } from './names.js';

export interface FlowAsked {
  readonly span: Span;
  /** YYYY-MM-DD: today, which no week or age goes beyond. */
  readonly today: string;
  /** Null: all. */
  readonly connections: readonly string[] | null;
  readonly projects: readonly string[] | null;
  /** Of filters and JQL, which the site answered; each set has to hold. */
  readonly matched: readonly (readonly Pair[])[];
  /** Sub-tasks count, too. */
  readonly subtasks: boolean;
  /** Of sprint reports: id or name; null: the one that runs, else the one closed last. */
  readonly sprint: string | null;
  /** Says what is done and what is begun; null: the category of a status. */
  readonly board: Board | null;
  /** Of a forecast: how many issues are to be finished; null: those that are open. */
  readonly items: number | null;
  /** Of a forecast: the day by which as many as possible are to be finished; null: how long it takes is asked. */
  readonly by: string | null;
  /** Of a forecast: the same seed gives the same answer. */
  readonly seed: number;
  /** What issues are put together by; null: by nothing, or by what the report does on its own. */
  readonly group: Group | null;
  /** YYYY-MM-DD: everything is as it was at the end of that day; null: as it is now. */
  readonly asOf: string | null;
  readonly doneBy: DoneBy;
  readonly begunAt: BegunAt;
  readonly reopened: Reopened;
  /** Of finished issues; null: all. An issue without one is called NO_RESOLUTION. */
  readonly resolutions: readonly string[] | null;
  readonly excludedResolutions: readonly string[];
  /** Of cumulative flow: an issue counts where it got furthest. */
  readonly furthest: boolean;
  /** Of finished issues: the projects are those that they were in then. */
  readonly projectThen: boolean;
  /** Statuses in progress in which nobody works; null: none were named. */
  readonly waiting: readonly string[] | null;
  /** Columns of the board, else statuses, whose time is the cycle time; null: the days from begun to finished are. */
  readonly timeIn: readonly string[] | null;
  /** Null: percentiles. */
  readonly mean: Mean | null;
  /** When people work; null: not asked. */
  readonly hours: WorkingHours | null;
}

export interface Board {
  readonly connection: string;
  readonly id: string;
  readonly name: string;
  /** From left to right, those with statuses alone; empty where no configuration is read. */
  readonly columns: readonly BoardColumn[];
  /** Which issues are on it is known. */
  readonly knowsIssues: boolean;
  /** The filter whose issues it shows. */
  readonly filter: string | null;
}

export interface BoardColumn {
  readonly name: string;
  /** As a category is called. */
  readonly stage: 'new' | 'indeterminate' | 'done';
  readonly statuses: readonly string[];
}

export interface Group {
  /** As it was asked for. */
  readonly name: string;
  /** Of an issue `i`. */
  readonly sql: string;
  /** A join that `sql` needs; else empty. */
  readonly join: string;
}

/** When people work, on the clock of a zone. */
export interface WorkingHours {
  /** As they were asked for. */
  readonly text: string;
  /** 0 is Sunday. */
  readonly weekdays: readonly number[];
  /** Minutes after midnight. */
  readonly from: number;
  readonly until: number;
  readonly zone: string;
  readonly daysOff: readonly string[];
}

export const NO_RESOLUTION = 'none';

/** What a report is asked where nothing is said. */
export const UNASKED = {
  ...{ connections: null, projects: null, matched: [], subtasks: false, sprint: null, board: null },
  ...{
    items: null,
    by: null,
    seed: 1,
    group: null,
    asOf: null,
    furthest: false,
    projectThen: false,
    waiting: null,
    timeIn: null,
    mean: null,
    hours: null,
  },
  ...{ doneBy: 'status', begunAt: 'first', reopened: 'once', resolutions: null, excludedResolutions: [] },
} as const satisfies Omit<FlowAsked, 'span' | 'today'>;

/** The first moment that is not looked at any more, where the report is as of a day. */
export const endOfDay = (day: string): string => `(TIMESTAMPTZ '${day} 00:00:00+00' + INTERVAL 1 DAY)`;

/**
 * The conditions on rows of a view with `_connection`, `project_key` and `issue_type_subtask`.
 * @param id the column with the issue's id
 */
export function within(sources: Sources, view: string, alias: string, asked: FlowAsked, id = 'issue_id'): string {
  const parts = [
    ...placed(alias, asked),
    ...asked.matched.map((pairs) => `(${alias}._connection, ${alias}.${id}) IN (SELECT * FROM ${valueRows(pairs, 2)})`),
    ...(asked.subtasks || !sources.has(view, 'issue_type_subtask')
      ? []
      : [`NOT coalesce(${alias}.issue_type_subtask, false)`]),
  ];
  return parts.length === 0 ? 'true' : parts.join(' AND ');
}

/** The conditions on rows of a view with `_connection` and `project_key` alone. */
export function placed(alias: string, { connections, projects }: FlowAsked): readonly string[] {
  const among = (column: string, names: readonly string[] | null) =>
    names === null ? [] : [`${alias}.${column} IN (${names.map(literal).join(', ') || 'NULL'})`];
  return [...among('_connection', connections), ...among('project_key', projects)];
}

/** Moments within the days, by UTC. */
export const during = (moment: string, { start, end }: Span): string =>
  `${moment} >= TIMESTAMPTZ '${start} 00:00:00+00' AND ${moment} < TIMESTAMPTZ '${end} 00:00:00+00' + INTERVAL 1 DAY`;

export const textOf = (row: Row, name: string): string => String(row[name] ?? '');
export const numberOf = (row: Row, name: string): number => Number(row[name] ?? 0);
export const linkOf = (row: Row): string | null => (typeof row.url === 'string' ? row.url : null);
export const dayOf = (row: Row, name: string): string => textOf(row, name).slice(0, 10);
/** Without needless zeros: `8`, `2.5`, `1,031`. */
export const plain = (value: number): string => value.toLocaleString('en', { maximumFractionDigits: 2 });

/** `1 day`, `2.5 days`: what is written decides, not what was rounded. */
export function measured(value: number, one: string): string {
  const text = value.toLocaleString('en', { maximumFractionDigits: 1 });
  return `${text} ${text === '1' ? one : `${one}s`}`;
}
export const inDays = (value: number): string => measured(value, 'day');

/** The smallest of the values that so large a share of them does not exceed. */
export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}
