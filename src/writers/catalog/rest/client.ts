/** The one door to a catalog service: every request carries the credentials and is repeated by the same rules. */
import { stringify } from 'lossless-json';
import { z } from 'zod';
import { systemClock } from '../../../core/clock.js';
import type { ErrorKind } from '../../../core/errors.js';
import { createAgent, type Timeouts } from '../../../http/agent.js';
import { sending } from '../../../http/attempt.js';
import { type Authorizer, authorizing } from '../../../http/authorizer.js';
import { HttpError } from '../../../http/errors.js';
import type { Outgoing, Send } from '../../../http/exchange.js';
import { type RetryRules, retrying } from '../../../http/retry.js';
import { queryText } from '../../../http/url.js';
import type { RestCatalogSettings } from '../../storage/warehouse-settings.js';
import { catalogAnswer } from './answer.js';
import { authorizer } from './auth.js';

export interface CatalogRequest {
  /** The work, to follow "Could not ". */
  readonly what: string;
  /** Path segments below the service's prefix, not yet encoded. */
  readonly path: readonly string[];
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON by POST; absent for a GET. */
  readonly body?: unknown;
}

export interface CatalogLimits {
  readonly retry: RetryRules;
  readonly timeouts: Timeouts;
  /** Largest decoded answer: it holds a table's metadata. */
  readonly maxBytes: number;
}

/** How catalogs are asked; how sites are is in connector.yaml. */
export const CATALOG_LIMITS: CatalogLimits = {
  retry: {
    statuses: [408, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524, 527, 529, 530],
    tries: 4,
    triesWhenBroken: 3,
    firstWaitMs: 1000,
    longestWaitMs: 60_000,
    longestAskedWaitMs: 180_000,
  },
  timeouts: { connect: 10_000, headers: 60_000, body: 60_000, attempt: 60_000 },
  maxBytes: 256 * 1024 * 1024,
};

const configJson = z.looseObject({
  defaults: z.record(z.string(), z.string()).nullish(),
  overrides: z.record(z.string(), z.string()).nullish(),
});

export class RestClient {
  readonly #uri: string;
  readonly #warehouse: string | undefined;
  readonly #send: Send;
  #base: Promise<string> | null = null;

  constructor(
    settings: RestCatalogSettings,
    readonly limits: CatalogLimits = CATALOG_LIMITS,
  ) {
    this.#uri = settings.uri.replace(/\/+$/, '');
    this.#warehouse = settings.warehouse;
    this.#send = this.#composed(settings);
  }

  /**
   * Reads are repeated when the network or the service falters. A change (`body`) is repeated only when it was surely not
   * looked at.
   * @param shape of the answer, whose numbers are exact
   * @throws HttpError, whose outcome says what became of a change
   */
  async ask<T>(request: CatalogRequest, shape: z.ZodType<T>): Promise<T> {
    const base = await this.#whereTablesAre();
    const url = new URL([base, ...request.path.map(encodeURIComponent)].join('/'));
    url.search = queryText(Object.entries(request.query ?? {}));
    return this.#ask(outgoing(request, url), shape);
  }

  /** Asks the service how it wants to be asked, which needs its address and our credentials to be right. */
  async open(): Promise<void> {
    await this.#whereTablesAre();
  }

  /** From the inside out: an attempt, its credentials, its repeats. Tokens are asked for by the same attempts. */
  #composed({ auth: settings, network }: RestCatalogSettings): Send {
    const { retry: rules, timeouts, maxBytes } = this.limits;
    const again = { rules, clock: systemClock, random: Math.random };
    const redact = (text: string) => auth.redact(text);
    const judge = catalogAnswer({ redact, clock: systemClock, maxBytes, retryStatuses: rules.statuses });
    const attempt = sending({ agent: createAgent(network, timeouts), attemptMs: timeouts.attempt, judge });
    const auth: Authorizer = authorizer(settings, this.#uri, retrying(attempt, again));
    return retrying(authorizing(attempt, { auth }), again);
  }

  /** The service says once what stands between `/v1` and the tables' paths. */
  #whereTablesAre(): Promise<string> {
    this.#base ??= this.#configure().catch((error: unknown) => {
      this.#base = null;
      throw error;
    });
    return this.#base;
  }

  async #configure(): Promise<string> {
    const url = new URL(`${this.#uri}/v1/config`);
    url.search = queryText(this.#warehouse === undefined ? [] : [['warehouse', this.#warehouse]]);
    const out = outgoing({ what: `open the catalog ${this.#uri}`, path: [] }, url);
    const { defaults, overrides } = await this.#ask(out, configJson, 'usage');
    const { prefix } = { ...defaults, ...overrides };
    return [this.#uri, 'v1', ...(prefix ? [prefix] : [])].join('/');
  }

  async #ask<T>(out: Outgoing, shape: z.ZodType<T>, kindOfOthers: ErrorKind = 'failed'): Promise<T> {
    const answer = shape.safeParse((await this.#send(out)).json);
    if (answer.success) return answer.data;
    const why = z.prettifyError(answer.error).replaceAll(/\s+/g, ' ');
    const what = `does not answer like an Iceberg REST catalog (${why}). Check \`uri\` of the catalog in the settings, its address without \`/v1\`.`;
    throw new HttpError(kindOfOthers, out.asked, what, 'never', 'unclear', { cause: answer.error });
  }
}

function outgoing({ what, headers = {}, body }: CatalogRequest, url: URL): Outgoing {
  const method = body === undefined ? 'GET' : 'POST';
  const asked = { onBehalfOf: `Could not ${what}`, method, path: url.pathname, host: url.host };
  if (body === undefined) return { asked, url, headers, repeat: 'always', attempt: 1 };
  const withType = { ...headers, 'content-type': 'application/json' };
  return { asked, url, headers: withType, body: stringify(body), repeat: 'unseen', attempt: 1 };
}
