/** Reads one root of the tree to its end: every page goes to the root's branch, which feeds all that hangs on it. */
import { ConnectorError } from '../../errors.js';
import { isRequestRoute, type RequestRoute } from '../registry/registry.js';
import type { Located } from '../rows/path.js';
import { valueAt } from '../rows/path.js';
import { parseTimestamp } from '../rows/timestamp.js';
import { windowOf } from './bookmark.js';
import type { Branch } from './branch.js';
import type { RunContext } from './context.js';
import { sinceValues } from './deletions.js';
import { withAsks } from './inside.js';
import { outcomeOf } from './outcomes.js';
import { type PagedRequest, readPages } from './read-pages.js';

/** Never throws: what goes wrong is written on the branches it concerns. */
export async function walkRoot(ctx: RunContext, root: Branch): Promise<void> {
  const { stream } = root.node;
  const windows = root
    .all()
    .flatMap((branch) => (branch.run.table ? [windowOf(branch.run.state, stream.stream, ctx.settings)] : []));
  const since = stream.cursor ? Math.min(...windows.map((window) => window.since)) : ctx.settings.start;
  root.begin(
    stream.cursor && since > ctx.settings.start ? 'incremental' : 'full',
    stream.cursor ? stream.stream : null,
  );
  try {
    await readRoot(ctx, root, [root.node.route, ...root.node.fallbacks].filter(isRequestRoute), since);
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
    root.refuseAll(outcome);
  }
}

async function readRoute(
  ctx: RunContext,
  root: Branch,
  route: RequestRoute,
  values: Readonly<Record<string, string>>,
): Promise<void> {
  const asked = withAsks(
    route,
    root.children.map((child) => child.node.route),
  );
  const order = makeOrder(root, route);
  for await (const page of readPages(ctx.client, root.label, asked as PagedRequest, values)) {
    if (page.anomalies.size > 0) root.run.complete = false;
    const reached = order(page.records);
    await root.deliver(route, page.records, {}, reached);
    await root.advance(reached);
    // Everybody who wanted these pages has failed: do not spend the budget on nobody.
    if (!root.all().some((branch) => branch.run.table && branch.alive)) return;
  }
}

/** The cursor reached, as long as the records really come in its order; null from the first one that does not. */
function makeOrder(root: Branch, route: RequestRoute): (records: readonly Located[]) => number | null {
  const { cursor, columns } = root.node.stream;
  const from = cursor ? [columns[cursor.column]?.from ?? cursor.column].flat()[0] : undefined;
  let reached: number | null = cursor && !route.gives ? 0 : null;
  return (records) => {
    for (const { record } of records) {
      const at: number | null = from === undefined ? null : cursorMs(valueAt(record, from));
      reached = reached === null || at === null || at < reached ? null : at;
    }
    return reached;
  };
}

function cursorMs(value: unknown): number | null {
  const timestamp = parseTimestamp(value);
  return timestamp ? Date.parse(timestamp.utc) : null;
}
