/** `status_interval` and its like: what a field of an issue was, one row a visit, by the steps of `field-steps.ts`. */
import type { ConnectionTables } from './connection-tables.js';
import { type Followed, stepsOf } from './field-steps.js';
import { connectionOf } from './issue-views.js';
import { PresentNames } from './present-names.js';
import { type ShownColumn, type Source, shown, type ViewBody } from './shown-column.js';

export const STATUS: Followed = { field: 'status', kind: 'id', id: 'status_id', text: 'status_name' };
const ASSIGNEE: Followed = { field: 'assignee', kind: 'id', id: 'assignee_id', text: 'assignee_name' };
const PROJECT: Followed = { field: 'project', kind: 'id', id: 'project_id', text: 'project_key' };
const FLAGGED: Followed = { field: 'flagged', byName: true, kind: 'id', id: 'flagged', text: 'flagged' };

const TIMESTAMP = 'TIMESTAMP WITH TIME ZONE';

/** Columns that every view of intervals has, over `s` and the issue `i`. */
export function issueOfSteps(tables: ConnectionTables, issue: Source): readonly ShownColumn[] {
  return [
    connectionOf(tables),
    shown('issue_id', 'VARCHAR', 's.issue_id'),
    issue.column('issue_key', 'key'),
    issue.column('project_key'),
    issue.column('issue_type_name'),
  ];
}

function ends(tables: ConnectionTables): readonly ShownColumn[] {
  const until = `coalesce(s.until, ${tables.dialect.now})`;
  return [
    shown('entered_at', TIMESTAMP, 's.since'),
    shown('left_at', TIMESTAMP, 's.until'),
    shown('seconds', 'BIGINT', tables.dialect.seconds('s.since', until)),
    shown('days', 'DOUBLE', `round(${tables.dialect.seconds('s.since', until)} / 86400, 2)`),
    shown('visit_no', 'BIGINT', 'row_number() OVER (PARTITION BY s.issue_id, s.value ORDER BY s.nth)'),
    shown('is_current', 'BOOLEAN', 's.until IS NULL'),
    shown('author_id', 'VARCHAR', 's.author_id'),
    shown('history_broken', 'BOOLEAN', 'max(s.broken) OVER (PARTITION BY s.issue_id) = 1'),
  ];
}

/** `new`, `indeterminate` or `done` by today's category of a status, as Jira keeps no history of it; `unknown` of a deleted one. */
export function categoryOf(status: Source): string {
  const word = `lower(coalesce(${status.sql('category')}, ''))`;
  const known = `CASE ${word} WHEN 'todo' THEN 'new' WHEN 'in_progress' THEN 'indeterminate' WHEN 'new' THEN 'new' WHEN 'indeterminate' THEN 'indeterminate' WHEN 'done' THEN 'done'`;
  return `${known} ELSE 'unknown' END`;
}

const RANK = (category: string) =>
  `CASE ${category} WHEN 'new' THEN 1 WHEN 'indeterminate' THEN 2 WHEN 'done' THEN 3 END`;

export function statusIntervalView(tables: ConnectionTables): ViewBody | null {
  const issue = tables.source('issue_search', 'i');
  const steps = stepsOf(tables, issue, [STATUS]);
  if (steps === null) return null;
  const names = new PresentNames(tables);
  const [now, before] = [tables.source('statuses', 'st'), tables.source('statuses', 'sb')];
  const join = (status: Source, on: string) =>
    status.has('id') ? ` LEFT JOIN ${status.rows('all')} ON ${status.sql('id')} = ${on}` : '';
  return {
    columns: [
      ...issueOfSteps(tables, issue),
      shown('status_id', 'VARCHAR', 's.value'),
      shown('status_name', 'VARCHAR', names.of('status', 's.value', 's.text')),
      shown('status_category_key', 'VARCHAR', categoryOf(now)),
      shown('from_status_id', 'VARCHAR', 's.previous'),
      ...ends(tables),
      shown('moved_back', 'BOOLEAN', `coalesce(${RANK(categoryOf(now))} < ${RANK(categoryOf(before))}, false)`),
    ],
    from:
      `FROM ${steps} s JOIN ${issue.rows('live')} ON ${issue.sql('id')} = s.issue_id` +
      `${join(now, 's.value')}${join(before, 's.previous')}${names.joins}`,
  };
}

export function assigneeIntervalView(tables: ConnectionTables): ViewBody | null {
  return plainView(tables, ASSIGNEE, (names) => [
    shown('assignee_id', 'VARCHAR', 's.value'),
    shown('assignee_name', 'VARCHAR', names.of('assignee', 's.value', 's.text')),
    shown('from_assignee_id', 'VARCHAR', 's.previous'),
  ]);
}

/** Where an issue was: its project then, not now. */
export function projectIntervalView(tables: ConnectionTables): ViewBody | null {
  return plainView(tables, PROJECT, (names) => [
    shown('in_project_id', 'VARCHAR', 's.value'),
    shown('in_project_name', 'VARCHAR', names.of('project', 's.value', 's.text')),
    shown('from_project_id', 'VARCHAR', 's.previous'),
  ]);
}

/** When an issue carried a flag; times without one have no row. */
export function flagIntervalView(tables: ConnectionTables): ViewBody | null {
  const view = plainView(tables, FLAGGED, () => [shown('flag', 'VARCHAR', 's.text')]);
  return view && { ...view, from: `${view.from} WHERE s.text IS NOT NULL` };
}

function plainView(
  tables: ConnectionTables,
  followed: Followed,
  own: (names: PresentNames) => readonly ShownColumn[],
): ViewBody | null {
  const issue = tables.source('issue_search', 'i');
  const steps = stepsOf(tables, issue, [followed]);
  if (steps === null) return null;
  const names = new PresentNames(tables);
  const columns = own(names);
  return {
    columns: [...issueOfSteps(tables, issue), ...columns, ...ends(tables)],
    from: `FROM ${steps} s JOIN ${issue.rows('live')} ON ${issue.sql('id')} = s.issue_id${names.joins}`,
  };
}
