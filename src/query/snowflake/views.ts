/** Views in Snowflake: live rows of every stream, and words instead of ids for issues, worklogs and comments. */

import type { TableVersion } from '../../writers/iceberg/version.js';
import { customColumns, type FieldWords, isCustom } from '../business-views/custom-fields.js';
import { siteOf } from '../tables/site-of.js';
import { namespacesOf, rawDatabase, type SnowflakeNames } from './setup.js';
import { name, path, type Section, text } from './sql.js';

/** `[alias, column, name in the view]` */
type Shown = readonly (readonly [alias: 'c' | 'i', column: string, as: string])[];

const ISSUE: Shown = [
  ['i', 'key', 'issue_key'],
  ['i', 'summary', 'issue_summary'],
  ['i', 'issue_type_name', 'issue_type'],
  ['i', 'project_key', 'project_key'],
  ['i', 'project_name', 'project_name'],
  ['i', 'parent_key', 'parent_key'],
];
const PERSON: Shown = [
  ['c', 'author_id', 'author_id'],
  ['c', 'author_name', 'author_name'],
];
const DATES: Shown = [
  ['c', 'created', 'created'],
  ['c', 'updated', 'updated'],
];

/** What hangs on issues: its table, its columns, and further expressions by name. */
const CHILDREN = [
  {
    view: 'worklog',
    table: 'issue_worklog',
    columns: [
      ['c', 'id', 'worklog_id'],
      ['c', 'issue_id', 'issue_id'],
      ...ISSUE,
      ...PERSON,
      ['c', 'started', 'started'],
      ['c', 'started_date', 'started_date'],
      ['c', 'time_spent_seconds', 'seconds'],
      ['c', 'comment_text', 'comment'],
      ...DATES,
    ] satisfies Shown,
    more: { hours: `c.${name('time_spent_seconds')} / 3600` },
    link: '',
  },
  {
    view: 'comment',
    table: 'issue_comments',
    columns: [
      ['c', 'id', 'comment_id'],
      ['c', 'issue_id', 'issue_id'],
      ...ISSUE,
      ...PERSON,
      ['c', 'body_text', 'text'],
      ...DATES,
    ] satisfies Shown,
    more: {},
    link: ` || '?focusedCommentId=' || c.${name('id')}`,
  },
] as const;

/**
 * Snowflake keeps the members of objects as they are written in the files: in lower case.
 * @param state of a sprint of a list
 */
const words = (state: (sprint: string) => string): FieldWords => ({
  column: (column) => `i.${name(column)}`,
  member: (struct, member) => `${struct}:${member}::VARCHAR`,
  each: (list, member) => `TRANSFORM(${list}, e -> e:${member}::VARCHAR)`,
  sprints: (list) => list,
  presentSprint: (sprints) => {
    const first = (wanted: string) => `FILTER(${sprints}, e -> ${state('e')} = ${text(wanted)})[0]:name::VARCHAR`;
    return `COALESCE(${first('active')}, ${first('future')}, ${sprints}[ARRAY_SIZE(${sprints}) - 1]:name::VARCHAR)`;
  },
});

/** Closing a sprint does not touch its issues, which still call it active: its board knows better. */
function sprintStates(names: SnowflakeNames, sprints: TableVersion | undefined): { words: FieldWords; join: string } {
  const sent = (sprint: string) => `${sprint}:state::VARCHAR`;
  if (!sprints) return { words: words(sent), join: '' };
  const latest =
    `SELECT s.${name('id')} AS ${name('id')}, MAX_BY(s.${name('state')}, s.${name('_synced_at')}) AS ${name('state')} ` +
    `FROM ${live(names, sprints, 's')} AND s.${name('state')} IS NOT NULL GROUP BY s.${name('id')}`;
  const states = `SELECT OBJECT_AGG(${name('id')}, TO_VARIANT(${name('state')})) AS ${name('states')} FROM (${latest})`;
  return {
    words: words((sprint) => `COALESCE(GET(k.${name('states')}, ${sprint}:id::VARCHAR)::VARCHAR, ${sent(sprint)})`),
    join: ` CROSS JOIN (${states}) k`,
  };
}

/** To be run again when a stream or a field is new. */
export function views(names: SnowflakeNames, tables: readonly TableVersion[]): readonly Section[] {
  const namespaces = namespacesOf(tables);
  return [
    {
      about: 'Once, and again when a stream or a custom field is new: views of live rows, with friendly names.',
      statements: [
        `CREATE DATABASE IF NOT EXISTS ${name(names.database)}`,
        ...namespaces.map((namespace) => `CREATE SCHEMA IF NOT EXISTS ${path(names.database, namespace)}`),
        ...tables.map((table) => view(names, table.namespace, table.name, `SELECT * FROM ${live(names, table)}`)),
        ...namespaces.flatMap((namespace) =>
          friendly(
            names,
            namespace,
            tables.filter((table) => table.namespace === namespace),
          ),
        ),
      ],
    },
  ];
}

function friendly(names: SnowflakeNames, namespace: string, tables: readonly TableVersion[]): readonly string[] {
  const find = (wanted: string) => tables.find((table) => table.name === wanted);
  const issue = find('issue_search');
  if (!issue) return [];
  const site = tables.map(siteOf).find((one) => one !== null) ?? null;
  const made = [view(names, namespace, 'issue', issueRows(names, issue, find('board_sprints'), site))];
  for (const child of CHILDREN) {
    const table = find(child.table);
    if (table) made.push(view(names, namespace, child.view, childRows(names, child, table, issue, site)));
  }
  return made;
}

function issueRows(
  names: SnowflakeNames,
  issue: TableVersion,
  sprints: TableVersion | undefined,
  site: string | null,
): string {
  const { fields } = issue.schema;
  const { words: known, join } = sprintStates(names, sprints);
  const system = fields.filter((field) => !isCustom(field) && !field.name.startsWith('_')).map((field) => field.name);
  const custom = customColumns(fields, [...system, 'url'], known);
  const columns = [
    ...system.map((column) => `i.${name(column)}`),
    ...custom.map((column) => `${column.sql} AS ${name(column.name)}`),
    `${url(site)} AS ${name('url')}`,
  ];
  return `SELECT ${columns.join(', ')} FROM ${live(names, issue, 'i', join)}`;
}

/** An issue that is gone still has its key and summary here. */
function childRows(
  names: SnowflakeNames,
  child: (typeof CHILDREN)[number],
  table: TableVersion,
  issue: TableVersion,
  site: string | null,
): string {
  const has = { c: columnsOf(table), i: columnsOf(issue) };
  const shown = child.columns.filter(([alias, column]) => has[alias].has(column));
  const columns = [
    ...shown.map(([alias, column, as]) => `${alias}.${name(column)} AS ${name(as)}`),
    ...Object.entries(child.more).map(([as, sql]) => `${sql} AS ${name(as)}`),
    `${url(site)}${child.link} AS ${name('url')}`,
  ];
  const issues = path(rawDatabase(names), issue.namespace, issue.name);
  return (
    `SELECT ${columns.join(', ')} FROM ${path(rawDatabase(names), table.namespace, table.name)} c ` +
    `LEFT JOIN ${issues} i ON i.${name('id')} = c.${name('issue_id')} WHERE c.${name('_deleted_at')} IS NULL`
  );
}

const columnsOf = ({ schema }: TableVersion): ReadonlySet<string> => new Set(schema.fields.map((field) => field.name));

const url = (site: string | null) =>
  site === null ? 'CAST(NULL AS VARCHAR)' : `${text(`${site}/browse/`)} || i.${name('key')}`;

function view(names: SnowflakeNames, namespace: string, viewName: string, select: string): string {
  return `CREATE OR REPLACE VIEW ${path(names.database, namespace, viewName)} AS ${select}`;
}

function live(names: SnowflakeNames, table: TableVersion, alias = 't', join = ''): string {
  return `${path(rawDatabase(names), table.namespace, table.name)} ${alias}${join} WHERE ${alias}.${name('_deleted_at')} IS NULL`;
}
