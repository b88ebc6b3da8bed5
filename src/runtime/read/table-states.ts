/** What the tables of a run say of themselves before anything is read. */
import type { TableWriter } from '../../contract/table.js';
import { durationMs } from '../../core/duration.js';
import { isAhead, parseState, withoutFuture } from '../plan/bookmark.js';
import type { Registry } from '../streams/registry.js';
import type { Opened } from './kept.js';

/**
 * A bookmark that lies in the future was made by a clock that was wrong. The table's own latest row takes its place where the table
 * carries the cursor; elsewhere everything is read again.
 * @param latest now, by the later of the site's clock and ours, epoch milliseconds
 */
export async function openedTables(
  tables: ReadonlyMap<string, TableWriter>,
  registry: Registry,
  latest: number,
): Promise<ReadonlyMap<string, Opened>> {
  const opened = new Map<string, Opened>();
  for (const [name, table] of tables) {
    const state = parseState(name, table.state);
    const { cursor } = registry.get(name);
    if (!state) opened.set(name, { table, state });
    else {
      const own = cursor && state.bookmark?.of === name && isAhead(state, latest) ? cursor : null;
      const found = own && (await table.latest(own.column, new Date(latest).toISOString()));
      const newest = found && own ? Date.parse(found) - durationMs(own.lookback) : null;
      opened.set(name, { table, state: withoutFuture(state, latest, newest) });
    }
  }
  return opened;
}
