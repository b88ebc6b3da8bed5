/** What the settings want to be read: a monitor goes by that, not by what happens to be in the warehouse. No site and no credentials are needed. */
import { everyOf } from '../runtime/plan/not-due.js';
import { definitions } from './settings/definitions.js';
import { scheduleOf } from './settings/schedule.js';
import { type ConfigSource, readSettingsFile } from './settings/settings-file.js';
import { streamsOf } from './sync-input.js';

export interface WatchedConnection {
  readonly name: string;
  /** YYYY-MM-DD when the token ends, as the user noted it. */
  readonly expires: string | undefined;
  /** By stream: how often it is read at most, seconds; 0: in every run. */
  readonly streams: ReadonlyMap<string, number>;
}

/** Null where no settings file is: then the tables are all that is known. @throws ConnectorError kind `usage` */
export function loadWatched(source: ConfigSource): readonly WatchedConnection[] | null {
  const { registry } = definitions();
  const file = readSettingsFile(source);
  if (!file) return null;
  return file.value.connections.map(({ name, auth, streams, ...words }) => {
    const { every } = scheduleOf(words);
    const named = streamsOf({ auth, streams }, {}).filter((stream) => registry.streams.has(stream));
    return {
      name,
      expires: 'expires' in auth ? auth.expires : undefined,
      streams: new Map(named.map((stream) => [stream, everyOf(registry.get(stream), every) / 1000])),
    };
  });
}
