/** Rows that only some may see on the site, in a file that anybody may be given. */
import { identifier } from '../../core/quote.js';
import { restrictedIn } from '../tables/restricted.js';

/** What becomes of them; the first is the default. */
export const RESTRICTED_ROWS = ['omit', 'mask', 'include'] as const;

export type RestrictedRows = (typeof RESTRICTED_ROWS)[number];

const WORDS = ['comment', 'text', 'from_text', 'to_text'];

/** What is null in a masked row: the words, and whatever tells of their author. Hours stay, so that sums stay right. */
const isMasked = (column: string): boolean => WORDS.includes(column) || column.startsWith('author_');

/** A SELECT of a view, without what is restricted. @param from the quoted name of the view */
export function openRows(from: string, columns: readonly string[], restricted: RestrictedRows): string {
  const condition = restrictedIn(columns);
  if (condition === null || restricted === 'include') return `SELECT * FROM ${from}`;
  // Null, of a row that says nothing of a restriction, is not true.
  if (restricted === 'omit') return `SELECT * FROM ${from} WHERE ${condition} IS NOT TRUE`;
  const masked = columns.filter(isMasked).map(identifier);
  const nulls = masked.map((column) => `CASE WHEN ${condition} THEN NULL ELSE ${column} END AS ${column}`);
  return `SELECT * REPLACE (${nulls.join(', ')}) FROM ${from}`;
}
