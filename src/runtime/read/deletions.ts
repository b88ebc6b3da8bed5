/** The feed of deleted keys, read from the table's own bookmark on: the only proof of a deletion that the API gives. */

import { valueAt } from '../../core/json-path.js';
import { HttpStatusError } from '../../http/errors.js';
import { type PagedRequest, readPages } from '../requests/read-pages.js';
import { sinceValues } from '../requests/since.js';
import type { RunContext } from './context.js';
import type { TableRun } from './table-run.js';

/** Marks what the feed names. */
export async function markDeletions(ctx: RunContext, run: TableRun, label: string): Promise<void> {
  const { deletions } = run.node.stream;
  const { feedSince } = run.node.deletes;
  if (!deletions || !run.table || feedSince === null) return;
  const [[column, path] = ['', '']] = Object.entries(deletions.key);
  const gone = new Set<string>();
  const values = { ...ctx.values, ...sinceValues(feedSince) };
  try {
    for await (const page of readPages(ctx.client, label, deletions as PagedRequest, values))
      for (const { record } of page.records) gone.add(String(valueAt(record, path)));
  } catch (error) {
    const absent = error instanceof HttpStatusError && deletions.unless?.[String(error.status)] !== undefined;
    // Where the rows do not come by their parents, nothing else tells what is gone.
    if (!absent || run.node.parent === null || run.node.parent.stream !== run.node.stream.parent?.stream) throw error;
  }
  if (gone.size) run.table.mark({ reason: 'feed', where: { column, in: [...gone] }, exceptBatch: false });
}
