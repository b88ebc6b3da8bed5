/** Rows that are deleted with those of another stream, though their own routes never tell: they do not say what they hang on. */
import { own } from '../../core/json-path.js';
import { EVERYTHING } from '../plan/scopes.js';
import { readByIds } from '../requests/ask-by-ids.js';
import { chunks, routeOf } from '../requests/routes.js';
import type { RunContext } from './context.js';
import { valuesOf } from './kept.js';
import type { StreamRun } from './stream-run.js';

export type GoneWith = NonNullable<StreamRun['node']['stream']['gone_with']>;

interface Follower {
  readonly ctx: RunContext;
  readonly streamRun: StreamRun;
  readonly decl: GoneWith;
  readonly column: string;
}

/**
 * Marks them where the other stream marked its own, or, where that is not read, by asking for each by name.
 */
export async function markFollowers(ctx: RunContext, read: readonly StreamRun[]): Promise<void> {
  for (const streamRun of read) {
    const { gone_with: decl, primary_key } = streamRun.node.stream;
    if (!decl) continue;
    const follower = { ctx, streamRun, decl, column: primary_key[0] ?? '' };
    const leader = read.find(({ name }) => name === decl.stream);
    await streamRun.guard(async () => {
      const due = streamRun.run.complete && streamRun.node.deletes.reconcile;
      if (leader && (due || leader.run.report.rows_deleted > 0)) await carryOver(follower, leader);
      else if (!leader && due) await askForAll(follower);
      else return;
      streamRun.run.absence.counted ||= due;
      await streamRun.append();
    });
  }
}

/**
 * Rows that were deleted with those of another stream come back with them, as they were: their own feed told of them at a time long past.
 * Asked after everything else, since the rows of a parent that came into view again are read last.
 */
export async function restoreFollowers(roots: readonly StreamRun[]): Promise<void> {
  const read = roots.flatMap((root) => root.all()).filter(({ run, alive }) => run.table && alive);
  for (const streamRun of read) {
    const { gone_with: decl, columns, primary_key } = streamRun.node.stream;
    const leader = decl && read.find(({ name }) => name === decl.stream);
    if (!decl || !leader?.run.report.rows_written) continue;
    const [column = ''] = primary_key;
    await streamRun.guard(async () => {
      const ended = await valuesOf(streamRun.run.table, column, { deleted: true });
      const back = await valuesOf(leader.run.table, decl.key, { where: { column: decl.key, in: ended } });
      if (back.length === 0) return;
      const where = { column, in: back };
      const rows = await streamRun.run.table?.rows({
        columns: [...Object.keys(columns), '_extra'],
        where,
        deleted: true,
      });
      await streamRun.run.restore(rows ?? []);
      await streamRun.append();
    });
  }
}

async function carryOver({ ctx, streamRun, decl, column }: Follower, leader: StreamRun): Promise<void> {
  const ended = await valuesOf(leader.run.table, decl.key, { deleted: true });
  const suspects = await valuesOf(streamRun.run.table, column, { where: { column, in: ended } });
  // What only left the scope of the other stream is still there.
  const gone =
    ctx.settings.scope === EVERYTHING ? suspects : await unanswered({ ctx, streamRun, decl, column }, suspects);
  streamRun.run.markGone(column, gone, 'parent');
}

async function askForAll(follower: Follower): Promise<void> {
  const { streamRun, column } = follower;
  const all = await streamRun.run.compare(column, null, { keys: [], groups: [] });
  const live = all?.onlyInTable ?? [];
  const gone = await unanswered(follower, live);
  streamRun.run.believe(gone.length, live.length);
  streamRun.run.markGone(column, gone, 'vanished');
}

async function unanswered({ ctx, streamRun, decl }: Follower, ids: readonly string[]): Promise<readonly string[]> {
  const route = routeOf(streamRun.node.stream, decl.confirm);
  const answered = new Set<string>();
  for (const some of chunks(ids, route.batch?.max ?? 1)) {
    const records = await readByIds(ctx, streamRun.label, route, some);
    for (const { record } of records) answered.add(String(own(record, route.batch?.answers ?? 'id')));
  }
  return ids.filter((id) => !answered.has(id));
}
