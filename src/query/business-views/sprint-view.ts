/** `sprint`: one row per sprint, though several boards may show it. */

import type { ConnectionTables } from './connection-tables.js';
import { connectionOf } from './issue-views.js';
import { shown, type ViewBody } from './shown-column.js';

const TIMESTAMP = 'TIMESTAMP WITH TIME ZONE';

/** Of the boards that show a sprint, the one it was made on; when that is not among them, the one with the lowest number. */
export function sprintView(tables: ConnectionTables): ViewBody | null {
  const sprint = tables.source('board_sprints', 's');
  if (!sprint.has('id')) return null;
  const board = tables.source('boards', 'b');
  const member = tables.source('sprint_issues', 'm');
  const own = `coalesce(${sprint.sql('board_id')} = ${sprint.sql('origin_board_id')}, false)`;
  const counted = member.has('sprint_id')
    ? ` LEFT JOIN (SELECT sprint_id, count(*) AS issues FROM ${member.rows('live')} GROUP BY sprint_id) n ON n.sprint_id = s.id`
    : '';
  return {
    columns: [
      connectionOf(tables),
      sprint.column('sprint_id', 'id'),
      ...['name', 'state', 'goal', 'board_id'].map((name) => sprint.column(name)),
      board.column('board_name', 'name'),
      ...['start_date', 'end_date', 'complete_date'].map((name) => sprint.column(name, name, TIMESTAMP)),
      shown('issues', 'BIGINT', counted ? 'coalesce(n.issues, 0)' : 'CAST(NULL AS BIGINT)'),
    ],
    from:
      `FROM ${sprint.rows('live')}${board.leftJoin('all', 'id', sprint, 'board_id')}${counted}` +
      ` QUALIFY row_number() OVER (PARTITION BY s.id ORDER BY ${own} DESC, TRY_CAST(${sprint.sql('board_id')} AS BIGINT)) = 1`,
  };
}
