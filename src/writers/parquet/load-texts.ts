/** Texts as a table of a session, by way of a file: whatever their number, they are not all in one statement. */
import { join } from 'node:path';
import { identifier, pathList } from '../../core/quote.js';
import { jsonColumns } from './column-sql.js';
import type { DuckSession } from './duckdb.js';
import { Spool } from './spool.js';

/** Makes the session's table `name`, each of the rows in it once. @param folder for the file under way */
export async function loadTexts<Column extends string>(
  session: DuckSession,
  name: string,
  columns: readonly Column[],
  rows: Iterable<Readonly<Record<Column, string>>>,
  folder: string,
): Promise<void> {
  const spool = await Spool.create(join(folder, `${name}.ndjson`));
  try {
    for (const row of rows) await spool.append(`${JSON.stringify(row)}\n`);
    await spool.flush();
    const fields = columns.map((column) => ({ name: column, type: 'string' as const }));
    const lines = `read_json(${pathList([spool.path])}, format = 'newline_delimited', columns = ${jsonColumns(fields)})`;
    await session.run(`CREATE TEMP TABLE ${identifier(name)} AS SELECT DISTINCT * FROM ${lines}`);
  } finally {
    await spool.remove();
  }
}
