/** Who we are, as request headers. */

import { redactor } from '../core/redactor.js';
import { Secret } from '../core/secret.js';

export interface Authorizer {
  /** Headers for the next attempt; asked before every attempt, so that a renewed token is used at once. */
  headers(): Promise<Record<string, string>>;
  /**
   * Told of an attempt that was answered with 401. Absent where nothing can be renewed.
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
