/** Lets statements pass that only read; DuckDB's own parser says what a statement is. */
import type { DuckDBConnection } from '@duckdb/node-api';
import { ConnectorError } from '../../core/errors.js';
import { whatIsWrong } from './judge.js';
import { splitStatements } from './split.js';

const ALLOWED = 'SELECT, WITH, FROM, VALUES, DESCRIBE, SUMMARIZE, SHOW and EXPLAIN of those';

const PIVOT = 'PIVOT makes a type, unless it lists its columns: ON … IN (…)';

/** EXPLAIN has no tree of its own. What follows it is judged, and then run behind just these words. */
const EXPLAIN =
  /^(?:\s|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)*(?<words>explain(?:\s+analyze\b|\s*\(\s*(?:analyze|format\s+\w+)(?:\s*,\s*(?:analyze|format\s+\w+))*\s*\))?)(?![\w$])/i;

/**
 * The statements of a text, each as it may be run; DuckDB has seen none of them but as a text to be parsed.
 * @throws ConnectorError kind `usage` when one of them does more than read
 */
export async function guardedStatements(connection: DuckDBConnection, text: string): Promise<readonly string[]> {
  // The road to the parser's C interface ends at a NUL: what came after it would be judged and not run.
  if (text.includes('\0')) throw new ConnectorError('usage', 'SQL cannot hold a NUL character; remove it.');
  const statements: string[] = [];
  for (const part of splitStatements(text)) {
    const guarded = await guardedStatement(connection, part);
    if (guarded !== null) statements.push(guarded);
  }
  if (statements.length === 0) throw new ConnectorError('usage', 'There is no SQL statement to run.');
  return statements;
}

/** Null when there is nothing but comments. */
async function guardedStatement(connection: DuckDBConnection, part: string): Promise<string | null> {
  const explain = EXPLAIN.exec(part);
  const select = explain ? part.slice(explain[0].length) : part;
  const { statements } = await parse(connection, select);
  if (statements.length === 0 && !explain) return null;
  if (statements.length !== 1) throw refusal('EXPLAIN needs one statement');
  const wrong = whatIsWrong(statements);
  if (wrong !== null) throw refusal(wrong);
  return explain ? `${explain.groups?.words} ${select}` : part;
}

interface Unparsed {
  readonly error_type?: string;
  readonly error_message?: string;
}

interface Parsed {
  readonly statements: readonly unknown[];
}

async function parse(connection: DuckDBConnection, select: string): Promise<Parsed> {
  const read = await connection.runAndReadAll('SELECT json_serialize_sql($1::VARCHAR)::VARCHAR', [select]);
  const parsed: unknown = JSON.parse(String(read.getRows()[0]?.[0]));
  const { error_type, error_message, statements } = parsed as Unparsed & Partial<Parsed>;
  if (statements !== undefined) return { statements };
  if (error_type === 'not implemented') throw refusal(/\bpivot\b/i.test(select) ? PIVOT : 'this statement does more');
  // Of a mistake in the text DuckDB says more here: it throws, with the line.
  await connection.extractStatements(select);
  throw new ConnectorError('usage', `The statement is not understood: ${error_message}`);
}

function refusal(what: string): ConnectorError {
  return new ConnectorError('usage', `Only reading is allowed here: ${ALLOWED}. Refused: ${what}.`);
}
