/** The one door to a site: every request passes the budget, carries the credentials and is repeated by the same rules. */
import { type Dispatcher, FormData } from 'undici';
import type { Json } from '../contract/table.js';
import { type Clock, systemClock } from '../core/clock.js';
import { createAgent, type Network, type Timeouts } from './agent.js';
import { sending } from './attempt.js';
import { type Authorizer, authorizing } from './authorizer.js';
import { HttpStatusError } from './errors.js';
import type { Answer, HeaderBag, Outgoing, Send } from './exchange.js';
import { CREDENTIAL_CHECK, LoginCheck, MYSELF } from './login-check.js';
import { type AttemptEvent, type RetryRules, retrying } from './retry.js';
import { siteAnswer } from './site-answer.js';
import type { Throttle } from './throttle/throttle.js';
import { throttled, withinQuota } from './throttled.js';
import { endpointOf, siteUrl } from './url.js';

/** A file, sent as a form. */
export interface Upload {
  /** Of the form. */
  readonly field: string;
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Absolute path below the site's base address, its segments encoded (`encodeSegment`). */
  readonly path: string;
  readonly query?: readonly (readonly [name: string, value: string])[];
  readonly body?: Json;
  /** Instead of a body. */
  readonly upload?: Upload;
  /** Beside those of every request. */
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * True for every GET, and for a POST that only reads. `unseen`: a change, sent again only when the site surely did not look at it.
   * False: never sent twice.
   */
  readonly repeatable: boolean | 'unseen';
  /** Who is asking (a stream's name): for counts, logs and messages. */
  readonly onBehalfOf: string;
  /** Refusals the caller understands; some operations answer 401 to an account that merely lacks a permission. */
  readonly understood?: readonly number[];
  /** Attempts in all when the site answers with a fault of its own (5xx); default: as many as the rules allow. */
  readonly faultTries?: number | undefined;
  /** Statuses worth another try for this request, beside those that always are. */
  readonly retry?: readonly number[];
}

export interface HttpResponse extends Answer {
  /** Path and query that were asked, without the host. */
  readonly url_path: string;
}

/** An attempt at a site. */
export interface SiteAttempt extends AttemptEvent {
  readonly onBehalfOf: string;
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** 1 for the first. */
  readonly attempt: number;
}

export interface Counters {
  /** Attempts sent, repeats included. */
  readonly requests: number;
  readonly onBehalfOf: ReadonlyMap<string, number>;
  /** By who asked: answers by their status. */
  readonly answers: ReadonlyMap<string, Readonly<Record<string, number>>>;
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

/** How a site is asked, the same for all of them: connector.yaml says it. */
export interface SiteLimits {
  readonly retry: RetryRules;
  readonly nearLimit: NearLimitRules;
  readonly timeouts: Timeouts;
  /** Largest decoded answer. */
  readonly maxBytes: number;
}

export interface ClientOptions extends SiteLimits {
  /**
   * The site's base address: https (or http on loopback), with the context path if it has one. A function when it is to be
   * found out, or differs by path; asked for each request, its failures are the request's.
   */
  readonly baseUrl: string | ((path: string) => Promise<string>);
  readonly auth: Authorizer;
  /** Shared by everything that talks to the site. */
  readonly throttle: Throttle;
  /** Default: straight, with the authorities that Node trusts. */
  readonly network?: Network | undefined;
  /** Ends everything under way with an `interrupted` error. */
  readonly signal?: AbortSignal;
  readonly onAttempt?: (attempt: SiteAttempt) => void;
  /** An answer said that the site's limit is near. */
  readonly onNearLimit?: () => void;
  readonly clock?: Clock;
  /** Uniform in [0, 1): the jitter. */
  readonly random?: () => number;
}

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
  readonly #agent: Dispatcher;
  readonly #send: Send;
  readonly #counted = new Map<string, number>();
  readonly #answers = new Map<string, Record<string, number>>();
  readonly #login = new LoginCheck(() =>
    this.request({ method: 'GET', path: MYSELF, repeatable: true, onBehalfOf: CREDENTIAL_CHECK }),
  );
  #requests = 0;
  #waitedMs = 0;
  #nearLimit = 0;

  constructor(options: ClientOptions) {
    this.#options = options;
    const { baseUrl, network, timeouts } = options;
    this.#baseOf = typeof baseUrl === 'string' ? async () => baseUrl : baseUrl;
    this.#agent = createAgent(network, timeouts);
    this.#send = this.#composed(options);
  }

  async request(request: HttpRequest): Promise<HttpResponse> {
    const out = outgoing(new URL(await this.#baseOf(request.path)), request);
    const answer = await this.#send(out);
    return { ...answer, url_path: out.url.pathname + out.url.search };
  }

  counters(): Counters {
    return {
      requests: this.#requests,
      onBehalfOf: this.#counted,
      answers: this.#answers,
      waitedMs: this.#waitedMs,
      nearLimit: this.#nearLimit,
    };
  }

  close(): Promise<void> {
    return this.#agent.destroy();
  }

  /** From the inside out: an attempt, its turn, its credentials, its repeats. Renewing a token costs a request of its own, so credentials come before the turn. */
  #composed({ auth, throttle, retry: rules, timeouts, maxBytes, signal, ...options }: ClientOptions): Send {
    const { clock = systemClock, random = Math.random } = options;
    const reading = { redact: auth.redact, clock, maxBytes, retryStatuses: rules.statuses };
    const judge = siteAnswer(reading, (headers) => this.#heed(headers));
    const attempt = sending({ agent: this.#agent, attemptMs: timeouts.attempt, judge, signal });
    const onTurn = (out: Outgoing) => this.#count(out);
    const onRenewed = (out: Outgoing) => this.#tell(out, { status: 401 });
    const authorized = authorizing(throttled(attempt, { throttle, signal, onTurn }), {
      auth,
      onRenewed,
      verdict: (error, sent) => this.#login.verdict(error, sent),
    });
    const repeated = retrying(authorized, {
      ...{ rules, clock, random, signal },
      onAttempt: (out, event) => this.#tell(out, event),
      onWait: (out, waitMs, error) => this.#hold(out, waitMs, error),
    });
    return withinQuota(repeated, clock, rules.longestAskedWaitMs);
  }

  #count({ asked }: Outgoing): void {
    this.#requests++;
    this.#counted.set(asked.onBehalfOf, (this.#counted.get(asked.onBehalfOf) ?? 0) + 1);
  }

  #hold({ asked }: Outgoing, waitMs: number, error: unknown): void {
    const { throttle } = this.#options;
    const limit = error instanceof HttpStatusError ? error.limit : null;
    if (limit === 'site' || limit === 'quota') throttle.hold(waitMs);
    if (limit === 'endpoint') throttle.hold(waitMs, endpointOf(asked.method, asked.path));
    this.#waitedMs += waitMs;
  }

  #heed(headers: HeaderBag): void {
    if (headers.get('x-ratelimit-nearlimit')?.trim().toLowerCase() !== 'true') return;
    const { nearLimit, throttle, onNearLimit } = this.#options;
    this.#nearLimit++;
    throttle.slow(nearLimit.forMs, nearLimit.share);
    onNearLimit?.();
  }

  #tell({ asked: { onBehalfOf, method, path }, attempt }: Outgoing, event: AttemptEvent): void {
    if (event.status !== undefined) {
      const answers = this.#answers.get(onBehalfOf) ?? {};
      answers[event.status] = (answers[event.status] ?? 0) + 1;
      this.#answers.set(onBehalfOf, answers);
    }
    this.#options.onAttempt?.({ onBehalfOf, method, path, attempt, ...event });
  }
}

function outgoing(base: URL, request: HttpRequest): Outgoing {
  const { onBehalfOf, method, path, query, body, upload, understood, retry: passing, repeatable, faultTries } = request;
  return {
    asked: { onBehalfOf, method, path, host: base.host, understood, passing },
    url: siteUrl(base, path, query),
    headers: { ...request.headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    body: upload ? formOf(upload) : body === undefined ? undefined : JSON.stringify(body),
    repeat: repeatable === 'unseen' ? 'unseen' : repeatable ? 'always' : 'never',
    faultTries,
    attempt: 1,
  };
}

/** Its length is known before it is sent: a server need not take a body of unknown length. */
function formOf({ field, name, bytes }: Upload): FormData {
  const form = new FormData();
  form.set(field, new Blob([bytes]), name);
  return form;
}
