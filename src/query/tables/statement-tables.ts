/**
 * Which tables a statement comes to, by way of whatever views, subqueries and aliases. DuckDB's own binder says so, but only
 * while views read from plain tables: once a stand-in has made way for files, a second, empty database with the same views is asked.
 */
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { identifier } from '../../core/quote.js';

export const STAND_INS = '_files';
const STAND_IN = /^_files\.(?<name>t\d+)$/;

export class StatementTables {
  #second: Promise<{ readonly connection: DuckDBConnection; close(): void }> | null = null;
  #first: DuckDBConnection | null;
  /** How many statements of the script the second database has run. */
  #ran = 0;

  /**
   * @param first where the views are
   * @param script statements that made the stand-ins and the views; it grows as views are made
   */
  constructor(
    first: DuckDBConnection,
    private readonly script: readonly string[],
  ) {
    this.#first = first;
  }

  /** To be said before the first stand-in makes way. */
  changing(): void {
    this.#first = null;
  }

  /** Names of stand-ins. More than needed where the binder is silent, as of several statements or of PIVOT. */
  async in(sql: string): Promise<readonly string[]> {
    const connection = this.#first ?? (await this.#secondOne());
    const named = standInsOf(connection, sql);
    return named.length > 0 ? named : mentioned(connection, sql);
  }

  close(): void {
    void this.#second?.then(({ close }) => close());
  }

  async #secondOne(): Promise<DuckDBConnection> {
    this.#second ??= open();
    const { connection } = await this.#second;
    const more = this.script.slice(this.#ran);
    this.#ran = this.script.length;
    if (more.length > 0) await connection.run(more.join(';\n'));
    return connection;
  }
}

async function open() {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1', enable_external_access: 'false' });
  const connection = await instance.connect();
  const close = () => {
    connection.closeSync();
    instance.closeSync();
  };
  return { connection, close };
}

function standInsOf(connection: DuckDBConnection, sql: string): readonly string[] {
  return connection.getTableNames(sql, true).flatMap((name) => STAND_IN.exec(name)?.groups?.name ?? []);
}

/** Those of every view and function of ours whose name is among the words. */
async function mentioned(connection: DuckDBConnection, sql: string): Promise<readonly string[]> {
  const words = new Set(sql.toLowerCase().match(/\w+/g));
  const read = await connection.runAndReadAll(
    `SELECT schema_name, view_name, '' FROM duckdb_views() WHERE NOT internal UNION ALL
     SELECT schema_name, function_name, '(' || array_to_string(list_transform(parameters, lambda _: 'NULL'), ', ') || ')'
     FROM duckdb_functions() WHERE function_type = 'table_macro' AND NOT internal`,
  );
  const named = read.getRows().filter(([, name]) => words.has(String(name).toLowerCase()));
  const found = named.flatMap(([schema, name, given]) =>
    standInsOf(connection, `FROM ${identifier(String(schema))}.${identifier(String(name))}${given}`),
  );
  return [...new Set(found)];
}
