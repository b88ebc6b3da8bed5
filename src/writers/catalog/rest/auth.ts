/** Who we are to a catalog service, as request headers. */

import { z } from 'zod';
import type { CatalogAuth, RestCatalogSettings } from '../../storage/lake.js';
import { RequestFailed } from './failure.js';
import { type Limits, repeated } from './repeat.js';
import { type Authorizer, send } from './send.js';
import { sigv4 } from './sigv4.js';

type OAuthSettings = Extract<CatalogAuth, { readonly type: 'oauth2' }>;

/** @param uri of the service, without a trailing slash @param limits of requests for tokens */
export function authorizer(auth: RestCatalogSettings['auth'], uri: string, limits: Limits): Authorizer {
  switch (auth.type) {
    case 'none':
      return fixed({});
    case 'bearer':
      return fixed({ authorization: `Bearer ${auth.token.reveal()}` });
    case 'oauth2':
      return new ClientCredentials(auth, uri, limits);
    case 'sigv4':
      return sigv4(auth.region, auth.service);
  }
}

function fixed(headers: Readonly<Record<string, string>>): Authorizer {
  return { headers: async () => headers, renew: () => false };
}

interface Token {
  readonly header: string;
  /** Milliseconds since 1970. */
  readonly renewAt: number;
}

const tokenJson = z.looseObject({
  access_token: z.string().min(1),
  expires_in: z.coerce.number().positive().optional(),
});

/** A token is renewed this long before its end, or after half its life when that is short. */
const AHEAD_MS = 60_000;

/** OAuth 2.0 client credentials (RFC 6749, 4.4). All who need a token at the same time wait for one request. */
class ClientCredentials implements Authorizer {
  #token: Promise<Token> | null = null;
  /** The newest that was handed out, until it is refused. */
  #header = '';
  readonly #url: URL;
  readonly #form: string;

  constructor(
    settings: OAuthSettings,
    uri: string,
    private readonly limits: Limits,
  ) {
    this.#url = new URL(settings.tokenUrl ?? `${uri}/v1/oauth/tokens`);
    // The catalogs' own endpoints want a scope, and know this one; a foreign one would refuse it.
    const scope = settings.scope ?? (settings.tokenUrl === undefined ? 'catalog' : undefined);
    this.#form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: settings.clientId,
      client_secret: settings.clientSecret.reveal(),
      ...(scope === undefined ? {} : { scope }),
    }).toString();
  }

  async headers(): Promise<Record<string, string>> {
    for (;;) {
      this.#token ??= this.#fetch();
      const asked = this.#token;
      try {
        const { header, renewAt } = await asked;
        if (Date.now() < renewAt) {
          this.#header = header;
          return { authorization: header };
        }
      } catch (error) {
        this.#forget(asked);
        throw error;
      }
      this.#forget(asked);
    }
  }

  renew({ authorization }: Readonly<Record<string, string>>): boolean {
    // Others may have carried it as well, and renewed it already.
    if (authorization !== this.#header) return true;
    this.#header = '';
    this.#token = null;
    return true;
  }

  #forget(token: Promise<Token>): void {
    if (this.#token === token) this.#token = null;
  }

  async #fetch(): Promise<Token> {
    const what = 'get a token for the catalog';
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const { timeoutMs } = this.limits;
    const out = { method: 'POST', url: this.#url, headers, body: this.#form } as const;
    const answer = await repeated(this.limits, true, () => send(what, out, timeoutMs)).catch((error: unknown) => {
      // Whatever became of this request, the one that needs the token was not sent.
      throw error instanceof RequestFailed ? new RequestFailed(what, { ...error.failure, outcome: 'refused' }) : error;
    });
    const token = tokenJson.safeParse(answer);
    if (!token.success) {
      const came = `${this.#url.host} sent no access_token`;
      const advice = 'Check `token_url` of the catalog in the settings.';
      throw new RequestFailed(what, { outcome: 'refused', kind: 'credentials', came, advice });
    }
    const { access_token, expires_in = Number.POSITIVE_INFINITY } = token.data;
    const lifeMs = expires_in * 1000;
    return { header: `Bearer ${access_token}`, renewAt: Date.now() + Math.max(lifeMs / 2, lifeMs - AHEAD_MS) };
  }
}
