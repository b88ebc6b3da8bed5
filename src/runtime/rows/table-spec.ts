/** A stream as a table: declared types in Iceberg's words. */
import type { Column, ColumnType, TableSpec } from '../../contract/table.js';
import type { ColumnDecl, StreamFile } from '../streams/stream-file.js';

/** Ids and JSON documents are text in the table. */
const SCALARS: Readonly<Record<string, ColumnType>> = { id: 'string', json: 'string' };

/** What people ask of tables with issues' rows is asked of some issues. */
const TOGETHER = 'issue_id';

export function tableSpecOf(stream: StreamFile, namespace: string): TableSpec {
  return {
    namespace,
    name: stream.stream,
    doc: stream.about,
    columns: Object.entries(stream.columns).map(([name, column]) => columnOf(name, column)),
    primaryKey: stream.primary_key,
    mode: stream.write === 'append' ? 'append' : 'merge',
    cursor: stream.cursor?.column,
    ...(stream.columns[TOGETHER] ? { cluster: [TOGETHER] } : {}),
  };
}

function columnOf(name: string, column: ColumnDecl): Column {
  return { name, type: typeOf(column), doc: column.about, ...(column.volatile ? { volatile: true } : {}) };
}

function typeOf(column: Pick<ColumnDecl, 'type' | 'members'>): ColumnType {
  const list = /^list<(.*)>$/.exec(column.type)?.[1];
  if (list !== undefined) return { list: list === 'struct' ? structOf(column) : scalarOf(list) };
  return column.type === 'struct' ? structOf(column) : scalarOf(column.type);
}

const scalarOf = (type: string): ColumnType => SCALARS[type] ?? (type as ColumnType);

function structOf(column: Pick<ColumnDecl, 'members'>): ColumnType {
  return {
    struct: Object.entries(column.members ?? {}).map(([name, member]) => ({
      name,
      type: typeOf(member),
      doc: member.about,
    })),
  };
}
