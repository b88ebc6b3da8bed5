/**
 * Values that rows repeat of another stream's rows, such as a project's key in its issues: they change there, and no cursor moves here.
 * Found from the tables alone, after both were read: a run that dies before it has mended all leaves the rest to the next one.
 */
import type { TableWriter } from '../../contract/table.js';
import { readByIds } from '../requests/ask-by-ids.js';
import type { PagedRequest } from '../requests/read-pages.js';
import { textAt } from '../requests/record-key.js';
import { isRequestRoute, type RequestRoute } from '../streams/registry.js';
import type { RunContext } from './context.js';
import type { StreamRun } from './stream-run.js';

/** Never throws for what concerns a stream alone. No request while every repeated value is one that the other stream has. */
export async function readRepeated(ctx: RunContext, roots: readonly StreamRun[]): Promise<void> {
  const all = roots.flatMap((root) => root.all());
  for (const streamRun of all) {
    const { stream } = streamRun.node;
    const read = stream.routes.find((route) => route.name === stream.census?.read && isRequestRoute(route));
    if (!streamRun.run.table || !streamRun.run.state || streamRun.run.replaces || !read) continue;
    for (const [column, { repeats }] of Object.entries(stream.columns)) {
      const source = repeats && all.find(({ name, alive }) => name === repeats.stream && alive)?.run;
      if (source?.table && source.complete)
        await streamRun.guard(() =>
          mend(ctx, streamRun, read as RequestRoute, column, valuesOf(source.table, repeats)),
        );
    }
  }
}

async function valuesOf(table: TableWriter | null, repeats: { readonly column: string } | undefined) {
  const column = repeats?.column ?? '';
  return ((await table?.rows({ columns: [column] })) ?? []).map((row) => String(row[column]));
}

async function mend(
  ctx: RunContext,
  streamRun: StreamRun,
  route: RequestRoute,
  column: string,
  present: Promise<readonly string[]>,
): Promise<void> {
  const { run } = streamRun;
  const keys = await present;
  const old = (await run.compare(column, null, { keys, groups: keys.map(() => '') }))?.onlyInTable ?? [];
  let mended = 0;
  for (const value of old) mended += await readAgain(ctx, streamRun, route, column, value);
  if (mended > 0) await streamRun.append();
}

/** Rows with a value that the other stream no longer has. When none of the first ones has another value now, there is none to be had. */
async function readAgain(
  ctx: RunContext,
  { run, node: { stream }, label }: StreamRun,
  route: RequestRoute,
  column: string,
  value: string,
): Promise<number> {
  const [key = ''] = stream.primary_key;
  const rows = (await run.table?.rows({ columns: [key], where: { column, in: [value] } })) ?? [];
  const ids = rows.map((row) => String(row[key]));
  const max = route.batch?.max ?? 1;
  let mended = 0;
  for (let at = 0; at < ids.length; at += max) {
    const some = ids.slice(at, at + max);
    const records = await readByIds(ctx, label, { ...(route as PagedRequest), batch: route.batch }, some);
    const changed = records.filter(({ record }) => textAt(stream, route, column, record) !== value);
    await run.take(route, changed, {}, (row) => ctx.inScope(stream, row));
    mended += changed.length;
    if (changed.length === 0) break;
  }
  return mended;
}
