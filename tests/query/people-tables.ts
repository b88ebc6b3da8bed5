/** A small site's tables, as a sync would write them, for tests of the views for people. */
import type { ColumnType, Json, Mark, Row, TableSpec } from '../../src/contract/table.js';
import { opened, rowsOf, write } from './warehouse.js';

type Columns = Readonly<Record<string, ColumnType | readonly [type: ColumnType, doc: string]>>;

export const OPTION: ColumnType = {
  struct: [
    { name: 'id', type: 'string' },
    { name: 'value', type: 'string' },
  ],
};
export const NAMED: ColumnType = {
  struct: [
    { name: 'id', type: 'string' },
    { name: 'name', type: 'string' },
  ],
};
export const SPRINTS: ColumnType = {
  list: {
    struct: [
      { name: 'id', type: 'string' },
      { name: 'name', type: 'string' },
      { name: 'state', type: 'string' },
      { name: 'start_date', type: 'timestamptz' },
    ],
  },
};

export const ISSUE: Columns = {
  id: 'string',
  key: 'string',
  summary: 'string',
  project_key: 'string',
  project_name: 'string',
  issue_type_name: 'string',
  issue_type_hierarchy_level: 'int',
  parent_id: 'string',
  parent_key: 'string',
};
export const WORKLOG: Columns = {
  id: 'string',
  issue_id: 'string',
  author_id: 'string',
  author_name: 'string',
  comment_text: 'string',
  started: 'timestamptz',
  started_date: 'date',
  time_spent_seconds: 'long',
};

export const SITE: Json = { v: 1, site: 'https://acme.atlassian.net' };

function tableOf(namespace: string, name: string, columns: Columns, primaryKey: readonly string[]): TableSpec {
  const members = Object.entries(columns).map(([column, declared]) =>
    Array.isArray(declared)
      ? { name: column, type: declared[0], doc: declared[1] }
      : { name: column, type: declared as ColumnType },
  );
  return { namespace, name, doc: `${name}.`, columns: members, primaryKey, mode: 'merge' };
}

/** Rows need not name every column: what they leave out is null. */
export async function put(
  folder: string,
  table: `${string}.${string}`,
  columns: Columns,
  rows: readonly Readonly<Record<string, unknown>>[],
  key: readonly string[] = ['id'],
  marks: readonly Mark[] = [],
): Promise<void> {
  const [namespace = '', name = ''] = table.split('.');
  const empty = Object.fromEntries(Object.keys(columns).map((column) => [column, null]));
  const full = rows.map((row) => ({ ...empty, _extra: null, ...row }) as Row);
  await write(folder, tableOf(namespace, name, columns, key), full, marks, SITE);
}

/** Names of a view's columns. */
export const columnsOf = async (folder: string, view: string) =>
  (await rowsOf(await opened(folder), `DESCRIBE ${view}`)).map(([name]) => name);
