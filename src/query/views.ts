/** SQL that shows Iceberg tables as DuckDB views, without any extension: data files minus position deletes, by field id. */
import type { Field } from '../writers/iceberg/model.js';
import { parquetSchema, sqlType } from '../writers/parquet/column-sql.js';
import { identifier, literal, pathList } from '../writers/quote.js';

export interface StoredTable {
  readonly namespace: string;
  readonly name: string;
  readonly fields: readonly Field[];
  /** Local paths of the current snapshot's files. */
  readonly dataFiles: readonly string[];
  readonly deleteFiles: readonly string[];
}

/** `<connection>.<stream>_all` (every row) and `<connection>.<stream>` (live rows). */
export function tableViews(table: StoredTable): readonly string[] {
  const all = `${identifier(table.namespace)}.${identifier(`${table.name}_all`)}`;
  const live = `${identifier(table.namespace)}.${identifier(table.name)}`;
  return [
    `CREATE VIEW ${all} AS ${table.dataFiles.length === 0 ? noRows(table.fields) : rowsOf(table)}`,
    `CREATE VIEW ${live} AS SELECT * FROM ${all} WHERE _deleted_at IS NULL`,
  ];
}

/** `main.<stream>` and `main.<stream>_all`: the same stream over all connections, with `_connection`. */
export function unionViews(stream: string, connections: readonly string[]): readonly string[] {
  return [stream, `${stream}_all`].map((name) => {
    const parts = connections.map(
      (connection) =>
        `SELECT ${literal(connection)} AS _connection, * FROM ${identifier(connection)}.${identifier(name)}`,
    );
    return `CREATE VIEW main.${identifier(name)} AS ${parts.join(' UNION ALL BY NAME ')}`;
  });
}

function rowsOf(table: StoredTable): string {
  const columns = table.fields.map(({ id, name }) => `d.c${id} AS ${identifier(name)}`).join(', ');
  const needsPositions = table.deleteFiles.length > 0;
  const position = needsPositions ? ', filename = true, file_row_number = true' : '';
  const source = `read_parquet(${pathList(table.dataFiles)}, schema = ${parquetSchema(table.fields)}${position}) d`;
  return `SELECT ${columns} FROM ${source}${needsPositions ? minusDeletes(table) : ''}`;
}

/** DuckDB names a file by its path; delete files name it as table metadata does, which other writers do by URI. */
function minusDeletes(table: StoredTable): string {
  const path = "regexp_replace(file_path, '^file:(//)?/', '/')";
  const gone = `SELECT ${path} AS gone_file, pos AS gone_row FROM read_parquet(${pathList(table.deleteFiles)})`;
  return ` ANTI JOIN (${gone}) ON d.filename = gone_file AND d.file_row_number = gone_row`;
}

function noRows(fields: readonly Field[]): string {
  const columns = fields.map(({ name, type }) => `CAST(NULL AS ${sqlType(type)}) AS ${identifier(name)}`);
  return `SELECT ${columns.join(', ')} WHERE false`;
}
