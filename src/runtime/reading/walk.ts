/** Reads one root of the tree to its end: every page goes to the root's branch, which feeds all that hangs on it. */
import { ConnectorError } from '../../errors.js';
import { HttpStatusError } from '../http/errors.js';
import type { Values } from '../pages/build-request.js';
import { isRequestRoute, type RequestRoute } from '../registry/registry.js';
import { type Located, valueAt } from '../rows/path.js';
import { parseTimestamp } from '../rows/timestamp.js';
import type { Branch } from './branch.js';
import type { RunContext } from './context.js';
import { sinceValues } from './deletions.js';
import { outcomeOf } from './outcomes.js';
import type { Reached } from './parent-reader.js';
import { inOrder, readAhead } from './read-ahead.js';
import { asking, readBatch } from './read-batch.js';
import { type PagedRequest, type PageRead, readPages } from './read-pages.js';
import { readRenamed } from './renamed.js';

/** Batches of a walk under way at once: enough for the usual rate at a latency of a second; each is megabytes when it comes. */
const BATCHES_AT_ONCE = 6;

/** Never throws: what goes wrong is written on the branches it concerns. */
export async function walkRoot(ctx: RunContext, root: Branch): Promise<void> {
  const { stream } = root.node;
  const windows = root.all().flatMap((branch) => (branch.run.table ? [branch.run.window(stream.stream)] : []));
  const since = stream.cursor ? Math.min(...windows.map((window) => window.since)) : ctx.settings.start;
  root.begin(stream.cursor ? stream.stream : null);
  try {
    await readRoot(ctx, root, [root.node.route, ...root.node.fallbacks].filter(isRequestRoute), since);
    await readRenamed(ctx, root);
    await root.finish();
  } catch (error) {
    await root.fail(error);
  }
}

async function readRoot(ctx: RunContext, root: Branch, routes: readonly RequestRoute[], since: number): Promise<void> {
  const [route, ...others] = routes;
  if (!route) throw new ConnectorError('failed', `The stream ${root.name} has no route that can be asked on its own.`);
  const values = { ...ctx.values, ...sinceValues(since) };
  try {
    await readRoute(ctx, root, route, values);
  } catch (error) {
    const outcome = await outcomeOf(ctx, root.label, route, error, values, null);
    if (outcome === 'next_route' && others.length) return readRoot(ctx, root, others, since);
    if (outcome !== 'forbidden' && outcome !== 'unsupported') throw error;
    root.refuseAll(outcome, lackingScope(error));
  }
}

async function readRoute(ctx: RunContext, root: Branch, route: RequestRoute, values: Values): Promise<void> {
  const order = makeOrder(ctx, root, route);
  for await (const page of pagesOf(ctx, root, route, values)) {
    root.run.noteAnomalies(page.anomalies);
    const reached = order(page.records);
    await root.deliver(route, page.records, {}, reached);
    await root.advance(reached);
    // Everybody who wanted these pages has failed: do not spend the budget on nobody.
    if (!root.all().some((branch) => branch.run.table && branch.alive)) return;
  }
}

function pagesOf(ctx: RunContext, root: Branch, route: RequestRoute, values: Values): AsyncGenerator<PageRead> {
  const list = root.node.stream.routes.find((other) => other.name === route.ids_from);
  if (!list) {
    const asked = asking(root, route);
    return readAhead(readPages(ctx.client, root.label, asked, values));
  }
  const batches = idBatches(ctx, root, list as PagedRequest, route.batch?.max ?? 1, values);
  return inOrder(batches, BATCHES_AT_ONCE, (ids) => readBatch(ctx, root, route, ids));
}

async function* idBatches(
  ctx: RunContext,
  root: Branch,
  list: PagedRequest,
  max: number,
  values: Values,
): AsyncGenerator<readonly string[]> {
  const [key = ''] = root.node.stream.primary_key;
  let ids: string[] = [];
  for await (const page of readAhead(readPages(ctx.client, root.label, list, values))) {
    root.run.noteAnomalies(page.anomalies);
    ids.push(...page.records.map(({ record }) => String(valueAt(record, key))));
    for (; ids.length >= max; ids = ids.slice(max)) yield ids.slice(0, max);
  }
  if (ids.length) yield ids;
}

/**
 * How far the walk has come by its cursor. Pages come in the cursor's order: the last record tells, until one is out of order.
 * Batches come in the order of their list, their records in any: the earliest record tells. A record beyond the ceiling changed
 * after the index placed it, or just now: it tells nothing.
 */
function makeOrder(ctx: RunContext, root: Branch, route: RequestRoute): (records: readonly Located[]) => Reached {
  const { cursor, columns, stream } = root.node.stream;
  if (!cursor || route.gives) return () => null;
  const [from = ''] = [columns[cursor.column]?.from ?? cursor.column].flat();
  const ceiling = ctx.ceilingOf(stream);
  let reached: Reached = 0;
  return (records) => {
    const moments = records.map(({ record }) => cursorMs(valueAt(record, from)));
    if (reached === null || moments.includes(null)) reached = null;
    else if (route.ids_from) reached = Math.max(reached, Math.min(...(moments as number[]), ceiling));
    else
      for (const at of moments as number[]) if (at <= ceiling) reached = reached === null || at < reached ? null : at;
    return reached;
  };
}

function cursorMs(value: unknown): number | null {
  const timestamp = parseTimestamp(value);
  return timestamp ? Date.parse(timestamp.utc) : null;
}

/** Undefined when it is the account that may not. */
function lackingScope(error: unknown): string | undefined {
  const lacking = error instanceof HttpStatusError && error.missingScope;
  return lacking ? 'the token lacks a scope; `connector check` lists those that are needed' : undefined;
}
