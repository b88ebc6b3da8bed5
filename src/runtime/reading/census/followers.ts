/** Rows that are deleted with those of another stream, though their own routes never tell: they do not say what they hang on. */
import { own } from '../../rows/path.js';
import type { Branch } from '../branch.js';
import type { RunContext } from '../context.js';
import { readByIds } from '../read-batch.js';
import type { PagedRequest } from '../read-pages.js';
import { EVERYTHING } from '../scopes.js';
import { chunks, routeOf } from './routes.js';

export type GoneWith = NonNullable<Branch['node']['stream']['gone_with']>;

interface Follower {
  readonly ctx: RunContext;
  readonly branch: Branch;
  readonly decl: GoneWith;
  readonly column: string;
}

/**
 * Marks them where the other stream marked its own, or, where that is not read, by asking for each by name.
 * @param isDue whether a census of this branch is
 */
export async function markFollowers(
  ctx: RunContext,
  read: readonly Branch[],
  isDue: (branch: Branch) => boolean,
): Promise<void> {
  for (const branch of read) {
    const { gone_with: decl, primary_key } = branch.node.stream;
    if (!decl) continue;
    const follower = { ctx, branch, decl, column: primary_key[0] ?? '' };
    const leader = read.find(({ name }) => name === decl.stream);
    await branch.guard(async () => {
      const due = isDue(branch);
      if (leader && (due || leader.run.report.rows_deleted > 0)) await carryOver(follower, leader);
      else if (!leader && due) await askForAll(follower);
      else return;
      branch.run.counted ||= due;
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
  const { ctx, branch, column } = follower;
  const all = await branch.run.compare(column, null, { keys: [], groups: [] });
  const live = all?.onlyInTable ?? [];
  const gone = await unanswered(follower, live);
  ctx.fewEnough(branch.name, gone.length, live.length);
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
