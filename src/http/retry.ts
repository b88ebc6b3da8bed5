/** Whether a failed attempt is repeated, and after how long; and the only loop that repeats. */
import type { Clock } from '../core/clock.js';
import { ConnectorError } from '../core/errors.js';
import { HttpError, HttpStatusError, RateLimitTooLongError } from './errors.js';
import type { Outgoing, Send } from './exchange.js';

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

interface Repeat {
  readonly again: true;
  readonly waitMs: number;
  /** The part of it that the server asked for. */
  readonly askedMs: number;
}

type Verdict = Repeat | { readonly again: false; readonly error: unknown };

/** One attempt that is over: told as it happens, for logs and progress. */
export interface AttemptEvent {
  /** Of the answer; absent when none came. */
  readonly status?: number | undefined;
  readonly error?: ConnectorError | undefined;
  /** Milliseconds until the next attempt; absent when there is none. */
  readonly waitMs?: number | undefined;
}

export interface RetrySetting {
  readonly rules: RetryRules;
  readonly clock: Clock;
  /** Uniform in [0, 1): the jitter. */
  readonly random: () => number;
  /** Ends the waits. */
  readonly signal?: AbortSignal | undefined;
  readonly onAttempt?: (out: Outgoing, event: AttemptEvent) => void;
  readonly onWait?: (out: Outgoing, waitMs: number, error: unknown) => void;
}

/** Sends again, with waits, as the rules allow. @throws what the last attempt threw; RateLimitTooLongError when the server asks for too long a wait */
export function retrying(send: Send, setting: RetrySetting): Send {
  const { clock, signal, onAttempt, onWait } = setting;
  return async (first) => {
    let askedMs = 0;
    for (let attempt = 1; ; attempt += 1) {
      const out = { ...first, attempt };
      try {
        const answer = await send(out);
        onAttempt?.(out, { status: answer.status });
        return answer;
      } catch (error) {
        const verdict = nextTry(error, out, askedMs, setting);
        onAttempt?.(out, { ...seen(error), waitMs: verdict.again ? verdict.waitMs : undefined });
        if (!verdict.again) throw verdict.error;
        onWait?.(out, verdict.waitMs, error);
        await clock.sleep(verdict.waitMs, signal);
        askedMs += verdict.askedMs;
      }
    }
  };
}

/** @param waitedMs so far, because the server asked for it */
function nextTry(error: unknown, out: Outgoing, waitedMs: number, { rules, random }: RetrySetting): Verdict {
  if (!(error instanceof HttpError) || error.again === 'never') return { again: false, error };
  const refusal = error instanceof HttpStatusError ? error : undefined;
  const askedMs = refusal?.askedMs ?? null;
  if (askedMs !== null && waitedMs + askedMs > rules.longestAskedWaitMs)
    return {
      again: false,
      error: new RateLimitTooLongError(error.asked, askedMs, rules.longestAskedWaitMs, refusal),
    };
  // Of a change, the reply may be lost while the work was done.
  const mayRepeat = out.repeat === 'always' || (out.repeat === 'unseen' && error.outcome === 'unseen');
  if (!mayRepeat || out.attempt >= triesFor(error, out, rules)) return { again: false, error };
  if (askedMs !== null) {
    const jitter = random() * Math.max(250, askedMs / 10);
    return { again: true, waitMs: askedMs + jitter, askedMs };
  }
  const ceiling = Math.min(rules.longestWaitMs, rules.firstWaitMs * 2 ** (out.attempt - 1));
  return { again: true, waitMs: random() * ceiling, askedMs: 0 };
}

function triesFor(error: HttpError, { faultTries }: Outgoing, rules: RetryRules): number {
  if (error.again === 'few') return rules.triesWhenBroken;
  const fault = error instanceof HttpStatusError && error.status >= 500;
  return (fault ? faultTries : undefined) ?? rules.tries;
}

function seen(error: unknown): AttemptEvent {
  return {
    status: error instanceof HttpStatusError ? error.status : undefined,
    error: error instanceof ConnectorError ? error : undefined,
  };
}
