/** Parents whose rows are owed: when one is tried again, when it is believed, when it is given up. Arithmetic only. */
import type { Values } from '../requests/build-request.js';

/**
 * `owed`: to be read again. `hidden`: the site counts rows that this account cannot see. `refused`: asked again and again for days
 * and always refused alike; tried seldom, and no failure any more.
 */
export type DebtState = 'owed' | 'hidden' | 'refused';

/** One parent of one stream whose rows are not all in the table although the bookmark has passed it (I13). */
export interface Debt {
  readonly stream: string;
  /** What the parent is bound to, as text: unique within the stream. */
  readonly parent: string;
  /** The parent in words, such as `board 3 "Payments"`. */
  readonly name: string;
  readonly values: Values;
  readonly state: DebtState;
  readonly reason: string;
  /** It waits for a limit of the site: no fault of the parent. */
  readonly waits: boolean;
  /** Of the refusal; null when it was none. */
  readonly status: number | null;
  /** Epoch milliseconds. */
  readonly since: number;
  readonly lastTry: number | null;
  readonly tries: number;
  /** Tries in a row that ended with this status. */
  readonly alike: number;
  /** Runs to let pass before the next try. */
  readonly pass: number;
  /** What came and what was announced, and the parent's own cursor then; null where no count was the matter. */
  readonly difference: KnownDifference | null;
}

export interface Difference {
  readonly came: number;
  readonly total: number;
  /** Epoch milliseconds. */
  readonly updated: number | null;
}

interface KnownDifference extends Difference {
  /** When it was first found to be this one. */
  readonly since: number;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const WEEK = 7 * DAY;
/** The longest pause in runs; a day ends it anyway. */
const LONGEST_PASS = 64;
const TRIES_TO_REFUSE = 5;

export type Trouble = Pick<Debt, 'reason' | 'waits' | 'status'> & { readonly difference?: Difference };

export type Owing = Pick<Debt, 'stream' | 'parent' | 'name' | 'values'>;

/** A debt after one more attempt that did not bring the rows. */
export function afterTry(before: Debt | undefined, owing: Owing, trouble: Trouble, now: number): Debt {
  // A parent that was never asked begins with its first try; one that is hidden begins anew when its count moves.
  const known = before && before.state !== 'hidden' ? before : undefined;
  const tries = (known?.tries ?? 0) + 1;
  const alike = known?.status === trouble.status && trouble.status !== null ? known.alike + 1 : 1;
  const since = before?.since ?? now;
  return {
    ...owing,
    ...trouble,
    difference: trouble.difference ? knownSince(before, trouble.difference, now) : null,
    state: isRefused(trouble, alike, since, now) ? 'refused' : 'owed',
    since,
    lastTry: now,
    tries,
    alike,
    pass: Math.min(LONGEST_PASS, 2 ** (tries - 1)) - 1,
  };
}

function knownSince(before: Debt | undefined, difference: Difference, now: number): KnownDifference {
  const earlier = before?.difference;
  return { ...difference, since: earlier && isSame(earlier, difference) ? earlier.since : now };
}

const isSame = (one: Difference, other: Difference): boolean =>
  one.came === other.came && one.total === other.total && one.updated === other.updated;

function isRefused({ status }: Trouble, alike: number, since: number, now: number): boolean {
  return (
    status !== null &&
    status >= 400 &&
    status < 500 &&
    status !== 429 &&
    alike >= TRIES_TO_REFUSE &&
    now - since >= WEEK
  );
}

/** A debt nobody has tried to pay yet: the parent came into view. */
export function newDebt(owing: Owing, reason: string, now: number): Debt {
  const fresh = { waits: false, status: null, lastTry: null, tries: 0, alike: 0, pass: 0, difference: null } as const;
  return { ...owing, ...fresh, reason, state: 'owed', since: now };
}

/** Whether a debt is tried in this run. */
export function isDue({ state, lastTry, pass }: Debt, now: number): boolean {
  const rested = now - (lastTry ?? 0);
  if (state !== 'owed') return rested >= WEEK;
  return pass <= 0 || rested >= DAY;
}

/** The same debt after a run that did not try it. */
export const passed = (debt: Debt): Debt => (debt.pass > 0 ? { ...debt, pass: debt.pass - 1 } : debt);

/** Whether the present difference is the one that was found hidden: nothing moved, so nothing is asked. */
export function isStillHidden(debt: Debt | undefined, now: Omit<Difference, 'came'>): boolean {
  const { difference } = debt ?? {};
  return debt?.state === 'hidden' && difference?.total === now.total && difference.updated === now.updated;
}

/**
 * Whether a difference is believed to be rows that this account cannot see: both ways to read them agree, or it has been the same for an
 * hour while the parent did not change. Never when nothing came at all: an empty answer proves nothing.
 * @param agree two routes brought the same rows
 */
export function isHidden(before: Debt | undefined, difference: Difference, agree: boolean, now: number): boolean {
  if (difference.came === 0) return false;
  if (agree) return true;
  const earlier = before?.difference;
  if (!earlier || !isSame(earlier, difference)) return false;
  return before?.state === 'hidden' || now - earlier.since >= HOUR;
}

/** A debt of this kind fails the run. @param strict refused ones do, too */
export const isOpen = ({ state }: Debt, strict: boolean): boolean =>
  state === 'owed' || (strict && state === 'refused');

/** At most so many of one stream are tried in one run, the oldest first. */
const TRIED_AT_ONCE = 50;

export function dueOf(debts: readonly Debt[], now: number, all: boolean): readonly Debt[] {
  if (all) return debts;
  return debts
    .filter((debt) => isDue(debt, now))
    .sort((a, b) => a.since - b.since)
    .slice(0, TRIED_AT_ONCE);
}

/** More parents in trouble than this, and such a share of those that were asked, are no trouble of single parents. */
const MANY = 100;
const LARGE_SHARE = 0.05;

export const isTroubleOfMany = (troubled: number, asked: number): boolean =>
  troubled > MANY && troubled > asked * LARGE_SHARE;
