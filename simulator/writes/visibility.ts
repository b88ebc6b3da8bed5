/** Who may read a comment or a worklog, as callers send it. */

import type { Directory } from '../model.js';
import { Refusal } from '../refusal.js';
import { isObject } from './write-desk.js';

/** Groups by name or id; roles of projects are not played here, and refused. */
export function readVisibility({ groups }: Directory, value: unknown): { group?: number } {
  if (value === undefined || value === null) return {};
  const { type, value: name, identifier } = isObject(value) ? value : {};
  const group = groups.findIndex((one) => type === 'group' && (one.name === name || one.groupId === identifier));
  if (group < 0) throw new Refusal(400, [], { commentLevel: `Group: ${String(name ?? identifier)} does not exist.` });
  return { group };
}
