/** Keeps statements from changing anything: DuckDB may open the warehouse's files, and only guarded statements are run. */
import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';
import { ConnectorError } from '../core/errors.js';
import { literal, pathList } from '../core/quote.js';
import { damageOf } from '../writers/parquet/damaged-file.js';
import { guardedStatements } from './guard/guard.js';
import { MOST_PIVOTED, openPivot } from './guard/pivot.js';
import { splitStatements } from './guard/split.js';
import { RowStream } from './row-stream.js';
import { UnreadableError } from './tables/unreadable.js';

/** Where statements run. */
export interface Readable {
  readonly connection: DuckDBConnection;
  /** What answers SHOW TABLES: DuckDB's own list mixes people's views with twins of every table. */
  readonly listing: string;
  /** Makes ready what this statement reads. */
  readyFor(sql: string): Promise<void>;
}

/** Runs one statement; its rows are read as they are asked for. */
export type Answer = () => Promise<RowStream>;

/**
 * After this, SQL reaches no file outside these folders, loads nothing and changes no setting. DuckDB compares the text of a
 * path before it resolves wildcards, so a folder is allowed as it is and as `pathList` writes it.
 */
export async function lockDown(connection: DuckDBConnection, folders: readonly string[]): Promise<void> {
  const paths = folders.map((folder) => `${folder}/`);
  await connection.run(`SET allowed_directories = ${pathList(paths)} || [${paths.map(literal).join(', ')}]`);
  await connection.run('SET enable_external_access = false');
  await connection.run('SET lock_configuration = true');
}

/**
 * The statements of a text, ready to be run one after the other: a mistake in the last one is told before the first is run.
 * @throws ConnectorError kind `usage` with the guard's words or DuckDB's.
 */
export async function prepareAll(warehouse: Readable, text: string): Promise<readonly Answer[]> {
  return withDuckWords(async () => {
    const answers: Answer[] = [];
    const listed = await withPivotLists(warehouse, text);
    for (const statement of await guardedStatements(warehouse.connection, listed))
      answers.push(await prepare(warehouse, statement));
    return answers;
  });
}

/** Each PIVOT without a list gets one, of the values that there are now. */
async function withPivotLists(warehouse: Readable, text: string): Promise<string> {
  if (!/\bpivot\b/i.test(text)) return text;
  const statements: string[] = [];
  for (const statement of splitStatements(text)) {
    const open = openPivot(statement);
    statements.push(open === null ? statement : open.listed(await valuesOf(warehouse, open.values)));
  }
  return statements.join(';\n');
}

async function valuesOf(warehouse: Readable, select: string): Promise<readonly string[]> {
  const [statement = '', ...others] = await guardedStatements(warehouse.connection, select);
  if (others.length > 0) throw new ConnectorError('usage', 'PIVOT takes one expression after ON.');
  const answer = await prepare(warehouse, statement);
  const rows: (readonly DuckDBValue[])[] = [];
  for await (const piece of (await answer()).pieces()) rows.push(...piece);
  if (rows.length > MOST_PIVOTED)
    throw new ConnectorError(
      'usage',
      `PIVOT would make more than ${MOST_PIVOTED} columns. List the ones that are wanted: ON … IN (…).`,
    );
  return rows.map(([value]) => String(value));
}

async function prepare({ connection, listing, readyFor }: Readable, statement: string): Promise<Answer> {
  await readyFor(statement);
  const asked = /^\s*SHOW\s+TABLES\s*$/i.test(statement) ? listing : statement;
  const extracted = await connection.extractStatements(asked);
  if (extracted.count !== 1) throw new ConnectorError('usage', 'A statement ended where none was expected to end.');
  const prepared = await extracted.prepare(0);
  return () => withDuckWords(() => RowStream.of(connection, prepared));
}

/** What is no mistake of the text: the machine lacks memory, DuckDB met a fault of its own, or a cell has half a gigabyte. */
const FAILURES = /^(Out of Memory|INTERNAL|FATAL) Error|^Cannot create a string longer than/;

/** A table of DuckDB's own is nobody's wish. */
const OF_DUCKDB_ALONE = /\nDid you mean "(pg_|duckdb_|sqlite_|information_schema)[^"]*"\?/;

/** Runs a step of a statement, and throws DuckDB's error as one of ours. */
export type Wording = <T>(work: () => Promise<T>) => Promise<T>;

/** For statements from outside: what is wrong with them is told in DuckDB's words. */
export const withDuckWords: Wording = async (work) => {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof ConnectorError) throw cause;
    const words = (cause instanceof Error ? cause.message : String(cause))
      .replace(/^Failed to extract statements: /, '')
      .replace(OF_DUCKDB_ALONE, '');
    throw damageIn(words) ?? new ConnectorError(FAILURES.test(words) ? 'failed' : 'usage', words, { cause });
  }
};

/** For statements of our own: a mistake in one is ours and stays DuckDB's error. */
export const withOwnWords: Wording = async (work) => {
  try {
    return await work();
  } catch (cause) {
    if (!(cause instanceof Error) || cause instanceof ConnectorError) throw cause;
    const damage = damageIn(cause.message);
    if (damage !== null) throw damage;
    if (!cause.message.startsWith('Out of Memory')) throw cause;
    const message = 'The answer needs more memory than DuckDB may take here. Ask for fewer days, projects or groups.';
    throw new ConnectorError('failed', message, { cause });
  }
};

function damageIn(words: string): UnreadableError | null {
  const damage = damageOf(words);
  return damage === null ? null : new UnreadableError(damage, { detail: words.slice(0, 200) });
}

/** Rows as they come: what is wrong with a file, or too large, may come to light with any of them. */
export async function* worded<Piece>(pieces: AsyncIterable<Piece>, wording: Wording): AsyncIterable<Piece> {
  const rest = pieces[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await wording(() => rest.next());
      if (next.done) return;
      yield next.value;
    }
  } finally {
    await rest.return?.();
  }
}
