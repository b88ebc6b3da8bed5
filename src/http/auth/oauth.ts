/** Signing requests with access tokens that end every hour, and getting new ones in time. */

import type { Redactor } from '../../core/redactor.js';
import type { Authorizer } from '../authorizer.js';
import type { Tokens } from './tokens.js';

/** Where access tokens come from. */
export interface TokenSource {
  /** Those at hand; null when there are none yet. */
  load(): Promise<Tokens | null>;
  /** Others than these. @throws ConnectorError kind `credentials` when signing in again is the only way. */
  renew(old: Tokens | null): Promise<Tokens>;
}

/** A token this near its end, or in the second half of a shorter life, is not used: the request has a way to go. */
const TOO_LATE_MS = 60_000;

export const isFresh = ({ expiresAt, lifeMs = Number.POSITIVE_INFINITY }: Tokens, now: number): boolean =>
  expiresAt - now > Math.min(TOO_LATE_MS, lifeMs / 2);

export class OAuth implements Authorizer {
  #tokens: Tokens | null = null;
  /** Everybody who finds the token gone waits for the same renewal. */
  #renewal: Promise<Tokens> | null = null;
  /** Got because its predecessor was refused: when it is refused as well, the token was not to blame. */
  #secondChance: Tokens | null = null;

  constructor(
    private readonly source: TokenSource,
    private readonly secrets: Redactor,
    /** Whether a refused login may also mean that a good one lacks a permission. */
    private readonly means: 'token' | 'token or permission' = 'token or permission',
  ) {}

  async headers(): Promise<Record<string, string>> {
    return headersOf(await this.#current());
  }

  async refused(sent: Readonly<Record<string, string>>): Promise<boolean> {
    const tokens = await this.#current();
    if (headersOf(tokens).authorization !== sent.authorization) return true;
    if (tokens === this.#secondChance && this.means !== 'token') return false;
    this.#secondChance = await this.#renewed(tokens);
    return true;
  }

  redact(text: string): string {
    return this.secrets.redact(text);
  }

  async #current(): Promise<Tokens> {
    if (this.#renewal) return this.#renewal;
    this.#tokens ??= await this.source.load();
    if (this.#tokens && isFresh(this.#tokens, Date.now())) return this.#tokens;
    return this.#renewed(this.#tokens);
  }

  #renewed(old: Tokens | null): Promise<Tokens> {
    this.#renewal ??= this.source
      .renew(old)
      .then((tokens) => {
        this.#tokens = tokens;
        return tokens;
      })
      .finally(() => {
        this.#renewal = null;
      });
    return this.#renewal;
  }
}

const headersOf = ({ access }: Tokens) => ({ authorization: `Bearer ${access.reveal()}` });
