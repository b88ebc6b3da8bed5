/**
 * Values that rows repeat of another stream's rows, such as a project's key in its issues: they change there, and no cursor moves here.
 * Found from the tables alone, after both were read: a run that dies before it has mended all leaves the rest to the next one.
 */

import { chunks } from '../../core/chunks.js';
import { readByIds } from '../requests/ask-by-ids.js';
import { textAt } from '../requests/record-key.js';
import { isRequestRoute, type RequestRoute } from '../streams/registry.js';
import type { RunContext } from './context.js';
import { valuesOf } from './kept.js';
import type { StreamRun } from './stream-run.js';

/** Never throws for what concerns a stream alone. No request while every repeated value is one that the other stream has. */
export async function readRepeated(ctx: RunContext, roots: readonly StreamRun[]): Promise<void> {
  const all = roots.flatMap((root) => root.all());
  for (const streamRun of all) {
    const { stream } = streamRun.node;
    const read = stream.routes.filter(isRequestRoute).find(({ name }) => name === stream.census?.read);
    if (!streamRun.run.table || !streamRun.run.state || streamRun.run.replaces || !read) continue;
    for (const [column, { repeats }] of Object.entries(stream.columns)) {
      if (!repeats) continue;
      const source = all.find(({ name, alive }) => name === repeats.stream && alive)?.run;
      if (source?.table && source.complete)
        await streamRun.guard(async () =>
          mend(ctx, streamRun, read, column, await valuesOf(source.table, repeats.column)),
        );
    }
  }
}

async function mend(
  ctx: RunContext,
  streamRun: StreamRun,
  route: RequestRoute,
  column: string,
  keys: readonly string[],
): Promise<void> {
  const { run } = streamRun;
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
  const ids = await valuesOf(run.table, key, { where: { column, in: [value] } });
  let mended = 0;
  for (const some of chunks(ids, route.batch?.max ?? 1)) {
    const records = await readByIds(ctx, label, route, some);
    const changed = records.filter(({ record }) => textAt(stream, route, column, record) !== value);
    await run.take(route, changed, {}, (row) => ctx.inScope(stream, row));
    mended += changed.length;
    if (changed.length === 0) break;
  }
  return mended;
}
