/** Every list inside an issue as a view: one row for each element of a live issue, with present names. */
import type { ConnectionTables } from './connection-tables.js';
import { membersOf } from './custom-fields.js';
import { connectionOf, urlOf } from './issue-views.js';
import { latest, PresentNames } from './present-names.js';
import { apart, type ShownColumn, type Source, shown, type ViewBody } from './shown-column.js';

/** A column of a list view: name, type, member of the element. */
type Member = readonly [name: string, type: string, member: string];

const TIMESTAMP = 'TIMESTAMP WITH TIME ZONE';
const NAMED = (what: string): readonly Member[] => [
  [`${what}_id`, 'VARCHAR', 'id'],
  [`${what}_name`, 'VARCHAR', 'name'],
];
const VERSION: readonly Member[] = [
  ...NAMED('version'),
  ['description', 'VARCHAR', 'description'],
  ['archived', 'BOOLEAN', 'archived'],
  ['released', 'BOOLEAN', 'released'],
  ['release_date', 'DATE', 'release_date'],
];

/** Views whose columns are the members of the elements, by the list of `issue_search`. */
export const issueComponentView = listView('components', [
  ...NAMED('component'),
  ['description', 'VARCHAR', 'description'],
]);
export const issueFixVersionView = listView('fix_versions', VERSION);
export const issueAffectsVersionView = listView('affects_versions', VERSION);
export const issueAttachmentView = listView('attachments', [
  ['attachment_id', 'VARCHAR', 'id'],
  ['filename', 'VARCHAR', 'filename'],
  ['mime_type', 'VARCHAR', 'mime_type'],
  ['size', 'BIGINT', 'size'],
  ['created', TIMESTAMP, 'created'],
  ['author_id', 'VARCHAR', 'author_id'],
  ['author_name', 'VARCHAR', 'author_name'],
  ['content_url', 'VARCHAR', 'content_url'],
]);

function listView(list: string, members: readonly Member[]) {
  return (tables: ConnectionTables): ViewBody | null => {
    const issue = tables.source('issue_search', 'i');
    const element = issue.elementOf(list);
    if (!issue.has('id') || !membersOf(element).some(({ name }) => name === 'id')) return null;
    const names = new PresentNames(tables);
    const columns = members.map(([name, type, member]) => shownMember(tables, issue, list, name, type, member));
    const present = columns.map((column) => presentOf(names, column, columns));
    return {
      columns: [...issueOf(tables, issue), ...present],
      from: `FROM ${apart(tables, issue, list, 'id')}${names.joins}`,
    };
  };
}

function shownMember(
  { dialect }: ConnectionTables,
  issue: Source,
  list: string,
  name: string,
  type: string,
  member: string,
): ShownColumn {
  const has = membersOf(issue.elementOf(list)).some((field) => field.name === member);
  return shown(name, type, has ? dialect.member('i.item', member, type) : `CAST(NULL AS ${type})`);
}

/** `component_name` by `component_id`. */
function presentOf(names: PresentNames, column: ShownColumn, all: readonly ShownColumn[]): ShownColumn {
  const stem = /^(?<stem>\w+)_name$/.exec(column.name)?.groups?.stem;
  const id = all.find(({ name }) => name === `${stem}_id`);
  return stem === undefined || !id ? column : { ...column, sql: names.of(stem, id.sql, column.sql) };
}

/** What every view of something of an issue begins with. */
export const issueOf = (tables: ConnectionTables, issue: Source): readonly ShownColumn[] => [
  connectionOf(tables),
  issue.column('issue_id', 'id'),
  issue.column('issue_key', 'key'),
  issue.column('project_key'),
];

export function issueLabelView(tables: ConnectionTables): ViewBody | null {
  const issue = tables.source('issue_search', 'i');
  if (!issue.has('id') || !issue.has('labels')) return null;
  return {
    columns: [...issueOf(tables, issue), shown('label', 'VARCHAR', 'CAST(i.item AS VARCHAR)')],
    from: `FROM ${apart(tables, issue, 'labels', '')}`,
  };
}

/** Sub-tasks that are known to be deleted are left out, as Jira leaves them out of the list only when it is asked again. */
export function issueSubtaskView(tables: ConnectionTables): ViewBody | null {
  const issue = tables.source('issue_search', 'i');
  if (!issue.has('id') || !issue.has('subtask_ids')) return null;
  const other = tables.source('issue_search', 'o');
  const names = new PresentNames(tables);
  return {
    columns: [
      ...issueOf(tables, issue),
      shown('subtask_id', 'VARCHAR', 'CAST(i.item AS VARCHAR)'),
      other.column('subtask_key', 'key'),
      other.column('subtask_summary', 'summary'),
      names.column(other, 'status_name', 'subtask_status_name'),
    ],
    from: `FROM ${apart(tables, issue, 'subtask_ids', '')} LEFT JOIN ${other.rows('all')} ON o.id = i.item${names.joins} WHERE ${other.sql('_deleted_at', TIMESTAMP)} IS NULL`,
  };
}

/** One row for each side of a link; the other issue has its present key. A link to an issue that is known to be deleted is none. */
export function issueLinkView(tables: ConnectionTables): ViewBody | null {
  const issue = tables.source('issue_search', 'i');
  const members = membersOf(issue.elementOf('issue_links')).map(({ name }) => name);
  const needed = ['id', 'outward_issue_id', 'inward_issue_id', 'outward', 'inward'];
  if (!issue.has('id') || !needed.every((name) => members.includes(name))) return null;
  const of = (member: string) =>
    members.includes(member) ? tables.dialect.member('i.item', member) : 'CAST(NULL AS VARCHAR)';
  const outward = `${of('outward_issue_id')} IS NOT NULL`;
  const side = (member: string) =>
    `CASE WHEN ${outward} THEN ${of(`outward${member}`)} ELSE ${of(`inward${member}`)} END`;
  const other = tables.source('issue_search', 'o');
  const text = (name: string, sql: string) => shown(name, 'VARCHAR', sql);
  return {
    columns: [
      ...issueOf(tables, issue),
      text('link_id', of('id')),
      text('type_id', of('type_id')),
      text('type_name', of('type_name')),
      text('direction', `CASE WHEN ${outward} THEN 'outward' ELSE 'inward' END`),
      text('phrase', side('')),
      text('other_issue_id', side('_issue_id')),
      text('other_issue_key', `coalesce(${other.sql('key')}, ${side('_issue_key')})`),
    ],
    from: `FROM ${apart(tables, issue, 'issue_links', 'id')} LEFT JOIN ${other.rows('all')} ON o.id = ${side('_issue_id')} WHERE ${other.sql('_deleted_at', TIMESTAMP)} IS NULL`,
  };
}

/** Sprints an issue is or was in, each as its board shows it today, where that is read. */
export function issueSprintView(tables: ConnectionTables): ViewBody | null {
  const issue = tables.source('issue_search', 'i');
  const wanted = ['id', 'name', 'state', 'start_date'];
  const list = issue.fields.find(({ name }) => {
    const members = membersOf(issue.elementOf(name)).map((member) => member.name);
    return wanted.every((member) => members.includes(member));
  })?.name;
  if (!issue.has('id') || list === undefined) return null;
  const sprint = tables.source('board_sprints', 's');
  const joins: string[] = [];
  const column = (name: string, type: string, member: string) => {
    const sent = shownMember(tables, issue, list, name, type, member);
    if (!sprint.has('id') || !sprint.has(member) || member === 'id' || member === 'board_id') return sent;
    const alias = `b${joins.length}`;
    joins.push(
      ` LEFT JOIN (${latest(sprint, member)}) ${alias} ON ${alias}.id = ${tables.dialect.member('i.item', 'id')}`,
    );
    return { ...sent, sql: `coalesce(${alias}.value, ${sent.sql})` };
  };
  const columns = [
    column('sprint_id', 'VARCHAR', 'id'),
    column('sprint_name', 'VARCHAR', 'name'),
    column('state', 'VARCHAR', 'state'),
    column('board_id', 'VARCHAR', 'board_id'),
    ...['start_date', 'end_date', 'complete_date'].map((name) => column(name, TIMESTAMP, name)),
    column('goal', 'VARCHAR', 'goal'),
  ];
  return {
    columns: [...issueOf(tables, issue), ...columns, urlOf(tables, issue)],
    from: `FROM ${apart(tables, issue, list, 'id')}${joins.join('')}`,
  };
}
