/** Where a Redis is and how to log in there. */
import type { Secret } from '../../core/secret.js';

export interface RedisAddress {
  readonly host: string;
  readonly port: number;
  /** `rediss:`. */
  readonly tls: boolean;
  readonly database: number;
  readonly username: string | undefined;
  readonly password: Secret | undefined;
}

/** The address as options of the `ioredis` client. Holds the password: hand it to the client and keep it nowhere. */
export function redisLogin({ host, port, tls, database, username, password }: RedisAddress) {
  return {
    host,
    port,
    db: database,
    username,
    password: password?.reveal(),
    // Said, not left to the default: NODE_TLS_REJECT_UNAUTHORIZED=0 would turn that off.
    ...(tls ? { tls: { rejectUnauthorized: true } } : {}),
  };
}
