/** Marks (which live rows are gone) as SQL conditions; lists of keys become tables, whatever their length. */
import type { Mark, TableSpec } from '../../contract/table.js';
import { ConnectorError } from '../../core/errors.js';
import { identifier, literal } from '../../core/quote.js';
import type { DuckSession } from '../parquet/duckdb.js';
import { loadTexts } from '../parquet/load-texts.js';

/** A mark whose list, if any, is in the session's table `name`. */
export interface LoadedMark {
  readonly mark: Mark;
  readonly name: string;
}

/**
 * @param conflicts declared columns that the table holds under another type
 * @throws ConnectorError when a mark names a column that is not a declared string column, or the table only grows
 */
export function checkMark(mark: Mark, spec: TableSpec, conflicts: readonly string[]): void {
  if (spec.mode === 'append') throw unusable(spec, 'its mode is `append`, where rows are never marked deleted');
  if (mark.where === 'all') return;
  const { column } = mark.where;
  if (spec.columns.some(({ name, type }) => name === column && type === 'string') && !conflicts.includes(column))
    return;
  throw unusable(spec, `${JSON.stringify(column)} is not one of its columns of type string`);
}

/** Puts the marks' lists into temporary tables of the session, by way of files in `folder`. */
export async function loadMarks(session: DuckSession, marks: readonly Mark[], folder: string): Promise<LoadedMark[]> {
  const loaded = marks.map((mark, index) => ({ mark, name: `mark_${index}` }));
  for (const { mark, name } of loaded) {
    if (mark.where !== 'all') await loadTexts(session, name, ['value'], rowsOf(mark.where), folder);
  }
  return loaded;
}

/** An expression over a row's columns: the reason of the first mark that meets it, else null. */
export function reasonOf(marks: readonly LoadedMark[]): string {
  if (marks.length === 0) return 'NULL::VARCHAR';
  const cases = marks.map(({ mark, name }) => `WHEN ${condition(mark, name)} THEN ${literal(mark.reason)}`);
  return `CASE ${cases.join(' ')} ELSE NULL END`;
}

/** Columns the marks look at. */
export function markedColumns(marks: readonly Mark[]): Set<string> {
  return new Set(marks.flatMap(({ where }) => (where === 'all' ? [] : [where.column])));
}

/** A null is neither in a list nor outside of it: in SQL, null would be outside of an empty one. */
function condition({ where }: Mark, name: string): string {
  if (where === 'all') return 'true';
  const column = identifier(where.column);
  return `${column} IS NOT NULL AND ${column} ${'in' in where ? 'IN' : 'NOT IN'} (SELECT value FROM ${name})`;
}

function* rowsOf(where: Exclude<Mark['where'], 'all'>): Generator<{ readonly value: string }> {
  for (const value of 'in' in where ? where.in : where.notIn) yield { value };
}

function unusable(spec: TableSpec, why: string): ConnectorError {
  return new ConnectorError('failed', `Rows of ${spec.namespace}.${spec.name} cannot be marked deleted: ${why}.`);
}
