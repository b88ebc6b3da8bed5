/** What a read may cost beyond what was seen of it: pages that nobody has looked at, and refusals that cost a request more. */
import { pageSize } from '../plan/cost.js';
import { NONE, type Range } from '../plan/range.js';
import type { Conditions } from '../plan/run-history.js';
import type { RequestRoute } from '../streams/registry.js';
import type { ParentDecl, Route } from '../streams/stream-file.js';

/** A page that holds more seldom has a next one. */
const SMALL_PAGE = 100;
/** Pages of a list that was never looked at, beside the first. */
const UNSEEN_PAGES = 3;
/** One in so many parents has a page more than those that were looked at. */
const LONGER = 4;
/** Rows that name one parent together. */
const MOST_SHARED = 2;

const upTo = (max: number): Range => ({ min: 0, max });

/** Of a list of which not even the first page is known. */
export function unseenPages(route: Route): Range {
  return 'size' in (route.page ?? {}) && pageSize(route) <= SMALL_PAGE ? upTo(UNSEEN_PAGES) : NONE;
}

/** @param parents those that were not looked at, at most */
export function longerParents(route: Route, parents: number): Range {
  return 'size' in (route.page ?? {}) && pageSize(route) <= SMALL_PAGE ? upTo(Math.ceil(parents / LONGER)) : NONE;
}

/** Rows of a parent that was not looked at, by those that were. */
export function nearMean(known: readonly number[]): Range {
  const mean = known.reduce((total, one) => total + one, 0) / known.length;
  const variance = known.reduce((total, one) => total + (one - mean) ** 2, 0) / Math.max(1, known.length - 1);
  const doubt = known.length === 1 ? mean / 2 : 1.5 * Math.sqrt(variance / known.length);
  return { min: Math.max(0, mean - doubt), max: mean + doubt };
}

/**
 * A parent that several rows name (a sprint on several boards) is asked once, and the few rows that were looked at do not tell how many
 * do. @param key of those rows @param seen parents that were met
 */
export function sharedParents(rows: Range, key: readonly string[], { bind }: ParentDecl, seen: number): Range {
  const isOwn = key.every((column) => Object.values(bind).includes(column));
  return isOwn ? rows : { min: Math.max(seen, Math.floor(rows.min / MOST_SHARED)), max: rows.max };
}

/** Each route that a site may lack costs the request that finds it out. */
export function lackingRoutes(route: Route, fallbacks: readonly RequestRoute[]): Range {
  const asksNext = Object.values(route.unless ?? {}).some(
    (outcome) => (typeof outcome === 'string' ? outcome : outcome.outcome) === 'next_route',
  );
  return asksNext ? upTo(fallbacks.length) : NONE;
}

/** Conditions of the parents for which a refusal is looked into by one more request. */
export function verifiedParents(route: Route): readonly Conditions[] {
  return Object.values(route.unless ?? {}).flatMap((outcome) =>
    typeof outcome === 'object' && outcome.verify !== undefined ? [(outcome.where ?? {}) as Conditions] : [],
  );
}

/** A feed of changes says nothing of its length: it is thought of as the rows of some records that were looked at. */
export function feedPages(route: Route, pages: number): Range {
  return route.page?.kind === 'feed' ? upTo(1 + Math.ceil(pages / LONGER)) : NONE;
}
