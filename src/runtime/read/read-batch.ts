/** Records of a walk's own stream by their ids, many in one request. */

import { valueAt } from '../../core/json-path.js';
import { type Anomaly, lackOf } from '../requests/anomalies.js';
import { readByIds } from '../requests/ask-by-ids.js';
import { withAsks } from '../requests/inside.js';
import { isThere } from '../requests/is-there.js';
import type { PagedRequest, PageRead } from '../requests/read-pages.js';
import type { RequestRoute } from '../streams/registry.js';
import type { RunContext } from './context.js';
import type { StreamRun } from './stream-run.js';

/** The request of a walk with what the children's rows inside its records ask for. */
export function asking(root: StreamRun, route: RequestRoute): PagedRequest {
  return withAsks(
    route,
    root.children.map((child) => child.node.route),
  ) as PagedRequest;
}

/**
 * Records of these ids with what the children ask for. Those that do not come are asked for once more; one that is missing then has
 * gone when looking at it alone says so, else the read is not whole.
 */
export async function readBatch(
  ctx: RunContext,
  root: StreamRun,
  route: RequestRoute,
  ids: readonly string[],
): Promise<PageRead> {
  const { answers = '' } = route.batch ?? {};
  const asked = { ...asking(root, route), batch: route.batch };
  const records = [...(await readByIds(ctx, root.label, asked, ids))];
  const whole = { records, lack: null, total: null, absent: false, anomalies: [] };
  if (answers === '') return whole;
  const missing = () => {
    const answered = new Set(records.map(({ record }) => String(valueAt(record, answers))));
    return ids.filter((id) => !answered.has(id));
  };
  if (missing().length > 0) records.push(...(await readByIds(ctx, root.label, asked, missing())));
  const still = missing();
  const unexplained = await thoseThere(ctx, root, still);
  root.run.miss('gone', still.length - unexplained.length);
  root.run.miss('not_visible', unexplained.length);
  const anomalies: readonly Anomaly[] = unexplained.length > 0 ? ['ids without an answer'] : [];
  return { ...whole, anomalies, lack: lackOf(anomalies) };
}

/** Reads the own rows of these records again: what hangs on them has not changed. */
export async function readOwnRows(
  ctx: RunContext,
  { node, run, label }: StreamRun,
  route: RequestRoute,
  ids: readonly string[],
): Promise<void> {
  const records = await readByIds(ctx, label, route, ids);
  run.miss('gone', ids.length - records.length);
  await run.take(route, records, {}, (row) => ctx.inScope(node.stream, row));
}

/** More than so many are not looked at one by one. */
const LOOKED_AT = 20;

async function thoseThere(
  ctx: RunContext,
  { node, label }: StreamRun,
  ids: readonly string[],
): Promise<readonly string[]> {
  const [key = ''] = node.stream.primary_key;
  const there: string[] = [];
  for (const id of ids.slice(0, LOOKED_AT))
    if ((await isThere(ctx, label, node.stream, { [key]: id })) === true) there.push(id);
  return [...there, ...ids.slice(LOOKED_AT)];
}
