/** Several values in one cell. */
import type { Json } from '../../contract/table.js';

/** `a, b` -> two; a list as it is. */
export function listOf(value: Json): readonly Json[] {
  if (Array.isArray(value)) return value;
  return String(value)
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
}
