/** Who may read a comment or a worklog, as callers send it. */

import type { Directory, Project } from '../model.js';
import { Refusal } from '../refusal.js';
import { rolesOfProject } from '../site/role-actors.js';
import { isObject } from './write-desk.js';

export interface Readers {
  group?: number;
  role?: { readonly id: string; readonly name: string };
}

/** Groups and roles of the project, by name or id. */
export function readVisibility(directory: Directory, project: Project | undefined, value: unknown): Readers {
  if (value === undefined || value === null) return {};
  const { type, value: name, identifier } = isObject(value) ? value : {};
  if (type === 'role') {
    const roles = project === undefined ? [] : rolesOfProject(directory, project);
    const role = roles.find((one) => one.name === name || one.id === identifier);
    if (role === undefined) throw new Refusal(400, [], { commentLevel: `Role: ${String(name)} does not exist.` });
    return { role };
  }
  const { groups } = directory;
  const group = groups.findIndex((one) => type === 'group' && (one.name === name || one.groupId === identifier));
  if (group < 0) throw new Refusal(400, [], { commentLevel: `Group: ${String(name ?? identifier)} does not exist.` });
  return { group };
}
