/**
 * Things that were made are found again by their marker, which came in the same request. Where the site keeps none, what was written
 * tells: of an unmarked thing that this account made since then, with the same content, that no other row has made.
 */
import type { Json } from '../../contract/table.js';
import { own } from '../../core/json-path.js';
import { encodeSegment } from '../../http/url.js';
import type { Entry } from '../journal/entry.js';
import { MARKER } from '../plan/plan.js';
import { chunksOf, listAt, type Site } from '../site/site.js';
import { isSame } from '../values/same.js';
import type { Look, Verdict } from './verdict.js';

/** Something this account made since then. */
export interface Candidate {
  readonly id: string;
  readonly key?: string;
  /** The id in its marker; null when it has none. */
  readonly marker: string | null;
  /** Epoch milliseconds. */
  readonly created: number;
  /** What was written, by the names of the request. */
  readonly shown: Readonly<Record<string, Json>>;
}

/** What is asked for begins earlier than what is believed. */
const SLACK_MS = 60_000;
/** The site's clocks differ by this much at most: what is older was there before the request. */
const SKEW_MS = 5_000;
const COMMENTS = 100;
const COMMENTS_BY_ID = 1000;
/** An issue holds 5000 comments. */
const MOST_PAGES = 60;

export const momentOf = (text: unknown): number => Date.parse(String(text).replace(/([+-]\d{2})(\d{2})$/, '$1:$2'));

/** The id in a list of properties. */
export function markerIn(properties: unknown): string | null {
  const list = Array.isArray(properties)
    ? properties.find((one) => own(one, 'key') === MARKER)
    : { value: own(properties, MARKER) };
  const id = own(own(list, 'value'), 'id');
  return typeof id === 'string' ? id : null;
}

export function isMine({ caller }: Site, author: unknown): boolean {
  return (
    own(author, 'accountId') === caller.accountId ||
    own(author, 'key') === caller.accountId ||
    own(author, 'name') === caller.accountId
  );
}

/** The candidate that answers for an entry; it is taken from then on. */
export function claim(entry: Entry, candidates: readonly Candidate[], taken: Set<string>): Candidate | null {
  const found = candidates.find(({ marker }) => marker === entry.id) ?? lookAlike(entry, candidates, taken);
  if (found) taken.add(found.id);
  return found ?? null;
}

/** An unmarked candidate that the request may have made: not older than it, with the same content, and of nobody else. */
export function lookAlike(
  entry: Entry,
  candidates: readonly Candidate[],
  taken: ReadonlySet<string>,
): Candidate | undefined {
  // A site that refused the marker got the row without it, whatever it keeps of others.
  if (wasMarked(entry) && candidates.some(({ marker }) => marker !== null)) return undefined;
  return candidates.find(
    ({ id, marker, created, shown }) =>
      marker === null &&
      !taken.has(id) &&
      created >= entry.sentAt - SKEW_MS &&
      Object.entries(shown).every(([name, value]) => isSame(value, written(entry, name))),
  );
}

export const wasMarked = ({ request }: Entry): boolean => JSON.stringify(request.body).includes(MARKER);

/** What the request says under a name. */
function written({ request }: Entry, name: string): Json {
  return (own(request.body, name) ?? own(own(request.body, 'fields'), name) ?? null) as Json;
}

const issuePath = ({ issueId }: Entry) => `/issue/${encodeSegment(issueId ?? '')}`;

/** The issue's own list does not show properties. */
export async function commentsSince(site: Site, entry: Entry): Promise<readonly Candidate[]> {
  const since = entry.sentAt - SLACK_MS;
  const isSince = (one: Json) => momentOf(own(one, 'created')) >= since;
  const mine = (await commentPages(site, entry, isSince)).filter(
    (one) => isMine(site, own(one, 'author')) && isSince(one),
  );
  const markers = await commentMarkers(
    site,
    mine.map((one) => String(own(one, 'id'))),
  );
  return mine.map((one) => {
    const id = String(own(one, 'id'));
    const created = momentOf(own(one, 'created'));
    return { id, marker: markers.get(id) ?? null, created, shown: { body: own(one, 'body') as Json } };
  });
}

/** Newest first, until they are older; Data Center may not know the order, so all are read there. */
async function commentPages(site: Site, entry: Entry, isSince: (comment: Json) => boolean): Promise<readonly Json[]> {
  const all: Json[] = [];
  for (let page = 0; page < MOST_PAGES; page++) {
    const query = { orderBy: '-created', startAt: String(all.length), maxResults: String(COMMENTS) };
    const answer = await site.getIfThere(`${issuePath(entry)}/comment`, query);
    const comments = listAt(answer, 'comments');
    all.push(...comments);
    const isOver = comments.length === 0 || all.length >= Number(own(answer, 'total') ?? 0);
    if (isOver || (site.dialect === 'cloud' && !comments.every(isSince))) break;
  }
  return all;
}

async function commentMarkers(site: Site, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  const note = (id: string, marker: string | null) => {
    if (marker !== null) found.set(id, marker);
  };
  for (const some of site.dialect === 'cloud' ? chunksOf(ids, COMMENTS_BY_ID) : []) {
    const answer = await site.post('/comment/list', { ids: some.map(Number) }, { expand: 'properties' });
    for (const one of listAt(answer, 'values')) note(String(own(one, 'id')), markerIn(own(one, 'properties')));
  }
  for (const id of site.dialect === 'datacenter' ? ids : []) {
    const property = await site.getIfThere(`/comment/${encodeSegment(id)}/properties/${MARKER}`);
    note(id, property === null ? null : markerIn([property]));
  }
  return found;
}

export async function worklogsThen(site: Site, entry: Entry): Promise<readonly Candidate[]> {
  const started = momentOf(own(entry.request.body, 'started'));
  const window = { startedAfter: String(started - 1), startedBefore: String(started + 1), expand: 'properties' };
  const answer = await site.getIfThere(`${issuePath(entry)}/worklog`, site.dialect === 'cloud' ? window : {});
  return listAt(answer, 'worklogs')
    .filter((one) => isMine(site, own(one, 'author')) && momentOf(own(one, 'created')) >= entry.sentAt - SLACK_MS)
    .map((one) => ({
      id: String(own(one, 'id')),
      marker: markerIn(own(one, 'properties')),
      created: momentOf(own(one, 'created')),
      shown: Object.fromEntries(
        ['started', 'timeSpentSeconds', 'comment'].map((name) => [name, (own(one, name) ?? null) as Json]),
      ),
    }));
}

/** Of things that hang on an issue, whose lists are asked at the site's own store. */
export async function settleChildren(
  site: Site,
  entries: readonly Entry[],
  look: Look,
  list: (site: Site, entry: Entry) => Promise<readonly Candidate[]>,
): Promise<ReadonlyMap<string, Verdict>> {
  const verdicts = new Map<string, Verdict>();
  const taken = new Set(look.taken);
  for (const entry of entries) {
    const found = claim(entry, await list(site, entry), taken);
    verdicts.set(entry.id, found === null ? { is: 'not done' } : { is: 'done', resultId: found.id });
  }
  return verdicts;
}
