/** Texts as rows of a session, by way of a file: whatever their number, they are neither in one statement nor all in memory. */
import { join } from 'node:path';
import { identifier, pathList } from '../../core/quote.js';
import { jsonColumns } from './column-sql.js';
import type { DuckSession } from './duckdb.js';
import { Spool } from './spool.js';

interface Texts<Column extends string> {
  /** Also of the file under way. */
  readonly name: string;
  readonly columns: readonly Column[];
  readonly rows: Iterable<Readonly<Record<Column, string>>>;
  /** For the file under way. */
  readonly folder: string;
}

/** @param use told what can be selected from as long as it runs, and how many rows that has */
export async function withSpooledTexts<Column extends string, T>(
  { name, columns, rows, folder }: Texts<Column>,
  use: (source: string, count: number) => Promise<T>,
): Promise<T> {
  const spool = await Spool.create(join(folder, `${name}.ndjson`));
  try {
    for (const row of rows) await spool.append(`${JSON.stringify(row)}\n`);
    await spool.flush();
    const fields = columns.map((column) => ({ name: column, type: 'string' as const }));
    const lines = `read_json(${pathList([spool.path])}, format = 'newline_delimited', columns = ${jsonColumns(fields)})`;
    return await use(lines, spool.count);
  } finally {
    await spool.remove();
  }
}

/** Makes the session's table `name`, each of the rows in it once. @param folder for the file under way */
export async function loadTexts<Column extends string>(
  session: DuckSession,
  name: string,
  columns: readonly Column[],
  rows: Texts<Column>['rows'],
  folder: string,
): Promise<void> {
  await withSpooledTexts({ name, columns, rows, folder }, (source) =>
    session.run(`CREATE TEMP TABLE ${identifier(name)} AS SELECT DISTINCT * FROM ${source}`),
  );
}
