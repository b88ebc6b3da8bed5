/** Rows that are deleted with those of another stream, though their own routes never tell: they do not say what they hang on. */

import { chunks } from '../../core/chunks.js';
import { own } from '../../core/json-path.js';
import { EVERYTHING } from '../plan/scopes.js';
import { readByIds } from '../requests/ask-by-ids.js';
import { routeOf } from '../requests/routes.js';
import type { RunContext } from './context.js';
import { valuesOf } from './kept.js';
import type { StreamRun } from './stream-run.js';

type Declared = NonNullable<StreamRun['node']['stream']['gone_with']>;
/** Whose rows are asked for by name. */
export type GoneWith = Declared & Required<Pick<Declared, 'confirm'>>;

const asksByName = (decl: Declared | undefined): decl is GoneWith => decl?.confirm !== undefined;

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
    if (!asksByName(decl)) continue;
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
 * Rows that are live in the other stream and not here: those deleted with it come back as they were, and those our own routes
 * never told of are made of the other's. A feed goes by time: what was hidden when it would have told is not told later.
 * Asked after everything else, since the rows of a parent that came into view again are read last.
 */
export async function restoreFollowers(ctx: RunContext, roots: readonly StreamRun[]): Promise<void> {
  const read = roots.flatMap((root) => root.all()).filter(({ run, alive }) => run.table && alive);
  for (const streamRun of read) {
    const { gone_with: decl, primary_key } = streamRun.node.stream;
    const leader = decl && read.find(({ name }) => name === decl.stream);
    if (!asksByName(decl) || !leader) continue;
    const follower = { ctx, streamRun, decl, column: primary_key[0] ?? '' };
    await streamRun.guard(async () => {
      if (leader.run.report.rows_written > 0) await restoreEnded(follower, leader);
      // All keys of both are held against each other only as often as those of the site are counted.
      if (streamRun.run.complete && streamRun.node.deletes.reconcile)
        await addUntold(follower, leader, decl.from ?? {});
    });
  }
}

async function restoreEnded({ streamRun, decl, column }: Follower, leader: StreamRun): Promise<void> {
  const ended = await valuesOf(streamRun.run.table, column, { deleted: true });
  const back = await valuesOf(leader.run.table, decl.key, { where: { column: decl.key, in: ended } });
  if (back.length === 0) return;
  const columns = [...Object.keys(streamRun.node.stream.columns), '_extra'];
  const rows = await streamRun.run.table?.rows({ columns, where: { column, in: back }, deleted: true });
  await streamRun.run.restore(rows ?? []);
  await streamRun.append();
}

async function addUntold(follower: Follower, leader: StreamRun, from: NonNullable<GoneWith['from']>): Promise<void> {
  const { ctx, streamRun, decl, column } = follower;
  const { columns, cursor } = streamRun.node.stream;
  if (Object.keys(from).length === 0) return;
  const keys = await valuesOf(leader.run.table, decl.key);
  const found = await streamRun.run.compare(column, null, { keys, groups: keys.map(() => '') });
  if (!found || found.onlyInList.length === 0) return;
  const theirs = await leader.run.table?.rows({
    columns: [decl.key, ...Object.values(from)],
    where: { column: decl.key, in: found.onlyInList },
  });
  const rows = (theirs ?? []).map((row) => ({
    ...Object.fromEntries(Object.keys(columns).map((name) => [name, row[from[name] ?? ''] ?? null])),
    [column]: row[decl.key] ?? null,
    _extra: null,
  }));
  const { start } = ctx.settings;
  const { bookmark: end } = streamRun.run.report;
  // Earlier ones are outside of what the settings want; later ones are told of by the next read.
  const untold = rows.filter((row) => {
    const at = cursor ? Date.parse(String(row[cursor.column])) : start;
    return at >= start && (end === null || at <= Date.parse(end));
  });
  if (untold.length === 0) return;
  await streamRun.run.restore(untold);
  await streamRun.append();
}

/**
 * Rows that name records which are marked in another stream's table, whose marks are enough: also in tables that are not due. Looked
 * for when this run marked some, and when it held that table against the list of all keys: a run that died in between is made good.
 */
export async function endWithLeaders(roots: readonly StreamRun[], asides: readonly StreamRun[]): Promise<void> {
  const read = roots.flatMap((root) => root.all()).filter(({ run, alive }) => run.table && alive);
  for (const streamRun of [...read, ...asides]) {
    const { gone_with: decl, primary_key } = streamRun.node.stream;
    if (!decl || asksByName(decl)) continue;
    const leader = read.find(({ name }) => name === decl.stream);
    if (!leader || (leader.run.report.rows_deleted === 0 && !leader.run.absence.counted)) continue;
    const column = decl.column ?? primary_key[0] ?? '';
    await streamRun.guard(async () => {
      const { run } = streamRun;
      const ended = await valuesOf(leader.run.table, decl.key, { deleted: true });
      const gone = new Set(await valuesOf(run.table, column, { where: { column, in: ended } }));
      if (gone.size === 0) return;
      if (asides.includes(streamRun)) run.begin();
      run.absence.byParent = true;
      run.markGone(column, [...gone], 'parent');
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
