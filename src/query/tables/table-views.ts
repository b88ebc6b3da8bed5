/** SQL that shows Iceberg tables as DuckDB views, without any extension: data files minus position deletes, by field id. */

import { identifier, literal } from '../../core/quote.js';
import type { Field, TableName } from '../../writers/iceberg/model.js';
import { sqlType } from '../../writers/parquet/column-sql.js';
import { deadIn, rowsIn } from '../../writers/parquet/read-sql.js';

/** A column as a view shows it. */
export interface ViewColumn {
  readonly name: string;
  /** DuckDB's type. */
  readonly type: string;
}

/** Local paths of a table's files. */
export interface TableFiles {
  /** By location, as delete files name data files. */
  readonly data: ReadonlyMap<string, string>;
  readonly deletes: readonly string[];
}

export interface ShownTable {
  readonly namespace: string;
  readonly name: string;
  readonly fields: readonly Field[];
  /** Base address of the site that its rows come from, when the table knows it. */
  readonly site: string | null;
}

/** What a union takes from one connection. */
export interface UnionPart {
  readonly connection: string;
  readonly columns: readonly ViewColumn[];
  /** Default: the connection's view of that name. */
  readonly select?: string;
}

export const columnsOf = (fields: readonly Field[]): readonly ViewColumn[] =>
  fields.map(({ name, type }) => ({ name, type: sqlType(type) }));

/** `<connection>.<stream>_all` (every row) and `<connection>.<stream>` (live rows). @param rows a SELECT of all columns */
export function tableViews(table: TableName, rows: string): readonly string[] {
  return [
    `CREATE VIEW ${allRows(table)} AS ${rows}`,
    `CREATE VIEW ${identifier(table.namespace)}.${identifier(table.name)} AS SELECT * FROM ${allRows(table)} WHERE _deleted_at IS NULL`,
  ];
}

export const allRows = ({ namespace, name }: TableName): string =>
  `${identifier(namespace)}.${identifier(`${name}_all`)}`;

/**
 * `main.<name>`: the same view over all connections, with `_connection`. A column that DuckDB cannot bring together (a text
 * here and a list there, as one id may mean two fields on two sites) is text, lists and structs as JSON.
 */
export function unionView(name: string, parts: readonly UnionPart[]): string {
  const asText = columnsAtOdds(parts);
  const selects = parts.map(({ connection, columns, select }) => {
    const bent = columns.filter((column) => asText.has(column.name)).map(textOf);
    const shown = bent.length ? `* REPLACE (${bent.join(', ')})` : '*';
    const from = select === undefined ? `${identifier(connection)}.${identifier(name)}` : `(${select})`;
    return `SELECT ${literal(connection)} AS _connection, ${shown} FROM ${from}`;
  });
  return `CREATE VIEW main.${identifier(name)} AS ${selects.join(' UNION ALL BY NAME ')}`;
}

/** Columns of `main.<name>` with their types. */
export function unionColumns(parts: readonly UnionPart[]): ReadonlyMap<string, string> {
  const asText = columnsAtOdds(parts);
  const columns = new Map([['_connection', 'VARCHAR']]);
  for (const { name, type } of parts.flatMap((part) => part.columns))
    if (!columns.has(name)) columns.set(name, asText.has(name) ? 'VARCHAR' : type);
  return columns;
}

/** `main.<name>(…)`: the same function of all connections, with `_connection`. */
export function unionFunction(name: string, parameters: readonly string[], connections: readonly string[]): string {
  const given = `(${parameters.join(', ')})`;
  const selects = connections.map(
    (connection) =>
      `SELECT ${literal(connection)} AS _connection, * FROM ${identifier(connection)}.${identifier(name)}${given}`,
  );
  return `CREATE MACRO main.${identifier(name)}${given} AS TABLE ${selects.join(' UNION ALL BY NAME ')}`;
}

function columnsAtOdds(parts: readonly UnionPart[]): ReadonlySet<string> {
  const shapes = new Map<string, string>();
  const odd = new Set<string>();
  for (const { name, type } of parts.flatMap(({ columns }) => columns)) {
    if ((shapes.get(name) ?? shapeOf(type)) !== shapeOf(type)) odd.add(name);
    shapes.set(name, shapeOf(type));
  }
  return odd;
}

/** Types of one shape have a common type that all of them fit. */
function shapeOf(type: string): string {
  if (type.endsWith('[]')) return `${shapeOf(type.slice(0, -2))}[]`;
  if (type.startsWith('STRUCT')) return 'struct';
  return ['INTEGER', 'BIGINT', 'FLOAT', 'DOUBLE'].includes(type) ? 'number' : type;
}

function textOf({ name, type }: ViewColumn): string {
  const column = identifier(name);
  const nested = type.endsWith('[]') || type.startsWith('STRUCT');
  return `CAST(${nested ? `to_json(${column})` : column} AS VARCHAR) AS ${column}`;
}

const PLACE = { file: '"#file"', position: '"#pos"' };

/** A SELECT of the rows in these files. @param names a table of the data files' (location, path): see `namesOf` */
export function rowsOf(fields: readonly Field[], { data, deletes }: TableFiles, names: string): string {
  const paths = [...data.values()];
  if (deletes.length === 0 || paths.length === 0) return rowsIn(paths, fields);
  return `SELECT * EXCLUDE (${PLACE.file}, ${PLACE.position}) FROM (${rowsIn(paths, fields, PLACE)})
    ANTI JOIN (${deadIn(deletes, names, 'path', PLACE)}) USING (${PLACE.file}, ${PLACE.position})`;
}

/** A SELECT by which delete files, which name data files by location, find the paths under which those are read. */
export function namesOf({ data }: TableFiles): string {
  const rows = [...data].map(([location, path]) => `(${literal(location)}, ${literal(path)})`);
  return `SELECT * FROM (VALUES ${rows.join(', ')}) AS f(location, path)`;
}
