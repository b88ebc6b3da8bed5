/** One site's request budget: every attempt passes here, retries and token refreshes too. */
import { type Clock, systemClock } from '../../core/clock.js';
import { SendWindow, SLACK, type Ticket, windowOf } from './send-window.js';
import type { Place, SharedBudget } from './shared-budget.js';
import { Turns } from './turns.js';

export interface Throttle {
  /**
   * Resolves when one request may be sent: those of an endpoint in order of asking, before them those of endpoints for which fewer wait.
   * Null when the signal was aborted meanwhile.
   * A request whose endpoint is held waits aside while others go on.
   * @throws ConnectorError kind `later` or `usage` when the budget is shared and cannot be asked.
   */
  enter(signal?: AbortSignal, endpoint?: string): Promise<Ticket | null>;
  /** Lets nothing through for this many milliseconds, or nothing of one endpoint: the site asked to wait. */
  hold(ms: number, endpoint?: string): void;
  /** For this many milliseconds only a share (above 0, at most 1) of the rate is used: the site said that its limit is near. */
  slow(ms: number, share: number): void;
  /** Ends what the budget needs outside this process; it may be used again. */
  close(): Promise<void>;
}

export interface ThrottleOptions {
  /** Requests under way at once; default: no bound. Counted until `done` of their ticket. */
  readonly atOnce?: number;
  /** The same budget in other processes. */
  readonly shared?: SharedBudget;
}

const LONGEST_SLEEP_MS = 60_000;

/**
 * Never more than `requestsPerSecond` attempts sent in any one second, counted at the moment of sending; sustains 97 % of it.
 * Turns are spaced evenly, each planned from the plan of the one before, so that late timers do not add up. Spacing alone is not
 * enough (a busy event loop bunches sends), therefore each one also passes the window of real send times.
 */
export function createThrottle(
  requestsPerSecond: number,
  clock: Clock = systemClock,
  options: ThrottleOptions = {},
): Throttle {
  return new SiteThrottle(requestsPerSecond, clock, options);
}

class SiteThrottle implements Throttle {
  readonly #window: SendWindow;
  readonly #turns = new Turns();
  #queue: Promise<void> = Promise.resolve();
  #nextTurn = Number.NEGATIVE_INFINITY;
  readonly #spacing: number;
  readonly #sleepers = new Set<() => void>();
  /** Endpoint -> until when; entries go when their time is over. */
  readonly #heldEndpoints = new Map<string, number>();
  #heldUntil = 0;
  #slowed = { until: 0, share: 1 };
  #lastEntry = Number.NEGATIVE_INFINITY;
  #underWay = 0;

  constructor(
    requestsPerSecond: number,
    private readonly clock: Clock,
    private readonly options: ThrottleOptions,
  ) {
    const { limit, width } = windowOf(requestsPerSecond);
    this.#window = new SendWindow(limit, width, clock.now);
    this.#spacing = (1000 / requestsPerSecond) * SLACK;
  }

  async enter(signal?: AbortSignal, endpoint = ''): Promise<Ticket | null> {
    while (true) {
      const held = this.#heldFor(endpoint);
      if (held > 0) await this.#sleep(held, signal);
      const turn = this.#inTurn(() => this.#admit(endpoint, signal), endpoint, signal);
      const ticket = await (signal ? unlessAborted(turn, signal) : turn);
      if (ticket !== 'held') return ticket;
    }
  }

  hold(ms: number, endpoint?: string): void {
    const until = this.clock.now() + ms;
    if (endpoint === undefined) {
      this.#heldUntil = Math.max(this.#heldUntil, until);
      return;
    }
    for (const known of [...this.#heldEndpoints.keys()]) this.#heldFor(known);
    this.#heldEndpoints.set(endpoint, Math.max(this.#heldEndpoints.get(endpoint) ?? 0, until));
  }

  slow(ms: number, share: number): void {
    this.#slowed = { until: this.clock.now() + ms, share };
  }

  async close(): Promise<void> {
    await this.options.shared?.close();
  }

  /** One after the other; those who gave up take no time. */
  #inTurn<T>(work: () => Promise<T>, endpoint: string, signal?: AbortSignal): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#turns.add({ endpoint, signal, go: () => work().then(resolve, reject) });
      this.#queue = this.#queue.then(() => this.#turn());
    });
  }

  async #turn(): Promise<void> {
    const now = this.clock.now();
    const planned = Math.max(now, this.#nextTurn);
    if (planned > now && !this.#turns.first?.signal?.aborted)
      await this.clock.sleep(planned - now, this.#turns.first?.signal);
    const givenUp = this.#turns.givenUp();
    if (givenUp) return givenUp.go();
    this.#nextTurn = planned + this.#spacing;
    await this.#turns.next((endpoint) => this.#heldFor(endpoint) > 0)?.go();
  }

  /** `held`: its endpoint was held after it had joined the queue; it must not keep others from their turn. */
  async #admit(endpoint: string, signal?: AbortSignal): Promise<Ticket | 'held' | null> {
    while (!signal?.aborted) {
      if (this.#heldFor(endpoint) > 0) return 'held';
      const wait = this.#wait();
      if (wait > 0) {
        await this.#sleep(wait, signal);
        continue;
      }
      const place = await this.options.shared?.take(signal);
      // Waiting for the others may have taken long.
      const stillFree = !signal?.aborted && this.#heldFor(endpoint) <= 0 && this.#wait() === 0;
      if (stillFree) return this.#ticket(place);
      place?.leave(0);
    }
    return null;
  }

  /** Milliseconds until anything may go; `Infinity` when it depends on a request under way. */
  #wait(): number {
    if (this.#underWay >= (this.options.atOnce ?? Number.POSITIVE_INFINITY)) return Number.POSITIVE_INFINITY;
    const now = this.clock.now();
    const { until, share } = this.#slowed;
    const spaced = now < until ? this.#lastEntry + this.#spacing / share - now : 0;
    return Math.max(0, this.#heldUntil - now, spaced, this.#window.wait());
  }

  #heldFor(endpoint: string): number {
    const left = (this.#heldEndpoints.get(endpoint) ?? 0) - this.clock.now();
    if (left <= 0) this.#heldEndpoints.delete(endpoint);
    return left;
  }

  #ticket(place: Place | undefined): Ticket {
    this.#lastEntry = this.clock.now();
    this.#underWay++;
    const { sent } = this.#window.enter(() => {
      place?.leave(this.#window.width);
      this.#wakeAll();
    });
    let open = true;
    const done = () => {
      if (open) this.#underWay--;
      open = false;
      this.#wakeAll();
    };
    return { sent, done, lost: () => place?.lost() ?? false };
  }

  #wakeAll(): void {
    for (const wake of [...this.#sleepers]) wake();
  }

  /** Sleeps until room is likely, a request was sent or is done, or the signal is aborted. */
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
async function unlessAborted(turn: Promise<Ticket | 'held' | null>, signal: AbortSignal) {
  const spend = (ticket: Ticket | 'held' | null) => {
    if (ticket === null || ticket === 'held') return;
    ticket.sent();
    ticket.done?.();
  };
  let giveUp = () => {};
  const aborted = new Promise<null>((resolve) => {
    giveUp = () => {
      resolve(null);
      turn.then(spend, () => undefined);
    };
  });
  signal.addEventListener('abort', giveUp, { once: true });
  if (signal.aborted) giveUp();
  try {
    return await Promise.race([turn, aborted]);
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}
