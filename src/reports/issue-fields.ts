/** Which field's history tells what a column of `issue` was, and what its values are called now. */
import { identifier, literal } from '../core/quote.js';
import { customColumnsByField, fieldWords } from '../query/business-views/custom-fields.js';
import { DUCKDB } from '../query/business-views/duck-dialect.js';
import { takenOf } from '../query/business-views/issue-views.js';
import type { IssueLevel } from './issue-level-words.js';
import type { Sources } from './sources.js';

/** @returns a condition on a row `h` of `field_history`; null where that has nothing of it */
export async function fieldFollowed(sources: Sources, { column, field }: IssueLevel): Promise<string | null> {
  const condition = field === undefined ? ofCustom(sources, column) : `h.field_id = ${literal(field)}`;
  if (condition === null || !sources.has('field_history')) return null;
  const some = await sources.rows(`SELECT 1 AS one FROM main.field_history h WHERE ${condition} LIMIT 1`);
  return some.length > 0 ? condition : null;
}

/** By connection the id of the custom field that is this column there: on another site the same id may be another field. */
function ofCustom(sources: Sources, column: string): string | null {
  const pairs = sources.warehouse.tables
    .filter(({ name }) => name === 'issue_search')
    .flatMap(({ namespace, version: { schema } }) =>
      customColumnsByField(schema.fields, takenOf(schema.fields), fieldWords(DUCKDB, 'i'))
        .filter(({ columns: [first] }) => first?.name === column)
        .map(({ id }) => `(${literal(namespace)}, ${literal(id)})`),
    );
  return pairs.length > 0 ? `(h._connection, h.field_id) IN (${pairs.join(', ')})` : null;
}

/**
 * In brackets: _connection, id, name. A change tells what a value was called when it was made; of several names that issues carry
 * the one of the issue that was changed last is the present one.
 */
export function presentNames(sources: Sources, { column, member }: IssueLevel): string {
  const select = (id: string, name: string, from: string) =>
    `(SELECT _connection, ${id} AS id, arg_max(${name}, changed) AS name FROM ${from} WHERE ${id} IS NOT NULL AND ${name} IS NOT NULL GROUP BY ALL)`;
  const changed = `coalesce(${sources.column('i', 'issue', 'updated', 'TIMESTAMPTZ')}, TIMESTAMPTZ '1970-01-01 00:00:00+00') AS changed`;
  const issues = (columns: string) => `(SELECT i._connection, ${columns}, ${changed} FROM main.issue i)`;
  // Not what children call it: an issue whose children have left it has a key, too.
  if (column === 'parent_key' && sources.has('issue', 'key')) return select('id', 'key', issues('i.id, i.key'));
  if (!sources.has('issue', column)) return NO_NAMES;
  if (member?.endsWith('."name"')) return select('x."id"', member, issues(`unnest(i.${identifier(column)}) AS x`));
  const id = column.replace(/_(name|key)$/, '_id');
  if (member !== undefined || id === column || !sources.has('issue', id)) return NO_NAMES;
  return select(identifier(id), identifier(column), issues(`i.${identifier(id)}, i.${identifier(column)}`));
}

const NO_NAMES =
  '(SELECT CAST(NULL AS VARCHAR) AS _connection, CAST(NULL AS VARCHAR) AS id, CAST(NULL AS VARCHAR) AS name WHERE false)';
