/** Two ways to access tokens: a person's login that is kept between runs, and the credentials of a service account. */
import { ConnectorError } from '../../core/errors.js';
import type { Redactor } from '../../core/redactor.js';
import { isFresh, type TokenSource } from './oauth.js';
import { GrantRefused, type TokenEndpoint } from './token-endpoint.js';
import { type Login, loginFrom, loginText, type Tokens } from './tokens.js';

/** Where a login is kept, as text that holds secrets. All errors are ConnectorErrors. */
export interface TokenStore {
  /** For messages. */
  readonly place: string;
  /** Null when nothing is kept. */
  read(): Promise<string | null>;
  /** Durable, and whole or not at all, when it resolves. */
  write(text: string): Promise<void>;
  /** Does the work while no other process does work of this kind. */
  exclusively<Result>(work: () => Promise<Result>): Promise<Result>;
}

export interface LoginNeeds {
  readonly store: TokenStore;
  readonly endpoint: TokenEndpoint;
  readonly clientId: string;
  /** For messages. */
  readonly loginCommand: string;
  readonly secrets: Redactor;
}

/** The login of `connector auth login`. Each renewal ends the refresh token it was made with, so it is done by one process at a time. */
export class KeptLogin implements TokenSource {
  constructor(private readonly needs: LoginNeeds) {}

  async load(): Promise<Tokens> {
    return (await this.#login()).tokens;
  }

  async cloudId(): Promise<string> {
    return (await this.#login()).cloudId;
  }

  renew(old: Tokens | null): Promise<Tokens> {
    const { store, endpoint } = this.needs;
    return store.exclusively(async () => {
      const login = await this.#login();
      const { tokens } = login;
      // Another process was faster: its tokens are as good, and the old refresh token is worth nothing any more.
      const others = tokens.access.reveal() !== old?.access.reveal();
      if ((others || old === null) && isFresh(tokens, Date.now())) return tokens;
      if (tokens.refresh === null) throw this.#signIn('no refresh token is kept');
      const renewed = await endpoint.refresh(tokens.refresh).catch((error: unknown) => {
        throw error instanceof GrantRefused ? this.#signIn(error.message) : error;
      });
      const next = { ...renewed, refresh: renewed.refresh ?? tokens.refresh };
      // Kept before it is used: a token that only this process knew would be lost with it, and the login too.
      await store.write(loginText({ ...login, tokens: next }));
      return next;
    });
  }

  async #login(): Promise<Login> {
    const { store, clientId, loginCommand, secrets } = this.needs;
    const text = await store.read();
    const login = text === null ? null : loginFrom(text);
    if (login) secrets.add(login.tokens.access, ...(login.tokens.refresh ? [login.tokens.refresh] : []));
    if (login?.clientId === clientId) return login;
    const what =
      text === null
        ? `Nobody has signed in yet: there is no ${store.place}`
        : login
          ? `${store.place} holds the login of another app (client_id)`
          : `${store.place} holds no login`;
    throw new ConnectorError('credentials', `${what}. Run: ${loginCommand}`);
  }

  #signIn(said: string): ConnectorError {
    return new ConnectorError(
      'credentials',
      `Atlassian does not renew the login (it says: ${said}). The consent was withdrawn or has ended (after 90 days without a run, or a year), or the client secret is not the app's. Run: ${this.needs.loginCommand}`,
    );
  }
}

/** A client's own credentials need nobody's consent and nothing kept. */
export class ServiceAccount implements TokenSource {
  /** @param refused what the user is told when they are not accepted. @param scope asked for, where the endpoint wants one */
  constructor(
    private readonly endpoint: TokenEndpoint,
    private readonly refused: (said: string) => string = ofAtlassian,
    private readonly scope?: string,
  ) {}

  async load(): Promise<null> {
    return null;
  }

  renew(): Promise<Tokens> {
    return this.endpoint.clientCredentials(this.scope).catch((error: unknown) => {
      throw error instanceof GrantRefused ? new ConnectorError('credentials', this.refused(error.message)) : error;
    });
  }
}

const ofAtlassian = (said: string) =>
  `Atlassian does not accept the service account's client_id and client_secret (it says: ${said}). Make new ones at admin.atlassian.com under Directory, Service accounts.`;
