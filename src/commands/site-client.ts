/** The HTTP client of a connection, as the manifest and the settings want it. */
import type { Connection } from '../config/config.js';
import type { Manifest } from '../config/manifest.js';
import { type AttemptEvent, createClient, type HttpClient } from '../runtime/http/client.js';
import { createSharedBudget } from '../runtime/http/shared-budget.js';
import { createThrottle, type Throttle } from '../runtime/http/throttle.js';
import { authorizerOf } from './credentials.js';
import type { Log } from './log.js';

interface Site {
  readonly throttle: Throttle;
  /** Clients not closed yet. */
  clients: number;
}

/** One throttle per site: two connections to the same site share its budget. */
export class SiteClients {
  readonly #sites = new Map<string, Site>();

  constructor(
    private readonly manifest: Manifest,
    private readonly log: Log,
    private readonly signal: AbortSignal,
  ) {}

  /** To be closed by the caller. */
  clientFor(connection: Connection): HttpClient {
    const { retry, rate, timeouts, caps, name, version } = this.manifest;
    const site = this.#siteOf(connection);
    const client = createClient({
      baseUrl: connection.url,
      auth: authorizerOf(connection.auth),
      throttle: site.throttle,
      retry: {
        statuses: retry.statuses,
        tries: retry.tries,
        firstWaitMs: retry.first_wait,
        longestWaitMs: retry.longest_wait,
        longestAskedWaitMs: retry.longest_retry_after,
      },
      nearLimit: { share: rate.near_limit.share, forMs: rate.near_limit.for },
      timeouts,
      maxBytes: caps.response_bytes,
      userAgent: `${name}/${version}`,
      signal: this.signal,
      onAttempt: (event) => this.#logAttempt(event),
      onNearLimit: () => this.log.debug('the site says that its limit is near: fewer requests for a while'),
    });
    site.clients++;
    return {
      request: (request) => client.request(request),
      counters: () => client.counters(),
      close: () => this.#close(site, client),
    };
  }

  async #close(site: Site, client: HttpClient): Promise<void> {
    const { nearLimit } = client.counters();
    if (nearLimit > 0)
      this.log.info(`${nearLimit} answers said that the site's limit was near; after each we slowed down`);
    await client.close();
    site.clients--;
    if (site.clients === 0) await site.throttle.close();
  }

  #logAttempt({ label, method, path, attempt, status, error, waitMs }: AttemptEvent): void {
    const fields = { stream: label, method, path, attempt, status, wait_ms: waitMs };
    if (waitMs === undefined) this.log.debug('request', fields);
    else
      this.log.warn(
        `${error?.message ?? 'the request failed'} Trying again in ${Math.round(waitMs / 1000)} s.`,
        fields,
      );
  }

  #siteOf({ url, redis, requestsPerSecond }: Connection): Site {
    const known = this.#sites.get(url);
    if (known) return known;
    const { rate, name } = this.manifest;
    const perSecond = requestsPerSecond ?? rate.requests_per_second;
    const budget = `${name}:${url.replace(/^https?:\/\//, '')}`;
    const shared = redis && createSharedBudget({ redis, name: budget, requestsPerSecond: perSecond });
    const site: Site = {
      throttle: createThrottle(perSecond, undefined, { atOnce: rate.at_once, shared }),
      clients: 0,
    };
    this.#sites.set(url, site);
    return site;
  }
}
