/**
 * New issues are found by search, whose index lags. One that is not found is believed not to be there only when the same search
 * shows an issue that this account made some time after the request was lost, or a quarter of an hour has passed.
 */
import type { Json } from '../../contract/table.js';
import { own } from '../../core/json-path.js';
import type { Entry } from '../journal/entry.js';
import { isMarked, MARKER, markerIn } from '../plan/marker.js';
import type { Site } from '../site/site.js';
import { momentOf } from '../values/same.js';
import { type Candidates, claim, isMine, lookAlike } from './by-marker.js';
import { CUT, type Look, lostAt, unlessRefused, type Verdict } from './verdict.js';

const BEFORE_MS = 5 * 60_000;
/** An index is never believed to be later than this. */
const INDEX_LAG_MS = 15 * 60_000;
/** A server may work through a lost request for a while: what it makes meanwhile does not prove that it has made all. */
const AHEAD_MS = 60_000;
const MOST_ISSUES = 10_000;

export async function settleIssues(
  site: Site,
  entries: readonly Entry[],
  look: Look,
): Promise<ReadonlyMap<string, Verdict>> {
  const verdicts = new Map<string, Verdict>();
  const taken = new Set(look.taken);
  const since = Math.min(...entries.map(({ sentAt }) => sentAt)) - BEFORE_MS;
  let made: Promise<Made> | undefined;
  for (const entry of entries) {
    const verdict = await unlessRefused(async () => {
      made ??= madeSince(site, since, entries);
      return verdictOf(site, entry, await made, taken, look.now);
    });
    verdicts.set(entry.id, verdict);
  }
  return verdicts;
}

interface Made extends Candidates {
  /** Until when the search shows what this account made, epoch milliseconds. Issues of requests in doubt show it of themselves alone. */
  readonly shownUntil: number;
}

function verdictOf({ dialect }: Site, entry: Entry, made: Made, taken: Set<string>, now: number): Verdict {
  const lost = lostAt(entry);
  const indexIsAhead = made.shownUntil > lost + AHEAD_MS;
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

/** In whatever project: an issue may have been moved since. */
async function madeSince(site: Site, since: number, inDoubt: readonly Entry[]): Promise<Made> {
  // As epoch milliseconds: a day or a minute would be one of the account's own zone.
  const jql = `created >= ${Math.floor(since)} AND creator = currentUser() ORDER BY created ASC`;
  const fields = ['summary', 'created', 'creator'];
  const { items, isWhole } = await site.search(jql, { fields, properties: [MARKER], most: MOST_ISSUES });
  const candidates = items.map((one) => ({
    ...{ id: String(own(one, 'id')), key: String(own(one, 'key')), marker: markerIn(own(one, 'properties')) },
    isMine: isMine(site, own(own(one, 'fields'), 'creator')),
    shown: { summary: (own(own(one, 'fields'), 'summary') ?? null) as Json },
    created: momentOf(own(own(one, 'fields'), 'created')),
  }));
  const doubtful = new Set<string | null>(inDoubt.map(({ id }) => id));
  const proven = candidates.filter(({ isMine: ours, marker }) => ours && !doubtful.has(marker));
  return { candidates, isWhole, shownUntil: Math.max(...proven.map(({ created }) => created)) };
}
