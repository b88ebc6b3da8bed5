/** Issues of a project whose key has changed: that moves no cursor, and the old key stands in their rows. */
import { ConnectorError } from '../../core/errors.js';
import { valueAt } from '../../core/json-path.js';
import { clauseOf } from '../probe/resolve-scope.js';
import { type PagedRequest, readPages } from '../requests/read-pages.js';
import { sinceValues } from '../requests/since.js';
import { isRequestRoute } from '../streams/registry.js';
import type { RunContext } from './context.js';
import { readOwnRows } from './read-batch.js';
import type { StreamRun } from './stream-run.js';

/**
 * Reads them again, as the census reads what a table lacks: 1 request per 5000 of them and 1 per 100. Their keys stand in no table
 * below that is not read whole anyway, so those are left alone.
 */
export async function readRenamed(ctx: RunContext, streamRun: StreamRun): Promise<void> {
  const { node, run, label } = streamRun;
  const { stream } = node;
  const { settings } = ctx;
  const { census } = stream;
  if (!census || !run.table || !run.state || node.window.since <= settings.start) return;
  const renamed = settings.scopes.renamed(run.state.scope, settings.scope);
  const route = (name: string) => stream.routes.filter(isRequestRoute).find((one) => one.name === name);
  const [list, read] = [route(census.list), route(census.read)];
  if (renamed.length === 0 || !list || !read) return;
  const [key = ''] = stream.primary_key;
  const values = { ...ctx.values, scope: clauseOf(renamed), ...sinceValues(settings.start) };
  const max = read.batch?.max ?? 1;
  let ids: string[] = [];
  for await (const page of readPages(ctx.client, label, list as PagedRequest, values)) {
    // What the list lacks would keep the old key for good: the next run shall meet the change again.
    if (page.lack !== null)
      throw new ConnectorError(
        'failed',
        `${stream.stream}: the list of issues of a project with a new key did not come whole; they are read again by the next run.`,
      );
    ids.push(...page.records.map(({ record }) => String(valueAt(record, key))));
    for (; ids.length >= max; ids = ids.slice(max)) await readOwnRows(ctx, streamRun, read, ids.slice(0, max));
  }
  if (ids.length > 0) await readOwnRows(ctx, streamRun, read, ids);
}
