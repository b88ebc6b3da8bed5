/** Who has which role in which project. */

import type { Directory, Project } from '../model.js';
import { type Role, rolesOf } from './roles.js';

export interface RoleActor {
  readonly id: number;
  readonly displayName: string;
  readonly accountId?: string;
  readonly groupId?: string;
}

/** A team-managed project has its own roles, the others share theirs. */
export function rolesOfProject(directory: Directory, project: Project): readonly Role[] {
  const owner = project.style === 'next-gen' ? project.id : undefined;
  return rolesOf(directory).filter(({ projectId }) => projectId === owner);
}

/** Between none and two people, and for every second role a group. */
export function actorsOf(directory: Directory, project: Project, role: Role): readonly RoleActor[] {
  const turn = Number(project.id) + Number(role.id);
  const first = (Number(project.id) * 1000 + (Number(role.id) % 1000)) * 10;
  const people = directory.people.filter(({ accountType }) => accountType === 'atlassian').slice(turn % 5);
  const group = directory.groups[turn % Math.max(1, directory.groups.length)];
  return [
    ...people.slice(0, turn % 3).map(({ accountId, displayName }, place) => ({
      ...{ id: first + place, displayName, accountId },
    })),
    ...(turn % 2 === 0 && group ? [{ id: first + 9, displayName: group.name, groupId: group.groupId }] : []),
  ];
}
