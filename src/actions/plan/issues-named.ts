/** Issues that a row names: what it is about, and what it hangs that below. None of them may be of a project that may not be touched. */
import type { Json } from '../../contract/table.js';
import { ISSUE_KEY } from '../../core/issue-key.js';
import { isObject, own } from '../../core/json-path.js';
import type { Action } from '../registry/registry.js';
import type { Field } from '../site/fields.js';
import { BadValue, quoted } from '../values/bad-value.js';

const NAME = new RegExp(`^(${ISSUE_KEY}|[1-9]\\d*)$`);

/** @throws BadValue */
export function issueName(value: Json): string {
  const name = String(value).trim().toUpperCase();
  if (!NAME.test(name))
    throw new BadValue(`expected the key of an issue such as ENG-7, or its id, got ${quoted(value)}`);
  return name;
}

/** Fields of apps and of older versions that say the issue above by its key. */
const ABOVE = /:(gh-epic-link|jpo-custom-field-parent)$/;

/** Those that a value of a field names, as it names them. */
export function issuesInField({ type, custom }: Field, value: Json): readonly string[] {
  if (value === null || (type !== 'issuelink' && !ABOVE.test(custom ?? ''))) return [];
  if (!isObject(value)) return [String(value).trim().toUpperCase()];
  // Which of them counts where they are of two issues, Jira alone knows.
  const names = ['id', 'key'].flatMap((name) => (own(value, name) ?? []) as Json);
  return names.length === 0 ? [JSON.stringify(value)] : names.map(String);
}

/** @param fields null for an action that takes no further fields */
export function issuesNamed(
  content: Readonly<Record<string, Json>>,
  { input }: Action,
  fields: readonly Field[] | null,
): readonly string[] {
  return Object.entries(content).flatMap(([name, value]) => {
    const field = fields?.find(({ id }) => id === name);
    if (input[name] === undefined) return field === undefined ? [] : issuesInField(field, value);
    return input[name].type === 'issue' && typeof value === 'string' ? [value] : [];
  });
}
