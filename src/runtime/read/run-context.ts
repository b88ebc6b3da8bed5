/** What one connection's run is made of, put together once: settings, clocks, and the rules that every stream keeps. */

import { durationMs } from '../../core/duration.js';
import { ConnectorError } from '../../core/errors.js';
import { pseudonymsOf } from '../auth/pseudonym.js';
import type { Identity } from '../probe/identity.js';
import type { ResolvedScope } from '../probe/resolve-scope.js';
import type { SiteView } from '../probe/site-view.js';
import { followsScope } from '../streams/registry.js';
import type { Branch } from './branch.js';
import type { RunContext } from './context.js';
import type { Debts } from './debts.js';
import { liveParents, oweChildren, readNamedBy } from './owe-children.js';
import type { SyncInput } from './sync-input.js';

/** More vanished rows than both of these at once are not believed. */
const MANY_ROWS = 100;
const LARGE_SHARE = 0.05;
/** A clock may be wrong: what must not run ahead takes the earlier one, what must not lie in the future the later one. */
export function clocksOf(input: SyncInput, { serverTime }: Identity) {
  const own = input.now();
  return { earliest: Math.min(own, serverTime), latest: Math.max(own, serverTime) };
}

/** What is found or filled while a run is prepared. */
export interface Prepared {
  readonly scope: ResolvedScope;
  /** Ids in scope by stream; filled before the first row is read. */
  readonly ids: ReadonlyMap<string, ReadonlySet<string>>;
  readonly debts: Debts;
  /** The roots; filled before the first row is read. */
  readonly branches: readonly Branch[];
}

export function makeContext(
  input: SyncInput,
  identity: Identity,
  view: SiteView,
  { scope: resolved, ids, debts, branches }: Prepared,
): RunContext {
  const { earliest, latest } = clocksOf(input, identity);
  const { registry } = input;
  const { projects, scopes } = resolved;
  const { accountId } = identity;
  const account = view.pseudonyms?.of(accountId) ?? accountId;
  // People may have been pseudonyms until now, or be so from now on.
  const names = new Set([account, accountId, pseudonymsOf({ mode: 'full' }, input.site).of(accountId)]);
  const ctx: RunContext = {
    client: input.client,
    runId: input.runId,
    site: input.site,
    account,
    links: input.links,
    cleanerOf: view.cleanerOf,
    values: { scope: resolved.clause },
    settings: {
      scope: resolved.text,
      scopes,
      start: input.start,
      fullRefresh: input.fullRefresh,
      people: view.pseudonyms?.print ?? null,
    },
    runStart: earliest,
    latest,
    debts,
    async entered(stream, rows) {
      await oweChildren(input, debts, branches, stream, rows);
      await readNamedBy(ctx, branches, stream, rows);
    },
    async notAmong(stream, column, values) {
      const branch = branches.flatMap((root) => root.all()).find(({ name }) => name === stream);
      const list = { keys: values, groups: values.map(() => '') };
      return (await branch?.run.compare(column, null, list))?.onlyInTable ?? [];
    },
    liveParents: (parent, column, values) => liveParents(branches, parent, column, values),
    rhythm(stream) {
      const { census, overlap, reread } = input.rhythm;
      return { now: earliest, census, overlap, reread: reread.get(stream) ?? null };
    },
    isStranger: (before) => !names.has(before) && !input.acceptDeletes,
    strangerError: (stream) =>
      new ConnectorError(
        'failed',
        `${stream}: this run reads as another account than the last one, and what it does not see may only be hidden from it. Rows were written, nothing was marked deleted. If the change is meant, run once with --accept-deletes.`,
      ),
    believable: input.acceptDeletes ? null : { rows: MANY_ROWS, share: LARGE_SHARE },
    fewEnough(stream, gone, live) {
      if (input.acceptDeletes || gone <= MANY_ROWS || gone <= live * LARGE_SHARE) return;
      throw new ConnectorError(
        'failed',
        `${stream}: ${gone} of ${live} live rows are no longer listed by the site. So many at once look like a lost permission; nothing was marked deleted. If they are really gone, run once with --accept-deletes.`,
      );
    },
    inScope(stream, row) {
      if (!stream.scope || !('of' in stream.scope)) return true;
      const allowed = ids.get(stream.scope.of);
      return allowed === undefined || allowed.has(String(row[stream.scope.column]));
    },
    followsScope: (stream) => followsScope(registry, stream),
    parentInScope(parent, row) {
      const own = registry.get(parent).scope;
      return projects === null || !own || !('projects' in own) || projects.has(String(row[own.projects]));
    },
    streamOf: (name) => registry.get(name),
    lookbackOf: (stream) => durationMs(registry.get(stream).cursor?.lookback ?? '1s'),
    commitRows: input.commitRows,
    reject: input.onReject,
    keepRejects: input.keepRejects,
    progress: input.onProgress,
    signal: input.signal,
  };
  return ctx;
}
