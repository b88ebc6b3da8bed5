/** Several values in one cell. */
import type { Json } from '../../contract/table.js';
import { isObject } from '../../core/json-path.js';
import { namesIn } from '../../core/option-values.js';
import { BadValue, quoted } from './bad-value.js';
import { textIn } from './cell.js';

/** `a, b` -> two; a list as it is, an object as the only one. */
export function listOf(value: Json): readonly Json[] {
  if (Array.isArray(value)) return value;
  return isObject(value) ? [value] : namesIn(String(value));
}

/** Jira ends a label at a space. @throws BadValue */
export function labelOf(value: Json): string {
  const label = textIn(value);
  if (/\s/.test(label)) throw new BadValue(`expected labels without spaces, got ${quoted(label)}`);
  return label;
}
