/** The simulated authorization server's memory: codes, tokens that end, refresh tokens that are good for one use. */

/** As Atlassian: an access token lasts an hour; a used refresh token works for ten minutes more, in case its answer was lost. */
const ACCESS_SECONDS = 3600;
const REUSE_LEEWAY_MS = 10 * 60_000;

export interface TokenAnswer {
  readonly access_token: string;
  readonly refresh_token?: string;
  readonly expires_in: number;
  readonly token_type: 'Bearer';
  readonly scope: string;
}

/** One consent. */
interface Grant {
  readonly scope: string;
  revoked: boolean;
}

interface Refresh {
  readonly grant: Grant;
  usedAt: number | null;
}

export class Grants {
  private readonly codes = new Map<string, { readonly grant: Grant; readonly redirectUri: string }>();
  private readonly access = new Map<string, { readonly grant: Grant; readonly until: number }>();
  private readonly refreshes = new Map<string, Refresh>();
  private readonly all: Grant[] = [];
  private made = 0;

  constructor(private readonly now: () => number) {}

  /** The code that a browser brings back after consent. */
  consent(scope: string, redirectUri: string): string {
    const code = this.name('code');
    this.codes.set(code, { grant: this.grant(scope), redirectUri });
    return code;
  }

  /** Null for a code that was never given out, was used, or was given out for another address. */
  exchange(code: string, redirectUri: string): TokenAnswer | null {
    const found = this.codes.get(code);
    this.codes.delete(code);
    return found?.redirectUri === redirectUri ? this.tokens(found.grant, true) : null;
  }

  /** Null for a refresh token that is unknown, used long ago, or of a consent that was withdrawn. */
  refresh(token: string): TokenAnswer | null {
    const found = this.refreshes.get(token);
    if (!found || found.grant.revoked) return null;
    const now = this.now();
    if (found.usedAt !== null && now - found.usedAt > REUSE_LEEWAY_MS) return null;
    found.usedAt ??= now;
    return this.tokens(found.grant, true);
  }

  /** For a service account. */
  direct(scope: string): TokenAnswer {
    return this.tokens(this.grant(scope), false);
  }

  takes(accessToken: string): boolean {
    const found = this.access.get(accessToken);
    return found !== undefined && !found.grant.revoked && this.now() < found.until;
  }

  /** Access tokens given out so far end now. */
  endAccess(): void {
    this.access.clear();
  }

  /** Every consent so far is withdrawn. */
  revoke(): void {
    for (const grant of this.all) grant.revoked = true;
  }

  private grant(scope: string): Grant {
    const grant = { scope, revoked: false };
    this.all.push(grant);
    return grant;
  }

  private tokens(grant: Grant, renewable: boolean): TokenAnswer {
    const access = this.name('access');
    this.access.set(access, { grant, until: this.now() + ACCESS_SECONDS * 1000 });
    const answer = {
      access_token: access,
      expires_in: ACCESS_SECONDS,
      token_type: 'Bearer',
      scope: grant.scope,
    } as const;
    if (!renewable) return answer;
    const refresh = this.name('refresh');
    this.refreshes.set(refresh, { grant, usedAt: null });
    return { ...answer, refresh_token: refresh };
  }

  private name(kind: string): string {
    this.made += 1;
    return `simulated-${kind}-token-${this.made}`;
  }
}
