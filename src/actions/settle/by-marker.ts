/**
 * Things that were made are found again by their marker, which came in the same request. Where the site keeps none, what was written
 * tells: of an unmarked thing that this account made since then, with the same content, that no other row has made.
 */
import type { Json } from '../../contract/table.js';
import { own } from '../../core/json-path.js';
import type { Entry } from '../journal/entry.js';
import { isMarked } from '../plan/marker.js';
import type { Site } from '../site/site.js';
import { isSame } from '../values/same.js';

/** Something that was made since then. */
export interface Candidate {
  readonly id: string;
  readonly key?: string;
  /** The id in its marker; null when it has none. */
  readonly marker: string | null;
  /** Whether this account has made it. */
  readonly isMine: boolean;
  /** Epoch milliseconds. */
  readonly created: number;
  /** What was written, by the names of the request. */
  readonly shown: Readonly<Record<string, Json>>;
}

/** The site's clocks differ by this much at most: what is older was there before the request. */
const SKEW_MS = 5_000;

export function isMine({ caller }: Site, author: unknown): boolean {
  return ['accountId', 'key', 'name'].some((name) => own(author, name) === caller.accountId);
}

/** The candidate that answers for an entry; it is taken from then on. @param isWhole of a cut list the marker alone is believed */
export function claim(entry: Entry, { candidates, isWhole }: Candidates, taken: Set<string>): Candidate | undefined {
  const marked = candidates.find(({ marker }) => marker === entry.id);
  const found = marked ?? (isWhole ? lookAlike(entry, candidates, taken) : undefined);
  if (found) taken.add(found.id);
  return found;
}

export interface Candidates {
  readonly candidates: readonly Candidate[];
  /** Whether what is not among them was not made. */
  readonly isWhole: boolean;
}

/** An unmarked candidate that the request may have made: not older than it, with the same content, and of nobody else. */
export function lookAlike(
  entry: Entry,
  candidates: readonly Candidate[],
  taken: ReadonlySet<string>,
): Candidate | undefined {
  // A site that refused the marker got the row without it, whatever it keeps of others.
  if (isMarked(entry.request) && candidates.some(({ marker }) => marker !== null)) return undefined;
  return candidates.find(
    ({ id, marker, isMine: ours, created, shown }) =>
      marker === null &&
      ours &&
      !taken.has(id) &&
      created >= entry.sentAt - SKEW_MS &&
      Object.entries(shown).every(([name, value]) => isSame(value, written(entry, name))),
  );
}

/** What the request says under a name. */
function written({ request }: Entry, name: string): Json {
  return (own(request.body, name) ?? own(own(request.body, 'fields'), name) ?? null) as Json;
}
