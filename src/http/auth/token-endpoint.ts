/** The three questions to a token endpoint (RFC 6749 sections 4.1.3, 4.4.2 and 6). */
import { ConnectorError } from '../../core/errors.js';
import type { Redactor } from '../../core/redactor.js';
import type { Secret } from '../../core/secret.js';
import type { HttpClient } from '../client.js';
import { HttpError, HttpStatusError } from '../errors.js';
import type { JsonValue } from '../parse.js';
import { type Tokens, tokensFrom } from './tokens.js';

export interface OAuthApp {
  readonly clientId: string;
  readonly clientSecret: Secret;
}

/** What the endpoint answers when it does not accept what it was shown. */
const REFUSALS = [400, 401, 403];

/** The endpoint does not accept a code, a refresh token or the app itself. */
export class GrantRefused extends Error {
  override readonly name = 'GrantRefused';
}

/** @param repeatable whether the question may be asked twice */
export type AskForTokens = (grant: Readonly<Record<string, string>>, repeatable: boolean) => Promise<JsonValue>;

/** Atlassian's way. @param login a client of the login host, without credentials of its own */
export function atLoginHost(login: HttpClient): AskForTokens {
  return async (body, repeatable) => {
    const how = { method: 'POST', path: '/oauth/token', onBehalfOf: 'login', understood: REFUSALS } as const;
    return (await login.request({ ...how, body, repeatable })).json;
  };
}

export class TokenEndpoint {
  /**
   * @param secrets told of every token that comes
   * @param noToken what an answer without one means
   */
  constructor(
    private readonly ask: AskForTokens,
    private readonly app: OAuthApp,
    private readonly secrets: Redactor,
    private readonly noToken = 'login: the answer holds no access token. Run again later.',
  ) {}

  /** A code is good for one use, so this is never repeated. */
  exchange(code: string, redirectUri: string): Promise<Tokens> {
    return this.#ask({ grant_type: 'authorization_code', code, redirect_uri: redirectUri }, false);
  }

  /** The old token stays good for ten minutes, in case the answer with the new one is lost: this may be repeated. */
  refresh(token: Secret): Promise<Tokens> {
    return this.#ask({ grant_type: 'refresh_token', refresh_token: token.reveal() }, true);
  }

  clientCredentials(scope?: string): Promise<Tokens> {
    return this.#ask({ grant_type: 'client_credentials', ...(scope === undefined ? {} : { scope }) }, true);
  }

  /** @throws GrantRefused with the server's sentence; ConnectorError for everything else, repeated already as often as is wise. */
  async #ask(grant: Readonly<Record<string, string>>, repeatable: boolean): Promise<Tokens> {
    const { clientId, clientSecret } = this.app;
    const now = Date.now();
    const form = { ...grant, client_id: clientId, client_secret: clientSecret.reveal() };
    const answer = await this.ask(form, repeatable).catch((error: unknown) => {
      if (error instanceof HttpStatusError && REFUSALS.includes(error.status))
        throw new GrantRefused(error.sentence || `status ${error.status}`);
      // Not as an HttpError: whoever needed the token would repeat its own request, and this one each time.
      if (error instanceof HttpError) throw new ConnectorError(error.kind, error.message, { cause: error });
      throw error;
    });
    const tokens = tokensFrom(answer, now);
    if (!tokens) throw new ConnectorError('failed', this.noToken);
    this.secrets.add(tokens.access, ...(tokens.refresh ? [tokens.refresh] : []));
    return tokens;
  }
}
