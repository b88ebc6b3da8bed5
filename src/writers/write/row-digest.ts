/**
 * A number that stands for what a row says, kept beside the row in its data file. Rows that come again lie scattered over all
 * files of a table: with it they are told from changed ones by eight bytes each, instead of by every column of every file.
 *
 * The table's schema does not have this column: readers take columns by their field ids, and leave it out as they do a dropped
 * one (spec: Column Projection). Whoever writes rows anew without it (another program, an erasure) leaves rows whose digest is
 * not known, and these are compared by their columns.
 *
 * No change is lost by it: every cell that counts goes in with its field's id, and a text with its length, so that different
 * rows are different texts. Of two versions of one row, 63 bits of MD5 are the same by chance once in 9 * 10^18. Cells that are
 * null leave no trace: a row is the same row when its table has got a column more.
 */

import { identifier } from '../../core/quote.js';
import type { Field, FieldType } from '../iceberg/model.js';

const NAME = '#digest';
/** So many ids beyond all that a table gives, and below those that the spec reserves (Reserved Field IDs). */
const [FIRST_ID, IDS] = [2_147_480_000, 3000];

/** @param generation files hold digests of one; in those of another, this column is all null */
export const digestField = (generation: number): Field => ({
  id: FIRST_ID + (generation % IDS),
  name: NAME,
  required: false,
  type: 'long',
});

export const DIGEST_COLUMN = identifier(NAME);

/** Stands in no text of a number, a moment or a boolean. */
const BETWEEN = 'chr(31)';

/** SQL over columns of these names. Texts that a version of DuckDB writes in another way make rows be written once more. */
export function digestOf(fields: readonly Field[]): string {
  const cells = fields.toSorted((one, other) => one.id - other.id).flatMap(cellTexts);
  return `(md5_number_lower(concat_ws(${[BETWEEN, ...cells].join(', ')})) >> 1)::BIGINT`;
}

/** Copied into no text of their own before all are put together: a vector of wide rows takes megabytes each time. */
function cellTexts({ id, name, type }: Field): string[] {
  const cell = identifier(name);
  if (typeof type === 'string' && type !== 'string') return [`'${id}:' || ${cell}::VARCHAR`];
  const text = type === 'string' ? cell : hasMembers(type) ? withoutNulls(`${cell}::VARCHAR`) : `${cell}::VARCHAR`;
  return [`'${id}:' || strlen(${text})`, text];
}

const hasMembers = (type: FieldType): boolean =>
  typeof type !== 'string' && (type.kind === 'struct' || hasMembers(type.element));

/**
 * Members that are null leave no trace either. Within a value DuckDB escapes quotes, so that only a member's name matches; and it
 * writes NULLX without any, so that what follows counts.
 */
const withoutNulls = (text: string) => `regexp_replace(${text}, '((, )?''[a-z0-9_]+'': NULL)+([,}])', '\\3', 'g')`;
