/** Asks a site for everything that the stream files would ask it, in small: some parents, the first pages, two page sizes. */

import { recordsAt, valueAt } from '../../src/core/json-path.js';
import { buildRequest } from '../../src/runtime/requests/build-request.js';
import { matches } from '../../src/runtime/rows/matches.js';
import {
  isRequestRoute,
  parentOf,
  type Registry,
  type RequestRoute,
  type Stream,
} from '../../src/runtime/streams/registry.js';
import type { Page, ParentDecl } from '../../src/runtime/streams/stream-file.js';
import { isCloud } from './contract.js';

/** What one request was answered. */
export interface Call {
  readonly stream: string;
  /** Method and path with placeholders. */
  readonly request: string;
  /** Where the records are in the answer. */
  readonly rows: string;
  /** Statuses that the stream file expects besides 200. */
  readonly expected: readonly string[];
  readonly status: number;
  readonly answer: unknown;
}

export interface Site {
  readonly url: string;
  readonly authorization: string;
}

type Values = Readonly<Record<string, string>>;
/** A record, how it was read, and what of its parents it was read with. */
interface Found {
  readonly record: unknown;
  readonly route: RequestRoute;
  readonly values: Values;
}
type Puts = Readonly<Record<string, string | number | readonly (string | number)[]>>;

/** Spread over all: neighbours are often of one kind. */
const PARENTS = 12;
const BATCH = 40;
const SMALL_PAGE = 3;
const WORDS = {
  ...{ since_ms: '946684800000', since_iso: '2000-01-01T00:00:00Z', scope: 'project is not EMPTY' },
  issue_properties: 'com.example.estimate',
};

/** All calls, stream by stream; parents are asked before their children. */
export async function walkSite(registry: Registry, site: Site): Promise<readonly Call[]> {
  const walk = new Walk(registry, site);
  for (const stream of registry.streams.values()) await walk.visit(stream);
  return walk.calls;
}

class Walk {
  readonly calls: Call[] = [];
  readonly #records = new Map<string, readonly Found[]>();

  constructor(
    private readonly registry: Registry,
    private readonly site: Site,
  ) {}

  /** Asks all routes of a stream, once; its records over all routes. */
  async visit(stream: Stream): Promise<readonly Found[]> {
    const known = this.#records.get(stream.stream);
    if (known) return known;
    const found: Found[] = [];
    for (const route of stream.routes.filter(isCloud).filter(isRequestRoute))
      for (const { values, puts } of await this.#bindings(stream, route, found))
        for (const record of await this.#askPages(stream, route, values, puts)) found.push({ record, route, values });
    this.#records.set(stream.stream, found);
    if (stream.deletions)
      await this.#askPages(stream, { ...stream.deletions, query: { since: WORDS.since_ms } }, {}, {});
    return found;
  }

  /** What fills a route's placeholders and lists: nothing, one parent each, or many parents in one. */
  async #bindings(
    stream: Stream,
    route: RequestRoute,
    found: readonly Found[],
  ): Promise<readonly { values: Values; puts: Puts }[]> {
    const parent = parentOf(stream, route);
    // Without a parent, a batch is of the stream's own records.
    if (route.batch && (route.ids_from || route.gives || !parent)) return batchOf(route.batch, idsOf(stream, found));
    if (!parent) return [{ values: {}, puts: {} }];
    const source = this.registry.get(parent.stream);
    const bound = boundValues(source, parent, await this.visit(source));
    const { batch } = route;
    const step = Math.ceil(bound.length / PARENTS);
    if (!batch) return bound.filter((_, place) => place % step === 0).map((values) => ({ values, puts: {} }));
    return batchOf(
      batch,
      bound.flatMap((values) => values[batch.of] ?? []),
    );
  }

  /** A page of the declared size, then a small one and the one after it. */
  async #askPages(stream: Stream, route: AskedRoute, values: Values, puts: Puts): Promise<readonly unknown[]> {
    const page: Page = route.page ?? { kind: 'none' };
    const size = 'size' in page ? page.size : null;
    const first = await this.#ask(stream, route, values, { ...puts, ...(size ? { [size.put]: size.value } : {}) });
    if (size) {
      const small = { ...puts, [size.put]: SMALL_PAGE };
      const next = nextPage(page, await this.#ask(stream, route, values, small), route.rows);
      if (next) await this.#ask(stream, route, values, { ...small, ...next });
    }
    return first.status === 200 ? recordsOf(first.answer, route.rows) : [];
  }

  async #ask(stream: Stream, route: AskedRoute, values: Values, puts: Puts): Promise<Call> {
    const built = buildRequest(route, { ...WORDS, ...values }, puts);
    const response = await fetch(`${this.site.url}${built.path}?${new URLSearchParams(built.query)}`, {
      method: built.method,
      headers: {
        authorization: this.site.authorization,
        accept: 'application/json',
        'content-type': 'application/json',
        ...built.headers,
      },
      body: built.body === undefined ? undefined : JSON.stringify(built.body),
    });
    const { request, rows } = route;
    const expected = Object.keys(route.unless ?? {});
    const answer: unknown = await response.json().catch(() => undefined);
    const call = { stream: stream.stream, request, rows, expected, status: response.status, answer };
    this.calls.push(call);
    return call;
  }
}

type AskedRoute = Pick<RequestRoute, 'request' | 'query' | 'body' | 'headers' | 'rows' | 'unless' | 'page'>;

/** One request for many values. */
function batchOf(
  batch: NonNullable<RequestRoute['batch']>,
  all: readonly string[],
): readonly { values: Values; puts: Puts }[] {
  const list = all.slice(0, BATCH);
  if (list.length === 0) return [];
  const puts: Puts = batch.put ? { [batch.put]: batch.numbers ? list.map(Number) : list } : {};
  return [{ values: { batch: list.join(', ') }, puts }];
}

/** The keys of records that routes before have brought. */
function idsOf(stream: Stream, found: readonly Found[]): readonly string[] {
  const [key = ''] = stream.primary_key;
  const path = [stream.columns[key]?.from ?? key].flat()[0] ?? key;
  return [...new Set(found.map(({ record }) => String(valueAt(record, path))))];
}

export function recordsOf(answer: unknown, rows: string): readonly unknown[] {
  const found = recordsAt(answer, rows);
  return Array.isArray(found) ? found.map(({ record }) => record) : [];
}

/** The bound columns of each fitting parent record, read through the parent's own column paths. */
function boundValues(source: Stream, parent: ParentDecl, found: readonly Found[]): readonly Values[] {
  const cell = ({ record, route, values }: Found, column: string) => {
    const from = route.from?.[column] ?? source.columns[column]?.from;
    const read = [from ?? column].flat().map((path) => valueAt(record, path));
    const bound = from === undefined ? values[column] : undefined;
    return [bound, ...read].find((value) => value !== undefined && value !== null) ?? null;
  };
  const fits = (record: Found) =>
    Object.entries(parent.where ?? {}).every(
      ([column, allowed]) =>
        // What lies in lists of structs is not looked into: one parent more is asked.
        column.includes('[]') || matches({ [column]: cell(record, column) }, { [column]: allowed }),
    );
  const rows = found
    .filter(fits)
    .map((record) =>
      Object.entries(parent.bind).map(([name, column]) => [name, String(cell(record, column) ?? '')] as const),
    );
  const whole = rows.filter((row) => row.every(([, value]) => value !== ''));
  return [...new Map(whole.map((row) => [JSON.stringify(row), Object.fromEntries(row)])).values()];
}

function nextPage(page: Page, call: Call, rows: string): Puts | null {
  if (call.status !== 200) return null;
  if (page.kind === 'offset') return { [page.put]: recordsOf(call.answer, rows).length };
  const token = page.kind === 'token' ? valueAt(call.answer, page.read) : undefined;
  return page.kind === 'token' && typeof token === 'string' ? { [page.put]: token } : null;
}

/** `GET /a/{b}` of a call, as the documents are asked for it. */
export function splitCall({ request }: Call): { readonly method: string; readonly path: string } {
  const [method = '', path = ''] = request.split(' ');
  return { method, path };
}
