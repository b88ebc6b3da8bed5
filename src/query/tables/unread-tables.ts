/**
 * Tables whose files are looked for only when a statement needs them: all columns can be seen at once, no file is fetched in
 * vain. Until then reading a table is an error, so that none can pass for an empty one.
 */
import type { DuckDBConnection } from '@duckdb/node-api';
import { inParallel } from '../../core/in-parallel.js';
import { literal } from '../../core/quote.js';
import { nullsOf } from '../../writers/parquet/read-sql.js';
import type { Limited } from './row-limits.js';
import { STAND_INS, StatementTables } from './statement-tables.js';
import { allRows, namesOf, rowsOf, type ShownTable, type TableFiles } from './table-views.js';

/** Tables read side by side; each fetches several files at once. */
const TABLES_AT_ONCE = 4;

/** Finds a table's files on this machine, or brings them there. */
export type FilesOf = (table: ShownTable) => Promise<TableFiles>;

export class UnreadTables {
  readonly #script: string[] = [];
  readonly #statements: StatementTables;
  readonly #unread = new Map<string, ShownTable>();
  readonly #underWay = new Map<string, Promise<void>>();
  #count = 0;

  constructor(
    private readonly connection: DuckDBConnection,
    private readonly filesOf: FilesOf,
    private readonly limited: Limited = (_table, rows) => rows,
  ) {
    this.#statements = new StatementTables(connection, this.#script);
  }

  /** Runs a statement that makes a view or a schema. */
  async define(sql: string): Promise<void> {
    await this.connection.run(sql);
    this.#script.push(sql);
  }

  /** Makes a stand-in. @returns a SELECT of the table's columns */
  async add(shown: ShownTable): Promise<string> {
    const standIn = `t${this.#count++}`;
    await this.define(
      `CREATE SCHEMA IF NOT EXISTS ${STAND_INS}; CREATE TABLE ${STAND_INS}.${standIn} AS SELECT true AS unread`,
    );
    this.#unread.set(standIn, shown);
    const table = `${shown.namespace}.${shown.name}`;
    const refusal = `The files of ${table} have not been fetched, because this statement does not name ${table} plainly. Name the table in FROM.`;
    return this.limited(
      shown,
      `${nullsOf(shown.fields)} FROM ${STAND_INS}.${standIn} WHERE error(${literal(refusal)})`,
    );
  }

  /** Puts the files of all tables that these statements come to in place of the stand-ins. @throws what reading a table throws */
  async readyFor(sql: string): Promise<void> {
    if (this.#unread.size === 0 || /^\s*(describe|desc|show)\b[^;]*;?\s*$/i.test(sql)) return;
    const standIns = await this.#statements.in(sql);
    await inParallel(standIns, TABLES_AT_ONCE, (standIn) => this.#once(standIn));
  }

  close(): void {
    this.#statements.close();
  }

  /** Statements that run side by side wait for the same fetching; one that failed is tried again by the next. */
  async #once(standIn: string): Promise<void> {
    const reading = this.#underWay.get(standIn) ?? this.#read(standIn);
    this.#underWay.set(standIn, reading);
    try {
      await reading;
    } finally {
      this.#underWay.delete(standIn);
    }
  }

  async #read(standIn: string): Promise<void> {
    const table = this.#unread.get(standIn);
    if (!table) return;
    const files = await this.filesOf(table);
    this.#statements.changing();
    const names = `${STAND_INS}.${standIn}_names`;
    if (files.deletes.length > 0 && files.data.size > 0)
      await this.connection.run(`CREATE OR REPLACE TABLE ${names} AS ${namesOf(files)}`);
    const rows = this.limited(table, rowsOf(table.fields, files, names));
    await this.connection.run(`CREATE OR REPLACE VIEW ${allRows(table)} AS ${rows}`);
    await this.connection.run(`DROP TABLE ${STAND_INS}.${standIn}`);
    this.#unread.delete(standIn);
  }
}
