/** Credentials of the settings as what the HTTP client sends, and as what must never be shown. */
import type { Credentials } from '../config/config.js';
import { type Authorizer, basicAuth, bearerAuth } from '../runtime/auth/authorizer.js';
import { redactor } from '../runtime/auth/redact.js';
import type { RedisAddress } from '../runtime/auth/redis-login.js';

export function authorizerOf(credentials: Credentials): Authorizer {
  return credentials.type === 'basic'
    ? basicAuth(credentials.email, credentials.apiToken)
    : bearerAuth(credentials.token);
}

/** Takes out of a text what logs in to the site, and to the Redis that its budget is in. */
export function redactorOf(credentials: Credentials, redis?: RedisAddress): (text: string) => string {
  const ofSite = authorizerOf(credentials).redact;
  const ofRedis = redactor(redis?.password ? [redis.password] : []);
  return (text) => ofRedis(ofSite(text));
}
