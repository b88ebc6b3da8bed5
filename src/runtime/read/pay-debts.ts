/** Reads the parents that are owed: after everything else, since the walk may have brought some of them anyway. */
import { ConnectorError } from '../../core/errors.js';
import { type Debt, dueOf } from '../plan/debt-rules.js';
import { isRequestRoute, parentOf, parentsOf, type RequestRoute, type Stream } from '../streams/registry.js';
import type { ParentDecl } from '../streams/stream-file.js';
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
  const unmet = debts.unmet(stream.stream);
  if (unmet.length === 0) return;
  const there = await stillThere(streamRun, unmet);
  // What fills a feed's route fills no other: each debt is paid by those that read from what it is bound to.
  const ways = waysOf(stream);
  const wayOf = (debt: Debt) => ways.find(({ parent }) => isBoundBy(parent, debt));
  const due = dueOf(there.filter(wayOf), debts.now, all);
  try {
    for (const way of ways) {
      const reader = streamRun.reader(way.routes, { ...streamRun.node, parent: way.parent });
      for (const debt of due) if (wayOf(debt) === way) await reader.add(parentOfDebt(debt));
      await reader.finish();
    }
  } catch (error) {
    if (!(error instanceof ConnectorError) || error.kind !== 'later') throw error;
    // The site has had enough of us: nobody's fault, and the rest waits for another run.
    for (const debt of debts.unmet(stream.stream)) debts.postpone(debt, error.message);
  }
  debts.pass(stream.stream);
  await streamRun.append();
  await debts.keep(stream.stream);
}

interface Way {
  readonly parent: ParentDecl;
  readonly routes: readonly RequestRoute[];
}

/** By each kind of parent, its own first, the routes that read from it: one by one where that is possible. */
function waysOf(stream: Stream): readonly Way[] {
  const routes = stream.routes.filter(isRequestRoute).filter((route) => !route.ids_from && !route.gives);
  return [...(stream.parent ? [stream.parent] : []), ...parentsOf(stream)].flatMap((parent) => {
    const own = routes.filter((route) => parentOf(stream, route)?.stream === parent.stream);
    const single = own.filter((route) => !route.batch);
    const ways = single.length > 0 ? single : own.filter((route) => route.only !== 'census');
    return ways.length > 0 ? [{ parent, routes: ways }] : [];
  });
}

const isBoundBy = ({ bind }: ParentDecl, { values }: Debt): boolean =>
  Object.keys(values).every((column) => Object.hasOwn(bind, column));

/** What the parent's own table, read in this run, does not hold live any more is gone, or out of the scope: nothing is owed. */
async function stillThere({ ctx, node }: StreamRun, unmet: readonly Debt[]): Promise<readonly Debt[]> {
  const { parent } = node.stream;
  const [ours = '', theirs = ''] = Object.entries(parent?.bind ?? {})[0] ?? [];
  const judged = unmet.filter(({ values }) => values[ours] !== undefined);
  const live = await ctx.liveParents(
    parent?.stream ?? '',
    theirs,
    judged.map(({ values }) => values[ours] ?? ''),
    node.window.covers,
  );
  if (live === null) return unmet;
  const gone = judged.filter(({ values }) => !live.has(values[ours] ?? ''));
  for (const debt of gone) ctx.debts.settle(debt.stream, debt.parent);
  return unmet.filter((debt) => !gone.includes(debt));
}

const parentOfDebt = ({ stream, parent, name, values, difference }: Debt): Parent => ({
  ...{ stream, parent, name, values },
  row: {},
  watermark: null,
  updated: difference?.updated ?? null,
  told: null,
});
