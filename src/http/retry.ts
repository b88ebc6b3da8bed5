/** Decides whether a failed attempt is repeated, and after how long. Pure: no clock, no I/O. */
import { HttpError, HttpStatusError, RateLimitTooLongError } from './errors.js';

export interface RetryRules {
  /** Statuses worth another try: overload and faults of the other side, or of a proxy on the way there. */
  readonly statuses: readonly number[];
  /** Attempts in all. */
  readonly tries: number;
  /** Attempts in all when the answers are broken: cut off, badly encoded, empty. */
  readonly triesWhenBroken: number;
  /** Upper end of the first wait; doubles with each attempt. */
  readonly firstWaitMs: number;
  /** Upper end of every wait that the server did not ask for. */
  readonly longestWaitMs: number;
  /** Most that one request may wait in all because the server asked for it. */
  readonly longestAskedWaitMs: number;
}

export const DEFAULT_RETRY: RetryRules = {
  statuses: [429, 500, 502, 503, 504, 408, 425, 520, 521, 522, 523, 524, 527, 529, 530],
  tries: 8,
  triesWhenBroken: 3,
  firstWaitMs: 2000,
  longestWaitMs: 60_000,
  longestAskedWaitMs: 15 * 60_000,
};

/** What one request has been through. */
export interface Attempts {
  /** Attempts made so far, 1 after the first. */
  readonly made: number;
  /** Milliseconds waited so far because the server asked for it. */
  readonly askedWaitMs: number;
}

export interface Repeat {
  readonly again: true;
  readonly waitMs: number;
  /** The part of it that the server asked for. */
  readonly askedMs: number;
}

export type Verdict = Repeat | { readonly again: false; readonly error: unknown };

/**
 * @param repeatable false for a POST that may have changed something: its reply may be lost while its work was done.
 * @param random uniform in [0, 1).
 * @returns the wait before the next attempt, or the error to end with (RateLimitTooLongError when the server asks for too long a wait).
 */
export function nextTry(
  error: unknown,
  sofar: Attempts,
  rules: RetryRules,
  repeatable: boolean,
  random: () => number,
): Verdict {
  if (!(error instanceof HttpError) || error.again === 'never') return { again: false, error };
  const askedMs = error instanceof HttpStatusError ? error.askedMs : null;
  if (askedMs !== null && sofar.askedWaitMs + askedMs > rules.longestAskedWaitMs) {
    return { again: false, error: new RateLimitTooLongError(error.asked, askedMs, rules.longestAskedWaitMs) };
  }
  const tries = error.again === 'few' ? rules.triesWhenBroken : rules.tries;
  if (!repeatable || sofar.made >= tries) return { again: false, error };
  if (askedMs !== null) {
    const jitter = random() * Math.max(250, askedMs / 10);
    return { again: true, waitMs: askedMs + jitter, askedMs };
  }
  const ceiling = Math.min(rules.longestWaitMs, rules.firstWaitMs * 2 ** (sofar.made - 1));
  return { again: true, waitMs: random() * ceiling, askedMs: 0 };
}
