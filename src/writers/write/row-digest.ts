/**
 * Rows are compared by 128 bits of their cells' texts: exact for nested cells and nulls, and narrow to join. Comparing whole
 * rows, or one JSON text of each, holds megabytes per thousand rows in memory. No digest is stored, and each is compared with
 * the one of the same key alone, so that equal ones of different rows do no harm (docs/decisions.md).
 */

import { identifier } from '../../core/quote.js';
import type { Field } from '../iceberg/model.js';

/** Two expressions over columns of these names, each of 64 bits. */
export function digestsOf(fields: readonly Field[]): readonly [string, string] {
  const texts = fields.map(cellText);
  // DuckDB hashes cells first and mixes them then: a seed among the cells would leave two equal cells equal. One before each does not.
  const seeded = texts.map((text) => `'~' || ${text}`);
  return [`hash(${texts.join(', ')})`, `hash(${seeded.join(', ')})`];
}

/** A text that is different for different cells; a null gives null. */
function cellText({ name, type }: Field): string {
  const cell = identifier(name);
  if (type === 'string') return cell;
  return typeof type === 'string' ? `${cell}::VARCHAR` : `to_json(${cell})::VARCHAR`;
}
