/** The one door to a catalog service: every request carries the credentials and is repeated by the same rules. */
import { stringify } from 'lossless-json';
import { z } from 'zod';
import type { RestCatalogSettings } from '../../storage/lake.js';
import { authorizer } from './auth.js';
import { isRefusal, RequestFailed } from './failure.js';
import { type Limits, repeated, USUAL_LIMITS } from './repeat.js';
import { type Authorizer, type Outgoing, send } from './send.js';

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

const configJson = z.looseObject({
  defaults: z.record(z.string(), z.string()).nullish(),
  overrides: z.record(z.string(), z.string()).nullish(),
});

export class RestClient {
  readonly #uri: string;
  readonly #warehouse: string | undefined;
  readonly #auth: Authorizer;
  readonly limits: Limits;
  #base: Promise<string> | null = null;

  constructor(settings: RestCatalogSettings, limits: Partial<Limits> = {}) {
    this.#uri = settings.uri.replace(/\/+$/, '');
    this.#warehouse = settings.warehouse;
    this.limits = { ...USUAL_LIMITS, ...limits };
    this.#auth = authorizer(settings.auth, this.#uri, this.limits);
  }

  /**
   * Reads are repeated when the network or the service falters. A change (`body`) is repeated only when it was surely not
   * looked at.
   * @returns the answer's JSON, its numbers exact
   * @throws RequestFailed
   */
  async ask(request: CatalogRequest): Promise<unknown> {
    const base = await this.#whereTablesAre();
    const url = new URL([base, ...request.path.map(encodeURIComponent)].join('/'));
    url.search = queryText(request.query ?? {});
    return this.#persist(request.what, outgoing(request, url));
  }

  /** Asks the service how it wants to be asked, which needs its address and our credentials to be right. */
  async open(): Promise<void> {
    await this.#whereTablesAre();
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
    const what = `open the catalog ${this.#uri}`;
    const url = new URL(`${this.#uri}/v1/config`);
    url.search = queryText(this.#warehouse === undefined ? {} : { warehouse: this.#warehouse });
    const config = configJson.safeParse(await this.#persist(what, { method: 'GET', url, headers: {} }));
    if (!config.success) {
      const came = `${url.host} does not answer like an Iceberg REST catalog`;
      const advice = 'Give its address without `/v1` as `uri` of the catalog in the settings.';
      throw new RequestFailed(what, { outcome: 'refused', kind: 'usage', came, advice, cause: config.error });
    }
    const { prefix } = { ...config.data.defaults, ...config.data.overrides };
    return [this.#uri, 'v1', ...(prefix ? [prefix] : [])].join('/');
  }

  async #persist(what: string, out: Outgoing): Promise<unknown> {
    let renewed = false;
    return repeated(this.limits, out.method === 'GET', async () => {
      for (;;) {
        const credentials = await this.#auth.headers(out);
        try {
          return await send(what, { ...out, headers: { ...out.headers, ...credentials } }, this.limits.timeoutMs);
        } catch (error) {
          const expired = isRefusal(error, 401) || isRefusal(error, 419);
          if (!expired || renewed || !this.#auth.renew(credentials)) throw error;
          renewed = true;
        }
      }
    });
  }
}

/** Spaces as `%20`: those who check signatures take `+` for itself. */
function queryText(query: Readonly<Record<string, string>>): string {
  return Object.entries(query)
    .map((pair) => pair.map(encodeURIComponent).join('='))
    .join('&');
}

function outgoing({ headers = {}, body }: CatalogRequest, url: URL): Outgoing {
  if (body === undefined) return { method: 'GET', url, headers };
  return { method: 'POST', url, headers: { ...headers, 'content-type': 'application/json' }, body: stringify(body) };
}
