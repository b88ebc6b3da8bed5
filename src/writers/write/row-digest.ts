/**
 * Rows are compared by the SHA-256 of their cells: exact for nested cells and nulls, and narrow to join. Comparing whole
 * rows, or one JSON text of each, holds megabytes per thousand rows in memory.
 */

import { identifier } from '../../core/quote.js';
import type { Field } from '../iceberg/model.js';

/** An expression over columns of these names: 64 hexadecimal digits. */
export function digestOf(fields: readonly Field[]): string {
  return `sha256(concat_ws('|', ${fields.map((field) => `coalesce(${cellText(field)}, '-')`).join(', ')}))`;
}

/** A text without `|` that is different for different cells; a null gives null. */
function cellText({ name, type }: Field): string {
  const cell = identifier(name);
  if (type === 'string') return `sha256(${cell})`;
  return typeof type === 'string' ? `${cell}::VARCHAR` : `sha256(to_json(${cell})::VARCHAR)`;
}
