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
const LONGEST_SLEEP_MS = 60_000;

/**
 * Never more than `requestsPerSecond` attempts sent in any one second, counted at the moment of sending; sustains 96 % of it.
 * Bottleneck keeps the queue and the even spacing. Spacing alone is not enough (bottleneck plans the next start from the
 * planned one, so a busy event loop bunches sends), therefore each one also passes the window of real send times.
 */
export function createThrottle(requestsPerSecond: number, clock: Clock = systemClock): Throttle {
  return new SiteThrottle(requestsPerSecond, clock);
}

class SiteThrottle implements Throttle {
  readonly #window: SendWindow;
  readonly #queue: Bottleneck;
  readonly #sleepers = new Set<() => void>();
  #heldUntil = 0;

  constructor(
    requestsPerSecond: number,
    private readonly clock: Clock,
  ) {
    const limit = Math.max(1, Math.floor(requestsPerSecond));
    const width = Math.max(WINDOW_MS, (limit / requestsPerSecond) * 1000);
    this.#window = new SendWindow(limit, width, clock.now);
    this.#queue = new Bottleneck({ maxConcurrent: 1, minTime: (1000 / requestsPerSecond) * SLACK });
  }

  enter(signal?: AbortSignal): Promise<Ticket | null> {
    const turn = this.#queue.schedule(() => this.#admit(signal));
    return signal ? unlessAborted(turn, signal) : turn;
  }

  hold(ms: number): void {
    this.#heldUntil = Math.max(this.#heldUntil, this.clock.now() + ms);
  }

  async #admit(signal?: AbortSignal): Promise<Ticket | null> {
    while (!signal?.aborted) {
      const held = this.#heldUntil - this.clock.now();
      const wait = held > 0 ? held : this.#window.wait();
      if (wait === 0) return this.#window.enter(() => this.#wakeAll());
      await this.#sleep(wait, signal);
    }
    return null;
  }

  #wakeAll(): void {
    for (const wake of [...this.#sleepers]) wake();
  }

  /** Sleeps until room is likely, a request was sent, or the signal is aborted. */
  async #sleep(ms: number, signal?: AbortSignal): Promise<void> {
    const woken = new AbortController();
    const wake = () => woken.abort();
    this.#sleepers.add(wake);
    signal?.addEventListener('abort', wake, { once: true });
    await this.clock.sleep(Math.min(ms, LONGEST_SLEEP_MS), woken.signal);
    signal?.removeEventListener('abort', wake);
    this.#sleepers.delete(wake);
  }
}

/** The queue moves one place per interval; who gives up must not wait for its turn. A ticket that comes too late is spent. */
async function unlessAborted(turn: Promise<Ticket | null>, signal: AbortSignal): Promise<Ticket | null> {
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
