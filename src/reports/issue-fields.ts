/** Which field's history tells what a column of `issue` was. */
import { literal } from '../core/quote.js';
import { slug } from '../query/business-views/slug.js';
import type { Row, Sources } from './sources.js';

/**
 * @param column of the view `issue`
 * @param field its id, where it is one of the system
 * @returns null where `field_history` has nothing of it
 */
export async function fieldFollowed(sources: Sources, column: string, field?: string): Promise<string | null> {
  const id = field ?? (await customField(sources, column));
  if (id === null || !sources.has('field_history')) return null;
  const some = await sources.rows(`SELECT 1 AS one FROM main.field_history WHERE field_id = ${literal(id)} LIMIT 1`);
  return some.length > 0 ? id : null;
}

/** The id of the one field of the site whose name makes this column. */
async function customField(sources: Sources, column: string): Promise<string | null> {
  if (!sources.has('fields', 'name')) return null;
  const fields = await sources.rows("SELECT DISTINCT id, name FROM main.fields WHERE id LIKE 'customfield%'");
  const makes = ({ id, name }: Row) => {
    const word = slug(String(name));
    return word === column || `${word}_${String(id).slice('customfield_'.length)}` === column;
  };
  const ids = [...new Set(fields.filter(makes).map(({ id }) => String(id)))];
  return ids.length === 1 ? (ids[0] ?? null) : null;
}
