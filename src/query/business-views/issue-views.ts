/** `issue`, and what hangs on issues: `worklog`, `comment`, `history`. One row here is one row there, with words for ids. */
import { literal } from '../../core/quote.js';
import type { ConnectionTables } from './connection-tables.js';
import { customColumns, duckWords, isCustom } from './custom-fields.js';
import { type PeopleView, type ShownColumn, Source, shown } from './shown-column.js';
import { sprintStates } from './sprint-states.js';

/** Live issues: columns of the table as they are, and every custom field under its display name. */
export function issueView(tables: ConnectionTables): PeopleView | null {
  const issue = tables.source('issue_search', 'i');
  if (!issue.has('key')) return null;
  const ends = ['_deleted_at', '_deleted_reason'];
  const system = issue.fields.filter((field) => !isCustom(field) && !ends.includes(field.name)).map(({ name }) => name);
  const added = [connectionOf(tables), urlOf(tables, issue)].filter(({ name }) => !system.includes(name));
  const { join, states } = sprintStates(tables);
  const taken = [...system, '_connection', 'connection', 'url', ...ends];
  const custom = customColumns(issue.fields, taken, duckWords('i', states));
  const usesStates = states !== null && custom.some(({ sql }) => sql.includes(states));
  const bookkeeping = (name: string) => name.startsWith('_');
  return {
    name: 'issue',
    columns: [
      ...system.filter((name) => !bookkeeping(name)).map((name) => issue.column(name)),
      ...custom,
      ...added,
      ...system.filter(bookkeeping).map((name) => issue.column(name)),
    ],
    from: `FROM ${issue.rows('live')}${usesStates ? join : ''}`,
  };
}

/** Time logged, with what a timesheet is grouped by. Issues that are gone still have their key and summary here. */
export function worklogView(tables: ConnectionTables): PeopleView | null {
  const worklog = tables.source('issue_worklog', 'w');
  if (!worklog.has('id')) return null;
  const issue = tables.source('issue_search', 'i');
  const { joins, key, summary } = epicOf(tables, issue);
  const seconds = worklog.sql('time_spent_seconds', 'BIGINT');
  return {
    name: 'worklog',
    columns: [
      connectionOf(tables),
      worklog.column('worklog_id', 'id'),
      ...issueColumns(worklog, issue),
      issue.column('issue_type', 'issue_type_name'),
      issue.column('issue_status', 'status_name'),
      issue.column('project_name'),
      issue.column('project_category', 'project_category_name'),
      issue.column('parent_key'),
      shown('epic_key', 'VARCHAR', key),
      shown('epic_summary', 'VARCHAR', summary),
      ...personColumns(worklog),
      worklog.column('started', 'started', TIMESTAMP),
      worklog.column('started_date', 'started_date', 'DATE'),
      shown('seconds', 'BIGINT', `CAST(${seconds} AS BIGINT)`),
      shown('hours', 'DOUBLE', `${seconds} / 3600`),
      worklog.column('comment', 'comment_text'),
      ...datesAndVisibility(worklog),
      urlOf(tables, issue),
    ],
    from: `FROM ${worklog.rows('live')}${issue.leftJoin('all', 'id', worklog, 'issue_id')}${joins}`,
  };
}

export function commentView(tables: ConnectionTables): PeopleView | null {
  const comment = tables.source('issue_comments', 'c');
  if (!comment.has('id')) return null;
  const issue = tables.source('issue_search', 'i');
  const url = urlOf(tables, issue);
  return {
    name: 'comment',
    columns: [
      connectionOf(tables),
      comment.column('comment_id', 'id'),
      ...issueColumns(comment, issue),
      ...personColumns(comment),
      comment.column('text', 'body_text'),
      ...datesAndVisibility(comment),
      comment.column('jsd_public', 'jsd_public', 'BOOLEAN'),
      shown('url', 'VARCHAR', `${url.sql} || '?focusedCommentId=' || ${comment.sql('id')}`),
    ],
    from: `FROM ${comment.rows('live')}${issue.leftJoin('all', 'id', comment, 'issue_id')}`,
  };
}

/** One row per changed field. */
export function historyView(tables: ConnectionTables): PeopleView | null {
  const entry = tables.source('issue_changelog', 'h');
  const type = entry.fields.find(({ name }) => name === 'items')?.type;
  if (typeof type !== 'object' || type.kind !== 'list') return null;
  const element = type.element;
  const members =
    typeof element === 'object' && element.kind === 'struct' ? element.fields.map(({ name }) => name) : [];
  const item = (name: string, member: string) =>
    shown(name, 'VARCHAR', members.includes(member) ? `h.item."${member}"` : 'CAST(NULL AS VARCHAR)');
  const issue = tables.source('issue_search', 'i');
  return {
    name: 'history',
    columns: [
      connectionOf(tables),
      entry.column('history_id', 'id'),
      ...issueColumns(entry, issue),
      ...personColumns(entry),
      entry.column('changed', 'created', TIMESTAMP),
      item('field', 'field'),
      item('field_id', 'field_id'),
      item('from_text', 'from_string'),
      item('to_text', 'to_string'),
      item('from_id', 'from_value'),
      item('to_id', 'to_value'),
      urlOf(tables, issue),
    ],
    from:
      `FROM (SELECT *, unnest(items) AS item FROM ${entry.rows('live')}) h` +
      issue.leftJoin('all', 'id', entry, 'issue_id'),
  };
}

const TIMESTAMP = 'TIMESTAMP WITH TIME ZONE';

export const connectionOf = ({ label }: ConnectionTables): ShownColumn =>
  shown('connection', 'VARCHAR', literal(label));

/** Where a browser shows the issue; null while the issue or the site is not known. */
function urlOf({ site }: ConnectionTables, issue: Source): ShownColumn {
  const address = site === null ? 'CAST(NULL AS VARCHAR)' : `${literal(`${site}/browse/`)} || ${issue.sql('key')}`;
  return shown('url', 'VARCHAR', address);
}

const issueColumns = (child: Source, issue: Source): readonly ShownColumn[] => [
  child.column('issue_id'),
  issue.column('issue_key', 'key'),
  issue.column('issue_summary', 'summary'),
  issue.column('project_key'),
];

const personColumns = (child: Source): readonly ShownColumn[] => [
  child.column('author_id'),
  child.column('author_name'),
];

const datesAndVisibility = (child: Source): readonly ShownColumn[] => [
  child.column('created', 'created', TIMESTAMP),
  child.column('updated', 'updated', TIMESTAMP),
  child.column('visibility_type'),
  child.column('visibility_value'),
];

/**
 * The epic an issue belongs to: itself, its parent, its parent's parent; on sites that link epics by a custom field, what
 * that field of the issue or of its parent says.
 */
function epicOf(tables: ConnectionTables, issue: Source): { joins: string; key: string; summary: string } {
  const reached = (from: Source, alias: string) => {
    const source = from.has('parent_id') ? tables.source('issue_search', alias) : new Source(undefined, alias);
    return { source, join: source.leftJoin('all', 'id', from, 'parent_id') };
  };
  const parent = reached(issue, 'p');
  const grand = reached(parent.source, 'g');
  const line = [issue, parent.source, grand.source];
  const byLevel = (column: string) =>
    line.map((source) => `WHEN ${source.sql('issue_type_hierarchy_level', 'INTEGER')} = 1 THEN ${source.sql(column)}`);
  const linkOf = (alias: string) =>
    customColumns(issue.fields, [], duckWords(alias)).find(
      ({ name, type }) => name === 'epic_link' && type === 'VARCHAR',
    )?.sql;
  const links = [linkOf('i'), parent.join ? linkOf('p') : undefined].filter((sql) => sql !== undefined);
  const link = links.length ? `coalesce(${links.join(', ')})` : 'CAST(NULL AS VARCHAR)';
  const epic = links.length ? tables.source('issue_search', 'e') : new Source(undefined, 'e');
  return {
    joins: parent.join + grand.join + (epic.has('key') ? ` LEFT JOIN ${epic.rows('live')} ON e.key = ${link}` : ''),
    key: `CASE ${byLevel('key').join(' ')} ELSE ${link} END`,
    summary: `CASE ${byLevel('summary').join(' ')} ELSE ${epic.sql('summary')} END`,
  };
}
