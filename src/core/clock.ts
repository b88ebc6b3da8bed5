/** Time as the HTTP room sees it; tests put their own in its place. */
import { performance } from 'node:perf_hooks';

export interface Clock {
  /** Milliseconds that never jump: all waits are measured with it. */
  now(): number;
  /** Epoch milliseconds: only to read dates that a server sends. */
  wall(): number;
  /** Resolves after `ms`, or at once when the signal is aborted (the caller looks at the signal). */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  wall: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal?.addEventListener('abort', done, { once: true });
      if (signal?.aborted) done();
    }),
};
