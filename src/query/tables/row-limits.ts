/**
 * Rows that one reader may see: put into the lowest view of each table, so that no view, name or sum above it can tell of the
 * others. A table of which it is not known whose rows it has shows none.
 */
import { identifier, literal } from '../../core/quote.js';
import type { Field, TableName } from '../../writers/iceberg/model.js';
import { isKeys, jsonNamesOthers } from './named-issues.js';
import { restrictedIn } from './restricted.js';
import { type Projects, shownItems } from './shown-changes.js';
import { allRows, type ShownTable } from './table-views.js';

export interface RowLimits {
  /** Keys of the projects whose issues are shown; null: of all. */
  readonly projects: readonly string[] | null;
  /** Names or ids of the groups whose members' worklogs are shown; null: everybody's. */
  readonly groups: readonly string[] | null;
  /** Whether worklogs and comments are shown that only some may see. */
  readonly restricted: boolean;
}

/** What is of the site and of no project. */
const SITE_WIDE: ReadonlySet<string> = new Set([
  ...['fields', 'group_members', 'groups', 'issue_link_types', 'issue_types', 'myself', 'priorities', 'resolutions'],
  ...['server_info', 'status_categories', 'statuses', 'users_search', '_runs'],
]);

/** Tables that the conditions of others look into: their views are made first. */
const FIRST = ['groups', 'group_members', 'boards', 'issue_search'];
const rank = ({ name }: TableName) => (FIRST.includes(name) ? FIRST.indexOf(name) : FIRST.length);

export const inOrder = (tables: readonly ShownTable[]): readonly ShownTable[] =>
  [...tables].sort((a, b) => rank(a) - rank(b));

/** A SELECT of a table's rows, cut down to those that may be seen. */
export type Limited = (table: ShownTable, rows: string) => string;

export function limitedBy(limits: RowLimits | undefined, tables: readonly ShownTable[]): Limited {
  if (limits === undefined) return (_table, rows) => rows;
  const there = new Set(tables.map(({ namespace, name }) => `${namespace}.${name}`));
  return (table, rows) => {
    const has = (column: string) => table.fields.some(({ name }) => name === column);
    /** Of the same connection; where it has no such table, nothing is of it. */
    const idsOf = (name: string, id: string, where = 'true') =>
      there.has(`${table.namespace}.${name}`)
        ? `(SELECT ${id} FROM ${allRows({ namespace: table.namespace, name })} WHERE ${where})`
        : '(SELECT NULL WHERE false)';
    const asked: Asked = { table, has, idsOf };
    const restricted = limits.restricted ? null : restrictedIn(table.fields.map(({ name }) => name));
    const conditions = [
      ...(limits.projects === null ? [] : [ofProjects(limits.projects, asked)]),
      ...(limits.groups === null ? [] : ofGroups(limits.groups, asked)),
      // Null, of a row that says nothing of a restriction, is not true.
      ...(restricted === null ? [] : [`${restricted} IS NOT TRUE`]),
    ];
    const inside = limits.projects === null ? null : insideOf(limits.projects);
    const ids = inside !== null && table.name === 'issue_changelog' ? projectIds(table, tables) : null;
    const bent = [
      ...(limits.projects === null ? [] : withoutElsewhere(table, limits.projects)),
      ...shownChanges(table, inside === null ? null : { inside, ids: IDS }, limits.restricted),
    ];
    if (conditions.length + bent.length === 0) return rows;
    const shown = `*${ids === null ? '' : ` EXCLUDE (${IDS})`}${bent.length === 0 ? '' : ` REPLACE (${bent.join(', ')})`}`;
    const from = ids === null ? rows : `SELECT *, ${ids} AS ${IDS} FROM (${rows})`;
    return `SELECT ${shown} FROM (${from}) WHERE ${conditions.join(' AND ') || 'true'}`;
  };
}

interface Asked {
  readonly table: ShownTable;
  has(column: string): boolean;
  idsOf(table: string, column: string, where?: string): string;
}

const list = (values: readonly string[]) => `(${values.map(literal).join(', ') || 'NULL'})`;

function ofProjects(projects: readonly string[], { table, has, idsOf }: Asked): string {
  if (table.name === 'project_search') return `key IN ${list(projects)}`;
  for (const column of ['project_key', 'location_project_key'])
    if (has(column)) return `${column} IN ${list(projects)}`;
  if (has('issue_id') && !table.name.startsWith('_')) return `issue_id IN ${idsOf('issue_search', 'id')}`;
  if (has('board_id')) return `board_id IN ${idsOf('boards', 'id')}`;
  // What hangs on something else than an issue may be of any project.
  if (table.name === '_owed' && has('bound'))
    return `json_extract_string(bound, '$.issue_id') IN ${idsOf('issue_search', 'id')}`;
  return SITE_WIDE.has(table.name) ? 'true' : 'false';
}

function ofGroups(groups: readonly string[], { table, idsOf }: Asked): readonly string[] {
  const members = idsOf('group_members', 'account_id', '_deleted_at IS NULL');
  switch (table.name) {
    case 'groups':
      return [`(name IN ${list(groups)} OR group_id IN ${list(groups)})`];
    case 'group_members':
      return [`group_id IN ${idsOf('groups', 'group_id')}`];
    case 'issue_worklog':
      return [`author_id IN ${members}`];
    case 'users_search':
      return [`account_id IN ${members}`];
    default:
      return [];
  }
}

type KeyInside = Projects['inside'];

const insideOf =
  (projects: readonly string[]): KeyInside =>
  (key) =>
    `regexp_extract(${key}, '^(.+)-[0-9]+$', 1) IN ${list(projects)}`;

/** A column of its own, since a lambda may hold no subquery. */
const IDS = '"#project ids"';

/** A list of the ids of the projects whose issues are shown. */
function projectIds({ namespace }: ShownTable, tables: readonly ShownTable[]): string {
  const issues = tables.find((table) => table.namespace === namespace && table.name === 'issue_search');
  return issues?.fields.some(({ name }) => name === 'project_id')
    ? `(SELECT list(DISTINCT project_id) FROM ${allRows(issues)})`
    : 'CAST([] AS VARCHAR[])';
}

/** Columns of a change that say what became of which field. */
function shownChanges(
  { name: table, fields }: ShownTable,
  projects: Projects | null,
  restricted: boolean,
): readonly string[] {
  if (table !== 'issue_changelog' || (projects === null && restricted)) return [];
  return fields.flatMap((field) => {
    const column = identifier(field.name);
    if (field.name === 'items') return [`${shownItems(field, projects, restricted)} AS ${column}`];
    // What a program says of a change may name anything.
    return ['_extra', 'history_metadata'].includes(field.name) ? [`${nothing(column)} AS ${column}`] : [];
  });
}

/** Columns of `_runs` that may name issues and projects: what went wrong, and the rows of each group. */
const WORDS_OF_RUNS = ['error', 'census_groups'];

/** Columns of an issue, or of a run, that name an issue or a project elsewhere. */
function withoutElsewhere({ name: table, fields }: ShownTable, projects: readonly string[]): readonly string[] {
  if (table === '_runs')
    return fields
      .filter(({ name }) => WORDS_OF_RUNS.includes(name))
      .map(({ name }) => `${nothing(identifier(name))} AS ${identifier(name)}`);
  if (table !== 'issue_search') return [];
  const inside = insideOf(projects);
  const parent = fields.some(({ name }) => name === 'parent_key') ? inside('parent_key') : 'false';
  return fields.flatMap((field) => {
    const column = identifier(field.name);
    if (/^parent(_id|_key)?$/.test(field.name)) return [`CASE WHEN ${parent} THEN ${column} END AS ${column}`];
    if (field.name === '_extra') return [`${nothing(column)} AS ${column}`];
    if (field.name === 'issue_links') return [`${linksInside(field, inside)} AS ${column}`];
    const shown = field.name.startsWith('customfield_') ? customShown(field, projects) : null;
    return shown === null ? [] : [`${shown} AS ${column}`];
  });
}

/** The epic of an issue was a custom field once, and holds a key; apps keep keys in lists and in JSON. Null: as it is. */
function customShown({ name, type }: Field, projects: readonly string[]): string | null {
  const column = identifier(name);
  const inside = insideOf(projects);
  const open = (text: string) => `(NOT ${isKeys(text)} OR ${inside(text)})`;
  if (type === 'string')
    return `CASE WHEN ${open(column)} AND NOT ${jsonNamesOthers(column, projects)} THEN ${column} END`;
  if (typeof type !== 'object') return null;
  const ofProject = (value: string) => `coalesce(${value}.key, '') IN ${list(projects)}`;
  if (!('element' in type)) return isProject(type) ? `CASE WHEN ${ofProject(column)} THEN ${column} END` : null;
  if (type.element === 'string') return `list_filter(${column}, lambda x: x IS NULL OR ${open('x')})`;
  return isProject(type.element) ? `list_filter(${column}, lambda x: ${ofProject('x')})` : null;
}

/** Of the values of custom fields, projects alone have a key. */
const isProject = (type: Field['type']): boolean =>
  typeof type === 'object' && 'fields' in type && type.fields.some(({ name }) => name === 'key');

/** A null of the column's type. */
const nothing = (column: string) => `CASE WHEN false THEN ${column} END`;

const LINKED = ['inward_issue_key', 'outward_issue_key'] as const;

/** Where a link does not say the key of its other end, it is not known to be of these projects. */
function linksInside({ name, type }: Field, inside: KeyInside): string {
  const column = identifier(name);
  const element = typeof type === 'object' && 'element' in type ? type.element : null;
  const members = element !== null && typeof element === 'object' && 'fields' in element ? element.fields : [];
  const keys = LINKED.filter((key) => members.some((member) => member.name === key));
  if (keys.length === 0) return nothing(column);
  const key = `coalesce(${keys.map((one) => `x.${identifier(one)}`).join(', ')}, '')`;
  return `list_filter(${column}, lambda x: ${inside(key)})`;
}
