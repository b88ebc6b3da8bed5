/** Rows that name records which are gone. Deleting one touches no other: they would name it for ever. */

import type { Row } from '../../contract/table.js';
import { chunks } from '../../core/chunks.js';
import { type Located, valueAt } from '../../core/json-path.js';
import { routeOf } from '../requests/routes.js';
import type { Stream } from '../streams/registry.js';
import type { RunContext } from './context.js';
import { valuesOf } from './kept.js';
import { readOwnRows } from './read-batch.js';
import type { StreamRun } from './stream-run.js';

/** Found in the table, not on the site. @returns keys of live rows besides the named ones themselves. */
export async function namersOf({ node, run }: StreamRun, named: readonly string[]): Promise<readonly string[]> {
  const { census, primary_key } = node.stream;
  const [key = ''] = primary_key;
  const found = new Set<string>();
  if (named.length === 0) return [];
  for (const column of census?.named_in ?? []) {
    for (const id of await valuesOf(run.table, key, { where: { column, in: named } })) found.add(id);
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
  const known = came.filter((one) => wanted.has(idOf(one)));
  await streamRun.run.take(route, known, {}, (row) => ctx.inScope(stream, row));
  for (const one of known) wanted.delete(idOf(one));
  for (const ids of chunks([...wanted], route.batch?.max ?? 1)) await readOwnRows(ctx, streamRun, route, ids);
}
