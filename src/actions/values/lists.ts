/** Several values in one cell. */
import type { Json } from '../../contract/table.js';
import { namesIn } from '../../core/option-values.js';
import { BadValue, quoted } from './bad-value.js';

/** `a, b` -> two; a list as it is. */
export function listOf(value: Json): readonly Json[] {
  if (Array.isArray(value)) return value;
  return namesIn(String(value));
}

/** Jira ends a label at a space. @throws BadValue */
export function labelOf(value: Json): string {
  const label = String(value);
  if (/\s/.test(label)) throw new BadValue(`expected labels without spaces, got ${quoted(label)}`);
  return label;
}
