/** Who may read a comment or a worklog, as callers send it. */

import type { Readable } from '../issues/shapes.js';
import type { Directory, Project } from '../model.js';
import { Refusal } from '../refusal.js';
import { rolesOfProject } from '../site/role-actors.js';
import { isObject } from './write-desk.js';

/**
 * Groups and roles of the project, by name or id.
 * @param before of a change that says nothing of readers
 */
export function readVisibility(
  directory: Directory,
  project: Project | undefined,
  value: unknown,
  { group: groupBefore, role: roleBefore }: Readable,
): Readable {
  if (value === undefined) return { group: groupBefore, role: roleBefore };
  if (value === null) return { group: undefined, role: undefined };
  const { type, value: name, identifier } = isObject(value) ? value : {};
  if (type === 'role') {
    const roles = project === undefined ? [] : rolesOfProject(directory, project);
    const role = roles.find((one) => one.name === name || one.id === identifier);
    if (role === undefined) throw new Refusal(400, [], { commentLevel: `Role: ${String(name)} does not exist.` });
    return { group: undefined, role };
  }
  const { groups } = directory;
  const group = groups.findIndex((one) => type === 'group' && (one.name === name || one.groupId === identifier));
  if (group < 0) throw new Refusal(400, [], { commentLevel: `Group: ${String(name ?? identifier)} does not exist.` });
  return { group, role: undefined };
}
