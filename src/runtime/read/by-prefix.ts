/** A list that the site cuts off at a size, read by the beginnings of its records' names, each of which gives fewer of them. */

import type { Located } from '../../core/json-path.js';
import { MOST_FOR_PREFIXES, Prefixes } from '../plan/prefixes.js';
import { AT_CAP, lackOf } from '../requests/anomalies.js';
import type { Values } from '../requests/build-request.js';
import { lookUp } from '../requests/is-there.js';
import { type PagedRequest, type PageRead, readPages } from '../requests/read-pages.js';
import { keyOf, textAt } from '../requests/record-key.js';
import type { RequestRoute, Stream } from '../streams/registry.js';
import type { RunContext } from './context.js';

interface Cut {
  readonly ctx: RunContext;
  readonly label: string;
  readonly stream: Stream;
  readonly route: RequestRoute & { readonly prefix: NonNullable<RequestRoute['prefix']> };
  readonly values: Values;
  readonly prefixes: Prefixes;
  /** Names by key, of all that were met. */
  readonly known: Map<string, string>;
  /** Keys that others named and that were looked at. */
  readonly looked: Set<string>;
  requests: number;
  /** How many there are in all, where the site tells. */
  total: number | null;
}

export type PrefixRoute = Cut['route'];

export const isPrefixRoute = (route: RequestRoute): route is PrefixRoute => route.prefix !== undefined;

/**
 * Records that were not met before, page by page. When the first answer was cut off: every beginning that known names have, and then
 * who is named by rows of other streams. The last page tells what is not proven to be whole.
 */
export async function* readByPrefix(
  ctx: RunContext,
  label: string,
  stream: Stream,
  route: PrefixRoute,
  values: Values,
): AsyncGenerator<PageRead> {
  const found = { prefixes: new Prefixes(), known: new Map<string, string>(), looked: new Set<string>() };
  const cut: Cut = { ctx, label, stream, route, values, ...found, requests: 0, total: null };
  if (yield* ask(cut, {})) return;
  cut.requests = 0;
  cut.prefixes.cutOff('', cut.known.values());
  for (let before = -1; before < cut.known.size; ) {
    before = cut.known.size;
    yield* askPrefixes(cut);
    if (isReached(cut)) return;
    yield* lookAtMet(cut);
    cut.prefixes.learn(cut.known.values());
  }
  // A count of the site is a witness: the beginnings that are known say nothing of names that begin otherwise.
  if (cut.total !== null || !cut.prefixes.exhausted || cut.requests >= MOST_FOR_PREFIXES)
    yield { ...page([]), anomalies: [AT_CAP], lack: lackOf([AT_CAP]) };
}

const isReached = ({ known, total }: Cut): boolean => total !== null && known.size >= total;

const page = (records: readonly Located[]): PageRead => ({
  records,
  anomalies: [],
  lack: null,
  total: null,
  absent: false,
});

async function* askPrefixes(cut: Cut): AsyncGenerator<PageRead> {
  const { prefixes, known, route } = cut;
  while (cut.requests < MOST_FOR_PREFIXES && !isReached(cut)) {
    const prefix = prefixes.next();
    if (prefix === undefined) return;
    const whole = yield* ask(cut, { [route.prefix.put]: [prefix] });
    if (whole) prefixes.learn(known.values());
    else prefixes.cutOff(prefix, known.values());
  }
}

/** @returns whether the answer was all there is. */
async function* ask(cut: Cut, fixed: Readonly<Record<string, readonly string[]>>): AsyncGenerator<PageRead, boolean> {
  const { ctx, label, stream, route, values, known } = cut;
  const isFirst = Object.keys(fixed).length === 0;
  let whole = true;
  for await (const { records, lack, total } of readPages(ctx.client, label, route as PagedRequest, values, fixed)) {
    cut.requests += 1;
    if (lack !== null) whole = false;
    if (isFirst) cut.total = total ?? cut.total;
    const fresh = records.filter(({ record }) => !known.has(keyOf(stream, route, record)));
    for (const { record } of fresh)
      known.set(keyOf(stream, route, record), textAt(stream, route, route.prefix.of, record));
    yield page(fresh);
  }
  return whole;
}

/** Who is named by rows of other streams and was not listed is looked at. Pseudonyms cannot be asked for. */
async function* lookAtMet(cut: Cut): AsyncGenerator<PageRead> {
  const { ctx, label, stream, route, known, looked } = cut;
  const [column = ''] = stream.primary_key;
  if (!route.prefix.met || !stream.look || ctx.settings.people !== null) return;
  const listed = [...known.keys()];
  for (const [other, columns] of Object.entries(route.prefix.met))
    for (const named of columns)
      for (const key of await ctx.notAmong(other, named, listed)) {
        if (known.has(key) || looked.has(key)) continue;
        if (cut.requests >= MOST_FOR_PREFIXES) return;
        looked.add(key);
        cut.requests += 1;
        const record = await lookUp(ctx.client, label, stream.look, { [column]: key });
        if (record === undefined) continue;
        known.set(keyOf(stream, route, record), textAt(stream, route, route.prefix.of, record));
        yield page([{ record, carried: {} }]);
      }
}
