/** One site's request budget: every attempt passes here, retries and token refreshes too. */
import Bottleneck from 'bottleneck';
import { type Clock, systemClock } from './clock.js';
import { SendWindow, type Ticket } from './send-window.js';

export interface Throttle {
  /** Resolves when one request may be sent, in order of asking; null when the signal was aborted meanwhile. */
  enter(signal?: AbortSignal): Promise<Ticket | null>;
  /** Lets nothing through for this many milliseconds: the site asked everybody to wait. */
  hold(ms: number): void;
}

/** Sends are spread 4 % wider than the rate: timers that fire early or late by some milliseconds stay within it. */
const SLACK = 1.04;
/** Requests that left a second apart may arrive a little closer. */
const WINDOW_MS = 1015;

/**
 * Never more than `requestsPerSecond` attempts sent in any one second, counted at the moment of sending; sustains 96 % of it.
 * Bottleneck keeps the queue and the even spacing. Spacing alone is not enough (bottleneck plans the next start from the
 * planned one, so a busy event loop bunches sends), therefore each one also passes the window of real send times.
 */
export function createThrottle(requestsPerSecond: number, clock: Clock = systemClock): Throttle {
  const limit = Math.max(1, Math.floor(requestsPerSecond));
  const window = new SendWindow(limit, Math.max(WINDOW_MS, (limit / requestsPerSecond) * 1000), clock.now);
  const queue = new Bottleneck({ maxConcurrent: 1, minTime: (1000 / requestsPerSecond) * SLACK });
  const movements = new Set<() => void>();
  let heldUntil = 0;

  const onSent = () => {
    for (const wake of [...movements]) wake();
  };

  /** Sleeps until room is likely, a request was sent, or the signal is aborted. */
  const pause = async (ms: number, signal?: AbortSignal) => {
    const moved = new AbortController();
    const wake = () => moved.abort();
    movements.add(wake);
    signal?.addEventListener('abort', wake, { once: true });
    if (!signal?.aborted) await clock.sleep(Math.min(ms, 60_000), moved.signal);
    signal?.removeEventListener('abort', wake);
    movements.delete(wake);
  };

  const admit = async (signal?: AbortSignal): Promise<Ticket | null> => {
    while (!signal?.aborted) {
      const held = heldUntil - clock.now();
      const wait = held > 0 ? held : window.wait();
      if (wait === 0) return window.enter(onSent);
      await pause(wait, signal);
    }
    return null;
  };

  return {
    enter: (signal) =>
      unlessAborted(
        queue.schedule(() => admit(signal)),
        signal,
      ),
    hold: (ms) => {
      heldUntil = Math.max(heldUntil, clock.now() + ms);
    },
  };
}

/** The queue moves one place per interval; who gives up must not wait for its turn. A ticket that comes too late is spent. */
async function unlessAborted(turn: Promise<Ticket | null>, signal?: AbortSignal): Promise<Ticket | null> {
  if (!signal) return turn;
  let giveUp = () => {};
  const aborted = new Promise<null>((resolve) => {
    giveUp = () => {
      resolve(null);
      void turn.then((ticket) => ticket?.sent());
    };
  });
  signal.addEventListener('abort', giveUp, { once: true });
  if (signal.aborted) giveUp();
  const ticket = await Promise.race([turn, aborted]);
  signal.removeEventListener('abort', giveUp);
  return ticket;
}
