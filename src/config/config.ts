/** What the settings come down to: checked, with paths absolute and credentials wrapped. */
import type { RedisAddress } from '../runtime/auth/redis-login.js';
import type { Secret } from '../runtime/auth/secret.js';

export type Credentials =
  | { readonly type: 'basic'; readonly email: string; readonly apiToken: Secret }
  | { readonly type: 'pat'; readonly token: Secret };

export interface Rhythm {
  readonly census: number | null;
  readonly overlap: number | null;
  readonly reread: ReadonlyMap<string, number>;
}

export interface Connection {
  /** The Iceberg namespace of its tables. */
  readonly name: string;
  readonly label: string;
  /** `https://host[:port][/context]`, without a trailing slash. */
  readonly url: string;
  readonly auth: Credentials;
  /** YYYY-MM-DD when the token ends, as the user noted it. */
  readonly expires: string | undefined;
  /** YYYY-MM-DD; issues and worklogs updated earlier are left out. */
  readonly start: string | undefined;
  readonly scope: { readonly projects: readonly string[] } | { readonly jql: string } | undefined;
  /** How often what is re-read, milliseconds; null: never. */
  readonly rhythm: Rhythm;
  /** The streams named in the settings; undefined: every enabled one. */
  readonly streams: readonly string[] | undefined;
  /** Undefined: the manifest's default rate. */
  readonly requestsPerSecond: number | undefined;
  /** Where other processes share the site's budget; undefined: it is this process's own. */
  readonly redis?: RedisAddress | undefined;
}

export interface Config {
  /** Absolute path of the warehouse's folder. */
  readonly warehouse: string;
  readonly connections: readonly Connection[];
  /** Things to tell the user that stop nothing. */
  readonly warnings: readonly string[];
}
