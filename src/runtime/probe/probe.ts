/** The few requests a plan may spend: a count, first pages of lists, a sampled page. Everything is optional but the budget. */
import type { Row } from '../../contract/table.js';
import { recordsAt, valueAt } from '../../core/json-path.js';
import type { HttpClient } from '../../http/client.js';
import { HttpStatusError } from '../../http/errors.js';
import type { Dialect } from '../plan/tree.js';
import { buildRequest, type Values } from '../requests/build-request.js';
import { makePager } from '../requests/pager.js';
import { sinceValues } from '../requests/since.js';
import { statusesOf } from '../requests/statuses.js';
import { compileShaper } from '../rows/shape.js';
import type { RequestRoute, Stream } from '../streams/registry.js';
import type { OutcomeName } from '../streams/stream-file.js';

export interface FirstPage {
  readonly rows: readonly Row[];
  /** Records of all pages; null when the page does not tell. */
  readonly total: number | null;
  /** The site refused in a way that the stream file knows. */
  readonly refused?: OutcomeName;
}

export class Probe {
  readonly #counts = new Map<string, number | null>();

  constructor(
    readonly client: HttpClient,
    readonly values: Values,
    private readonly dialect: Dialect,
    /** The server's clock, epoch milliseconds. */
    private readonly now: number,
    /** Requests this plan may send in all, the credential check included. */
    private readonly most: number,
  ) {}

  get left(): number {
    return Math.max(0, this.most - this.client.counters().requests);
  }

  /** Records that a walk from `since` would bring, by the stream's `count`; asked once. Null: not declared, or no request left. */
  async count(stream: Stream, since: number, values: Values = this.values): Promise<number | null> {
    const { count } = stream;
    if (!count || this.dialect !== 'cloud') return null;
    const request = buildRequest(count, { ...values, ...sinceValues(since) });
    const key = JSON.stringify(request);
    const known = this.#counts.get(key);
    if (known !== undefined || this.left === 0) return known ?? null;
    const { json } = await this.client.request({ ...request, repeatable: true, onBehalfOf: stream.stream });
    const found = valueAt(json, count.read);
    this.#counts.set(key, typeof found === 'number' ? found : null);
    return typeof found === 'number' ? found : null;
  }

  /** The first page of a list, or of one parent's rows. Null when no request is left. @param batch ids, where a route takes many at once */
  async firstPage(
    stream: Stream,
    route: RequestRoute,
    bound: Values = {},
    since = 0,
    batch: readonly string[] = [],
  ): Promise<FirstPage | null> {
    if (this.left === 0 || !route.page) return null;
    const values = { ...this.values, ...sinceValues(since), ...bound };
    const ids = route.batch?.put && batch.length > 0 ? { [route.batch.put]: batch } : {};
    const request = buildRequest(route, values, { ...ids, ...makePager(route.page).puts });
    const understood = statusesOf(route.unless);
    try {
      const asked = { ...request, repeatable: true, onBehalfOf: stream.stream, understood, retry: route.retry };
      const { json } = await this.client.request(asked);
      return pageOf(stream, route, json, bound, since, this.now);
    } catch (error) {
      const outcome = error instanceof HttpStatusError ? route.unless?.[String(error.status)] : undefined;
      if (outcome === undefined) throw error;
      if (outcome === 'empty') return { rows: [], total: 0 };
      return { rows: [], total: 0, refused: typeof outcome === 'string' ? outcome : outcome.outcome };
    }
  }
}

function pageOf(
  stream: Stream,
  route: RequestRoute,
  answer: unknown,
  bound: Values,
  since: number,
  now: number,
): FirstPage {
  const found = recordsAt(answer, route.rows, route.carry);
  const records = Array.isArray(found) ? found : [];
  const shaper = compileShaper(stream, route, { links: new Set() });
  const rows = records.flatMap(({ record, carried }) => {
    const shaped = shaper.shape(record, { ...bound, ...carried });
    return 'row' in shaped ? [shaped.row] : [];
  });
  return { rows, total: totalOf(route, answer, records.length, since, now) };
}

/** By the answer's own total, or because it is the last page; a feed by the share of the time that its first page covers. */
function totalOf(route: RequestRoute, answer: unknown, came: number, since: number, now: number): number | null {
  const { page } = route;
  if (!page) return came;
  const total = 'total' in page && page.total !== undefined ? valueAt(answer, page.total) : undefined;
  if (page.kind === 'none') return typeof total === 'number' ? total : came;
  if (page.kind === 'offset') {
    if (typeof total === 'number') return total;
    const last = page.last === undefined ? came < page.size.value : valueAt(answer, page.last) === true;
    return last ? came : null;
  }
  const next = valueAt(answer, page.read);
  if (page.kind === 'token') return typeof next === 'string' && next !== '' ? null : came;
  if (valueAt(answer, page.last) === true || typeof next !== 'number') return came;
  return next > since ? Math.round((came * (now - since)) / (next - since)) : null;
}
