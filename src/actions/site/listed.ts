/** Lists that come in pages. Whether all of it came goes with a list: what a cut one does not hold may be there all the same. */
import type { Json } from '../../contract/table.js';
import { own } from '../../core/json-path.js';

export interface Listed {
  readonly items: readonly Json[];
  readonly isWhole: boolean;
}

export interface Reach {
  /** No further page is asked for when more than these have come. */
  readonly most?: number;
  /** A page after which nothing comes that is of interest. */
  readonly isLast?: (page: readonly Json[]) => boolean;
}

const MOST_PAGES = 1000;

/** @param ask for the page that begins after so many. An end is proven by the total, or where none is told by the word for it, or an empty page. */
export async function byOffset(
  name: string,
  ask: (startAt: number) => Promise<Json>,
  { most = Number.POSITIVE_INFINITY, isLast = () => false }: Reach = {},
): Promise<Listed> {
  const items: Json[] = [];
  for (let pages = 0; pages < MOST_PAGES && items.length <= most; pages++) {
    const answer = await ask(items.length);
    const page = own(answer, name);
    if (!Array.isArray(page)) break;
    items.push(...(page as readonly Json[]));
    const total = own(answer, 'total');
    const isOver =
      typeof total === 'number' ? items.length >= total : page.length === 0 || own(answer, 'isLast') === true;
    if (isOver || isLast(page as readonly Json[])) return { items, isWhole: true };
    if (page.length === 0) break;
  }
  return { items, isWhole: false };
}

/** @param ask for the page of a token. The page without one is the last, unless it says itself that it is not. */
export async function byToken(
  name: string,
  ask: (token: string | null) => Promise<Json>,
  { most = Number.POSITIVE_INFINITY }: Pick<Reach, 'most'> = {},
): Promise<Listed> {
  const items: Json[] = [];
  let token: string | null = null;
  for (let pages = 0; pages < MOST_PAGES && items.length <= most; pages++) {
    const answer = await ask(token);
    const page = own(answer, name);
    if (!Array.isArray(page)) break;
    items.push(...(page as readonly Json[]));
    const [next, total] = [own(answer, 'nextPageToken'), own(answer, 'total')];
    if (typeof next !== 'string') {
      const hasMore = own(answer, 'isLast') === false || (typeof total === 'number' && total > items.length);
      return { items, isWhole: !hasMore };
    }
    if (next === token) break;
    token = next;
  }
  return { items, isWhole: false };
}
