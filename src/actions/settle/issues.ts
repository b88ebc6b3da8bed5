/**
 * New issues are found by search, whose index lags. One that is not found is believed not to be there only when the same search
 * shows an issue that this account made after the request was lost, or a quarter of an hour has passed.
 */
import type { Json } from '../../contract/table.js';
import { own } from '../../core/json-path.js';
import type { Entry } from '../journal/entry.js';
import { isMarked, MARKER, markerIn } from '../plan/marker.js';
import type { Site } from '../site/site.js';
import { groupBy } from '../values/group-by.js';
import { momentOf } from '../values/same.js';
import { type Candidates, claim, isMine, lookAlike } from './by-marker.js';
import { CUT, type Look, lostAt, QUIET_MS, unlessRefused, type Verdict } from './verdict.js';

const BEFORE_MS = 5 * 60_000;
/** An index is never believed to be later than this. */
export const INDEX_LAG_MS = 15 * 60_000;
const MOST_ISSUES = 10_000;

export async function settleIssues(
  site: Site,
  entries: readonly Entry[],
  look: Look,
): Promise<ReadonlyMap<string, Verdict>> {
  const verdicts = new Map<string, Verdict>();
  const taken = new Set(look.taken);
  for (const [project, ours] of groupBy(entries, projectIn)) {
    const since = Math.min(...ours.map(({ sentAt }) => sentAt)) - BEFORE_MS;
    let made: Promise<Candidates> | undefined;
    for (const entry of ours) {
      const verdict = await unlessRefused(async () => {
        made ??= madeSince(site, project, since);
        return verdictOf(site, entry, await made, taken, look.now);
      });
      verdicts.set(entry.id, verdict);
    }
  }
  return verdicts;
}

const projectIn = ({ request }: Entry): string => String(own(own(own(request.body, 'fields'), 'project'), 'key'));

function verdictOf({ dialect }: Site, entry: Entry, made: Candidates, taken: Set<string>, now: number): Verdict {
  const lost = lostAt(entry);
  const indexIsAhead = made.candidates.some(({ isMine: ours, created }) => ours && created > lost + QUIET_MS);
  // The oldest come first: a search that is cut later than this has shown all of then.
  const isWhole = made.isWhole || indexIsAhead;
  // A summary alone names no issue: where markers are kept, a person's issue of the same summary is not ours to delete.
  const isTold = dialect === 'cloud' && isMarked(entry.request);
  const known = isTold ? made.candidates.filter(({ marker }) => marker !== null) : made.candidates;
  const found = claim(entry, { candidates: known, isWhole }, taken);
  if (found !== undefined) return { is: 'done', resultId: found.id, issueId: found.id, issueKey: found.key ?? '' };
  const other = lookAlike(entry, made.candidates, taken);
  if (other !== undefined) return { is: 'unknown', why: foreign(other.key ?? other.id) };
  if (!isWhole) return { is: 'unknown', why: CUT };
  if (indexIsAhead || now - lost > INDEX_LAG_MS) return { is: 'not done' };
  const minutes = Math.ceil((lost + INDEX_LAG_MS - now) / 60_000);
  const why = `the search does not show the issue, and its index may lag; run again in ${minutes} min to be sure`;
  return { is: 'unknown', why };
}

const foreign = (key: string) =>
  `its answer was lost, and this account has made ${key} with the same summary since, but without the mark that was sent; look at ${key}: if it is another one, give --again NAME to send the row`;

async function madeSince(site: Site, project: string, since: number): Promise<Candidates> {
  // As epoch milliseconds: a day or a minute would be one of the account's own zone.
  const jql = `project = ${JSON.stringify(project)} AND created >= ${Math.floor(since)} AND creator = currentUser() ORDER BY created ASC`;
  const fields = ['summary', 'created', 'creator'];
  const { items, isWhole } = await site.search(jql, { fields, properties: [MARKER], most: MOST_ISSUES });
  const candidates = items.map((one) => ({
    ...{ id: String(own(one, 'id')), key: String(own(one, 'key')), marker: markerIn(own(one, 'properties')) },
    isMine: isMine(site, own(own(one, 'fields'), 'creator')),
    shown: { summary: (own(own(one, 'fields'), 'summary') ?? null) as Json },
    created: momentOf(own(own(one, 'fields'), 'created')),
  }));
  return { candidates, isWhole };
}
