/**
 * Paging as pure functions: a pager looks at an answer and says what to put into the next request, or that it was the last.
 * It never sends anything, and it looks at the raw answer, never at filtered rows.
 */
import { ConnectorError } from '../../core/errors.js';
import { own, valueAt } from '../../core/json-path.js';
import type { Page } from '../streams/stream-file.js';
import { type Anomaly, AT_CAP, HARMLESS } from './anomalies.js';

/** Values for places of a request: `query.startAt` -> 100. */
export type Puts = Readonly<Record<string, string | number>>;

export interface PageSeen {
  readonly answer: unknown;
  /** Records the answer really held. */
  readonly records: readonly unknown[];
}

export interface Pager {
  /** What the next request carries; null before the first call means nothing special. */
  readonly puts: Puts;
  /** Takes in an answer; false when it was the last page. @throws ConnectorError kind `failed` when paging does not move. */
  advance(seen: PageSeen): boolean;
  /** Asks for half the records from now on; false when one record is already too much. */
  halve(): boolean;
  /** Contradictions met on the way (a token beside `isLast: true`, a total that was never reached), by name, in order. */
  readonly anomalies: readonly Anomaly[];
  /** What the last answer said of how many records there are in all; undefined when it did not say. */
  readonly total: number | undefined;
}

/** Jira never needs more; a server that hands out new tokens for ever must not keep us for ever. */
const MAX_PAGES = 200_000;
const MAX_EMPTY_PAGES = 10;

export function makePager(page: Page): Pager {
  const kind = KINDS[page.kind](page as never);
  const anomalies: Anomaly[] = [];
  const note = (name: Anomaly) => anomalies.push(name);
  const totalAt = 'total' in page ? page.total : undefined;
  let total: number | undefined;
  let pages = 0;
  let emptyInARow = 0;
  let previous = '';
  return {
    anomalies,
    get puts() {
      return kind.puts();
    },
    get total() {
      return total;
    },
    halve: () => kind.halve(),
    advance(seen) {
      pages += 1;
      total = totalOf(seen.answer, totalAt);
      emptyInARow = seen.records.length === 0 ? emptyInARow + 1 : 0;
      const more = kind.advance(seen, note);
      if (!more) return false;
      if (pages >= MAX_PAGES) throw stuck(`${MAX_PAGES} pages were read and the end did not come`);
      if (emptyInARow > MAX_EMPTY_PAGES)
        throw stuck(`${emptyInARow} pages in a row were empty and still announced more`);
      const print = fingerprint(seen.records);
      if (print !== '' && print === previous) {
        // Where nothing proves the end, some versions of the site give their one page for any offset: the cap tells whether it is all.
        if (kind.isOne?.(seen.records.length, note)) return false;
        throw stuck('the same page came twice');
      }
      previous = print;
      return true;
    },
  };
}

interface Kind {
  puts(): Puts;
  advance(seen: PageSeen, note: (anomaly: Anomaly) => unknown): boolean;
  halve(): boolean;
  /** A page that came twice is the whole answer: a list whose end nothing proves. */
  isOne?(records: number, note: (anomaly: Anomaly) => unknown): boolean;
}

type OfKind<K extends Page['kind']> = Extract<Page, { kind: K }>;

const KINDS: { readonly [K in Page['kind']]: (page: OfKind<K>) => Kind } = {
  none: onePage,
  offset: offsetPages,
  token: tokenPages,
  feed: feedPages,
};

/** One answer holds everything, and with `total` it says how much that is. */
function onePage({ total, cap }: OfKind<'none'>): Kind {
  return {
    puts: () => ({}),
    halve: () => false,
    advance({ answer, records }, note) {
      if (records.length < (totalOf(answer, total) ?? 0)) note('fewer records than announced');
      if (isCap(cap, records.length)) note(AT_CAP);
      return false;
    },
  };
}

/**
 * With `overlap`, rows that move out of the pages before ours (an edited one goes to the end of an order by `updated`) pull the
 * others up without a change of the total: as long as a page shows one of the last rows before it, nothing lies between.
 * Advances by what came, never by what was asked: servers lower maxResults in silence. A total that shrinks means that
 * rows before this page are gone and the others moved up, some of them past our offset: so many rows are read once more.
 */
function offsetPages(page: OfKind<'offset'>): Kind {
  const size = makeSize(page.size);
  let offset = 0;
  let before: number | undefined;
  let shifts = 0;
  const { overlap = 0 } = page;
  let tail: ReadonlySet<string> = new Set();
  return {
    puts: () => ({ [page.put]: offset, ...size.puts() }),
    halve: size.halve,
    isOne(records, noted) {
      if (isCap(page.cap, records)) noted(AT_CAP);
      return page.cap !== undefined;
    },
    advance({ answer, records }, note) {
      const total = totalOf(answer, page.total);
      const gone = before !== undefined && total !== undefined ? before - total : 0;
      const torn = tail.size > 0 && records.length > 0 && !records.some((record) => tail.has(nameOf(record)));
      const lost = torn ? Math.max(gone, page.size.value) : gone;
      before = total;
      if (lost > 0 && offset > 0) {
        shifts += 1;
        if (shifts <= MAX_SHIFTS) {
          offset = Math.max(0, offset - lost);
          return true;
        }
        note('rows went away again and again while they were read');
      }
      const end = offset + records.length;
      tail = new Set(overlap > 0 ? records.slice(-overlap).map(nameOf) : []);
      offset = Math.max(Math.min(offset + 1, end), end - overlap);
      if (records.length === 0 && isCap(page.cap, end)) note(AT_CAP);
      return offsetGoesOn({ offset: end, total, last: lastOf(answer, page.last), empty: records.length === 0 }, note);
    },
  };
}

const isCap = (cap: number | readonly number[] | undefined, records: number): boolean =>
  cap !== undefined && [cap].flat().includes(records);

/** A list that shrinks more often than this while it is read is not proven complete. */
const MAX_SHIFTS = 10;

const lastOf = (answer: unknown, path: string | undefined) => (path === undefined ? undefined : valueAt(answer, path));

function totalOf(answer: unknown, path: string | undefined): number | undefined {
  const total = path === undefined ? undefined : valueAt(answer, path);
  return typeof total === 'number' && Number.isInteger(total) && total >= 0 ? total : undefined;
}

interface OffsetSeen {
  /** Rows so far. */
  readonly offset: number;
  readonly total: number | undefined;
  readonly last: unknown;
  readonly empty: boolean;
}

function offsetGoesOn({ offset, total, last, empty }: OffsetSeen, note: (anomaly: Anomaly) => unknown): boolean {
  const short = total !== undefined && offset < total;
  if (empty) {
    if (last === false || short) note('fewer records than announced');
    return false;
  }
  if (last === true && short) note('isLast before the total was reached');
  if (typeof last === 'boolean') return !last;
  return total === undefined || short;
}

/**
 * The token decides: following one extra guarded token costs a request, stopping early costs rows. That none comes is the end
 * only where the answer says so by its marker or its total, or is empty; a gateway may send the older form, which has no tokens.
 */
function tokenPages(page: OfKind<'token'>): Kind {
  const size = makeSize(page.size);
  const used = new Set<string>();
  let token: string | null = null;
  let came = 0;
  return {
    puts: () => ({ ...size.puts(), ...(token === null ? {} : { [page.put]: token }) }),
    halve: size.halve,
    advance({ answer, records }, note) {
      came += records.length;
      const next = valueAt(answer, page.read);
      const last = lastOf(answer, page.last);
      if (next === undefined || next === null || next === '') {
        const total = totalOf(answer, page.total);
        if (last === false) note('no token although isLast is false');
        else if (total !== undefined && came < total) note('fewer records than announced');
        else if (page.last !== undefined && last !== true && total === undefined && records.length > 0)
          note('neither a token nor a last-page marker');
        return false;
      }
      if (typeof next !== 'string') throw stuck('the token of the next page is not text');
      if (last === true) note(HARMLESS);
      // Lists of plans have a token on their last page, too; what it leads to says so once more, with the same token.
      if (last === true && used.has(next)) return false;
      if (used.has(next)) throw stuck('a page token came twice, the pages go in a circle');
      used.add(next);
      token = next;
      return true;
    },
  };
}

/** A change feed: the next page starts at the moment the last one ended. */
function feedPages(page: OfKind<'feed'>): Kind {
  let since: number | null = null;
  return {
    puts: () => (since === null ? {} : { [page.put]: since }),
    halve: () => false,
    advance({ answer, records }) {
      if (valueAt(answer, page.last) === true) return false;
      const until = valueAt(answer, page.read);
      if (typeof until !== 'number') throw stuck(`the feed announced more but gave no \`${page.read}\``);
      if (since !== null && until <= since) throw new FeedStuckError();
      if (records.length === 0) throw stuck('the feed announced more after an empty page');
      since = until;
      return true;
    },
  };
}

function makeSize(size: { readonly put: string; readonly value: number }) {
  let value = size.value;
  return {
    puts: (): Puts => ({ [size.put]: value }),
    halve: () => {
      if (value <= 1) return false;
      value = Math.floor(value / 2);
      return true;
    },
  };
}

/** First and last record: enough to notice a server that ignores the offset. */
function fingerprint(records: readonly unknown[]): string {
  if (records.length === 0) return '';
  const print = `${nameOf(records[0])} ${nameOf(records.at(-1))}`;
  return print.trim() === '' ? '' : `${records.length} ${print}`;
}

const NAMES = ['id', 'key', 'accountId', 'worklogId', 'issueId', 'name'] as const;

/** Empty for a record without any of the usual names; a plain value is its own name. */
const nameOf = (record: unknown): string =>
  String((typeof record === 'object' ? NAMES.map((name) => own(record, name)).find(isGiven) : record) ?? '');

const isGiven = (value: unknown) => value !== undefined && value !== null;

/** More changes within one moment than fit on a page: the feed says the same for ever. */
export class FeedStuckError extends ConnectorError {
  override readonly name = 'FeedStuckError';

  constructor() {
    super('failed', 'The change feed does not advance: more changes within one millisecond than fit on a page.');
  }
}

function stuck(what: string): ConnectorError {
  return new ConnectorError(
    'failed',
    `Paging stopped: ${what}. The stream is not complete; run again, and report it if it happens twice.`,
  );
}
