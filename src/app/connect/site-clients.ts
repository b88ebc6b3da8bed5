/** The HTTP client of a connection, as the manifest and the settings want it. */

import type { Ports } from '../../core/ports.js';
import {
  type ClientOptions,
  type Counters,
  createClient,
  type HttpClient,
  type SiteAttempt,
  type SiteLimits,
} from '../../http/client.js';
import { SharedBudget } from '../../http/throttle/shared-budget.js';
import { createThrottle, type Throttle } from '../../http/throttle/throttle.js';
import type { Connection } from '../settings/config.js';
import { definitions } from '../settings/definitions.js';
import { siteLimits } from '../settings/manifest.js';
import { accessOf, type MakeClient, secretsOf } from './credentials.js';

interface Site {
  readonly throttle: Throttle;
  /** Clients not closed yet. */
  clients: number;
}

export interface Clients {
  readonly make: MakeClient;
  /** Of all that were made. */
  counters(): Counters;
  close(): Promise<void>;
}

/** One throttle per site: two connections to the same site share its budget. */
export class SiteClients {
  readonly #sites = new Map<string, Site>();

  readonly #manifest = definitions().manifest;

  /** @param limits default: those of a run */
  constructor(
    private readonly ports: Pick<Ports, 'log' | 'redactor' | 'signal'>,
    private readonly limits: SiteLimits = siteLimits(definitions().manifest),
  ) {}

  /** To be closed by the caller. */
  clientFor(connection: Connection): HttpClient {
    const { make, counters, close } = this.clientsFor(connection);
    const client = make(accessOf(connection.auth, connection.url, make, this.ports.redactor));
    return { request: (request) => client.request(request), counters, close };
  }

  /** Clients of several hosts on behalf of one connection, counted and closed as one. */
  clientsFor(connection: Connection): Clients {
    this.ports.redactor.add(...secretsOf(connection));
    const site = this.#siteOf(connection);
    const made: HttpClient[] = [];
    site.clients++;
    return {
      make: (access, grace) => {
        const manners = this.#manners(site, connection);
        const signal = grace ? somewhatLater(this.ports.signal) : this.ports.signal;
        const client = createClient({ ...manners, ...access, signal });
        made.push(client);
        return client;
      },
      counters: () => sumOf(made.map((client) => client.counters())),
      close: () => this.#close(site, made),
    };
  }

  /** What a connection's clients have in common: the budget is the site's, whichever host is asked on its behalf. */
  #manners({ throttle }: Site, { network }: Connection): Omit<ClientOptions, 'baseUrl' | 'auth'> {
    return {
      ...this.limits,
      throttle,
      network,
      onAttempt: (event) => this.#logAttempt(event),
      onNearLimit: () => this.ports.log.debug('the site says that its limit is near: fewer requests for a while'),
    };
  }

  async #close(site: Site, clients: readonly HttpClient[]): Promise<void> {
    const { nearLimit } = sumOf(clients.map((one) => one.counters()));
    if (nearLimit > 0)
      this.ports.log.info(`${nearLimit} answers said that the site's limit was near; after each we slowed down`);
    for (const client of clients) await client.close();
    site.clients--;
    if (site.clients === 0) await site.throttle.close();
  }

  #logAttempt({ onBehalfOf, method, path, attempt, status, error, waitMs }: SiteAttempt): void {
    const fields = { stream: onBehalfOf, method, path, attempt, status, wait_ms: waitMs };
    if (waitMs === undefined) this.ports.log.debug('request', fields);
    else
      this.ports.log.warn(
        `${error?.message ?? 'the request failed'} Trying again in ${Math.ceil(waitMs / 1000)} s.`,
        fields,
      );
  }

  #siteOf({ url, redis, requestsPerSecond }: Connection): Site {
    const known = this.#sites.get(url);
    if (known) return known;
    const { rate, name } = this.#manifest;
    const perSecond = requestsPerSecond ?? rate.requests_per_second;
    const budget = `${name}:${url.replace(/^https?:\/\//, '')}`;
    const shared = redis && new SharedBudget({ redis, name: budget, requestsPerSecond: perSecond });
    const site: Site = {
      throttle: createThrottle(perSecond, undefined, { atOnce: rate.at_once, shared }),
      clients: 0,
    };
    this.#sites.set(url, site);
    return site;
  }
}

const GRACE_MS = 5_000;

function somewhatLater(signal: AbortSignal): AbortSignal {
  const later = new AbortController();
  const wait = () => setTimeout(() => later.abort(), GRACE_MS).unref();
  if (signal.aborted) later.abort();
  signal.addEventListener('abort', wait, { once: true });
  return later.signal;
}

function sumOf(all: readonly Counters[]): Counters {
  const onBehalfOf = new Map<string, number>();
  for (const [asker, count] of all.flatMap((one) => [...one.onBehalfOf]))
    onBehalfOf.set(asker, (onBehalfOf.get(asker) ?? 0) + count);
  const answers = new Map<string, Record<string, number>>();
  for (const [asker, counts] of all.flatMap((one) => [...one.answers])) {
    const own = answers.get(asker) ?? {};
    for (const [status, count] of Object.entries(counts)) own[status] = (own[status] ?? 0) + count;
    answers.set(asker, own);
  }
  const sum = (each: (one: Counters) => number) => all.reduce((total, one) => total + each(one), 0);
  return {
    requests: sum(({ requests }) => requests),
    onBehalfOf,
    answers,
    waitedMs: sum(({ waitedMs }) => waitedMs),
    nearLimit: sum(({ nearLimit }) => nearLimit),
  };
}
