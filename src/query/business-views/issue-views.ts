/** `issue`, and what hangs on issues: `worklog`, `comment`, `history`. One row here is one row there, with words for ids. */
import type { Field } from '../../writers/iceberg/model.js';
import type { ConnectionTables } from './connection-tables.js';
import { customColumns, type FieldWords, isCustom, membersOf } from './custom-fields.js';
import { epicOf } from './epic-of.js';
import { PresentNames } from './present-names.js';
import { apart, type ShownColumn, type Source, shown, type ViewBody } from './shown-column.js';
import { workingDay } from './working-day.js';

/** Words that mean Jira's own field, whatever a custom field is called: one of these names carries its number. */
const RESERVED = ['status', 'assignee', 'reporter', 'priority', 'type', 'project', 'epic', 'parent', 'resolution'];

const ENDS = ['_deleted_at', '_deleted_reason'];

const systemColumns = (fields: readonly Field[]) =>
  fields.filter((field) => !isCustom(field) && !ENDS.includes(field.name)).map(({ name }) => name);

/** Names in `issue` that no custom field may have. */
export const takenOf = (fields: readonly Field[]): readonly string[] => [
  ...[...systemColumns(fields), ...RESERVED, '_connection', 'connection', 'url', 'epic_key', ...ENDS],
];

/** Live issues: columns of the table with present names, and every custom field under its display name. */
export function issueView(tables: ConnectionTables): ViewBody | null {
  const issue = tables.source('issue_search', 'i');
  if (!issue.has('key')) return null;
  const epicKey = epicOf(tables, issue);
  const system = systemColumns(issue.fields);
  const added = [shown('epic_key', 'VARCHAR', epicKey.key), connectionOf(tables), urlOf(tables, issue)].filter(
    ({ name }) => !system.includes(name),
  );
  const names = new PresentNames(tables);
  const shownOf = (name: string) => (names.isList(name) ? names.list(issue, name) : names.column(issue, name));
  const bookkeeping = (name: string) => name.startsWith('_');
  const columns = [
    ...system.filter((name) => !bookkeeping(name)).map(shownOf),
    ...customColumns(issue.fields, takenOf(issue.fields), presentWords(tables, names, issue)),
    ...added,
    ...system.filter(bookkeeping).map((name) => issue.column(name)),
  ];
  return { columns, from: `FROM ${issue.rows('live')}${epicKey.joins}${names.joins}` };
}

/** Custom fields with present names of people and sprints. Both are looked for only where such a field is. */
function presentWords(tables: ConnectionTables, names: PresentNames, issue: Source): FieldWords {
  let sprints: FieldWords['sprints'] | undefined;
  return {
    dialect: tables.dialect,
    column: (name) => names.column(issue, name).sql,
    get sprints() {
      sprints ??= names.sprints();
      return sprints;
    },
  };
}

/** Time logged, with what a timesheet is grouped by. Issues that are gone still have their key and summary here. */
export function worklogView(tables: ConnectionTables): ViewBody | null {
  const worklog = tables.source('issue_worklog', 'w');
  if (!worklog.has('id')) return null;
  const issue = tables.source('issue_search', 'i');
  const { joins, key, summary, summaryJoin } = epicOf(tables, issue);
  const names = new PresentNames(tables);
  const seconds = worklog.sql('time_spent_seconds', 'BIGINT');
  const working = workingDay(tables, worklog);
  return {
    columns: [
      connectionOf(tables),
      worklog.column('worklog_id', 'id'),
      ...issueColumns(worklog, issue),
      names.column(issue, 'issue_type_name'),
      names.column(issue, 'status_name'),
      names.column(issue, 'project_name'),
      names.column(issue, 'project_category_name'),
      issue.column('parent_key'),
      shown('epic_key', 'VARCHAR', key),
      shown('epic_summary', 'VARCHAR', summary),
      ...personColumns(worklog, names),
      worklog.column('started', 'started', TIMESTAMP),
      worklog.column('started_date', 'started_date', 'DATE'),
      ...working.columns,
      shown('seconds', 'BIGINT', `CAST(${seconds} AS BIGINT)`, 'Time logged, in seconds.'),
      shown('hours', 'DOUBLE', `round(${seconds} / 3600, 2)`),
      worklog.column('comment', 'comment_text'),
      ...datesAndVisibility(worklog),
      urlOf(tables, issue),
    ],
    from: `FROM ${worklog.rows('live')}${issue.leftJoin('all', 'id', worklog, 'issue_id')}${joins}${summaryJoin}${working.joins}${names.joins}`,
  };
}

export function commentView(tables: ConnectionTables): ViewBody | null {
  const comment = tables.source('issue_comments', 'c');
  if (!comment.has('id')) return null;
  const issue = tables.source('issue_search', 'i');
  const url = urlOf(tables, issue);
  const names = new PresentNames(tables);
  const columns = [
    connectionOf(tables),
    comment.column('comment_id', 'id'),
    ...issueColumns(comment, issue),
    ...personColumns(comment, names),
    comment.column('text', 'body_text'),
    ...datesAndVisibility(comment),
    comment.column('jsd_public', 'jsd_public', 'BOOLEAN'),
    shown('url', 'VARCHAR', `${url.sql} || '?focusedCommentId=' || ${comment.sql('id')}`),
  ];
  return {
    columns,
    from: `FROM ${comment.rows('live')}${issue.leftJoin('all', 'id', comment, 'issue_id')}${names.joins}`,
  };
}

/** One row per changed field. */
export function historyView(tables: ConnectionTables): ViewBody | null {
  const entry = tables.source('issue_changelog', 'h');
  const members = membersOf(entry.elementOf('items')).map(({ name }) => name);
  if (members.length === 0) return null;
  const item = (name: string, member: string) =>
    shown(name, 'VARCHAR', members.includes(member) ? tables.dialect.member('h.item', member) : NO_TEXT);
  const issue = tables.source('issue_search', 'i');
  const names = new PresentNames(tables);
  const columns = [
    connectionOf(tables),
    entry.column('history_id', 'id'),
    ...issueColumns(entry, issue),
    ...personColumns(entry, names),
    entry.column('changed', 'created', TIMESTAMP),
    item('field', 'field'),
    item('field_id', 'field_id'),
    item('from_text', 'from_string'),
    item('to_text', 'to_string'),
    item('from_id', 'from_value'),
    item('to_id', 'to_value'),
    urlOf(tables, issue),
  ];
  const items = apart(tables, entry, 'items', null);
  return { columns, from: `FROM ${items}${issue.leftJoin('all', 'id', entry, 'issue_id')}${names.joins}` };
}

const NO_TEXT = 'CAST(NULL AS VARCHAR)';
const TIMESTAMP = 'TIMESTAMP WITH TIME ZONE';

export const connectionOf = ({ label, dialect }: ConnectionTables): ShownColumn =>
  shown('connection', 'VARCHAR', dialect.text(label));

/** Where a browser shows the issue; null while the issue or the site is not known. */
export function urlOf({ site, dialect }: ConnectionTables, issue: Source): ShownColumn {
  const address = site === null ? 'CAST(NULL AS VARCHAR)' : `${dialect.text(`${site}/browse/`)} || ${issue.sql('key')}`;
  return shown('url', 'VARCHAR', address);
}

const issueColumns = (child: Source, issue: Source): readonly ShownColumn[] => [
  child.column('issue_id'),
  issue.column('issue_key', 'key'),
  issue.column('issue_summary', 'summary'),
  issue.column('project_key'),
];

const personColumns = (child: Source, names: PresentNames): readonly ShownColumn[] => [
  child.column('author_id'),
  names.column(child, 'author_name'),
];

const datesAndVisibility = (child: Source): readonly ShownColumn[] => [
  child.column('created', 'created', TIMESTAMP),
  child.column('updated', 'updated', TIMESTAMP),
  child.column('visibility_type'),
  child.column('visibility_value'),
];
