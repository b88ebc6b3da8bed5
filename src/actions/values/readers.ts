/** Who may read a comment or a worklog, as people write it: `role:Developers`, `group:jira-admins`. */
import type { Json } from '../../contract/table.js';
import { isObject, own } from '../../core/json-path.js';
import { BadValue, quoted } from './bad-value.js';

/** -> `{type, value}`; what has that form already is left as it is. @throws BadValue */
export function readersOf(value: Json): Json {
  const [, type, name] = /^(role|group):\s*(\S.*)$/.exec(String(value).trim()) ?? [];
  if (type !== undefined && name !== undefined) return { type, value: name };
  const isRead = isObject(value) && ['role', 'group'].includes(String(own(value, 'type')));
  if (!isRead || (own(value, 'value') ?? own(value, 'identifier')) === undefined)
    throw new BadValue(`expected role:NAME or group:NAME, got ${quoted(value)}`);
  return value;
}
