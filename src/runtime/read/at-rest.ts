/**
 * Parents at rest that a walk has passed over: read after everything else, when a record of this run was among their rows or names them
 * now, when they changed or have just come to rest, and when their turn has come. Rows of the others stay as they are.
 */
import { ConnectorError } from '../../core/errors.js';
import { canName, hasTurn, heardOf, isResting, type RestingStream, restEvery } from '../plan/at-rest.js';
import { parseState, type State } from '../plan/bookmark.js';
import { parentRoutes } from '../plan/tree.js';
import { matches } from '../rows/matches.js';
import type { RunContext } from './context.js';
import { valuesOf } from './kept.js';
import { type Parent, parentOfRow } from './parents.js';
import type { StreamRun } from './stream-run.js';

/**
 * Never throws for what concerns a stream alone.
 * @param asides streams that are not due
 */
export async function readAtRest(
  ctx: RunContext,
  roots: readonly StreamRun[],
  asides: readonly StreamRun[],
): Promise<void> {
  const all = roots.flatMap((root) => root.all());
  if (all.some(({ failure }) => isOfRun(failure))) return;
  for (const streamRun of [...all, ...asides]) {
    const { stream, passes } = streamRun.node;
    // What was told in vain, of a stream that is not due, is made good by its next walk.
    if (!isResting(stream) || (passes === null && asides.includes(streamRun))) continue;
    await streamRun.guard(() => readOne(ctx, streamRun, stream, all));
  }
}

/** What ended the run for everybody is told once. */
const isOfRun = (failure: unknown) =>
  failure instanceof ConnectorError && (failure.kind === 'credentials' || failure.kind === 'interrupted');

async function readOne(
  ctx: RunContext,
  streamRun: StreamRun,
  stream: RestingStream,
  all: readonly StreamRun[],
): Promise<void> {
  const { run, node } = streamRun;
  const above = ctx.tables.get(stream.parent.stream);
  if (!run.table || !above || !run.complete) return;
  const [theirs = ''] = Object.values(stream.parent.bind);
  const columns = [...new Set([theirs, 'name', ...Object.keys(stream.at_rest.where)])];
  const stored = await above.rows({ columns });
  const there = new Set(stored.map((row) => String(row[theirs])));
  const rows = stored.filter((row) => matches(row, stream.at_rest.where));
  const resting = new Map(
    rows.map((row) => [String(row[theirs]), parentOfRow(node, ctx.streamOf(stream.parent.stream), row, null)]),
  );
  const teller = all.find(({ name, run: other }) => name === stream.at_rest.told_by.stream && other.table !== null);
  const isTold = teller !== undefined && canName(teller.node.stream, stream.at_rest);
  const wanted =
    node.passes === null ? new Set<string>() : await wantedOf(ctx, streamRun, stream, { isTold, there, resting });
  const parents = [...wanted].flatMap((id) => resting.get(id) ?? []);
  if (parents.length > 0) run.begin();
  run.absence.byParent = true;
  const reader = streamRun.reader(parentRoutes(node));
  for (const parent of parents) await reader.add(parent);
  await reader.finish();
  run.rest = { at: ctx.runStart, heard: { ...run.state?.rest?.heard, ...heardOf(stream, statesNow(ctx, stream)) } };
  await streamRun.append();
}

/** As the commits of this run have left them. */
function statesNow(ctx: RunContext, { parent, at_rest: rest }: RestingStream): ReadonlyMap<string, State | null> {
  const names = [parent.stream, rest.told_by.stream];
  return new Map(names.map((name) => [name, parseState(name, ctx.tables.get(name)?.state ?? null)]));
}

interface Parents {
  /** Whether records are read that can name some of them. */
  readonly isTold: boolean;
  /** Ids of all that their table has. */
  readonly there: ReadonlySet<string>;
  /** Those of them that are at rest. */
  readonly resting: ReadonlyMap<string, Parent>;
}

async function wantedOf(
  ctx: RunContext,
  { run }: StreamRun,
  stream: RestingStream,
  { isTold, there, resting }: Parents,
): Promise<ReadonlySet<string>> {
  const told = ctx.watch.of(stream.stream);
  if (told?.everything) return new Set(resting.keys());
  const [ours = ''] = Object.keys(stream.parent.bind);
  const { column } = stream.at_rest.told_by;
  const before = await valuesOf(run.table, ours, { where: { column, in: [...(told?.keys ?? [])] } });
  const since = run.state?.rest?.at ?? 0;
  const every = restEvery(stream.at_rest, isTold);
  const turn = [...resting.keys()].filter((id) => hasTurn(id, every, since, ctx.runStart));
  const owed = ctx.debts.unmet(stream.stream).flatMap(({ values, parent }) => {
    const id = values[ours];
    if (id === undefined) return [];
    // What its own table does not have any more owes nothing; those that are not at rest are the walk's.
    if (!there.has(id)) ctx.debts.settle(stream.stream, parent);
    return [id];
  });
  return new Set([...(told?.changed ?? []), ...(told?.named ?? []), ...before, ...turn, ...owed]);
}
