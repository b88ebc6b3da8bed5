/** The one door to a site: every request passes the budget, carries the credentials and is repeated by the same rules. */
import { fetch as undiciFetch } from 'undici';
import type { Json } from '../contract/table.js';
import { type Clock, systemClock } from '../core/clock.js';
import { ConnectorError } from '../core/errors.js';
import { createAgent, type Network } from './agent.js';
import { type Answer, type AttemptSetting, attempt, type Fetch, type Outgoing } from './attempt.js';
import type { Authorizer } from './authorizer.js';
import { AuthError, HttpStatusError, RateLimitTooLongError } from './errors.js';
import { CREDENTIAL_CHECK, LoginCheck, MYSELF } from './login-check.js';
import { type JsonValue, MAX_DEPTH } from './parse.js';
import { type Attempts, DEFAULT_RETRY, nextTry, type Repeat, type RetryRules } from './retry.js';
import type { Throttle } from './throttle/throttle.js';
import { endpointOf, siteUrl } from './url.js';

export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  /** Absolute path below the site's base address, its segments encoded (`encodeSegment`). */
  readonly path: string;
  readonly query?: readonly (readonly [name: string, value: string])[];
  readonly body?: Json;
  /** True for every GET, and for a POST that only reads. Anything else is never sent twice. */
  readonly repeatable: boolean;
  /** Who is asking (a stream's name): for counts, logs and messages. */
  readonly label: string;
  /** Refusals the caller understands; some operations answer 401 to an account that merely lacks a permission. */
  readonly understood?: readonly number[];
  /** Attempts in all when the site answers with a fault of its own (5xx); default: as many as the rules allow. */
  readonly faultTries?: number | undefined;
  /** Statuses worth another try for this request, beside those that always are. */
  readonly retry?: readonly number[];
}

export interface HttpResponse {
  /** 200 to 299. */
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly json: JsonValue;
  /** Length of the body, unpacked. */
  readonly bytes: number;
  /** Path and query that were asked, without the host. */
  readonly url_path: string;
}

/** One attempt that is over: told as it happens, for logs and progress. */
export interface AttemptEvent {
  readonly label: string;
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** 1 for the first. */
  readonly attempt: number;
  /** Of the answer; absent when none came. */
  readonly status?: number;
  readonly error?: ConnectorError;
  /** Milliseconds until the next attempt; absent when there is none. */
  readonly waitMs?: number;
}

export interface Counters {
  /** Attempts sent, repeats included. */
  readonly requests: number;
  readonly byLabel: ReadonlyMap<string, number>;
  /** Milliseconds slept between attempts, summed over requests. */
  readonly waitedMs: number;
  /** Answers that said `X-RateLimit-NearLimit: true`. */
  readonly nearLimit: number;
}

/** What is done when an answer says that the site's limit is near. */
export interface NearLimitRules {
  /** Part of the rate that is used meanwhile. */
  readonly share: number;
  /** From each such answer on. */
  readonly forMs: number;
}

export interface ClientOptions {
  /**
   * The site's base address: https (or http on loopback), with the context path if it has one. A function when it is to be
   * found out, or differs by path; asked for each request, its failures are the request's.
   */
  readonly baseUrl: string | ((path: string) => Promise<string>);
  readonly auth: Authorizer;
  /** Shared by everything that talks to the site. */
  readonly throttle: Throttle;
  readonly retry?: Partial<RetryRules>;
  readonly nearLimit?: NearLimitRules;
  readonly timeouts?: Partial<Timeouts>;
  /** Default: straight, with the authorities that Node trusts. */
  readonly network?: Network | undefined;
  /** Largest decoded answer; default 64 MB. */
  readonly maxBytes?: number;
  /** Deepest nesting of an answer; default 100. */
  readonly maxDepth?: number;
  readonly userAgent?: string;
  /** Ends everything under way with an `interrupted` error. */
  readonly signal?: AbortSignal;
  readonly onAttempt?: (event: AttemptEvent) => void;
  /** An answer said that the site's limit is near. */
  readonly onNearLimit?: () => void;
  readonly clock?: Clock;
  /** Uniform in [0, 1): the jitter. */
  readonly random?: () => number;
  readonly fetch?: Fetch;
}

/** Milliseconds. */
export interface Timeouts {
  readonly connect: number;
  readonly headers: number;
  /** Between two pieces of a body. */
  readonly body: number;
  /** Everything, from sending to the last byte. */
  readonly attempt: number;
}

const DEFAULT_TIMEOUTS: Timeouts = { connect: 10_000, headers: 60_000, body: 30_000, attempt: 180_000 };
const DEFAULT_NEAR_LIMIT: NearLimitRules = { share: 0.5, forMs: 10_000 };
const MAX_BYTES = 64 * 1024 * 1024;

export interface HttpClient {
  /**
   * Asks once, and again as the rules allow.
   * @throws HttpStatusError, AuthError, WrongSiteError, RateLimitTooLongError, TooLargeError, ProtocolError, NetworkError,
   * TlsError (all HttpError); ConnectorError kind `interrupted`; ConnectorError kind `failed` for a path outside the site.
   */
  request(request: HttpRequest): Promise<HttpResponse>;
  counters(): Counters;
  /** Closes the connections. */
  close(): Promise<void>;
}

export function createClient(options: ClientOptions): HttpClient {
  return new Client(options);
}

class Client implements HttpClient {
  readonly #options: ClientOptions;
  readonly #baseOf: (path: string) => Promise<string>;
  readonly #rules: RetryRules;
  readonly #clock: Clock;
  readonly #setting: AttemptSetting;
  readonly #byLabel = new Map<string, number>();
  readonly #login = new LoginCheck(() =>
    this.request({ method: 'GET', path: MYSELF, repeatable: true, label: CREDENTIAL_CHECK }),
  );
  #quotaBackAt = 0;
  #requests = 0;
  #waitedMs = 0;
  #nearLimit = 0;

  constructor(options: ClientOptions) {
    this.#options = options;
    const { baseUrl } = options;
    this.#baseOf = typeof baseUrl === 'string' ? async () => baseUrl : baseUrl;
    this.#rules = { ...DEFAULT_RETRY, ...options.retry };
    this.#clock = options.clock ?? systemClock;
    const timeouts = { ...DEFAULT_TIMEOUTS, ...options.timeouts };
    this.#setting = {
      fetch: options.fetch ?? undiciFetch,
      agent: createAgent(options.network, timeouts),
      redact: options.auth.redact,
      clock: this.#clock,
      userAgent: options.userAgent ?? 'jira-iceberg-connector',
      attemptMs: timeouts.attempt,
      maxBytes: options.maxBytes ?? MAX_BYTES,
      maxDepth: options.maxDepth ?? MAX_DEPTH,
      retryStatuses: this.#rules.statuses,
      onHeaders: (headers) => this.#heed(headers),
    };
  }

  async request(request: HttpRequest): Promise<HttpResponse> {
    const out = outgoing(new URL(await this.#baseOf(request.path)), request);
    const random = this.#options.random ?? Math.random;
    // Each request that is sent before the quota is full again would be refused in the same way.
    const left = this.#quotaBackAt - this.#clock.now();
    if (left > 0) throw new RateLimitTooLongError(out.asked, left, this.#rules.longestAskedWaitMs);
    for (let sofar: Attempts = { made: 1, askedWaitMs: 0 }; ; ) {
      try {
        const answer = await this.#send(out, request, sofar);
        this.#tell(request, sofar, { status: answer.status });
        return { ...answer, url_path: out.url.pathname + out.url.search };
      } catch (error) {
        const verdict = nextTry(error, sofar, this.#rulesFor(error, request), request.repeatable, random);
        this.#tell(request, sofar, { ...seen(error), waitMs: verdict.again ? verdict.waitMs : undefined });
        if (!verdict.again) {
          if (spentQuota(error) && verdict.error instanceof RateLimitTooLongError)
            this.#quotaBackAt = this.#clock.now() + verdict.error.waitMs;
          throw verdict.error;
        }
        await this.#wait(verdict, error, out);
        sofar = { made: sofar.made + 1, askedWaitMs: sofar.askedWaitMs + verdict.askedMs };
      }
    }
  }

  counters(): Counters {
    return { requests: this.#requests, byLabel: this.#byLabel, waitedMs: this.#waitedMs, nearLimit: this.#nearLimit };
  }

  close(): Promise<void> {
    return this.#setting.agent.destroy();
  }

  #rulesFor(error: unknown, { faultTries }: HttpRequest): RetryRules {
    const fault = error instanceof HttpStatusError && error.status >= 500;
    return fault && faultTries !== undefined ? { ...this.#rules, tries: faultTries } : this.#rules;
  }

  /** A login that has ended is renewed, and the request sent once more. */
  async #send(out: Outgoing, request: HttpRequest, sofar: Attempts): Promise<Answer> {
    const { auth } = this.#options;
    // Before the throttle: renewing a token costs a request of its own, which must find room.
    const credentials = await auth.headers();
    try {
      return await this.#sendOnce(out, credentials);
    } catch (error) {
      if (!isRefusal(error) || !(await auth.refused?.(credentials)))
        throw await this.#login.verdict(error, credentials);
      this.#tell(request, sofar, { status: 401 });
      const renewed = await auth.headers();
      return await this.#sendOnce(out, renewed).catch(async (again: unknown) => {
        throw await this.#login.verdict(again, renewed);
      });
    }
  }

  async #sendOnce(out: Outgoing, credentials: Record<string, string>): Promise<Answer> {
    const { throttle, signal } = this.#options;
    const ticket = await throttle.enter(signal, endpointOf(out.asked.method, out.asked.path));
    if (ticket === null) throw interrupted(out);
    this.#requests++;
    this.#byLabel.set(out.asked.label, (this.#byLabel.get(out.asked.label) ?? 0) + 1);
    try {
      return await attempt(this.#setting, out, credentials, ticket, signal);
    } catch (error) {
      throw signal?.aborted ? interrupted(out) : error;
    } finally {
      ticket.done?.();
    }
  }

  async #wait({ waitMs }: Repeat, error: unknown, { asked }: Outgoing): Promise<void> {
    const limit = error instanceof HttpStatusError ? error.limit : null;
    if (limit === 'site' || limit === 'quota') this.#options.throttle.hold(waitMs);
    if (limit === 'endpoint') this.#options.throttle.hold(waitMs, endpointOf(asked.method, asked.path));
    this.#waitedMs += waitMs;
    await this.#clock.sleep(waitMs, this.#options.signal);
  }

  #heed(headers: HttpResponse['headers']): void {
    if (headers.get('x-ratelimit-nearlimit')?.trim().toLowerCase() !== 'true') return;
    const { share, forMs } = this.#options.nearLimit ?? DEFAULT_NEAR_LIMIT;
    this.#nearLimit++;
    this.#options.throttle.slow(forMs, share);
    this.#options.onNearLimit?.();
  }

  #tell(request: HttpRequest, sofar: Attempts, event: Pick<AttemptEvent, 'status' | 'error' | 'waitMs'>): void {
    const { label, method, path } = request;
    this.#options.onAttempt?.({ label, method, path, attempt: sofar.made, ...event });
  }
}

function outgoing(base: URL, request: HttpRequest): Outgoing {
  const { label, method, path, understood = [], retry: passing = [] } = request;
  const url = siteUrl(base, path, request.query);
  const body = request.body === undefined ? undefined : JSON.stringify(request.body);
  return { asked: { label, method, path, host: base.host, understood, passing }, url, body };
}

function seen(error: unknown): Pick<AttemptEvent, 'status' | 'error'> {
  return {
    status: error instanceof HttpStatusError ? error.status : undefined,
    error: error instanceof ConnectorError ? error : undefined,
  };
}

/** Also where a caller understands 401 as a missing permission: with a token that has ended it means nothing. */
const isRefusal = (error: unknown) =>
  (error instanceof AuthError && error.reason !== 'captcha') ||
  (error instanceof HttpStatusError && error.status === 401 && !error.missingScope);

const spentQuota = (error: unknown) => error instanceof HttpStatusError && error.limit === 'quota';

const interrupted = (out: Outgoing) =>
  new ConnectorError('interrupted', `${out.asked.label}: interrupted; safe to run again.`, {
    detail: `${out.asked.method} ${out.asked.path}`,
  });
