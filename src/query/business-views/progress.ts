/** `epic_progress` and `version_progress`: how much of what is below an epic, or to be fixed in a version, is done. */
import type { ConnectionTables } from './connection-tables.js';
import { membersOf } from './custom-fields.js';
import { cycleTimeView } from './cycle-time.js';
import { epicOf, isEpic } from './epic-of.js';
import { statusIntervalView } from './intervals.js';
import { connectionOf, urlOf } from './issue-views.js';
import { apart, type ShownColumn, type Source, selectOf, shown, type ViewBody } from './shown-column.js';
import { usualEstimate } from './sprint-steps.js';

const TIMESTAMP = 'TIMESTAMP WITH TIME ZONE';
const SUMS: readonly (readonly [name: string, type: string])[] = [
  ...['issues', 'issues_done', 'issues_in_progress', 'issues_to_do'].map((name) => [name, 'BIGINT'] as const),
  ...['points', 'points_done', 'points_in_progress', 'points_to_do'].map((name) => [name, 'DOUBLE'] as const),
  ['unestimated_issues', 'BIGINT'],
  ['hours_spent', 'DOUBLE'],
  ['hours_left', 'DOUBLE'],
];

/** Sums by `owner`. Sub-tasks count by their hours alone: points are their parents'. */
function sumsOf(tables: ConnectionTables, issue: Source, owner: string, from: string, condition: string): string {
  const points = usualEstimate(issue);
  const point = points === undefined ? 'CAST(NULL AS DOUBLE)' : issue.sql(points);
  const counted = `NOT coalesce(${issue.sql('issue_type_subtask', 'BOOLEAN')}, false)`;
  const category = `coalesce(${issue.sql('status_category_key')}, '')`;
  const states = {
    '': '',
    _done: ` AND ${category} = 'done'`,
    _in_progress: ` AND ${category} = 'indeterminate'`,
    _to_do: ` AND ${category} NOT IN ('done', 'indeterminate')`,
  };
  const sum = (what: string, value: string, type: string) =>
    Object.entries(states).map(
      ([name, state]) =>
        `CAST(sum(CASE WHEN ${counted}${state} THEN ${value} ELSE 0 END) AS ${type}) AS ${what}${name}`,
    );
  const hours = (column: string) => `round(sum(coalesce(${issue.sql(column, 'BIGINT')}, 0)) / 3600, 2)`;
  const visits = statusIntervalView(tables);
  const cycles = cycleTimeView(tables);
  const began =
    visits &&
    ` LEFT JOIN (SELECT issue_id, min(entered_at) AS first_started FROM (${selectOf(visits, tables)}) v WHERE status_category_key = 'indeterminate' GROUP BY issue_id) w ON w.issue_id = ${issue.sql('id')}`;
  const ended =
    cycles &&
    ` LEFT JOIN (SELECT issue_id, finished_at FROM (${selectOf(cycles, tables)}) c) f ON f.issue_id = ${issue.sql('id')}`;
  const moments = [
    `${began === null ? `CAST(NULL AS ${TIMESTAMP})` : 'min(w.first_started)'} AS first_started`,
    `${ended === null ? `CAST(NULL AS ${TIMESTAMP})` : 'max(f.finished_at)'} AS last_done`,
  ];
  const selected = [
    `${owner} AS owner`,
    ...sum('issues', '1', 'BIGINT'),
    ...sum('points', `coalesce(${point}, 0)`, 'DOUBLE'),
    `CAST(sum(CASE WHEN ${counted} AND ${point} IS NULL THEN 1 ELSE 0 END) AS BIGINT) AS unestimated_issues`,
    `${hours('time_spent_seconds')} AS hours_spent, ${hours('remaining_estimate_seconds')} AS hours_left`,
    ...moments,
  ];
  return `(SELECT ${selected.join(', ')} FROM ${from}${began ?? ''}${ended ?? ''} WHERE ${condition} GROUP BY ${owner})`;
}

const sumColumns = (): readonly ShownColumn[] => [
  ...SUMS.map(([name, type]) => shown(name, type, `coalesce(n.${name}, 0)`)),
  ...['first_started', 'last_done'].map((name) => shown(name, TIMESTAMP, `n.${name}`)),
];

/** What is below an epic by the chain of parents, else by *Epic Link*. What the epic itself is estimated at is not added. */
export function epicProgressView(tables: ConnectionTables): ViewBody | null {
  const issue = tables.source('issue_search', 'i');
  if (!issue.has('id') || !issue.has('key')) return null;
  const { joins, key } = epicOf(tables, issue);
  const isBelow = `NOT ${isEpic(tables, issue)} AND ${key} IS NOT NULL`;
  const below = sumsOf(tables, issue, key, `${issue.rows('live')}${joins}`, isBelow);
  const epic = tables.source('issue_search', 'x');
  return {
    columns: [
      connectionOf(tables),
      epic.column('epic_id', 'id'),
      epic.column('epic_key', 'key'),
      epic.column('epic_summary', 'summary'),
      epic.column('project_key'),
      shown('is_done', 'BOOLEAN', `coalesce(${epic.sql('status_category_key')} = 'done', false)`),
      ...sumColumns(),
      urlOf(tables, epic),
    ],
    from: `FROM ${epic.rows('live')} LEFT JOIN ${below} n ON n.owner = ${epic.sql('key')} WHERE ${isEpic(tables, epic)}`,
  };
}

export function versionProgressView(tables: ConnectionTables): ViewBody | null {
  const issue = tables.source('issue_search', 'i');
  const version = tables.source('project_versions', 'x');
  const members = membersOf(issue.elementOf('fix_versions')).map(({ name }) => name);
  if (!issue.has('id') || !version.has('id') || !members.includes('id')) return null;
  const owner = tables.dialect.member('i.item', 'id');
  const within = sumsOf(tables, issue, owner, apart(tables, issue, 'fix_versions', 'id'), `${owner} IS NOT NULL`);
  const project = tables.source('project_search', 'p');
  return {
    columns: [
      connectionOf(tables),
      version.column('version_id', 'id'),
      version.column('version_name', 'name'),
      version.column('project_id'),
      project.column('project_key', 'key'),
      ...['released', 'archived'].map((name) => version.column(name, name, 'BOOLEAN')),
      ...['start_date', 'release_date'].map((name) => version.column(name, name, 'DATE')),
      ...sumColumns(),
    ],
    from: `FROM ${version.rows('live')}${project.leftJoin('all', 'id', version, 'project_id')} LEFT JOIN ${within} n ON n.owner = ${version.sql('id')}`,
  };
}
