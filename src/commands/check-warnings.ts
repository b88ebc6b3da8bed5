/** What `check` warns of although everything works today: a token near its end, tables of somebody else. */
import type { Connection } from '../config/config.js';
import { loadTables } from '../query/load-tables.js';
import { pseudonymsOf } from '../runtime/auth/pseudonym.js';
import { own } from '../runtime/rows/path.js';
import type { LakeSettings } from '../writers/lake.js';

const DAY_MS = 86_400_000;
const SOON_DAYS = 30;

/** @param expires YYYY-MM-DD as the user noted it. @param now epoch milliseconds. */
export function expiryWarning(expires: string | undefined, now: number): readonly string[] {
  if (expires === undefined) return [];
  const days = Math.floor((Date.parse(`${expires}T00:00:00Z`) - now) / DAY_MS);
  if (days < 0) return [`The token ended on ${expires} by your own note; make a new one.`];
  return days <= SOON_DAYS ? [`The token ends on ${expires}, in ${days} days; make a new one.`] : [];
}

/** Another account may see other issues: what it does not see would look deleted. */
export async function identityWarnings(
  lake: LakeSettings,
  connection: Connection,
  accountId: string,
): Promise<readonly string[]> {
  const { tables } = await loadTables(lake, ({ namespace }) => namespace === connection.name);
  const states = tables.map(({ properties }) => stateOf(properties['connector.state']));
  const said = (member: string) => states.map((state) => own(state, member)).find((value) => typeof value === 'string');
  const account = said('account') ?? accountId;
  // Tables of pseudonymous people know their account by its pseudonym.
  const known = [accountId, pseudonymsOf(connection.people, connection.url).of(accountId)];
  const site = said('site') ?? connection.url;
  return [
    ...(known.includes(account) ? [] : [`The tables were written as account ${account}; this is another one.`]),
    ...(site === connection.url ? [] : [`The tables belong to ${site}; a sync of this site would be refused.`]),
  ];
}

function stateOf(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? 'null');
  } catch {
    return null;
  }
}
