/** What a worklog report is asked for, with every name in it resolved. */

import type { Span, Weekday, WeekStart } from '../days.js';
import type { HoursShown } from '../hours.js';

export const DATES = ['started', 'created', 'updated'] as const;
export const RESTRICTED = ['include', 'omit'] as const;
export const ROLLUPS = ['parent', 'epic', 'top'] as const;
export const ROUND_MODES = ['nearest', 'up'] as const;

/** Of an account or an issue of one connection. */
export type Pair = readonly [connection: string, id: string];

/** Whose and which worklogs; null where nothing was said. */
export interface Scope {
  readonly connections: readonly string[] | null;
  readonly projects: readonly string[] | null;
  readonly issues: readonly Pair[] | null;
  /** Authors. */
  readonly people: readonly Pair[] | null;
  readonly notPeople: readonly Pair[];
  /** Of filters and JQL, which the site answered; each set has to hold. */
  readonly matched: readonly (readonly Pair[])[];
}

export interface Rounding {
  readonly seconds: number;
  readonly mode: (typeof ROUND_MODES)[number];
}

export interface Rate {
  /** Account id or display name. */
  readonly person: string;
  readonly project: string | null;
  readonly rate: number;
  readonly currency: string;
  /** The first day it holds. */
  readonly from: string | null;
}

export interface WorklogsAsked {
  readonly span: Span;
  /** `author`, `site`, `utc` or the name of a zone: whose clock says which day it is. */
  readonly day: string;
  /** Which of the worklog's times is counted. */
  readonly date: (typeof DATES)[number];
  readonly weekStart: WeekStart;
  readonly weekend: readonly Weekday[];
  readonly hideWeekends: boolean;
  readonly scope: Scope;
  /** Row levels, outermost first: names of levels, or columns of `issue`. */
  readonly by: readonly string[];
  /** `day`, `week`, `month`, `none`, or what a level may be. */
  readonly columns: string;
  /** `link:NAME`, or one of ROLLUPS; null: hours count where they were logged. */
  readonly rollup: string | null;
  /** Of levels that are wanted as they were when the work began: a condition on what tells it, by level; see `historyOf`. */
  readonly histories: ReadonlyMap<string, string>;
  /** Levels that were wanted so, and are as they are now: nothing tells what they were. */
  readonly withoutHistory: readonly string[];
  readonly rounding: Rounding | null;
  readonly restricted: (typeof RESTRICTED)[number];
  /** Columns of `issue`. */
  readonly moreFields: readonly string[];
  readonly rates: readonly Rate[];
  readonly shown: HoursShown;
}
