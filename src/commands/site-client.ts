/** The HTTP client of a connection, as the manifest and the settings want it. */
import type { Connection } from '../config/config.js';
import type { Manifest } from '../config/manifest.js';
import { createClient, type HttpClient } from '../runtime/http/client.js';
import { createThrottle, type Throttle } from '../runtime/http/throttle.js';
import { authorizerOf } from './credentials.js';
import type { Log } from './log.js';

/** One throttle per site: two connections to the same site share its budget. */
export class SiteClients {
  readonly #throttles = new Map<string, Throttle>();

  constructor(
    private readonly manifest: Manifest,
    private readonly log: Log,
    private readonly signal: AbortSignal,
  ) {}

  /** To be closed by the caller. */
  clientFor(connection: Connection): HttpClient {
    const { retry, timeouts, caps, name, version } = this.manifest;
    return createClient({
      baseUrl: connection.url,
      auth: authorizerOf(connection.auth),
      throttle: this.#throttleFor(connection),
      retry: {
        statuses: retry.statuses,
        tries: retry.tries,
        firstWaitMs: retry.first_wait,
        longestWaitMs: retry.longest_wait,
        longestAskedWaitMs: retry.longest_retry_after,
      },
      timeouts,
      maxBytes: caps.response_bytes,
      userAgent: `${name}/${version}`,
      signal: this.signal,
      onAttempt: ({ label, method, path, attempt, status, error, waitMs }) => {
        const fields = { stream: label, method, path, attempt, status, wait_ms: waitMs };
        if (waitMs === undefined) this.log.debug('request', fields);
        else
          this.log.warn(
            `${error?.message ?? 'the request failed'} Trying again in ${Math.round(waitMs / 1000)} s.`,
            fields,
          );
      },
    });
  }

  #throttleFor(connection: Connection): Throttle {
    const known = this.#throttles.get(connection.url);
    if (known) return known;
    const throttle = createThrottle(connection.requestsPerSecond ?? this.manifest.rate.requests_per_second);
    this.#throttles.set(connection.url, throttle);
    return throttle;
  }
}
