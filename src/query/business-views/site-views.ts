/** Views of what is not of an issue: groups, shares, transitions; and of epics, which are issues. */
import type { ConnectionTables } from './connection-tables.js';
import { customText, membersOf } from './custom-fields.js';
import { isEpic } from './epic-of.js';
import { connectionOf, urlOf } from './issue-views.js';
import { PERSON, PresentNames } from './present-names.js';
import { apart, type ShownColumn, shown, type ViewBody } from './shown-column.js';

export function epicView(tables: ConnectionTables): ViewBody | null {
  const issue = tables.source('issue_search', 'i');
  if (!issue.has('id') || !issue.has('key')) return null;
  const field = (...names: string[]) => customText(issue, tables.dialect, ...names) ?? 'CAST(NULL AS VARCHAR)';
  const names = new PresentNames(tables);
  return {
    columns: [
      connectionOf(tables),
      issue.column('epic_id', 'id'),
      issue.column('epic_key', 'key'),
      shown('name', 'VARCHAR', `coalesce(${field('epic_name')}, ${issue.sql('summary')})`),
      issue.column('summary'),
      issue.column('project_key'),
      issue.column('status_id'),
      names.column(issue, 'status_name'),
      shown('done', 'BOOLEAN', `coalesce(${issue.sql('status_category_key')} = 'done', false)`),
      shown('color', 'VARCHAR', field('epic_color', 'epic_colour', 'issue_color')),
      urlOf(tables, issue),
    ],
    from: `FROM ${issue.rows('live')}${names.joins} WHERE ${isEpic(tables, issue)}`,
  };
}

export function userGroupView(tables: ConnectionTables): ViewBody | null {
  const member = tables.source('group_members', 'm');
  if (!member.has('account_id') || !member.has('group_id')) return null;
  const names = new PresentNames(tables);
  const person = names.of(PERSON, member.sql('account_id'), member.sql('display_name'));
  return {
    columns: [
      connectionOf(tables),
      member.column('account_id'),
      shown('display_name', 'VARCHAR', person),
      member.column('group_id'),
      shown('group_name', 'VARCHAR', names.of('group', member.sql('group_id'), 'CAST(NULL AS VARCHAR)')),
      member.column('active', 'active', 'BOOLEAN'),
    ],
    from: `FROM ${member.rows('live')}${names.joins}`,
  };
}

const SHARED = ['user_id', 'user_name', 'group_id', 'group_name', 'project_id', 'project_key', 'project_name'];

/** With whom filters are shared, for viewing and for editing. */
export function filterPermissionView(tables: ConnectionTables): ViewBody | null {
  const filter = tables.source('filters', 'i');
  const lists = [
    ['share_permissions', 'view'],
    ['edit_permissions', 'edit'],
  ] as const;
  const there = lists.filter(([list]) => membersOf(filter.elementOf(list)).length > 0);
  if (!filter.has('id') || there.length === 0) return null;
  const members = [...SHARED, 'role_id', 'role_name'];
  const selects = there.map(([list, kind]) => {
    const has = membersOf(filter.elementOf(list)).map(({ name }) => name);
    const member = (name: string) =>
      `${has.includes(name) ? tables.dialect.member('i.item', name) : 'CAST(NULL AS VARCHAR)'} AS ${name}`;
    const own = `${filter.sql('id')} AS filter_id, ${filter.sql('name')} AS filter_name, '${kind}' AS permission`;
    const shares = [`${tables.dialect.member('i.item', 'id')} AS share_id`, member('type'), ...members.map(member)];
    return `SELECT ${own}, ${shares.join(', ')} FROM ${apart(tables, filter, list, null)}`;
  });
  const names = new PresentNames(tables);
  const plain = (name: string) => shown(name, 'VARCHAR', `v.${name}`);
  const present = (name: string): ShownColumn => {
    const stem = name.replace(/_name$/, '');
    return stem === name || stem === 'filter'
      ? plain(name)
      : { ...plain(name), sql: names.of(stem, `v.${stem}_id`, `v.${name}`) };
  };
  const columns = ['filter_id', 'filter_name', 'permission', 'share_id', 'type', ...members].map(present);
  return {
    columns: [connectionOf(tables), ...columns],
    from: `FROM (${selects.join(' UNION ALL ')}) v${names.joins}`,
  };
}

/** One row for each status that a transition leaves; a transition from anywhere, or of a new issue, has none. */
export function workflowTransitionView(tables: ConnectionTables): ViewBody | null {
  const workflow = tables.source('workflows', 'w');
  if (!workflow.has('id') || !workflow.has('transitions')) return null;
  const { dialect } = tables;
  const keep = [`${workflow.sql('id')} AS workflow_id`, `${workflow.sql('name')} AS workflow_name`];
  const transitions = dialect.jsonApart({
    ...{ rows: workflow.rows('live'), keep },
    json: dialect.json(workflow.sql('transitions')),
  });
  const links = dialect.jsonApart({
    rows: `${transitions} t`,
    keep: ['t.workflow_id AS workflow_id', 't.workflow_name AS workflow_name', 't.item AS transition'],
    json: dialect.jsonAt('t.item', ['links']),
  });
  const at = (member: string) => dialect.jsonText('t.item', [member]);
  const id = at('id');
  const names = new PresentNames(tables);
  const from = dialect.jsonText('l.item', ['fromStatusReference']);
  const status = (sql: string) => names.of('status', sql, 'CAST(NULL AS VARCHAR)');
  const text = (name: string, sql: string) => shown(name, 'VARCHAR', sql);
  const joined = `l.workflow_id = t.workflow_id AND ${dialect.jsonText('l.transition', ['id'])} = ${id}`;
  return {
    columns: [
      connectionOf(tables),
      text('workflow_id', 't.workflow_id'),
      text('workflow_name', 't.workflow_name'),
      text('transition_id', id),
      text('transition_name', at('name')),
      text('type', at('type')),
      text('from_status_id', from),
      text('from_status_name', status(from)),
      text('to_status_id', at('toStatusReference')),
      text('to_status_name', status(at('toStatusReference'))),
    ],
    from: `FROM ${transitions} t LEFT JOIN ${links} l ON ${joined}${names.joins}`,
  };
}
