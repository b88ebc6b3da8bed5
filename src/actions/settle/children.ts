/** Comments and worklogs that may be there: their lists are asked at the site's own store, which does not lag. */
import type { Json } from '../../contract/table.js';
import { chunks } from '../../core/chunks.js';
import { own } from '../../core/json-path.js';
import { encodeSegment } from '../../http/url.js';
import type { Entry } from '../journal/entry.js';
import { MARKER, markerIn } from '../plan/marker.js';
import { byOffset, type Listed } from '../site/listed.js';
import { listAt, type Site } from '../site/site.js';
import { groupBy } from '../values/group-by.js';
import { momentOf } from '../values/same.js';
import { type Candidates, claim, isMine } from './by-marker.js';
import { CUT, type Look, unlessRefused, type Verdict } from './verdict.js';

/** What is asked for begins earlier than what is believed. */
const SLACK_MS = 60_000;
const COMMENTS = 100;
const COMMENTS_BY_ID = 1000;
const WORKLOGS = 5000;

/** What may be theirs on the issue that they all have; null when it is not shown. */
export type Find = (site: Site, issueId: string, entries: readonly Entry[]) => Promise<Candidates | null>;

export async function settleChildren(
  site: Site,
  entries: readonly Entry[],
  look: Look,
  find: Find,
): Promise<ReadonlyMap<string, Verdict>> {
  const verdicts = new Map<string, Verdict>();
  const taken = new Set(look.taken);
  for (const [issueId, ours] of groupBy(entries, (entry) => entry.issueId ?? '')) {
    let made: Promise<Candidates | null> | undefined;
    for (const entry of ours) {
      const verdict = await unlessRefused(async () => {
        made ??= find(site, issueId, ours);
        return verdictOf(entry, await made, taken);
      });
      verdicts.set(entry.id, verdict);
    }
  }
  return verdicts;
}

function verdictOf(entry: Entry, made: Candidates | null, taken: Set<string>): Verdict {
  if (made === null) return { is: 'unknown', why: HIDDEN };
  const found = claim(entry, made, taken);
  if (found !== undefined) return { is: 'done', resultId: found.id };
  return made.isWhole ? { is: 'not done' } : { is: 'unknown', why: CUT };
}

/** It may be hidden for a while, with what was made on it. */
const HIDDEN =
  'its answer was lost, and the issue is not there any more, or not shown to this account; when it is to be sent all the same, give --again NAME';

async function pagesOf(
  site: Site,
  issueId: string,
  name: 'comment' | 'worklog',
  query: Readonly<Record<string, string>>,
  isLast?: (page: readonly Json[]) => boolean,
): Promise<Listed | null> {
  const path = `/issue/${encodeSegment(issueId)}/${name}`;
  let isShown = true;
  const ask = async (startAt: number) => {
    const answer = await site.getIfThere(path, { ...query, startAt: String(startAt) });
    isShown &&= answer !== null;
    return answer;
  };
  const listed = await byOffset(`${name}s`, ask, isLast === undefined ? {} : { isLast });
  return isShown ? listed : null;
}

/** The issue's own list does not show properties. */
export const commentsSince: Find = async (site, issueId, entries) => {
  const since = Math.min(...entries.map(({ sentAt }) => sentAt)) - SLACK_MS;
  const createdAt = (one: Json | undefined) => momentOf(own(one, 'created'));
  // Data Center may not know the order; and what comes in another one is read to its end.
  const isLast = (page: readonly Json[]) =>
    site.dialect === 'cloud' &&
    createdAt(page.at(-1)) < since &&
    page.every((one, at) => at === 0 || createdAt(one) <= createdAt(page[at - 1]));
  const order = { orderBy: '-created', maxResults: String(COMMENTS) };
  const listed = await pagesOf(site, issueId, 'comment', order, isLast);
  if (listed === null) return null;
  // Whose author is not told may be ours; its marker tells.
  const mine = (one: Json) => isMine(site, own(one, 'author'));
  const isOurs = (one: Json) => (own(one, 'author') ?? null) === null || mine(one);
  const ours = listed.items.filter((one) => isOurs(one) && createdAt(one) >= since);
  const idOf = (one: Json) => String(own(one, 'id'));
  const markers = await commentMarkers(site, ours.map(idOf));
  const told = ours.filter((one) => markers.has(idOf(one)));
  return {
    isWhole: listed.isWhole && told.length === ours.length,
    candidates: told.map((one) => ({
      ...{ id: idOf(one), marker: markers.get(idOf(one)) ?? null, isMine: mine(one), created: createdAt(one) },
      shown: shownOf(one, ['body', 'visibility']),
    })),
  };
};

const shownOf = (one: Json, names: readonly string[]): Readonly<Record<string, Json>> =>
  Object.fromEntries(names.map((name) => [name, (own(one, name) ?? null) as Json]));

/** By the ids of those that are told of; null: it has none. */
async function commentMarkers(site: Site, ids: readonly string[]): Promise<ReadonlyMap<string, string | null>> {
  const found = new Map<string, string | null>();
  for (const some of site.dialect === 'cloud' ? chunks(ids, COMMENTS_BY_ID) : []) {
    const answer = await site.post('/comment/list', { ids: some.map(Number) }, { expand: 'properties' });
    for (const one of listAt(answer, 'values')) found.set(String(own(one, 'id')), markerIn(own(one, 'properties')));
  }
  for (const id of site.dialect === 'datacenter' ? ids : []) {
    const property = await site.getIfThere(`/comment/${encodeSegment(id)}/properties/${MARKER}`);
    found.set(id, property === null ? null : markerIn([property]));
  }
  return found;
}

/** All of the issue: the start of one may have been set to another moment since. */
export const worklogsOf: Find = async (site, issueId) => {
  const query: Record<string, string> =
    site.dialect === 'cloud' ? { expand: 'properties', maxResults: String(WORKLOGS) } : {};
  const listed = await pagesOf(site, issueId, 'worklog', query);
  if (listed === null) return null;
  const candidates = listed.items.map((one) => ({
    ...{ id: String(own(one, 'id')), marker: markerIn(own(one, 'properties')) },
    ...{ isMine: isMine(site, own(one, 'author')), created: momentOf(own(one, 'created')) },
    shown: shownOf(one, ['started', 'timeSpentSeconds', 'comment', 'visibility']),
  }));
  return { candidates, isWhole: listed.isWhole };
};
