/** What an authorization server gives out (RFC 6749 section 5.1), and how a login is kept between runs. */

import { own } from '../../core/json-path.js';
import { Secret } from '../../core/secret.js';
import type { JsonValue } from '../parse.js';

/** A UUID, as Atlassian numbers its sites. */
export const CLOUD_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export interface Tokens {
  readonly access: Secret;
  /** Good for one renewal, which brings the next; null where the client's own secret is enough. */
  readonly refresh: Secret | null;
  /** Epoch milliseconds by our clock. */
  readonly expiresAt: number;
  /** Milliseconds from its making to its end, where that is known. */
  readonly lifeMs?: number;
}

/** Of printable ASCII, as RFC 6749 (appendix A.12) has them. */
const SENDABLE = /^[\x21-\x7e]+$/;
/** Atlassian's tokens say 3600. */
const USUAL_SECONDS = 3600;

/** @returns null for an answer without an access token. */
export function tokensFrom(answer: JsonValue, now: number): Tokens | null {
  const access = text(own(answer, 'access_token'));
  if (access === null || !SENDABLE.test(access)) return null;
  const refresh = text(own(answer, 'refresh_token'));
  const told = Number(own(answer, 'expires_in'));
  const lifeMs = (told > 0 ? told : USUAL_SECONDS) * 1000;
  return {
    access: new Secret(access),
    refresh: refresh === null ? null : new Secret(refresh),
    expiresAt: now + lifeMs,
    lifeMs,
  };
}

/** A person's login as it is kept: of one app, at one site. */
export interface Login {
  readonly clientId: string;
  readonly cloudId: string;
  readonly tokens: Tokens;
}

/** JSON text that holds the tokens in the clear: for a place that nobody else can read. */
export function loginText({ clientId, cloudId, tokens }: Login): string {
  const { access, refresh, expiresAt } = tokens;
  const kept = {
    client_id: clientId,
    cloud_id: cloudId,
    access_token: access.reveal(),
    refresh_token: refresh?.reveal(),
    expires_at: new Date(expiresAt).toISOString(),
  };
  return `${JSON.stringify(kept, null, 2)}\n`;
}

/** @returns null for a text that is no login. */
export function loginFrom(source: string): Login | null {
  const kept = parsed(source);
  const [clientId, cloudId, access, refresh] = ['client_id', 'cloud_id', 'access_token', 'refresh_token'].map((name) =>
    text(own(kept, name)),
  );
  const expiresAt = Date.parse(text(own(kept, 'expires_at')) ?? '');
  if (!clientId || !cloudId || !access || !refresh || Number.isNaN(expiresAt)) return null;
  // The cloud id becomes a part of every address, the token a header.
  if (!CLOUD_ID.test(cloudId) || !SENDABLE.test(access)) return null;
  return { clientId, cloudId, tokens: { access: new Secret(access), refresh: new Secret(refresh), expiresAt } };
}

const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : null);

function parsed(source: string): unknown {
  try {
    return JSON.parse(source);
  } catch {
    return null;
  }
}
