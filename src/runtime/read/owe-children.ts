/** Whatever enters a table owes the rows of all streams that hang on it, unless they read it in this run (I13). */
import type { Row } from '../../contract/table.js';
import type { Stream } from '../streams/registry.js';
import type { Branch } from './branch.js';
import type { RunContext } from './context.js';
import type { Debts } from './debts.js';
import { namedIn, readNamers } from './namers.js';
import { boundValues, owingOf } from './parents.js';
import type { SyncInput } from './sync-input.js';

const REASON = 'it came into view without being new';

/** Durable when it returns. */
export async function oweChildren(
  { registry, writer, connection }: Pick<SyncInput, 'registry' | 'writer' | 'connection'>,
  debts: Debts,
  roots: readonly Branch[],
  parent: Stream,
  rows: readonly Row[],
): Promise<void> {
  const running = new Map(roots.flatMap((root) => root.all()).map((branch) => [branch.name, branch]));
  for (const child of registry.streams.values()) {
    if (child.parent?.stream !== parent.stream) continue;
    const branch = running.get(child.stream);
    if (!branch?.run.table && !(await writer.has(connection, child.stream))) continue;
    for (const row of rows) {
      const owing = owingOf(child.stream, parent, boundValues(child.parent, row), row);
      if (!branch || !isReadBy(branch, parent, owing.parent)) debts.owe(owing, REASON);
    }
    await debts.keep(child.stream);
  }
}

/** Who hangs on the parent in this run and has read it, or is read as a whole, has its rows: unless it failed. */
function isReadBy(branch: Branch, { stream }: Stream, parent: string): boolean {
  if (!branch.alive) return false;
  return branch.node.parent?.stream === stream ? !branch.holds(parent) : branch.run.report.mode === 'full';
}

/**
 * Rows of others that named a record lost its name while it was out of view, and its return touches none of them: they are read again
 * and come with the same commit.
 */
export async function readNamedBy(ctx: RunContext, roots: readonly Branch[], stream: Stream, rows: readonly Row[]) {
  const branch = roots.flatMap((root) => root.all()).find(({ name }) => name === stream.stream);
  const [key = ''] = stream.primary_key;
  const named = namedIn(stream, rows);
  if (!branch || named.length === 0) return;
  const live = await branch.run.table?.rows({ columns: [key], where: { column: key, in: named } });
  const ids = (live ?? []).map((row) => String(row[key]));
  await readNamers(ctx, branch, ids, []);
}

/**
 * Which of these parents their own table holds live; null when it was not read to its end in this run, and so cannot tell.
 * @param column of the parent's table
 */
export async function liveParents(
  roots: readonly Branch[],
  parent: string,
  column: string,
  values: readonly string[],
): Promise<ReadonlySet<string> | null> {
  const branch = roots.flatMap((root) => root.all()).find(({ name }) => name === parent);
  if (!branch?.run.table || !branch.alive || !branch.run.whole) return null;
  const rows = await branch.run.table.rows({ columns: [column], where: { column, in: values } });
  return new Set(rows.map((row) => String(row[column])));
}
