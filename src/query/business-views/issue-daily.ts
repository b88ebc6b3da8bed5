/**
 * `issue_daily`: what each issue was at the end of each day, between two days that the reader names. As a view, every question would
 * multiply all issues by all days: it is a function, which has no rows without its two days.
 */
import type { ConnectionTables } from './connection-tables.js';
import { NEVER } from './field-steps.js';
import { assigneeIntervalView, statusIntervalView } from './intervals.js';
import { connectionOf } from './issue-views.js';
import { staysOf } from './set-stays.js';
import { type Source, selectOf, shown, type ViewBody } from './shown-column.js';
import { sprintsOf } from './sprint-interval.js';
import { estimatesOf, sprintsFollowed, usualEstimate } from './sprint-steps.js';

/** Names of its two arguments: the first and the last day, both within. */
export const BOUNDS = ['first_day', 'last_day'] as const;

const TIMESTAMP = 'TIMESTAMP WITH TIME ZONE';

export function issueDailyBody(tables: ConnectionTables): ViewBody | null {
  const issue = tables.source('issue_search', 'i');
  const statuses = statusIntervalView(tables);
  const assignees = assigneeIntervalView(tables);
  if (statuses === null || assignees === null) return null;
  const { dialect } = tables;
  const calendar = dialect.calendar(...BOUNDS);
  const held = (alias: string, from = 'entered_at', until = 'left_at') =>
    `${alias}.issue_id = ${issue.sql('id')} AND ${alias}.${from} < d.ends AND coalesce(${alias}.${until}, ${NEVER}) >= d.ends`;
  const points = pointsOf(tables, issue);
  const sprints = sprintsAt(tables, issue, calendar);
  const isDone = "v.status_category_key = 'done'";
  return {
    columns: [
      connectionOf(tables),
      shown('day', 'DATE', 'd.day'),
      issue.column('issue_id', 'id'),
      issue.column('issue_key', 'key'),
      issue.column('project_key'),
      issue.column('issue_type_name'),
      issue.column('issue_type_subtask', 'issue_type_subtask', 'BOOLEAN'),
      shown('status_id', 'VARCHAR', 'v.status_id'),
      shown('status_name', 'VARCHAR', 'v.status_name'),
      shown('status_category_key', 'VARCHAR', 'v.status_category_key'),
      shown('assignee_id', 'VARCHAR', 'a.assignee_id'),
      shown('assignee_name', 'VARCHAR', 'a.assignee_name'),
      shown('sprint_id', 'VARCHAR', sprints === null ? 'CAST(NULL AS VARCHAR)' : 's.sprint_id'),
      shown('sprint_name', 'VARCHAR', sprints === null ? 'CAST(NULL AS VARCHAR)' : 's.sprint_name'),
      shown('points', 'DOUBLE', points === null ? 'CAST(NULL AS DOUBLE)' : 'e.value'),
      // Both days count, as in cycle_time; what is done grows no older.
      shown(
        'age_days',
        'BIGINT',
        `CASE WHEN NOT ${isDone} THEN ${dialect.days(issue.sql('created', TIMESTAMP), 'd.ends')} END`,
      ),
      shown('history_broken', 'BOOLEAN', 'v.history_broken'),
    ],
    from:
      `FROM ${calendar} d JOIN ${issue.rows('live')} ON ${issue.sql('created', TIMESTAMP)} < d.ends` +
      ` JOIN (${selectOf(statuses, tables)}) v ON ${held('v')}` +
      ` LEFT JOIN (${selectOf(assignees, tables)}) a ON ${held('a')}` +
      (points === null ? '' : ` LEFT JOIN ${points} e ON ${held('e', 'since', 'until')}`) +
      (sprints === null ? '' : ` LEFT JOIN ${sprints} s ON s.issue_id = ${issue.sql('id')} AND s.day = d.day`),
  };
}

/** Story points over time, in brackets. */
function pointsOf(tables: ConnectionTables, issue: Source): string | null {
  const field = usualEstimate(issue);
  const estimates = field === undefined ? null : estimatesOf(tables, issue);
  return estimates && `(SELECT * FROM ${estimates} t WHERE t.field = ${tables.dialect.text(field ?? '')})`;
}

/** In brackets, one row for an issue and a day: of the sprints that it was in and that were not closed the one it came into last. */
function sprintsAt(tables: ConnectionTables, issue: Source, calendar: string): string | null {
  const stays = staysOf(tables, issue, sprintsFollowed(issue));
  return (
    stays &&
    `(SELECT y.issue_id, c.day, max_by(y.element, y.since) AS sprint_id, nullif(max_by(coalesce(sp.title, ''), y.since), '') AS sprint_name
      FROM ${calendar} c JOIN ${stays} y ON y.since < c.ends AND coalesce(y.until, ${NEVER}) >= c.ends
      LEFT JOIN ${sprintsOf(tables)} sp ON sp.id = y.element WHERE sp.closed IS NULL OR sp.closed >= c.ends GROUP BY y.issue_id, c.day)`
  );
}
