/** Rows that name records which are gone. Deleting one touches no other: they would name it for ever. */

import type { Row } from '../../contract/table.js';
import { type Located, valueAt } from '../../core/json-path.js';
import { readByIds } from '../requests/ask-by-ids.js';
import type { PagedRequest } from '../requests/read-pages.js';
import { chunks, routeOf } from '../requests/routes.js';
import type { Stream } from '../streams/registry.js';
import type { RunContext } from './context.js';
import type { StreamRun } from './stream-run.js';

/** Found in the table, not on the site. @returns keys of live rows besides the named ones themselves. */
export async function namersOf({ node, run }: StreamRun, named: readonly string[]): Promise<readonly string[]> {
  const { census, primary_key } = node.stream;
  const [key = ''] = primary_key;
  const found = new Set<string>();
  if (named.length === 0) return [];
  for (const column of census?.named_in ?? []) {
    const rows = (await run.table?.rows({ columns: [key], where: { column, in: named } })) ?? [];
    for (const row of rows) found.add(String(row[key]));
  }
  for (const id of named) found.delete(id);
  return [...found];
}

/** Records that these rows name, by the columns in which records name each other. @returns their keys, besides those of the rows themselves. */
export function namedIn({ census, primary_key: [key = ''] }: Stream, rows: readonly Row[]): readonly string[] {
  const named = new Set<string>();
  for (const path of census?.named_in ?? [])
    for (const row of rows) for (const id of [valueAt(row, path)].flat()) if (typeof id === 'string') named.add(id);
  for (const row of rows) named.delete(String(row[key]));
  return [...named];
}

/** @param came records that have been read already */
export async function readNamers(
  ctx: RunContext,
  streamRun: StreamRun,
  namers: readonly string[],
  came: readonly Located[],
): Promise<void> {
  const { stream } = streamRun.node;
  if (!stream.census || namers.length === 0) return;
  const [key = ''] = stream.primary_key;
  const route = routeOf(stream, stream.census.read);
  const wanted = new Set(namers);
  const idOf = ({ record }: Located) => String(valueAt(record, key));
  // What hangs on them has not changed: only their own rows are written.
  const take = (records: readonly Located[]) =>
    streamRun.run.take(route, records, {}, (row) => ctx.inScope(stream, row));
  const known = came.filter((one) => wanted.has(idOf(one)));
  await take(known);
  for (const one of known) wanted.delete(idOf(one));
  for (const ids of chunks([...wanted], route.batch?.max ?? 1)) {
    const records = await readByIds(ctx, streamRun.label, { ...(route as PagedRequest), batch: route.batch }, ids);
    streamRun.run.miss('gone', ids.length - records.length);
    await take(records);
  }
}
