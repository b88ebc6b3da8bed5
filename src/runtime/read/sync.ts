/** The main job for one connection: check the credentials, open the tables, walk the tree, report. */

import type { TableWriter } from '../../contract/table.js';
import { durationMs } from '../../core/duration.js';
import { ConnectorError } from '../../core/errors.js';
import { isAhead, parseState, type State, withoutFuture } from '../plan/bookmark.js';
import { isOpen } from '../plan/debt-rules.js';
import { dueStreams } from '../plan/not-due.js';
import { makeReadPlan, type ReadPlan, wantedOf } from '../plan/read-plan.js';
import type { Wanted } from '../plan/tree.js';
import { clocksOf, factsOf } from '../probe/facts.js';
import { largeFanOuts, MANY_REQUESTS, unknownQueries } from '../probe/fan-outs.js';
import { dialectOf, type Identity, identify } from '../probe/identity.js';
import { orRefused, type Refused } from '../probe/preparation.js';
import { Probe } from '../probe/probe.js';
import { resolveScope } from '../probe/resolve-scope.js';
import { measure, withoutFeeds } from '../probe/route-choice.js';
import { readIds } from '../probe/scope.js';
import { viewSite } from '../probe/site-view.js';
import { FeedStuckError } from '../requests/pager.js';
import { tableSpecOf } from '../rows/table-spec.js';
import { withChosenColumns } from '../streams/chosen-columns.js';
import { deployedOn } from '../streams/dialect.js';
import { type Registry, type Stream, withoutQueries } from '../streams/registry.js';
import { type Concluded, conclude } from './conclude.js';
import { Debts } from './debts.js';
import { execute } from './execute.js';
import type { StreamRun } from './stream-run.js';
import type { SyncInput } from './sync-input.js';

export interface SyncResult extends Concluded {
  readonly identity: Identity;
}

/** @throws ConnectorError when nothing can be read at all (credentials, another site's warehouse). */
export async function runSync(asked: SyncInput): Promise<SyncResult> {
  const { client } = asked;
  const chosen = withChosenColumns(asked.registry, asked.columns, asked.streams);
  const identity = await identify(client);
  const dialect = dialectOf(identity);
  const { registry: declared, streams, absent } = deployedOn(dialect, chosen, asked.streams);
  const view = await viewSite({ ...asked, registry: declared, streams }, dialect);
  const { registry, pseudonyms } = view;
  const input = { ...asked, registry, streams };
  const tables = new Map<string, TableWriter>();
  const scope = await resolveScope(input, dialect, input.scopes);
  const busy = new Map<string, unknown>([...view.refused, ...scope.refused]);
  const ended: StreamRun[] = [];
  let later: ReadonlyMap<string, number> = new Map();
  try {
    for (const name of streams) if (!busy.has(name)) await openTable(input, registry.get(name), tables, busy);
    const values = { scope: scope.clause };
    const { earliest: runStart, latest } = clocksOf(input, identity);
    const debts = new Debts(await input.debts.load(), input.debts, runStart);
    const site = { identity, dialect, registry, scope, pseudonyms, runStart, acceptDeletes: input.acceptDeletes };
    const known = factsOf(input, site);
    const declaredFacts = {
      ...known,
      states: await statesOf(tables, registry, latest),
      live: await liveOf(tables, registry),
    };
    const owing = new Set(streams.filter((name) => debts.of(name).some((debt) => isOpen(debt, input.strict))));
    const due = dueStreams(streams, owing, declaredFacts);
    later = due.later;
    const wanted = wantedOf(due.streams, declaredFacts);
    const unkept = await scope.keep();
    const { choice } = await measure(input, wanted, dialect, values);
    const probe = new Probe(client, values, dialect, runStart, Number.POSITIVE_INFINITY);
    const asKnown = await withKnownQueries(registry, makeReadPlan(declaredFacts, wanted, choice), probe);
    const facts = { ...declaredFacts, registry: asKnown };
    const plan = makeReadPlan(facts, wanted, choice, later.keys());
    await tellLargeFanOuts(plan, input, probe);
    const inScope = await readIds(input, plan.scopeIds, values);
    const refused: Refused = new Map([...unkept, ...inScope.refused]);
    const prepared = { scope, ids: inScope.ids, debts, tables };
    const first = await execute(plan, { input, facts, view, ...prepared, refused });
    const again = stuckFeeds(first);
    const redone = new Set(again.map(({ stream }) => stream));
    ended.push(...first.filter(({ name }) => !redone.has(name)));
    if (again.length) {
      const now = { ...facts, states: await statesOf(tables, registry, latest) };
      const other = makeReadPlan(now, again, withoutFeeds(registry, again, dialect));
      // Another name: the batches of the first attempt must not pass for those of the second (I3).
      const renamed = { ...input, runId: `${input.runId}.2` };
      ended.push(...(await execute(other, { input: renamed, facts: now, view, ...prepared, refused })));
    }
  } finally {
    // What cannot be closed is a failure of its stream: it neither hides the result nor keeps other tables open.
    for (const [stream, table] of tables) await table.close().catch((error: unknown) => busy.set(stream, error));
  }
  return { identity, ...conclude(input, { streamRuns: ended, busy, absent, later, lacking: scope.lacking }) };
}

/** Without the queries that the site refuses. Costs one count for each query that would narrow a walk, and nothing where there is none. */
async function withKnownQueries(registry: Registry, plan: ReadPlan, probe: Probe): Promise<Registry> {
  const unknown = await orRefused(() => unknownQueries(plan, probe));
  // What refuses even a count ends the streams of that walk, and no other.
  return unknown instanceof ConnectorError ? registry : withoutQueries(registry, unknown);
}

/** Costs one count for each stream that asks its parents one by one, and nothing where there is no such stream. */
async function tellLargeFanOuts(plan: ReadPlan, { warn }: SyncInput, probe: Probe): Promise<void> {
  if (!warn) return;
  const counted = await orRefused(() => largeFanOuts(plan, probe));
  // A site that refuses the count refuses the walk, too, and then it concerns the streams of that walk alone.
  if (counted instanceof ConnectorError) return;
  const named = [...counted].map(([stream, requests]) => `${stream} ${requests}`);
  if (named.length > 0)
    warn(
      `more than ${MANY_REQUESTS} requests for one stream: ${named.join(', ')}; \`connector plan\` tells how long that takes.`,
    );
}

/** A table that another run holds is left out; the rest goes on. */
async function openTable(
  input: SyncInput,
  stream: Stream,
  tables: Map<string, TableWriter>,
  busy: Map<string, unknown>,
): Promise<void> {
  try {
    tables.set(stream.stream, await input.writer.open(tableSpecOf(stream, input.connection)));
  } catch (error) {
    if (error instanceof ConnectorError && error.kind === 'usage') throw error;
    busy.set(stream.stream, error);
  }
}

/** Streams whose feed cannot advance and that can be read from their other parent. */
export function stuckFeeds(streamRuns: readonly StreamRun[]): readonly Wanted[] {
  return streamRuns.flatMap((streamRun) => {
    if (!(streamRun.failure instanceof FeedStuckError)) return [];
    return streamRun.children
      .filter(({ run, node }) => run.table && node.stream.parent?.stream !== streamRun.name)
      .map(({ name }) => ({ stream: name, mode: 'full' as const }));
  });
}

/**
 * A bookmark that lies in the future was made by a clock that was wrong. The table's own latest row takes its place where the table
 * carries the cursor; elsewhere everything is read again.
 * @param latest now, by the later of the site's clock and ours, epoch milliseconds
 */
export async function statesOf(
  tables: ReadonlyMap<string, TableWriter>,
  registry: Registry,
  latest: number,
): Promise<ReadonlyMap<string, State | null>> {
  const states = new Map<string, State | null>();
  for (const [name, table] of tables) {
    const state = parseState(name, table.state);
    const { cursor } = registry.get(name);
    const own = state && cursor && state.bookmark?.of === name && isAhead(state, latest) ? cursor : null;
    const found = own && (await table.latest(own.column, new Date(latest).toISOString()));
    const newest = found && own ? Date.parse(found) - durationMs(own.lookback) : null;
    states.set(name, state && withoutFuture(state, latest, newest));
  }
  return states;
}

/** Live rows of the tables whose keys the site lists. */
export async function liveOf(
  tables: ReadonlyMap<string, TableWriter>,
  registry: Registry,
): Promise<ReadonlyMap<string, number>> {
  const live = new Map<string, number>();
  for (const [name, table] of tables) if (registry.get(name).census) live.set(name, await table.live());
  return live;
}
