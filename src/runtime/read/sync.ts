/** The main job for one connection: check the credentials, open the tables, walk the tree, report. */

import type { TableWriter } from '../../contract/table.js';
import { ConnectorError } from '../../core/errors.js';
import { makeReadPlan, wantedOf } from '../plan/read-plan.js';
import { clocksOf, factsOf } from '../probe/facts.js';
import { dialectOf, type Identity, identify } from '../probe/identity.js';
import type { Refused } from '../probe/preparation.js';
import { resolveScope } from '../probe/resolve-scope.js';
import { quickest, withoutFeeds } from '../probe/route-choice.js';
import { readIds } from '../probe/scope.js';
import { viewSite } from '../probe/site-view.js';
import { tableSpecOf } from '../rows/table-spec.js';
import { deployedOn } from '../streams/dialect.js';
import type { Stream } from '../streams/registry.js';
import { type Concluded, conclude } from './conclude.js';
import { Debts } from './debts.js';
import { execute } from './execute.js';
import type { StreamRun } from './stream-run.js';
import { stuckFeeds } from './stuck-feeds.js';
import type { SyncInput } from './sync-input.js';
import { liveOf, statesOf } from './table-states.js';

export interface SyncResult extends Concluded {
  readonly identity: Identity;
}

/** @throws ConnectorError when nothing can be read at all (credentials, another site's warehouse). */
export async function runSync(asked: SyncInput): Promise<SyncResult> {
  const { client } = asked;
  const identity = await identify(client);
  const dialect = dialectOf(identity);
  const { registry: declared, streams, absent } = deployedOn(dialect, asked.registry, asked.streams);
  const view = await viewSite({ ...asked, registry: declared, streams }, dialect);
  const { registry, pseudonyms } = view;
  const input = { ...asked, registry, streams };
  const tables = new Map<string, TableWriter>();
  const scope = await resolveScope(input, dialect, input.scopes);
  const busy = new Map<string, unknown>([...view.refused, ...scope.refused]);
  const ended: StreamRun[] = [];
  try {
    for (const name of streams) if (!busy.has(name)) await openTable(input, registry.get(name), tables, busy);
    const values = { scope: scope.clause };
    const { earliest: runStart, latest } = clocksOf(input, identity);
    const debts = new Debts(await input.debts.load(), input.debts, runStart);
    const site = { identity, dialect, registry, scope, pseudonyms, runStart, acceptDeletes: input.acceptDeletes };
    const known = factsOf(input, site);
    const facts = {
      ...known,
      states: await statesOf(tables, registry, latest),
      live: await liveOf(tables, registry),
    };
    const wanted = wantedOf(streams, facts);
    const unkept = await scope.keep();
    const plan = makeReadPlan(facts, wanted, await quickest(input, wanted, dialect, values));
    const inScope = await readIds(input, plan.scopeIds, values);
    const refused: Refused = new Map([...unkept, ...inScope.refused]);
    const prepared = { scope, ids: inScope.ids, debts };
    const first = await execute(plan, { input, facts, view, ...prepared, tables, refused });
    const again = stuckFeeds(first);
    const redone = new Set(again.map(({ stream }) => stream));
    ended.push(...first.filter(({ name }) => !redone.has(name)));
    if (again.length) {
      const now = { ...facts, states: await statesOf(tables, registry, latest) };
      const other = makeReadPlan(now, again, withoutFeeds(registry, again, dialect));
      // Another name: the batches of the first attempt must not pass for those of the second (I3).
      const renamed = { ...input, runId: `${input.runId}.2` };
      ended.push(...(await execute(other, { input: renamed, facts: now, view, ...prepared, tables, refused })));
    }
  } finally {
    // What cannot be closed is a failure of its stream: it neither hides the result nor keeps other tables open.
    for (const [stream, table] of tables) await table.close().catch((error: unknown) => busy.set(stream, error));
  }
  return { identity, ...conclude(input, { streamRuns: ended, busy, absent, lacking: scope.lacking }) };
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
