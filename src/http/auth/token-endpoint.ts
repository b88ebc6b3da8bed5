/** The three questions to Atlassian's token endpoint (RFC 6749 sections 4.1.3, 4.4.2 and 6). */
import { ConnectorError } from '../../core/errors.js';
import type { Redactor } from '../../core/redactor.js';
import type { Secret } from '../../core/secret.js';
import type { HttpClient } from '../client.js';
import { HttpError, HttpStatusError } from '../errors.js';
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

export class TokenEndpoint {
  /**
   * @param login a client of the login host, without credentials of its own
   * @param secrets told of every token that comes
   */
  constructor(
    private readonly login: HttpClient,
    private readonly app: OAuthApp,
    private readonly secrets: Redactor,
  ) {}

  /** A code is good for one use, so this is never repeated. */
  exchange(code: string, redirectUri: string): Promise<Tokens> {
    return this.#ask({ grant_type: 'authorization_code', code, redirect_uri: redirectUri }, false);
  }

  /** The old token stays good for ten minutes, in case the answer with the new one is lost: this may be repeated. */
  refresh(token: Secret): Promise<Tokens> {
    return this.#ask({ grant_type: 'refresh_token', refresh_token: token.reveal() }, true);
  }

  clientCredentials(): Promise<Tokens> {
    return this.#ask({ grant_type: 'client_credentials' }, true);
  }

  /** @throws GrantRefused with the server's sentence; ConnectorError for everything else, repeated already as often as is wise. */
  async #ask(grant: Readonly<Record<string, string>>, repeatable: boolean): Promise<Tokens> {
    const { clientId, clientSecret } = this.app;
    const body = { ...grant, client_id: clientId, client_secret: clientSecret.reveal() };
    const path = '/oauth/token';
    const now = Date.now();
    const { json } = await this.login
      .request({ method: 'POST', path, body, repeatable, label: 'login', understood: REFUSALS })
      .catch((error: unknown) => {
        if (error instanceof HttpStatusError && REFUSALS.includes(error.status))
          throw new GrantRefused(error.sentence || `status ${error.status}`);
        // Not as an HttpError: whoever needed the token would repeat its own request, and this one each time.
        if (error instanceof HttpError) throw new ConnectorError(error.kind, error.message, { cause: error });
        throw error;
      });
    const tokens = tokensFrom(json, now);
    if (!tokens) throw new ConnectorError('failed', 'login: the answer holds no access token. Run again later.');
    this.secrets.add(tokens.access, ...(tokens.refresh ? [tokens.refresh] : []));
    return tokens;
  }
}
