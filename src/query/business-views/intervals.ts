/**
 * What a field of an issue was, from when to when: `status_interval` and its like. Jira keeps changes alone, so the first value
 * is what the first change came from, or the present value where there was none. Where a change does not begin with what the
 * one before ended with, or the last one does not end with the present value (imports and workflow migrations do that), what
 * it ended with and the present value are believed, and the issue is marked `history_broken`.
 */
import type { ConnectionTables } from './connection-tables.js';
import { membersOf } from './custom-fields.js';
import { connectionOf } from './issue-views.js';
import { PresentNames } from './present-names.js';
import { apart, type ShownColumn, type Source, shown, type ViewBody } from './shown-column.js';

/** A field whose values are followed. */
interface Followed {
  /** Its id, or its name in small letters where entries lack ids (Data Center). */
  readonly field: string;
  /** Columns of `issue_search` with the present value, as id and as text. */
  readonly id: string;
  readonly text: string;
}

export const STATUS: Followed = { field: 'status', id: 'status_id', text: 'status_name' };
const ASSIGNEE: Followed = { field: 'assignee', id: 'assignee_id', text: 'assignee_name' };
const PROJECT: Followed = { field: 'project', id: 'project_id', text: 'project_key' };
const FLAGGED: Followed = { field: 'flagged', id: 'flagged', text: 'flagged' };

const TIMESTAMP = 'TIMESTAMP WITH TIME ZONE';

/** In which order changes were made: within one moment by the number of the entry, within an entry by their places. */
const ORDER = 'PARTITION BY issue_id ORDER BY since, number, place';

/** The changes of a field, one a row: issue_id, since, number, place, author_id, was, was_text, became, became_text; null without a history. */
export function changesOf(tables: ConnectionTables, condition: (name: string) => string): string | null {
  const entry = tables.source('issue_changelog', 'h');
  const members = membersOf(entry.elementOf('items')).map(({ name }) => name);
  if (!entry.has('issue_id') || !entry.has('created') || !members.includes('field')) return null;
  const item = (member: string) => {
    const sent = tables.dialect.member('h.item', member);
    return members.includes(member) ? `nullif(${sent}, '')` : 'CAST(NULL AS VARCHAR)';
  };
  const columns = ['id', 'issue_id', 'created', 'author_id'].filter((name) => entry.has(name));
  const selected = [
    'h.issue_id AS issue_id',
    'h.created AS since',
    `TRY_CAST(${entry.sql('id')} AS BIGINT) AS number`,
    'h.place AS place',
    `${entry.sql('author_id')} AS author_id`,
    `${item('from_value')} AS was`,
    `${item('from_string')} AS was_text`,
    `${item('to_value')} AS became`,
    `${item('to_string')} AS became_text`,
    `coalesce(${item('field_id')}, lower(${item('field')})) AS field`,
  ].join(', ');
  const name = `coalesce(${item('field_id')}, lower(${item('field')}))`;
  return `SELECT ${selected} FROM ${apart(tables, entry, 'items', null, 'id', columns)} WHERE ${condition(name)}`;
}

/** The steps of a field, in brackets: issue_id, nth, since, until (null: now), value, text, author_id, previous, broken. */
function stepsOf(tables: ConnectionTables, issue: Source, { field, id, text }: Followed): string | null {
  const isOf = (name: string) =>
    field === FLAGGED.field
      ? `lower(${tables.dialect.member('h.item', 'field')}) = 'flagged'`
      : `${name} = ${tables.dialect.text(field)}`;
  const changes = changesOf(tables, isOf);
  if (changes === null || !issue.has('id') || !issue.has('created')) return null;
  const isKnown = issue.has(id);
  const present = issue.sql(id);
  const differs = isKnown ? `o.next_since IS NULL AND o.became IS DISTINCT FROM ${present}` : 'false';
  // Snowflake's greatest is null as soon as one of its arguments is.
  const repaired = `greatest(coalesce(${issue.sql('updated', TIMESTAMP)}, o.since), o.since)`;
  const joined = `FROM ordered o JOIN ${issue.rows('live')} ON ${issue.sql('id')} = o.issue_id`;
  const first = [
    `SELECT ${issue.sql('id')} AS issue_id, 0 AS nth, ${issue.sql('created')} AS since, o.since AS until`,
    `CASE WHEN o.issue_id IS NULL THEN ${present} ELSE o.was END AS value`,
    `CASE WHEN o.issue_id IS NULL THEN ${issue.sql(text)} ELSE o.was_text END AS text`,
    `${issue.sql('creator_id')} AS author_id, CAST(NULL AS VARCHAR) AS previous, 0 AS broken`,
  ].join(', ');
  return `(WITH change AS (${changes}),
    ordered AS (SELECT change.*, row_number() OVER (${ORDER}) AS nth, lag(became) OVER (${ORDER}) AS ended, lead(since) OVER (${ORDER}) AS next_since FROM change)
    ${first} FROM ${issue.rows('live')} LEFT JOIN ordered o ON o.issue_id = ${issue.sql('id')} AND o.nth = 1
    UNION ALL SELECT o.issue_id, o.nth, o.since, CASE WHEN ${differs} THEN ${repaired} ELSE o.next_since END, o.became, o.became_text, o.author_id, o.was,
      CASE WHEN o.nth > 1 AND o.ended IS DISTINCT FROM o.was THEN 1 ELSE 0 END ${joined}
    UNION ALL SELECT o.issue_id, o.nth + 1, ${repaired}, CAST(NULL AS ${TIMESTAMP}), ${present}, ${issue.sql(text)}, CAST(NULL AS VARCHAR), o.became, 1 ${joined}
      WHERE ${differs})`;
}

/** Columns that every view of intervals has, over `s` and the issue `i`. */
function common(tables: ConnectionTables, issue: Source): readonly ShownColumn[] {
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
  const steps = stepsOf(tables, issue, STATUS);
  if (steps === null) return null;
  const names = new PresentNames(tables);
  const [now, before] = [tables.source('statuses', 'st'), tables.source('statuses', 'sb')];
  const join = (status: Source, on: string) =>
    status.has('id') ? ` LEFT JOIN ${status.rows('all')} ON ${status.sql('id')} = ${on}` : '';
  return {
    columns: [
      ...common(tables, issue),
      shown('status_id', 'VARCHAR', 's.value'),
      shown('status_name', 'VARCHAR', names.of('status', 's.value', 's.text')),
      shown('category_key', 'VARCHAR', categoryOf(now)),
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
  const steps = stepsOf(tables, issue, followed);
  if (steps === null) return null;
  const names = new PresentNames(tables);
  const columns = own(names);
  return {
    columns: [...common(tables, issue), ...columns, ...ends(tables)],
    from: `FROM ${steps} s JOIN ${issue.rows('live')} ON ${issue.sql('id')} = s.issue_id${names.joins}`,
  };
}
