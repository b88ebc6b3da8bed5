/** The project roles of the site: those of all projects, and those that each team-managed project has for itself. */

import type { Directory, Named } from '../model.js';

export interface Role extends Named {
  readonly description: string;
  readonly admin: boolean;
  /** Who gets it in a new project: account ids and group ids. */
  readonly defaultPeople: readonly string[];
  readonly defaultGroups: readonly string[];
  /** The team-managed project it belongs to; absent: all others have it. */
  readonly projectId?: string;
}

export function rolesOf(directory: Directory): readonly Role[] {
  const [first, second, third] = directory.people.filter(({ accountType }) => accountType === 'atlassian');
  const [groupId] = directory.groups.map((group) => group.groupId);
  const ids = (...people: (typeof first)[]) => people.flatMap((person) => person?.accountId ?? []);
  const own = directory.projects
    .filter(({ style, state }) => style === 'next-gen' && state !== 'deleted')
    .flatMap(({ id, key }) => [
      role(20_000 + 2 * Number(id), 'Administrator', `Runs ${key}.`, { admin: true, projectId: id }),
      role(20_001 + 2 * Number(id), 'Member', `Works in ${key}.`, { projectId: id }),
    ]);
  return [
    role(10_002, 'Administrators', 'Run the project.', {
      admin: true,
      defaultPeople: ids(first),
      defaultGroups: [groupId ?? ''],
    }),
    role(10_100, 'Entwickler:innen', 'Write, review & ship.', { defaultPeople: ids(first, second, third) }),
    role(10_101, 'Service Desk Team', '', { defaultGroups: [groupId ?? ''] }),
    // A role that nobody has by default.
    role(10_102, '閲覧者', 'May look.', {}),
    ...own,
  ];
}

function role(id: number, name: string, description: string, more: Partial<Role>): Role {
  return { id: String(id), name, description, admin: false, defaultPeople: [], defaultGroups: [], ...more };
}
