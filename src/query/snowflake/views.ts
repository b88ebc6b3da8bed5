/** Views in Snowflake: live rows of every stream, and the views for people by the same definitions as everywhere. */

import type { TableVersion } from '../../writers/iceberg/version.js';
import { connectionTables } from '../business-views/connection-tables.js';
import { functionsForPeople, type PeopleFunction } from '../business-views/functions-for-people.js';
import { selectOf } from '../business-views/shown-column.js';
import { viewsForPeople } from '../business-views/views-for-people.js';
import { siteOf } from '../tables/site-of.js';
import { snowflakeDialect, TYPES } from './dialect.js';
import { namespacesOf, rawDatabase, type SnowflakeNames } from './setup.js';
import { name, path, type Section, text } from './sql.js';

/** To be run again when a stream or a field is new. @param labels of connections, by name; one without goes by its name */
export function views(
  names: SnowflakeNames,
  tables: readonly TableVersion[],
  labels: ReadonlyMap<string, string>,
): readonly Section[] {
  const namespaces = namespacesOf(tables);
  const of = (namespace: string) => tables.filter((table) => table.namespace === namespace);
  return [
    {
      about: 'Once, and again when a stream or a custom field is new: views of live rows, with friendly names.',
      statements: [
        `CREATE DATABASE IF NOT EXISTS ${name(names.database)}`,
        ...namespaces.map((namespace) => `CREATE SCHEMA IF NOT EXISTS ${path(names.database, namespace)}`),
        ...tables.map((table) => view(names, table.namespace, table.name, `SELECT * FROM ${live(names, table)}`)),
        ...namespaces.flatMap((namespace) =>
          friendly(names, namespace, labels.get(namespace) ?? namespace, of(namespace)),
        ),
      ],
    },
  ];
}

/** A view never stands where a table of its name is. */
function friendly(
  names: SnowflakeNames,
  namespace: string,
  label: string,
  tables: readonly TableVersion[],
): readonly string[] {
  const shown = tables.map((table) => ({
    ...{ namespace, name: table.name, site: siteOf(table) },
    fields: table.schema.fields,
  }));
  const own = connectionTables(namespace, label, shown, snowflakeDialect(names));
  const taken = new Set(tables.map((table) => table.name));
  return [
    ...viewsForPeople(own)
      .filter((made) => !taken.has(made.name))
      .map((made) => view(names, namespace, made.name, selectOf(made, own))),
    ...functionsForPeople(own).map((made) =>
      tableFunction(path(names.database, namespace, made.name), made, selectOf(made, own)),
    ),
  ];
}

/** To be asked as `SELECT * FROM TABLE(…(first, last))`. */
function tableFunction(called: string, { parameters, columns }: PeopleFunction, select: string): string {
  const given = parameters.map((parameter) => `${parameter} DATE`).join(', ');
  const returned = columns.map((column) => `${name(column.name)} ${TYPES[column.type] ?? column.type}`).join(', ');
  return `CREATE OR REPLACE FUNCTION ${called}(${given}) RETURNS TABLE (${returned}) AS ${text(select)}`;
}

function view(names: SnowflakeNames, namespace: string, viewName: string, select: string): string {
  return `CREATE OR REPLACE VIEW ${path(names.database, namespace, viewName)} AS ${select}`;
}

const live = (names: SnowflakeNames, table: TableVersion) =>
  `${path(rawDatabase(names), table.namespace, table.name)} t WHERE t.${name('_deleted_at')} IS NULL`;
