/** When tables are held against the list of all keys: one rule for a run and for its plan. */
import { due, type ReconcileSchedule } from './bookmark.js';

/** `auto` takes a census in every run while the list costs no more requests than this. */
const MOST_REQUESTS = 3;
const DAY = 86_400_000;

export interface Occasion {
  readonly schedule: ReconcileSchedule;
  readonly mode: 'full' | 'incremental';
  /** When the table was last counted, epoch milliseconds. */
  readonly last: number | null;
  readonly now: number;
  /** Requests for the list, by what its table holds; null: its records are not read in this run, only rows that hang on them. */
  readonly requests: number | null;
}

export function isReconcileDue({ schedule, mode, last, now, requests }: Occasion): boolean {
  if (schedule === null) return false;
  if (mode === 'full' || schedule === 'always') return true;
  if (schedule !== 'auto') return due(last, schedule, now);
  return (requests !== null && requests <= MOST_REQUESTS) || due(last, DAY, now);
}

/**
 * The moment of the last census, as a table remembers it. One that every run takes is remembered daily: only a run that has
 * to wait for its turn asks, and each memory is a version of the table.
 */
export function reconciledAt(
  before: number | null,
  { taken, schedule, now }: { readonly taken: boolean; readonly schedule: ReconcileSchedule; readonly now: number },
): number | null {
  if (!taken) return before;
  return typeof schedule === 'number' || due(before, DAY, now) ? now : before;
}

/** Requests for a list of this many keys. */
export const listRequests = (keys: number, page: number): number => Math.max(1, Math.ceil(keys / page));
