/** What the settings come down to: checked, with paths absolute and credentials wrapped. */

import type { ConnectorError } from '../../core/errors.js';
import type { Secret } from '../../core/secret.js';
import type { Network } from '../../http/agent.js';
import type { ProxyAddress } from '../../http/proxy-login.js';
import type { RedisAddress } from '../../http/throttle/redis-login.js';
import type { ColumnChoices } from '../../runtime/streams/column-choice.js';
import type { SettingLists } from '../../runtime/streams/setting-lists.js';
import type { LayoutSettings } from '../../writers/iceberg/layout.js';
import type { WarehouseSettings } from '../../writers/storage/warehouse-settings.js';
import { type Schedule, scheduleOf } from './schedule.js';
import type { WriteSettings } from './write-settings.js';

/** In `streams:` and after `--stream`: every stream that is on by default. */
export const ALL_DEFAULT = 'default';

export type Credentials =
  | { readonly type: 'basic'; readonly email: string; readonly apiToken: Secret }
  | {
      readonly type: 'scoped';
      readonly email: string;
      readonly apiToken: Secret;
      /** Undefined: the site is asked. */
      readonly cloudId: string | undefined;
    }
  | OAuthCredentials
  | {
      readonly type: 'client_credentials';
      readonly clientId: string;
      readonly clientSecret: Secret;
      readonly cloudId: string | undefined;
    }
  | { readonly type: 'pat'; readonly token: Secret };

export interface OAuthCredentials {
  readonly type: 'oauth';
  readonly clientId: string;
  readonly clientSecret: Secret;
  /** Absolute; tokens change with each renewal and are kept there. */
  readonly tokenFile: string;
  /** The command that signs in, as the user would type it. */
  readonly loginCommand: string;
}

/** `key` makes pseudonyms that only its holder can make; without one they are made from the site's address. */
export type People = { readonly mode: 'full' } | { readonly mode: 'pseudonymous'; readonly key?: Secret | undefined };

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
  readonly schedule: Schedule;
  /** By stream, as the user wrote them; others have all. */
  readonly columns: ColumnChoices;
  /** Lists that stream files ask for by name, as the user wrote them. */
  readonly lists?: SettingLists | undefined;
  /** With `pseudonymous`, no account id, name or address of a person is written. */
  readonly people: People;
  readonly upserts: 'position-deletes' | 'copy-on-write';
  /** How rows lie in the files of tables, by stream. */
  readonly tables: Readonly<Record<string, LayoutSettings>>;
  /** The streams named in the settings; undefined: every enabled one. */
  readonly streams: readonly string[] | undefined;
  /** Undefined: the manifest's default rate. */
  readonly requestsPerSecond: number | undefined;
  /** The way to the site; undefined: straight, with the authorities that Node trusts. */
  readonly network?: Network | undefined;
  /** Where other processes share the site's budget; undefined: it is this process's own. */
  readonly redis?: RedisAddress | undefined;
}

/** What to tell other programs, and how. */
export interface Hooks {
  /** The way to their addresses; undefined: straight. */
  readonly proxy?: ProxyAddress | undefined;
  readonly afterCommit?: Hook | undefined;
  readonly onFailure?: Hook | undefined;
  readonly onSuccess?: Hook | undefined;
}

/** A program with its arguments and the variables it gets, or an address that is sent JSON. Such addresses often hold a token. */
export type Hook =
  | { readonly command: readonly string[]; readonly env?: readonly string[] | undefined }
  | { readonly url: Secret };

/** A connection whose credentials are not on this machine: it is not read, the others are. */
export interface StoppedConnection extends Pick<Connection, 'name' | 'url' | 'streams' | 'expires'> {
  readonly auth: Pick<Credentials, 'type'>;
  /** What is missing, with file and line. */
  readonly error: ConnectorError;
}

export interface Config {
  /** Absolute: where numbers for a monitor are written after each sync. */
  readonly textfile?: string | undefined;
  readonly warehouse: WarehouseSettings;
  readonly hooks: Hooks;
  readonly connections: readonly Connection[];
  readonly stopped: readonly StoppedConnection[];
  /** What may be written to the sites; null: nothing. */
  readonly write: WriteSettings | null;
  /** Things to tell the user that stop nothing. */
  readonly warnings: readonly string[];
}

/** A connection of which nothing is said but where it is and who asks. */
export function plainConnection(known: Pick<Connection, 'name' | 'url' | 'auth'> & Partial<Connection>): Connection {
  return {
    label: known.name,
    expires: undefined,
    start: undefined,
    scope: undefined,
    schedule: scheduleOf({}),
    columns: {},
    people: { mode: 'full' },
    upserts: 'position-deletes',
    tables: {},
    streams: undefined,
    requestsPerSecond: undefined,
    ...known,
  };
}
