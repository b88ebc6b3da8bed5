/** Rows that are deleted with those of another stream, though their own routes never tell: they do not say what they hang on. */
import { own } from '../../core/json-path.js';
import { EVERYTHING } from '../plan/scopes.js';
import { readByIds } from '../requests/ask-by-ids.js';
import type { PagedRequest } from '../requests/read-pages.js';
import { chunks, routeOf } from '../requests/routes.js';
import type { Branch } from './branch.js';
import type { RunContext } from './context.js';

export type GoneWith = NonNullable<Branch['node']['stream']['gone_with']>;

interface Follower {
  readonly ctx: RunContext;
  readonly branch: Branch;
  readonly decl: GoneWith;
  readonly column: string;
}

/**
 * Marks them where the other stream marked its own, or, where that is not read, by asking for each by name.
 */
export async function markFollowers(ctx: RunContext, read: readonly Branch[]): Promise<void> {
  for (const branch of read) {
    const { gone_with: decl, primary_key } = branch.node.stream;
    if (!decl) continue;
    const follower = { ctx, branch, decl, column: primary_key[0] ?? '' };
    const leader = read.find(({ name }) => name === decl.stream);
    await branch.guard(async () => {
      const due = branch.run.complete && branch.node.deletes.reconcile;
      if (leader && (due || leader.run.report.rows_deleted > 0)) await carryOver(follower, leader);
      else if (!leader && due) await askForAll(follower);
      else return;
      branch.run.absence.counted ||= due;
      await branch.append();
    });
  }
}

/**
 * Rows that were deleted with those of another stream come back with them, as they were: their own feed told of them at a time long past.
 * Asked after everything else, since the rows of a parent that came into view again are read last.
 */
export async function restoreFollowers(roots: readonly Branch[]): Promise<void> {
  const read = roots.flatMap((root) => root.all()).filter(({ run, alive }) => run.table && alive);
  for (const branch of read) {
    const { gone_with: decl, columns, primary_key } = branch.node.stream;
    const leader = decl && read.find(({ name }) => name === decl.stream);
    if (!decl || !leader?.run.report.rows_written) continue;
    const [column = ''] = primary_key;
    await branch.guard(async () => {
      const ended = await branch.run.table?.rows({ columns: [column], deleted: true });
      const ids = (ended ?? []).map((row) => String(row[column]));
      const live = await leader.run.table?.rows({ columns: [decl.key], where: { column: decl.key, in: ids } });
      const back = (live ?? []).map((row) => String(row[decl.key]));
      if (back.length === 0) return;
      const where = { column, in: back };
      const rows = await branch.run.table?.rows({ columns: [...Object.keys(columns), '_extra'], where, deleted: true });
      await branch.run.restore(rows ?? []);
      await branch.append();
    });
  }
}

async function carryOver({ ctx, branch, decl, column }: Follower, leader: Branch): Promise<void> {
  const { table } = branch.run;
  const ended = (await leader.run.table?.rows({ columns: [decl.key], deleted: true })) ?? [];
  const ids = ended.map((row) => String(row[decl.key]));
  const live = (await table?.rows({ columns: [column], where: { column, in: ids } })) ?? [];
  const suspects = live.map((row) => String(row[column]));
  // What only left the scope of the other stream is still there.
  const gone = ctx.settings.scope === EVERYTHING ? suspects : await unanswered({ ctx, branch, decl, column }, suspects);
  branch.run.markGone(column, gone, 'parent');
}

async function askForAll(follower: Follower): Promise<void> {
  const { branch, column } = follower;
  const all = await branch.run.compare(column, null, { keys: [], groups: [] });
  const live = all?.onlyInTable ?? [];
  const gone = await unanswered(follower, live);
  branch.run.believe(gone.length, live.length);
  branch.run.markGone(column, gone, 'vanished');
}

async function unanswered({ ctx, branch, decl }: Follower, ids: readonly string[]): Promise<readonly string[]> {
  const route = routeOf(branch.node.stream, decl.confirm);
  const answered = new Set<string>();
  for (const some of chunks(ids, route.batch?.max ?? 1)) {
    const records = await readByIds(ctx, branch.label, { ...(route as PagedRequest), batch: route.batch }, some);
    for (const { record } of records) answered.add(String(own(record, route.batch?.answers ?? 'id')));
  }
  return ids.filter((id) => !answered.has(id));
}
