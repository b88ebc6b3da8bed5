/** A site's budget shared by several processes: Bottleneck's clustering keeps it in Redis. */
import type Bottleneck from 'bottleneck';
import { type Clock, systemClock } from '../../core/clock.js';
import { ConnectorError } from '../../core/errors.js';
import { type RedisAddress, redisLogin } from './redis-login.js';
import { windowOf } from './send-window.js';

/** One of as many places as requests may be sent in a second: who holds it may send one. */
export interface Place {
  /** True when it was kept for so long that Redis may soon take it away. */
  lost(): boolean;
  /** Gives it back after this many milliseconds; only the first call counts. */
  leave(afterMs: number): void;
}

export interface SharedBudgetOptions {
  readonly redis: RedisAddress;
  /** The same in all processes that share the budget, different for every site. */
  readonly name: string;
  /** Should be the same in all processes; if not, the last one to come decides how many places there are. */
  readonly requestsPerSecond: number;
  readonly clock?: Clock;
}

const CONNECT_MS = 5000;
const COMMAND_MS = 5000;
/** A request that was not sent within this time gives its place up: see `KEPT_MS`. */
const UNSENT_MS = 10_000;
/** Bottleneck counts with the clocks of the processes. */
const SKEW_MS = 2000;
/**
 * Redis takes a place away after this time (and the time of the window), so that a killed process does not keep it for
 * ever. Longer than a slow command, the time unsent and the difference of clocks together.
 */
const KEPT_MS = COMMAND_MS + UNSENT_MS + 2 * SKEW_MS + 1000;
/** Redis forgets a budget that nobody has used for so long. */
const FORGOTTEN_MS = 10 * 60_000;

interface Link {
  readonly limiter: Bottleneck;
  /** Rejects when Redis is lost. */
  readonly lost: Promise<never>;
}

/**
 * A place is held from before a request is sent until a second after, so never more requests are sent in a second than
 * there are places. Spacing over processes (bottleneck's `minTime`) could not promise that: a request is sent some
 * milliseconds after its turn, more when a process is busy.
 */
export class SharedBudget {
  readonly #clock: Clock;
  readonly #held = new Set<Promise<unknown>>();
  #link: Promise<Link> | undefined;

  constructor(private readonly options: SharedBudgetOptions) {
    this.#clock = options.clock ?? systemClock;
  }

  /**
   * Waits for a place; connects on first use.
   * @throws ConnectorError kind `later` (Redis cannot be reached, or was lost: what others send is not known any more) or
   * `usage` (Redis refuses us, its client is not installed, its clock is another).
   */
  async take(signal?: AbortSignal): Promise<Place> {
    this.#link ??= this.#connect();
    const { limiter, lost } = await this.#link;
    const expiration = KEPT_MS + windowOf(this.options.requestsPerSecond).width;
    const granted = new Promise<Place>((resolve, reject) => {
      const task = async () => (signal?.aborted ? reject(interrupted()) : this.#hold(resolve));
      const job = limiter
        .schedule({ expiration }, task)
        // Once granted, `reject` has no effect: a place that Redis took away says so by `lost`.
        .catch((error) => reject(this.#trouble(error)))
        .finally(() => this.#held.delete(job));
      this.#held.add(job);
    });
    return Promise.race([granted, lost]);
  }

  /** Waits until the places that are held are given back (the last one a second after its request), then leaves Redis. */
  async close(): Promise<void> {
    const link = this.#link;
    this.#link = undefined;
    if (link === undefined) return;
    const opened = await link.catch(() => null);
    if (opened === null) return;
    const { limiter, lost } = opened;
    try {
      await this.#within(UNSENT_MS, [Promise.all(this.#held), lost]);
      await limiter.disconnect(true);
    } catch {
      // Redis is gone already; there is nothing to leave.
      await limiter.disconnect(false);
    }
  }

  /** Resolves when the place is given back: Bottleneck frees it then. */
  #hold(grant: (place: Place) => void): Promise<void> {
    const until = this.#clock.now() + UNSENT_MS;
    return new Promise((free) =>
      grant({
        lost: () => this.#clock.now() > until,
        leave: (afterMs) => void this.#clock.sleep(afterMs).then(free),
      }),
    );
  }

  async #connect(): Promise<Link> {
    // Loaded here: a budget that nobody shares needs none of it.
    const limiter = this.#limiter((await import('bottleneck')).default);
    const lost = new Promise<never>((_, reject) => {
      limiter.on('error', (error) => reject(this.#trouble(error)));
      limiter.ready().then(
        () => limiter.clients().client.once('end', () => reject(this.#trouble({ code: 'ECONNRESET' }))),
        (error) => reject(this.#trouble(error)),
      );
    });
    lost.catch(() => undefined);
    try {
      const outcome = await this.#within(CONNECT_MS + COMMAND_MS, [this.#join(limiter), lost]);
      if (outcome === 'late') throw this.#trouble({ code: 'ETIMEDOUT' });
      return { limiter, lost };
    } catch (error) {
      await limiter.disconnect(false);
      throw error instanceof ConnectorError ? error : this.#trouble(error);
    }
  }

  /** What ends first; the timer does not outlive it. */
  async #within<T>(ms: number, work: readonly Promise<T>[]): Promise<T | 'late'> {
    const timer = new AbortController();
    const late = this.#clock.sleep(ms, timer.signal).then(() => 'late' as const);
    try {
      return await Promise.race([...work, late]);
    } finally {
      timer.abort();
    }
  }

  async #join(limiter: Bottleneck): Promise<void> {
    await limiter.ready();
    const [seconds, micros] = await limiter.clients().client.time();
    const skew = Math.abs(Date.now() - (Number(seconds) * 1000 + Number(micros) / 1000));
    if (skew > SKEW_MS)
      throw this.#refusal(`its clock differs from ours by ${Math.round(skew / 1000)} s`, 'Set both right');
    await limiter.updateSettings({ maxConcurrent: windowOf(this.options.requestsPerSecond).limit });
  }

  #limiter(Limiter: typeof Bottleneck): Bottleneck {
    const { name, redis, requestsPerSecond } = this.options;
    try {
      return new Limiter({
        id: name,
        datastore: 'ioredis',
        clearDatastore: false,
        timeout: FORGOTTEN_MS,
        maxConcurrent: windowOf(requestsPerSecond).limit,
        clientOptions: {
          ...redisLogin(redis),
          connectTimeout: CONNECT_MS,
          commandTimeout: COMMAND_MS,
          // After a lost connection nobody knows what the others have sent meanwhile.
          retryStrategy: () => null,
        },
      });
    } catch (error) {
      if (codeOf(error) !== 'MODULE_NOT_FOUND') throw error;
      throw this.#refusal('its client, the optional package ioredis, is not installed', 'Install it');
    }
  }

  /** Names the fault by its code alone: the texts and fields of Redis errors may hold commands with their arguments. */
  #trouble(error: unknown): ConnectorError {
    const code = codeOf(error);
    if (/^(WRONGPASS|NOAUTH|NOPERM|ERR)$/.test(code))
      return this.#refusal(`it refuses us (${code})`, 'Check user, password and database in the URL');
    return new ConnectorError(
      'later',
      `${this.#where()} cannot be used: ${code}. Without it several runs together could exceed the limit of the site. Look after Redis, then run again.`,
    );
  }

  #refusal(what: string, advice: string): ConnectorError {
    return new ConnectorError('usage', `${this.#where()} cannot be used: ${what}. ${advice}, or leave \`redis\` out.`);
  }

  #where = () => `Redis at ${this.options.redis.host}:${this.options.redis.port} (\`throttle.redis\`)`;
}

/** `ECONNREFUSED`; of errors that Redis sends, the first word: `WRONGPASS`, also where ioredis puts its own words before it. */
function codeOf(error: unknown): string {
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
  if (typeof code === 'string') return code;
  return /(?:^|: )([A-Z]{3,})\b/.exec(String(message))?.[1] ?? 'the connection was closed';
}

const interrupted = () => new ConnectorError('interrupted', 'Interrupted; safe to run again.');
