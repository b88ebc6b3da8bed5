/** Requests for the rows of one list, by its pages. */
import { pageSize } from '../plan/cost.js';
import { MOST_FOR_PREFIXES } from '../plan/prefixes.js';
import type { Range } from '../plan/range.js';
import type { Route } from '../streams/stream-file.js';

export const capsOf = ({ page }: Route): readonly number[] =>
  page && 'cap' in page && page.cap !== undefined ? [page.cap].flat() : [];

/** What a list that is cut off may cost in addition: nobody knows how its names begin. */
export function beyondCut(route: Route, came: number, total: number | null): Range {
  const isCut =
    capsOf(route).some((cap) => came >= cap) || (total !== null && came < total && route.page?.kind === 'none');
  return { min: 0, max: route.prefix && isCut ? MOST_FOR_PREFIXES : 0 };
}

/** True when a page says whether it is the last: else one more request finds out. */
export function tellsEnd({ page }: Route): boolean {
  return page?.kind !== 'offset' || page.total !== undefined || page.last !== undefined;
}

/** Requests for the rows of one list; the first is needed to learn that there are none. */
export function pagesFor(route: Route, rows: Range): Range {
  const pages = (count: number) =>
    Math.max(1, Math.ceil(count / pageSize(route)) + (tellsEnd(route) || count === 0 ? 0 : 1));
  return { min: pages(rows.min), max: pages(rows.max) };
}
