/** What single projects say of their roles, statuses and permission scheme. */

import type { Call, Directory, IssueIndex, Project, SimRoute } from '../model.js';
import { Refusal } from '../refusal.js';
import { actorsOf, type RoleActor, rolesOfProject } from '../site/role-actors.js';
import type { Role } from '../site/roles.js';
import { ok } from './paging.js';
import { findProject } from './projects.js';
import { permissionSchemeOf } from './schemes.js';
import { avatarUrls, issueTypesOf, scopeShape, statusesOf } from './shapes.js';
import { plainStatus } from './vocabulary.js';

export function projectDetailRoutes(directory: Directory, _issues: IssueIndex): SimRoute[] {
  const one = (call: Call): Project =>
    findProject(directory, call.params.projectIdOrKey ?? call.params.projectKeyOrId ?? '');
  return [
    get('project/{projectIdOrKey}/statuses', (call) => statusesByType(directory, call, one(call))),
    get('project/{projectIdOrKey}/role', (call) => {
      const roles = rolesOfProject(directory, one(call));
      return Object.fromEntries(roles.map((role) => [role.name, addressOf(call, one(call), role)]));
    }),
    get('project/{projectIdOrKey}/roledetails', (call) =>
      rolesOfProject(directory, one(call)).map((role) => detailsOf(call, one(call), role)),
    ),
    get('project/{projectIdOrKey}/role/{id}', (call) => {
      const role = rolesOfProject(directory, one(call)).find(({ id }) => id === call.params.id);
      if (!role) throw new Refusal(404, ['The project role was not found.']);
      return roleWithActors(directory, call, one(call), role);
    }),
    get('project/{projectKeyOrId}/permissionscheme', (call) => permissionSchemeOf(directory, call, one(call))),
  ];
}

function get(name: string, body: (call: Call) => unknown): SimRoute {
  return { method: 'GET', path: `/rest/api/3/${name}`, handle: (call) => ok(body(call)) };
}

function statusesByType(directory: Directory, { origin }: Call, project: Project): Record<string, unknown>[] {
  return issueTypesOf(directory, project).map(({ id, name, subtask }) => ({
    ...{ self: `${origin}/rest/api/3/issuetype/${id}`, id, name, subtask },
    statuses: statusesOf(directory, project).map((status) => plainStatus(origin, status)),
  }));
}

const addressOf = ({ origin }: Call, project: Project, role: Role): string =>
  `${origin}/rest/api/3/project/${project.id}/role/${role.id}`;

function detailsOf(call: Call, project: Project, role: Role): Record<string, unknown> {
  const { id, name, description, admin, projectId } = role;
  return {
    self: addressOf(call, project, role),
    ...{ id: Number(id), name, translatedName: name, description, admin },
    ...{ default: false, roleConfigurable: projectId === undefined, type: 'DEFAULT' },
    ...scopeShape(projectId),
  };
}

function roleWithActors(directory: Directory, call: Call, project: Project, role: Role): Record<string, unknown> {
  const actors = actorsOf(directory, project, role).map((actor) => actorShape(call, actor));
  const { type: _, ...details } = detailsOf(call, project, role);
  return { ...details, actors };
}

function actorShape({ origin }: Call, { id, displayName, accountId, groupId }: RoleActor): Record<string, unknown> {
  const avatarUrl = avatarUrls(origin, `/avatars/${encodeURIComponent(accountId ?? '')}`)['16x16'];
  return accountId === undefined
    ? {
        ...{ id, displayName, type: 'atlassian-group-role-actor', name: displayName },
        actorGroup: { name: displayName, displayName, groupId },
      }
    : { id, displayName, type: 'atlassian-user-role-actor', avatarUrl, actorUser: { accountId } };
}
