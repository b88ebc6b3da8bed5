/** When tables are held against the list of all keys: one rule for a run and for its plan. */
import { type CensusRhythm, due } from './bookmark.js';

/** `auto` takes a census in every run while the list costs no more requests than this. */
const MOST_REQUESTS = 3;
const DAY = 86_400_000;

export interface Occasion {
  readonly rhythm: CensusRhythm;
  readonly mode: 'full' | 'incremental';
  /** When the table was last counted, epoch milliseconds. */
  readonly last: number | null;
  readonly now: number;
  /** Requests for the list, by what its table holds; null: its records are not read in this run, only rows that hang on them. */
  readonly requests: number | null;
}

export function isCensusDue({ rhythm, mode, last, now, requests }: Occasion): boolean {
  if (rhythm === null) return false;
  if (mode === 'full' || rhythm === 'always') return true;
  if (rhythm !== 'auto') return due(last, rhythm, now);
  return (requests !== null && requests <= MOST_REQUESTS) || due(last, DAY, now);
}

/**
 * The moment of the last census, as a table remembers it. One that every run takes is remembered daily: only a run that has
 * to wait for its turn asks, and each memory is a version of the table.
 */
export function censusMoment(
  before: number | null,
  { taken, rhythm, now }: { readonly taken: boolean; readonly rhythm: CensusRhythm; readonly now: number },
): number | null {
  if (!taken) return before;
  return typeof rhythm === 'number' || due(before, DAY, now) ? now : before;
}

/** Requests for a list of this many keys. */
export const listRequests = (keys: number, page: number): number => Math.max(1, Math.ceil(keys / page));
