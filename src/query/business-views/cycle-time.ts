/** `cycle_time`: when issues that are done were begun and ended, by the categories of their statuses as they are today. */
import type { ConnectionTables } from './connection-tables.js';
import { statusIntervalView } from './intervals.js';
import { connectionOf, urlOf } from './issue-views.js';
import { PresentNames } from './present-names.js';
import { selectOf, shown, type ViewBody } from './shown-column.js';

const TIMESTAMP = 'TIMESTAMP WITH TIME ZONE';

/**
 * The end is the last entry into `done` from another category; the beginning the first entry ever into `indeterminate`.
 * An issue that was never in progress has no beginning, and 0 days of work.
 */
export function cycleTimeView(tables: ConnectionTables): ViewBody | null {
  const steps = statusIntervalView(tables);
  const issue = tables.source('issue_search', 'i');
  if (steps === null) return null;
  const names = new PresentNames(tables);
  const { dialect } = tables;
  const order = 'PARTITION BY issue_id ORDER BY entered_at, coalesce(left_at, entered_at), is_current';
  const first = (condition: string, value: string) => `CASE WHEN ${condition} THEN ${value} END`;
  const sum = (condition: string, value: string) => `sum(CASE WHEN ${condition} THEN ${value} ELSE 0 END)`;
  const ends = `(SELECT issue_id,
      max(${first("status_category_key = 'done' AND coalesce(before, '') <> 'done'", 'entered_at')}) AS finished_at,
      min(${first("status_category_key = 'indeterminate'", 'entered_at')}) AS started_at,
      max(${first('is_current', 'status_category_key')}) AS present,
      ${sum("status_category_key = 'indeterminate'", 'seconds')} AS active_seconds,
      ${sum("before = 'done' AND status_category_key <> 'done'", '1')} AS reopened,
      max(CASE WHEN history_broken THEN 1 ELSE 0 END) AS broken
    FROM (SELECT v.*, lag(status_category_key) OVER (${order}) AS before FROM (${selectOf(steps, tables)}) v) GROUP BY issue_id)`;
  const days = (seconds: string) => `round(${seconds} / 86400, 2)`;
  return {
    columns: [
      connectionOf(tables),
      issue.column('issue_id', 'id'),
      issue.column('issue_key', 'key'),
      issue.column('issue_summary', 'summary'),
      issue.column('project_key'),
      issue.column('issue_type_name'),
      issue.column('issue_type_subtask', 'issue_type_subtask', 'BOOLEAN'),
      names.column(issue, 'priority_name'),
      names.column(issue, 'resolution_name'),
      names.column(issue, 'assignee_name'),
      issue.column('created', 'created', TIMESTAMP),
      shown('started_at', TIMESTAMP, 'e.started_at'),
      shown('finished_at', TIMESTAMP, 'e.finished_at'),
      shown('lead_days', 'DOUBLE', days(dialect.seconds(issue.sql('created', TIMESTAMP), 'e.finished_at'))),
      // Both days count: what is begun and ended on one day took one.
      shown('cycle_days', 'BIGINT', `coalesce(${dialect.days('e.started_at', 'e.finished_at')} + 1, 0)`),
      shown('active_days', 'DOUBLE', days('e.active_seconds')),
      shown('reopened_count', 'BIGINT', 'CAST(e.reopened AS BIGINT)'),
      shown('history_broken', 'BOOLEAN', 'e.broken = 1'),
      urlOf(tables, issue),
    ],
    from: `FROM ${ends} e JOIN ${issue.rows('live')} ON ${issue.sql('id')} = e.issue_id${names.joins} WHERE e.present = 'done'`,
  };
}
