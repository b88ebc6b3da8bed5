/** Which field's history tells what a column of `issue` was. */
import { literal } from '../core/quote.js';
import { customColumnsByField, fieldWords } from '../query/business-views/custom-fields.js';
import { DUCKDB } from '../query/business-views/duck-dialect.js';
import { takenOf } from '../query/business-views/issue-views.js';
import type { Sources } from './sources.js';

/**
 * @param column of the view `issue`
 * @param field its id, where it is one of the system
 * @returns a condition on a row `h` of `field_history`; null where that has nothing of it
 */
export async function fieldFollowed(sources: Sources, column: string, field?: string): Promise<string | null> {
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
