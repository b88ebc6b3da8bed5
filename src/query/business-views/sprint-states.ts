/** What state a sprint is in today: the copies inside issues stay as they were when the issue was last changed. */
import type { ConnectionTables } from './connection-tables.js';

/** The states of sprints by id, to be joined to anything. `states` is null where `board_sprints` is not read. */
export function sprintStates(tables: ConnectionTables): { readonly join: string; readonly states: string | null } {
  const sprint = tables.source('board_sprints', 's');
  if (!sprint.has('id') || !sprint.has('state')) return { join: '', states: null };
  // A board that could not be read keeps what it knew: the row written last counts.
  const latest = `SELECT s.id, arg_max(s.state, s._synced_at) AS state FROM ${sprint.rows('live')} GROUP BY s.id`;
  return {
    join: ` LEFT JOIN (SELECT map_from_entries(list({'key': id, 'value': state})) AS states FROM (${latest})) k ON true`,
    states: 'k.states',
  };
}
