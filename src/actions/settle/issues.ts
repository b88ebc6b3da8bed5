/**
 * New issues are found by search, whose index lags. One that is not found is believed not to be there only when the same search
 * shows an issue that this account made after the request was lost, or a quarter of an hour has passed.
 */
import type { Json } from '../../contract/table.js';
import { own } from '../../core/json-path.js';
import type { Entry } from '../journal/entry.js';
import { MARKER } from '../plan/plan.js';
import { listAt, type Site } from '../site/site.js';
import { groupBy } from '../values/group-by.js';
import { type Candidate, claim, isMine, lookAlike, markerIn, momentOf, wasMarked } from './by-marker.js';
import { type Look, lostAt, QUIET_MS, type Verdict } from './verdict.js';

const BEFORE_MS = 5 * 60_000;
/** An index is never believed to be later than this. */
export const INDEX_LAG_MS = 15 * 60_000;
const PAGE = 100;
const MOST_PAGES = 100;

export async function settleIssues(
  site: Site,
  entries: readonly Entry[],
  look: Look,
): Promise<ReadonlyMap<string, Verdict>> {
  const verdicts = new Map<string, Verdict>();
  const taken = new Set(look.taken);
  for (const [project, ours] of groupBy(entries, projectIn)) {
    const since = Math.min(...ours.map(({ sentAt }) => sentAt)) - BEFORE_MS;
    const made = await madeSince(site, project, since);
    for (const entry of ours) verdicts.set(entry.id, verdictOf(site, entry, made, taken, look.now));
  }
  return verdicts;
}

const projectIn = ({ request }: Entry): string => String(own(own(own(request.body, 'fields'), 'project'), 'key'));

function verdictOf(
  { dialect }: Site,
  entry: Entry,
  made: readonly Candidate[],
  taken: Set<string>,
  now: number,
): Verdict {
  // A summary alone names no issue: where markers are kept, a person's issue of the same summary is not ours to delete.
  const isTold = dialect === 'cloud' && wasMarked(entry);
  const found = claim(entry, isTold ? made.filter(({ marker }) => marker !== null) : made, taken);
  if (found !== null) return { is: 'done', resultId: found.id, issueId: found.id, issueKey: found.key ?? '' };
  const other = lookAlike(entry, made, taken);
  if (other !== undefined) return { is: 'unknown', why: foreign(other.key ?? other.id) };
  const lost = lostAt(entry);
  const indexIsAhead = made.some(({ created }) => created > lost + QUIET_MS);
  if (indexIsAhead || now - lost > INDEX_LAG_MS) return { is: 'not done' };
  const minutes = Math.ceil((lost + INDEX_LAG_MS - now) / 60_000);
  const why = `the search does not show the issue, and its index may lag; run again in ${minutes} min to be sure`;
  return { is: 'unknown', why };
}

const foreign = (key: string) =>
  `its answer was lost, and this account has made ${key} with the same summary since, but without the mark that was sent; look at ${key}: if it is another one, give --again NAME to send the row`;

async function madeSince(site: Site, project: string, since: number): Promise<readonly Candidate[]> {
  // As epoch milliseconds: a day or a minute would be one of the account's own zone.
  const jql = `project = ${JSON.stringify(project)} AND created >= ${Math.floor(since)} AND creator = currentUser() ORDER BY created DESC`;
  const fields = ['summary', 'created', 'creator'];
  const records = site.dialect === 'cloud' ? await cloudPages(site, jql, fields) : await serverPages(site, jql, fields);
  return records
    .filter((one) => isMine(site, own(own(one, 'fields'), 'creator')))
    .map((one) => ({
      id: String(own(one, 'id')),
      key: String(own(one, 'key')),
      marker: markerIn(own(one, 'properties')),
      shown: { summary: (own(own(one, 'fields'), 'summary') ?? null) as Json },
      created: momentOf(own(own(one, 'fields'), 'created')),
    }));
}

async function cloudPages(site: Site, jql: string, fields: readonly string[]): Promise<readonly Json[]> {
  const all: Json[] = [];
  let token: Json = null;
  for (let page = 0; page < MOST_PAGES; page++) {
    const more: Record<string, Json> = token === null ? {} : { nextPageToken: token };
    const answer = await site.post('/search/jql', { jql, fields, properties: [MARKER], maxResults: PAGE, ...more });
    all.push(...listAt(answer, 'issues'));
    token = (own(answer, 'nextPageToken') ?? null) as Json;
    if (token === null) return all;
  }
  return all;
}

/** Data Center's search shows no properties: each issue is asked for its own. */
async function serverPages(site: Site, jql: string, fields: readonly string[]): Promise<readonly Json[]> {
  const all: Json[] = [];
  for (let page = 0; page < MOST_PAGES; page++) {
    const answer = await site.post('/search', { jql, fields, startAt: all.length, maxResults: PAGE });
    const issues = listAt(answer, 'issues');
    for (const issue of issues) {
      const property = await site.getIfThere(`/issue/${String(own(issue, 'id'))}/properties/${MARKER}`);
      all.push({ ...(issue as Record<string, Json>), properties: property === null ? [] : [property] });
    }
    if (issues.length === 0 || all.length >= Number(own(answer, 'total') ?? 0)) return all;
  }
  return all;
}
