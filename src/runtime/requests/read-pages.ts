/** All pages of one request, in order. An answer over the size cap is asked again with half the page size. */
import { ConnectorError } from '../../core/errors.js';
import { type Located, recordsAt, valueAt } from '../../core/json-path.js';
import type { HttpClient, HttpRequest } from '../../http/client.js';
import { HttpStatusError, TooLargeError } from '../../http/errors.js';
import { jsonText } from '../rows/json-text.js';
import type { Page } from '../streams/stream-file.js';
import { lackOf } from './anomalies.js';
import { buildRequest, type RequestTemplate, type Values } from './build-request.js';
import { makePager } from './pager.js';
import { statusesOf } from './statuses.js';
import type { Refusal } from './verdict.js';

export interface PagedRequest extends RequestTemplate {
  readonly page: Page;
  readonly rows: string;
  readonly rows_may_be_absent?: true;
  readonly carry?: Readonly<Record<string, string>>;
  readonly refused?: { readonly rows: string; readonly id: string; readonly why: string };
  readonly unless?: Readonly<Record<string, unknown>>;
  readonly retry?: readonly number[];
}

export interface PageRead {
  readonly records: readonly Located[];
  /** What was asked for by name and told as an error, where the route says how. */
  readonly refused?: readonly Refusal[];
  /** Contradictions on this page, by name, such as a total that was not reached. */
  readonly anomalies: readonly string[];
  /** Whether they say that rows are missing, and where (I13); null: they do not. */
  readonly lack: ReturnType<typeof lackOf>;
  /** How many records there are in all, by this answer; null when it does not say. */
  readonly total: number | null;
  /** The answer had no list at all (only where the route says that it may). */
  readonly absent: boolean;
}

/** A page as one answer brought it. */
export interface SentPage extends PageRead {
  /** Of whoever reads the page: ten thousand of them are 30 MB, and are let go of before the next page comes. */
  readonly records: Located[];
  /** Of the answer, unpacked. */
  readonly bytes: number;
  /** The answer says that nothing comes after it. */
  readonly last: boolean;
}

/**
 * @param label whose request it is, for counts and messages.
 * @param fixed values put into every page's request, such as a batch of ids.
 * @param faultTries see HttpRequest.
 * @throws what the client throws; ConnectorError kind `failed` when an answer has no records or paging does not move.
 */
export async function* readPages(
  client: HttpClient,
  label: string,
  asked: PagedRequest,
  values: Values,
  fixed: Readonly<Record<string, readonly (string | number)[]>> = {},
  faultTries?: number,
): AsyncGenerator<SentPage> {
  const pager = makePager(asked.page);
  const understood = statusesOf(asked.unless);
  // The pages of a feed overlap by the moment where they meet, others by some rows on purpose.
  const overlaps = asked.page.kind === 'feed' || (asked.page.kind === 'offset' && asked.page.overlap !== undefined);
  let repeated: ReadonlySet<string> = new Set();
  let first = true;
  // A function of its own: what it holds is gone when it ends, while a generator keeps all it has held until it is asked again.
  const next = async (): Promise<{ readonly page: SentPage | null; readonly more: boolean }> => {
    const request = buildRequest(asked, values, { ...fixed, ...pager.puts });
    const sent = { ...request, onBehalfOf: label, understood, retry: asked.retry, faultTries };
    const answer = await askOrHalve(client, sent, pager.halve).catch((error: unknown) => {
      // A later page cannot say that there are no records: some have come.
      if (first && isEmpty(error, asked)) return 'empty' as const;
      throw error;
    });
    if (answer === 'too large') return { page: null, more: true };
    if (answer === 'empty') return { page: noRecords(), more: false };
    first = false;
    const found = recordsAt(answer.json, asked.rows, asked.carry);
    if (typeof found === 'string' || (found === undefined && !asked.rows_may_be_absent)) {
      throw new ConnectorError(
        'failed',
        `${label}: the site's answer has another form than its documentation says: ${found ?? `\`${asked.rows}\` is missing`}.`,
        {
          detail: `${request.method} ${request.path}`,
        },
      );
    }
    const records = [...(found ?? [])];
    const before = pager.anomalies.length;
    const more = pager.advance({ answer: answer.json, records: countedOf(asked, answer.json, records) });
    const fresh = overlaps ? records.filter((record) => !repeated.has(printOf(record))) : records;
    if (overlaps) repeated = new Set(records.map(printOf));
    const anomalies = pager.anomalies.slice(before);
    const total = pager.total ?? null;
    const refused = refusedIn(answer.json, asked.refused);
    const told = { refused, anomalies, lack: lackOf(anomalies), total, bytes: answer.bytes, last: !more };
    return { page: { ...told, records: fresh, absent: found === undefined }, more };
  };
  for (;;) {
    const { page, more } = await next();
    if (page) yield page;
    if (!more) return;
  }
}

/** What is kept of one list until it is whole: two of the largest answers. */
const MOST_BYTES = 128 * 1024 * 1024;

/**
 * The records of all pages, which are in memory together.
 * @param see told of each page
 * @throws ConnectorError kind `failed` when there are more than memory is for: each page alone is bounded, their number is not
 */
export async function allRecords(
  label: string,
  pages: AsyncIterable<SentPage>,
  see: (page: SentPage) => void = () => undefined,
): Promise<Located[]> {
  const records: Located[] = [];
  let bytes = 0;
  for await (const page of pages) {
    bytes += page.bytes;
    if (bytes > MOST_BYTES)
      throw new ConnectorError(
        'failed',
        `${label}: the site sent more than ${Math.round(MOST_BYTES / 1e6)} MB for a list that is needed as a whole; nothing more of it was read. Look for a broken gateway between here and the site, or report it.`,
      );
    // One by one: a page may hold more records than a call takes arguments.
    for (const record of page.records) records.push(record);
    see(page);
  }
  return records;
}

/** All records of a list that is of use only as a whole. @throws ConnectorError kind `failed` when it is not. */
export async function readList(
  client: HttpClient,
  label: string,
  asked: PagedRequest,
  values: Values,
  what: string,
): Promise<readonly Located[]> {
  for (let look = 1; ; look++) {
    const lacks: NonNullable<PageRead['lack']>[] = [];
    const records = await allRecords(label, readPages(client, label, asked, values), (page) => {
      if (page.lack !== null) lacks.push(page.lack);
    });
    const [lack] = lacks;
    if (lack === undefined) return records;
    if (look === LOOKS)
      throw new ConnectorError(
        'failed',
        `${label}: ${what} came only in part (${lack.name}; ${records.length} came), so nothing was read that depends on it. Run again; if it stays so, look for a gateway between here and the site.`,
      );
  }
}

/** The site changes while it is read: a difference counts when it is there a second time. */
export const LOOKS = 2;

/** What offset and total count: where rows lie deeper, the elements of the outermost list, of which one may hold many rows or none. */
function countedOf({ page, rows }: PagedRequest, answer: unknown, records: readonly Located[]): readonly unknown[] {
  const outermost = rows.slice(0, rows.indexOf('[]') + 2);
  const counts = page.kind === 'offset' || page.kind === 'none';
  const found = counts && outermost !== rows && outermost.endsWith('[]') ? recordsAt(answer, outermost) : records;
  return (Array.isArray(found) ? found : records).map(({ record }: Located) => record);
}

const noRecords = (): SentPage => ({
  records: [],
  anomalies: [],
  lack: null,
  total: 0,
  bytes: 0,
  absent: false,
  last: true,
});

const isEmpty = (error: unknown, { unless }: PagedRequest) =>
  error instanceof HttpStatusError && unless?.[String(error.status)] === 'empty';

function refusedIn(answer: unknown, where: PagedRequest['refused']): readonly Refusal[] {
  const found = where && recordsAt(answer, where.rows);
  if (!where || !Array.isArray(found)) return [];
  return found.map(({ record }) => ({
    id: String(valueAt(record, where.id)),
    why: String(valueAt(record, where.why)),
  }));
}

const printOf = ({ record }: Located) => jsonText(record);

async function askOrHalve(client: HttpClient, request: Omit<HttpRequest, 'repeatable'>, halve: () => boolean) {
  try {
    // Every request of a stream only reads (checked when the registry is loaded), so a lost reply may be asked for again.
    return await client.request({ ...request, repeatable: true });
  } catch (error) {
    if (error instanceof TooLargeError && halve()) return 'too large';
    throw error;
  }
}
