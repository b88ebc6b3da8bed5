/** When a failed request is sent again, and how long is waited before. */
import { setTimeout as sleep } from 'node:timers/promises';
import { RequestFailed } from './failure.js';

export interface Limits {
  /** For one attempt from sending to the last byte, milliseconds. */
  readonly timeoutMs: number;
  /** The pause before the second try, doubled before each further one; a service that asks for another gets it. */
  readonly pauseMs: number;
  /** A service that asks for a longer wait is left alone until the next run. */
  readonly longestWaitMs: number;
}

export const USUAL_LIMITS: Limits = { timeoutMs: 60_000, pauseMs: 500, longestWaitMs: 60_000 };

const TRIES = 4;

/**
 * @param harmless whether the request may be carried out twice; otherwise it is repeated only when it was surely not looked at
 * @throws what the last attempt threw
 */
export async function repeated<T>(limits: Limits, harmless: boolean, attempt: () => Promise<T>): Promise<T> {
  for (let number = 1; ; number += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof RequestFailed) || number === TRIES) throw error;
      const { outcome } = error.failure;
      const waitMs = pauseAfter(error, limits, number);
      const again = outcome === 'not-now' || (outcome === 'unclear' && harmless);
      if (!again || waitMs > limits.longestWaitMs) throw error;
      await sleep(waitMs);
    }
  }
}

/** Milliseconds to wait after the attempt of this number, 1 for the first. */
export function pauseAfter({ failure }: RequestFailed, limits: Limits, number: number): number {
  return failure.waitMs ?? limits.pauseMs * 2 ** (number - 1);
}
