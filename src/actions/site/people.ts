/** People by what a row calls them: account id, e-mail address or exact name. */
import type { Json } from '../../contract/table.js';
import { own } from '../../core/json-path.js';
import { BadValue, quoted } from '../values/bad-value.js';
import type { Site } from './site.js';

/** What Cloud calls an account. */
const ACCOUNT_ID = /^([0-9a-f]{24}|[0-9a-z-]+:[0-9a-f-]{36}|qm:[0-9a-f-]{36}:[0-9a-f-]+)$/i;
/** Jira lists no more; fifty when it is not asked for them. */
const MOST = 1000;
const NOBODY = new Set(['none', 'nobody', '']);

/** `{accountId}`, on Data Center `{name}`; null for nobody. @throws BadValue for none or several of that name */
export async function personOf(site: Site, text: string): Promise<Json> {
  const wanted = text.trim();
  if (NOBODY.has(wanted.toLowerCase())) return null;
  const isCloud = site.dialect === 'cloud';
  if (isCloud && ACCOUNT_ID.test(wanted)) return { accountId: wanted };
  const found = await site.once('/user/search', {
    [isCloud ? 'query' : 'username']: wanted,
    maxResults: String(MOST),
  });
  const all = Array.isArray(found) ? found : [];
  const is = (person: Json, ...names: readonly string[]) =>
    names.some((name) => String(own(person, name) ?? '').toLowerCase() === wanted.toLowerCase());
  const exact = all.filter((one) => is(one, 'accountId', 'emailAddress', 'displayName', 'name', 'key'));
  const byLogin = exact.filter((one) => is(one, 'accountId', 'emailAddress', 'name', 'key'));
  const people = byLogin.length > 0 ? byLogin : exact;
  if (byLogin.length === 0 && all.length >= MOST)
    throw new BadValue(
      `the site knows ${MOST} people or more by ${quoted(wanted)}, and does not list all; give the account id or the e-mail address`,
    );
  const [person] = people;
  if (person === undefined)
    throw new BadValue(`nobody is called ${quoted(wanted)}; give the account id, the e-mail address or the exact name`);
  if (people.length > 1) {
    const ids = people.map((one) => String(own(one, isCloud ? 'accountId' : 'name'))).join(', ');
    throw new BadValue(`${people.length} people are called ${quoted(wanted)}: ${ids}; give one of these ids`);
  }
  return isCloud ? { accountId: String(own(person, 'accountId')) } : { name: String(own(person, 'name')) };
}
