/** Who we are, as request headers; and whoever sends them. */
import { redactor } from '../core/redactor.js';
import { Secret } from '../core/secret.js';
import { AuthError, HttpStatusError } from './errors.js';
import type { Outgoing, Send } from './exchange.js';

export interface Authorizer {
  /** Headers for the next attempt; asked before every attempt, so that a renewed token is used at once. */
  headers(out: Outgoing): Promise<Readonly<Record<string, string>>>;
  /**
   * Told of an attempt whose login was refused. Absent where nothing can be renewed.
   * @param sent the headers it carried: others may have renewed them meanwhile
   * @returns whether one more attempt may do better
   * @throws ConnectorError kind `credentials` that says how to sign in again
   */
  refused?(sent: Readonly<Record<string, string>>): Promise<boolean>;
  /** The text without any of the credentials, in whatever encoding they appear. */
  redact(text: string): string;
}

/** Atlassian account email and API token (Cloud), or user name and password (Data Center): RFC 7617, UTF-8. */
export function basicAuth(email: string, token: Secret): Authorizer {
  return fixedHeader(`Basic ${pairOf(email, token)}`, basicSecrets(email, token));
}

/** What must not be shown of such a login: the token, and the pair as the header has it. */
export function basicSecrets(email: string, token: Secret): readonly Secret[] {
  return [token, new Secret(pairOf(email, token))];
}

const pairOf = (email: string, token: Secret) => Buffer.from(`${email}:${token.reveal()}`, 'utf8').toString('base64');

/** A personal access token (Data Center 8.14 and later): RFC 6750. */
export function bearerAuth(token: Secret): Authorizer {
  return fixedHeader(`Bearer ${token.reveal()}`, [token]);
}

/** For addresses that answer anybody. @param redact takes out what a request's body may hold */
export function noAuth(redact: (text: string) => string = (text) => text): Authorizer {
  return { headers: async () => ({}), redact };
}

function fixedHeader(authorization: string, secrets: readonly Secret[]): Authorizer {
  return { headers: async () => ({ authorization }), redact: redactor(secrets) };
}

export interface AuthorizingSetting {
  readonly auth: Authorizer;
  /** Told when a login was renewed, before the request is sent once more. */
  readonly onRenewed?: (out: Outgoing) => void;
  /** The error that a refusal really is. @param sent the headers it was refused with */
  readonly verdict?: (error: unknown, sent: Readonly<Record<string, string>>) => Promise<unknown>;
}

/** Carries the credentials. A login that has ended is renewed, and the request sent once more. */
export function authorizing(
  send: Send,
  { auth, onRenewed, verdict = async (error) => error }: AuthorizingSetting,
): Send {
  const sendAs = (out: Outgoing, sent: Readonly<Record<string, string>>) =>
    send({ ...out, headers: { ...sent, ...out.headers } });
  return async (out) => {
    const sent = await auth.headers(out);
    try {
      return await sendAs(out, sent);
    } catch (error) {
      if (!isLoginRefused(error) || !(await auth.refused?.(sent))) throw await verdict(error, sent);
      onRenewed?.(out);
      const renewed = await auth.headers(out);
      return await sendAs(out, renewed).catch(async (again: unknown) => {
        throw await verdict(again, renewed);
      });
    }
  };
}

/** 419 is the word of Iceberg catalogs for a token that has ended. Also where a caller understands 401 as a missing permission: with a token that has ended it means nothing. */
const isLoginRefused = (error: unknown) =>
  (error instanceof AuthError && error.reason !== 'captcha') ||
  (error instanceof HttpStatusError && [401, 419].includes(error.status) && !error.missingScope);
