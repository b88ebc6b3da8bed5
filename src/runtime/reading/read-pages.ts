/** All pages of one request, in order. An answer over the size cap is asked again with half the page size. */
import { ConnectorError } from '../../errors.js';
import type { HttpClient, HttpRequest } from '../http/client.js';
import { TooLargeError } from '../http/errors.js';
import { buildRequest, type RequestTemplate, type Values } from '../pages/build-request.js';
import { makePager } from '../pages/pager.js';
import type { Page } from '../registry/stream-file.js';
import { jsonText } from '../rows/json-text.js';
import { type Located, recordsAt } from '../rows/path.js';

export interface PagedRequest extends RequestTemplate {
  readonly page: Page;
  readonly rows: string;
  readonly rows_may_be_absent?: true;
  readonly carry?: Readonly<Record<string, string>>;
  readonly unless?: Readonly<Record<string, unknown>>;
}

export interface PageRead {
  readonly records: readonly Located[];
  /** Contradictions on this page, by name, such as a total that was not reached: the read is not proven complete. */
  readonly anomalies: readonly string[];
}

/**
 * @param label whose request it is, for counts and messages.
 * @param fixed values put into every page's request, such as a batch of ids.
 * @throws what the client throws; ConnectorError kind `failed` when an answer has no records or paging does not move.
 */
export async function* readPages(
  client: HttpClient,
  label: string,
  asked: PagedRequest,
  values: Values,
  fixed: Readonly<Record<string, readonly (string | number)[]>> = {},
): AsyncGenerator<PageRead> {
  const pager = makePager(asked.page);
  const understood = Object.keys(asked.unless ?? {}).map(Number);
  // The pages of a feed overlap by the moment where they meet, others by some rows on purpose.
  const overlaps = asked.page.kind === 'feed' || (asked.page.kind === 'offset' && asked.page.overlap !== undefined);
  let repeated: ReadonlySet<string> = new Set();
  for (;;) {
    const request = buildRequest(asked, values, { ...fixed, ...pager.puts });
    const answer = await askOrHalve(client, { ...request, label, understood }, pager.halve);
    if (answer === 'too large') continue;
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
    const records = found ?? [];
    const before = pager.anomalies.length;
    const more = pager.advance({ answer: answer.json, records: records.map(({ record }) => record) });
    const fresh = overlaps ? records.filter((record) => !repeated.has(printOf(record))) : records;
    yield { records: fresh, anomalies: pager.anomalies.slice(before) };
    if (overlaps) repeated = new Set(records.map(printOf));
    if (!more) return;
  }
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
