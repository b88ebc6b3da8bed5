/** Reads the parents that are owed: after everything else, since the walk may have brought some of them anyway. */
import { ConnectorError } from '../../core/errors.js';
import { type Debt, dueOf } from '../plan/debt-rules.js';
import { isRequestRoute, parentOf, type RequestRoute, type Stream } from '../streams/registry.js';
import type { RunContext } from './context.js';
import type { Parent } from './parents.js';
import type { StreamRun } from './stream-run.js';

/** @param all every debt, whatever its turn. Never throws for what concerns a stream alone. */
export async function payDebts(ctx: RunContext, roots: readonly StreamRun[], all: boolean): Promise<void> {
  // A stream that is read as a whole every time has just tried them.
  for (const streamRun of roots.flatMap((root) => root.all()))
    if (streamRun.run.table && streamRun.alive && !streamRun.run.replaces)
      await streamRun.guard(() => payOne(ctx, streamRun, all));
}

async function payOne(ctx: RunContext, streamRun: StreamRun, all: boolean): Promise<void> {
  const { debts } = ctx;
  const { stream } = streamRun.node;
  const routes = ownRoutes(stream);
  const unmet = debts.unmet(stream.stream);
  if (unmet.length === 0 || routes.length === 0) return;
  const there = await stillThere(streamRun, unmet);
  const due = dueOf(there, debts.now, all);
  const node = { ...streamRun.node, parent: stream.parent ?? null };
  const reader = streamRun.reader(routes, node);
  try {
    for (const debt of due) await reader.add(parentOfDebt(debt));
    await reader.finish();
  } catch (error) {
    if (!(error instanceof ConnectorError) || error.kind !== 'later') throw error;
    // The site has had enough of us: nobody's fault, and the rest waits for another run.
    for (const debt of debts.unmet(stream.stream)) debts.postpone(debt, error.message);
  }
  debts.pass(stream.stream);
  await streamRun.append();
  await debts.keep(stream.stream);
}

/** Routes that read one parent of the stream's own kind. */
function ownRoutes(stream: Stream): readonly RequestRoute[] {
  return stream.routes
    .filter(isRequestRoute)
    .filter((route) => !route.batch && !route.ids_from && !route.gives && parentOf(stream, route) === stream.parent);
}

/** What the parent's own table, read in this run, does not hold live any more is gone, or out of the scope: nothing is owed. */
async function stillThere(streamRun: StreamRun, unmet: readonly Debt[]): Promise<readonly Debt[]> {
  const { ctx, node } = streamRun;
  const [ours = '', theirs = ''] = Object.entries(node.stream.parent?.bind ?? {})[0] ?? [];
  const live = await ctx.liveParents(
    node.stream.parent?.stream ?? '',
    theirs,
    unmet.map(({ values }) => values[ours] ?? ''),
  );
  if (live === null) return unmet;
  return unmet.filter((debt) => {
    if (live.has(debt.values[ours] ?? '')) return true;
    ctx.debts.settle(debt.stream, debt.parent);
    return false;
  });
}

const parentOfDebt = ({ stream, parent, name, values, difference }: Debt): Parent => ({
  ...{ stream, parent, name, values },
  row: {},
  watermark: null,
  updated: difference?.updated ?? null,
  told: null,
});
