/** Who we are, as request headers. */

import { Secret } from '../../secret.js';
import { redactor } from './redact.js';

export interface Authorizer {
  /** Headers for the next attempt; asked before every attempt, so that a renewed token is used at once. */
  headers(): Promise<Record<string, string>>;
  /** The text without any of the credentials, in whatever encoding they appear. */
  redact(text: string): string;
}

/** Atlassian account email and API token (Cloud), or user name and password (Data Center): RFC 7617, UTF-8. */
export function basicAuth(email: string, token: Secret): Authorizer {
  const pair = Buffer.from(`${email}:${token.reveal()}`, 'utf8').toString('base64');
  return fixedHeader(`Basic ${pair}`, [token, new Secret(pair)]);
}

/** A personal access token (Data Center 8.14 and later): RFC 6750. */
export function bearerAuth(token: Secret): Authorizer {
  return fixedHeader(`Bearer ${token.reveal()}`, [token]);
}

function fixedHeader(authorization: string, secrets: readonly Secret[]): Authorizer {
  return { headers: async () => ({ authorization }), redact: redactor(secrets) };
}
