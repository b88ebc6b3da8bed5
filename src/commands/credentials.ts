/** Credentials of the settings as what the HTTP client sends, and as what must never be shown. */
import type { Credentials } from '../config/config.js';
import { type Authorizer, basicAuth, bearerAuth } from '../runtime/auth/authorizer.js';

export function authorizerOf(credentials: Credentials): Authorizer {
  return credentials.type === 'basic'
    ? basicAuth(credentials.email, credentials.apiToken)
    : bearerAuth(credentials.token);
}

export const redactorOf = (credentials: Credentials): ((text: string) => string) => authorizerOf(credentials).redact;
