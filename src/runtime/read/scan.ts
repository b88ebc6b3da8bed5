/** Reads one root of the tree to its end: every page goes to the root's branch, which feeds all that hangs on it. */

import { ConnectorError } from '../../core/errors.js';
import { valueAt } from '../../core/json-path.js';
import { HttpStatusError } from '../../http/errors.js';
import type { Newest } from '../plan/bookmark.js';
import { ScanOrder } from '../plan/scan-order.js';
import { requestRoutes } from '../plan/tree.js';
import type { Values } from '../requests/build-request.js';
import { outcomeOf } from '../requests/outcomes.js';
import { inOrder, readAhead } from '../requests/read-ahead.js';
import { LOOKS, type PagedRequest, type PageRead, readPages } from '../requests/read-pages.js';
import { keyOf } from '../requests/record-key.js';
import { sinceValues, withQuery } from '../requests/since.js';
import { isRequestRoute, type RequestRoute } from '../streams/registry.js';
import { isPrefixRoute, readByPrefix } from './by-prefix.js';
import type { RunContext } from './context.js';
import { asking, readBatch } from './read-batch.js';
import { readRenamed } from './renamed.js';
import type { StreamRun } from './stream-run.js';

/** Batches of a walk under way at once: enough for the usual rate at a latency of a second; each is megabytes when it comes. */
const BATCHES_AT_ONCE = 6;

/** Never throws: what goes wrong is written on the branches it concerns. */
export async function scanRoot(shared: RunContext, root: StreamRun, since: number): Promise<void> {
  const ctx = { ...shared, values: withQuery(shared.values, root.node.query) };
  root.begin();
  try {
    const ended = await readRoot(ctx, root, requestRoutes(root.node), since);
    await readRenamed(ctx, root);
    await root.finish(ended.newest, ended.missing);
  } catch (error) {
    await root.fail(error);
  }
}

/** How a walk came to its end. */
interface Ended {
  readonly newest: Newest;
  /** What it lacks, in words; null: nothing. */
  readonly missing: string | null;
}

async function readRoot(
  ctx: RunContext,
  root: StreamRun,
  routes: readonly RequestRoute[],
  since: number,
): Promise<Ended> {
  const [route, ...others] = routes;
  if (!route) throw new ConnectorError('failed', `The stream ${root.name} has no route that can be asked on its own.`);
  try {
    return await readRoute(ctx, root, route, since);
  } catch (error) {
    const outcome = await outcomeOf(ctx, root.label, route, error, { ...ctx.values, ...sinceValues(since) }, null);
    if (outcome === 'next_route' && others.length) return readRoot(ctx, root, others, since);
    if (outcome !== 'forbidden' && outcome !== 'unsupported') throw error;
    root.refuseAll(outcome, lackingScope(error));
    return { newest: null, missing: null };
  }
}

/**
 * A list that breaks off is read once more before it counts as broken, since the site changes meanwhile: where the order proves how far
 * it came, from there on, else from its beginning.
 */
async function readRoute(ctx: RunContext, root: StreamRun, route: RequestRoute, since: number): Promise<Ended> {
  const order = new ScanOrder(root.node.window.ceiling, root.node.stream, route);
  let from = since;
  for (let look = 1; ; look++) {
    const lack = await readOnce(ctx, root, route, { ...ctx.values, ...sinceValues(from) }, order);
    if (lack === null) return { newest: order.newest, missing: null };
    // By beginnings of names, the read was looked at in itself.
    if (look === LOOKS || route.prefix) return { newest: order.newest, missing: missingIn(root, lack) };
    from = Math.max(from, order.watermark ?? from);
    order.goOn();
  }
}

/** @returns what is missing; null when all came, or when nobody wants it any more. */
async function readOnce(
  ctx: RunContext,
  root: StreamRun,
  route: RequestRoute,
  values: Values,
  order: ScanOrder,
): Promise<string | null> {
  let lack: string | null = null;
  for await (const { from, ...page } of pagesOfAll(ctx, root, route, values)) {
    root.run.noteAnomalies(page.anomalies);
    lack ??= page.lack?.name ?? null;
    // What is missing before the end of this page must not be passed by what came behind it.
    if (page.lack?.where === 'before') order.stop();
    const watermark = order.take(page.records);
    await root.deliver(from, page.records, {}, watermark);
    await root.advance(watermark);
    // Everybody who wanted these pages has failed: do not spend the budget on nobody.
    if (!root.all().some((streamRun) => streamRun.run.table && streamRun.alive)) return null;
  }
  return lack;
}

function missingIn(root: StreamRun, lack: string): string {
  return `the answers of the site break off (${lack}); ${root.run.report.rows_read} rows came`;
}

/** Of a list that leaves some out, and then of the route that knows those: only what the first did not bring. */
async function* pagesOfAll(
  ctx: RunContext,
  root: StreamRun,
  route: RequestRoute,
  values: Values,
): AsyncGenerator<PageRead & { readonly from: RequestRoute }> {
  const { stream } = root.node;
  const more = stream.routes.filter(isRequestRoute).filter((other) => other.name === route.with);
  const met = new Set<string>();
  for (const from of [route, ...more])
    for await (const page of pagesOf(ctx, root, from, values)) {
      if (more.length === 0) yield { ...page, from };
      else {
        const named = page.records.map((located) => ({ located, key: keyOf(stream, from, located.record) }));
        const records = named.filter(({ key }) => from === route || !met.has(key)).map(({ located }) => located);
        for (const { key } of named) met.add(key);
        yield { ...page, records, from };
      }
    }
}

async function* pagesOf(
  ctx: RunContext,
  root: StreamRun,
  route: RequestRoute,
  values: Values,
): AsyncGenerator<PageRead> {
  const list = root.node.stream.routes.find((other) => other.name === route.ids_from);
  if (!list) {
    yield* readAhead(
      isPrefixRoute(route)
        ? readByPrefix(ctx, root.label, root.node.stream, route, values)
        : readPages(ctx.client, root.label, asking(root, route), values),
    );
    return;
  }
  let lack: PageRead['lack'] = null;
  const max = route.batch?.max ?? 1;
  const batches = idBatches(ctx, root, list as PagedRequest, max, values, (found) => {
    lack ??= found;
  });
  yield* inOrder(batches, BATCHES_AT_ONCE, (ids) => readBatch(ctx, root, route, ids));
  // The list of ids broke off: what it named has been read, and what comes after is missing.
  if (lack !== null) yield { records: [], anomalies: [], lack, total: null, absent: false };
}

async function* idBatches(
  ctx: RunContext,
  root: StreamRun,
  list: PagedRequest,
  max: number,
  values: Values,
  onLack: (lack: NonNullable<PageRead['lack']>) => void,
): AsyncGenerator<readonly string[]> {
  const [key = ''] = root.node.stream.primary_key;
  let ids: string[] = [];
  for await (const page of readAhead(readPages(ctx.client, root.label, list, values))) {
    root.run.noteAnomalies(page.anomalies);
    if (page.lack) onLack(page.lack);
    ids.push(...page.records.map(({ record }) => String(valueAt(record, key))));
    for (; ids.length >= max; ids = ids.slice(max)) yield ids.slice(0, max);
  }
  if (ids.length) yield ids;
}

/** Undefined when it is the account that may not. */
function lackingScope(error: unknown): string | undefined {
  const lacking = error instanceof HttpStatusError && error.missingScope;
  return lacking ? 'the token lacks a scope; `connector check` lists those that are needed' : undefined;
}
