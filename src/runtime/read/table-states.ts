/** What the tables of a run say of themselves before anything is read. */

import type { TableWriter } from '../../contract/table.js';
import { durationMs } from '../../core/duration.js';
import { isAhead, parseState, type State, withoutFuture } from '../plan/bookmark.js';
import type { Registry } from '../streams/registry.js';

/**
 * A bookmark that lies in the future was made by a clock that was wrong. The table's own latest row takes its place where the table
 * carries the cursor; elsewhere everything is read again.
 * @param latest now, by the later of the site's clock and ours, epoch milliseconds
 */
export async function statesOf(
  tables: ReadonlyMap<string, TableWriter>,
  registry: Registry,
  latest: number,
): Promise<ReadonlyMap<string, State | null>> {
  const states = new Map<string, State | null>();
  for (const [name, table] of tables) {
    const state = parseState(name, table.state);
    const { cursor } = registry.get(name);
    const own = state && cursor && state.bookmark?.of === name && isAhead(state, latest) ? cursor : null;
    const found = own && (await table.latest(own.column, new Date(latest).toISOString()));
    const newest = found && own ? Date.parse(found) - durationMs(own.lookback) : null;
    states.set(name, state && withoutFuture(state, latest, newest));
  }
  return states;
}

/** Live rows of the tables whose keys the site lists. */
export async function liveOf(
  tables: ReadonlyMap<string, TableWriter>,
  registry: Registry,
): Promise<ReadonlyMap<string, number>> {
  const live = new Map<string, number>();
  for (const [name, table] of tables) if (registry.get(name).census) live.set(name, await table.live());
  return live;
}
