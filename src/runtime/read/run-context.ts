/** What one connection's run is made of, put together once: settings, clocks, and the rules that every stream keeps. */
import type { TableWriter } from '../../contract/table.js';
import type { PlanFacts } from '../plan/read-plan.js';
import type { ResolvedScope } from '../probe/resolve-scope.js';
import type { SiteView } from '../probe/site-view.js';
import type { RunContext } from './context.js';
import type { Debts } from './debts.js';
import { liveParents, oweChildren, readNamedBy } from './owe-children.js';
import type { StreamRun } from './stream-run.js';
import type { SyncInput } from './sync-input.js';
import { Watch } from './watch.js';

/** What is found or filled while a run is prepared. */
export interface Prepared {
  readonly scope: ResolvedScope;
  /** Ids in scope by stream; filled before the first row is read. */
  readonly ids: ReadonlyMap<string, ReadonlySet<string>>;
  readonly debts: Debts;
  /** By stream. */
  readonly tables: ReadonlyMap<string, TableWriter>;
  /** The roots; filled before the first row is read. */
  readonly streamRuns: readonly StreamRun[];
}

export function makeContext(
  input: SyncInput,
  facts: PlanFacts,
  view: SiteView,
  { scope: resolved, ids, debts, streamRuns, tables }: Prepared,
): RunContext {
  const { registry, account, settings, runStart } = facts;
  const { projects, clause } = resolved;
  const ctx: RunContext = {
    client: input.client,
    runId: input.runId,
    site: input.site,
    account,
    links: input.links,
    cleanerOf: view.cleanerOf,
    values: { scope: clause },
    settings,
    runStart,
    debts,
    watch: new Watch(registry, (stream) => tables.has(stream)),
    tables,
    async entered(stream, rows) {
      await oweChildren({ ...input, registry }, debts, streamRuns, stream, rows);
      await readNamedBy(ctx, streamRuns, stream, rows);
    },
    async notAmong(stream, column, values) {
      const streamRun = streamRuns.flatMap((root) => root.all()).find(({ name }) => name === stream);
      const list = { keys: values, groups: values.map(() => '') };
      return (await streamRun?.run.compare(column, null, list))?.onlyInTable ?? [];
    },
    liveParents: (...asked) => liveParents(streamRuns, ...asked),
    inScope(stream, row) {
      if (!stream.scope || !('of' in stream.scope)) return true;
      const allowed = ids.get(stream.scope.of);
      return allowed === undefined || allowed.has(String(row[stream.scope.column]));
    },
    parentInScope(parent, row) {
      const own = registry.get(parent).scope;
      return projects === null || !own || !('projects' in own) || projects.has(String(row[own.projects]));
    },
    streamOf: (name) => registry.get(name),
    commitRows: input.commitRows,
    commitMs: input.commitMs,
    now: input.now,
    reject: input.onReject,
    keepRejects: input.keepRejects,
    tell: input.tell,
    signal: input.signal,
  };
  return ctx;
}
