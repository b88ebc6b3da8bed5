/** Which Redis may share a budget: `rediss:` anywhere, `redis:` anywhere but with a password on this machine alone. */
import { isLoopback } from '../../core/loopback.js';
import { Secret } from '../../core/secret.js';
import type { RedisAddress } from '../../http/throttle/redis-login.js';

/** A Redis address, or why it is refused (a sentence that goes after its name, and shows nothing of it). */
export type RedisUrl = { readonly address: RedisAddress } | { readonly refused: string };

/** Accepts `redis[s]://[[user]:password@]host[:port][/database]`. */
export function parseRedisUrl(text: string): RedisUrl {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^rediss?:$/.test(url.protocol) || url.hostname === '')
    return { refused: 'must be redis://HOST[:PORT][/DATABASE] or rediss://…' };
  const database = /^\/?(\d{0,4})$/.exec(url.pathname)?.[1];
  if (database === undefined || url.search !== '' || url.hash !== '')
    return { refused: 'must end after the host, its port or the number of a database.' };
  const tls = url.protocol === 'rediss:';
  if (url.password !== '' && !tls && !isLoopback(url.hostname))
    return { refused: 'would send its password readable over the network; use rediss://.' };
  const [username, password] = [decoded(url.username), decoded(url.password)];
  if (username === null || password === null)
    return { refused: 'must hold its user and password percent-encoded: a % is written %25.' };
  return {
    address: {
      host: url.hostname.replace(/^\[|\]$/g, ''),
      port: Number(url.port || 6379),
      tls,
      database: Number(database),
      username: username === '' ? undefined : username,
      password: password === '' ? undefined : new Secret(password),
    },
  };
}

/** Null for a percent sign that encodes nothing. */
function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
