/** Names of time zones: those that the database lists, whichever option gives one. */
import { ConnectorError } from '../core/errors.js';
import { didYouMean } from '../core/yaml-file.js';
import type { Sources } from './sources.js';

/** @param said what the error begins with. @throws ConnectorError kind `usage` for what the database does not list */
export async function refuseNoZone(sources: Sources, zone: string, said: string): Promise<void> {
  const zones = (await sources.rows('SELECT name FROM pg_timezone_names()')).map(({ name }) => String(name));
  if (zones.includes(zone)) return;
  throw new ConnectorError('usage', `${said} the name of a time zone such as Europe/Berlin.${didYouMean(zone, zones)}`);
}
