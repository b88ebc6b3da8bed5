/** Whatever enters a table owes the rows of all streams that hang on it, unless they read it in this run (I13). */
import type { Row } from '../../contract/table.js';
import { meetsAll } from '../plan/bookmark.js';
import type { Stream } from '../streams/registry.js';
import type { RunContext } from './context.js';
import type { Debts } from './debts.js';
import { valuesOf } from './kept.js';
import { namedIn, readNamers } from './namers.js';
import { boundValues, owingOf } from './parents.js';
import type { StreamRun } from './stream-run.js';
import type { SyncInput } from './sync-input.js';

const REASON = 'it came into view without being new';

/** Durable when it returns. */
export async function oweChildren(
  { registry, writer, connection }: Pick<SyncInput, 'registry' | 'writer' | 'connection'>,
  debts: Debts,
  roots: readonly StreamRun[],
  parent: Stream,
  rows: readonly Row[],
): Promise<void> {
  const running = new Map(roots.flatMap((root) => root.all()).map((streamRun) => [streamRun.name, streamRun]));
  for (const child of registry.streams.values()) {
    if (child.parent?.stream !== parent.stream) continue;
    const streamRun = running.get(child.stream);
    if (!streamRun?.run.table && !(await writer.has(connection, child.stream))) continue;
    for (const row of rows) {
      const owing = owingOf(child.stream, parent, boundValues(child.parent, row), row);
      if (!streamRun || !isReadBy(streamRun, parent, owing.parent)) debts.owe(owing, REASON);
    }
    await debts.keep(child.stream);
  }
}

/** Who hangs on the parent in this run and has read it, or reads all that its table covers, has its rows: unless it failed, or another run holds its table. */
function isReadBy(streamRun: StreamRun, { stream }: Stream, parent: string): boolean {
  if (!streamRun.alive || !streamRun.run.table) return false;
  return streamRun.node.parent?.stream === stream ? !streamRun.holds(parent) : meetsAll(streamRun.node.window);
}

/**
 * Rows of others that named a record lost its name while it was out of view, and its return touches none of them: they are read again
 * and come with the same commit.
 */
export async function readNamedBy(ctx: RunContext, roots: readonly StreamRun[], stream: Stream, rows: readonly Row[]) {
  const streamRun = roots.flatMap((root) => root.all()).find(({ name }) => name === stream.stream);
  const [key = ''] = stream.primary_key;
  const named = namedIn(stream, rows);
  if (!streamRun || named.length === 0) return;
  const live = await valuesOf(streamRun.run.table, key, { where: { column: key, in: named } });
  await readNamers(ctx, streamRun, live, []);
}

/**
 * Which of these parents their own table holds live; null when it was not read to its end in this run, or begins later than the table of
 * what hangs on them, and so cannot tell.
 * @param column of the parent's table
 * @param covers where the table of what hangs on them begins, epoch milliseconds
 */
export async function liveParents(
  roots: readonly StreamRun[],
  parent: string,
  column: string,
  values: readonly string[],
  covers: number,
): Promise<ReadonlySet<string> | null> {
  const streamRun = roots.flatMap((root) => root.all()).find(({ name }) => name === parent);
  if (!streamRun?.run.table || !streamRun.alive || !streamRun.run.whole) return null;
  if (streamRun.node.window.covers > covers) return null;
  return new Set(await valuesOf(streamRun.run.table, column, { where: { column, in: values } }));
}
