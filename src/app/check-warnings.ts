/** What `check` warns of although everything works today: a token near its end, tables of somebody else. */

import { own } from '../core/json-path.js';
import { loadTables } from '../query/tables/load-tables.js';
import { pseudonymsOf } from '../runtime/auth/pseudonym.js';
import type { Identity } from '../runtime/probe/identity.js';
import type { WarehouseSettings } from '../writers/storage/warehouse-settings.js';
import type { Connection } from './settings/config.js';

const DAY_MS = 86_400_000;
const SOON_DAYS = 30;

/** Days of the calendar until then, 0 on the day itself, negative when it is over; null when nothing is noted. */
export function daysLeft(expires: string | undefined, now: number): number | null {
  return expires === undefined ? null : Math.ceil((Date.parse(`${expires}T00:00:00Z`) - now) / DAY_MS);
}

/** @param expires YYYY-MM-DD as the user noted it. @param now epoch milliseconds. */
export function expiryWarning(expires: string | undefined, now: number): readonly string[] {
  const days = daysLeft(expires, now);
  if (days === null) return [];
  if (days < 0) return [`The token ended on ${expires} by your own note; make a new one.`];
  return days <= SOON_DAYS ? [`The token ends on ${expires}, in ${days} days; make a new one.`] : [];
}

/** Another account may see other issues: what it does not see would look deleted. */
export async function identityWarnings(
  settings: WarehouseSettings,
  connection: Connection,
  { accountId, displayName }: Identity,
): Promise<readonly string[]> {
  const { tables } = await loadTables(settings, ({ namespace }) => namespace === connection.name);
  const states = tables.map(({ properties }) => stateOf(properties['connector.state']));
  const said = (member: string) => states.map((state) => own(state, member)).find((value) => typeof value === 'string');
  const account = said('account') ?? accountId;
  // Tables of pseudonymous people know their account by its pseudonym.
  const known = [accountId, pseudonymsOf(connection.people, connection.url).of(accountId)];
  const site = said('site') ?? connection.url;
  return [
    ...(known.includes(account)
      ? []
      : [
          `The tables were written as account ${account}; now this is ${displayName} (${accountId}), who may see other issues. ` +
            'A sync marks nothing deleted and exits 1 until it has run once with --accept-deletes.',
        ]),
    ...(site === connection.url
      ? []
      : [
          `The tables belong to ${site}; a sync of this site is refused. Give the connection another name or the warehouse another place.`,
        ]),
  ];
}

function stateOf(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? 'null');
  } catch {
    return null;
  }
}
