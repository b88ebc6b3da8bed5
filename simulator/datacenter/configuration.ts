/** Schemes, screens and roles as Data Center answers them: other frames, and one project or scheme at a time. */

import type { Call, Directory, Project, SimRoute } from '../model.js';
import { Refusal } from '../refusal.js';
import { listOf, ok, pageOf } from '../routes/paging.js';
import { findProject } from '../routes/projects.js';
import { issueTypeShape, projectShape } from '../routes/shapes.js';
import { actorsOf, type RoleActor, rolesOfProject } from '../site/role-actors.js';
import {
  companyManaged,
  issueTypeSchemesOf,
  notificationSchemeOf,
  type Scheme,
  typesOfScheme,
  workflowSchemeOf,
} from '../site/schemes.js';
import { screensOf } from '../site/screens.js';
import type { ServerPeople } from './people.js';

const SCREENS = { usual: 100, cap: 100 };

export function serverConfigurationRoutes(directory: Directory, people: ServerPeople): SimRoute[] {
  const project = (call: Call) => findProject(directory, call.params.project ?? '');
  return [
    get('issuetypescheme', (call) => ({
      schemes: issueTypeSchemesOf(directory).map((scheme) => schemeShape(directory, call, scheme)),
    })),
    get('issuetypescheme/{schemeId}/associations', (call) => {
      const scheme = issueTypeSchemesOf(directory).find(({ id }) => id === call.params.schemeId);
      if (!scheme) throw new Refusal(404, ['The issue type scheme does not exist.']);
      return scheme.projects.map((one) => projectShape(call.origin, one));
    }),
    get('screens', (call) => {
      const { startAt, maxResults, total, rows } = pageOf(call, screensOf(directory), SCREENS);
      const values = rows.map(({ id, name, description }) => ({
        id: Number(id),
        name,
        description,
        expand: 'deletable',
      }));
      return { startAt, maxResults, total, values };
    }),
    get('project/{project}/role/{id}', (call) => roleWithActors(directory, people, call, project(call))),
    get('project/{project}/notificationscheme', (call) => ({
      ...{ expand: 'all', id: Number(notificationSchemeOf(project(call))), name: 'Benachrichtigungen' },
      self: `${call.origin}/rest/api/2/notificationscheme/${notificationSchemeOf(project(call))}`,
    })),
    get('project/{project}/workflowscheme', (call) => workflowScheme(directory, call, project(call))),
    get('project/{project}/priorityscheme', (call) => ({
      ...{ id: priorityScheme(directory, project(call)), name: 'Prioritäten', description: '', defaultScheme: false },
      self: `${call.origin}/rest/api/2/priorityschemes/${priorityScheme(directory, project(call))}`,
    })),
  ];
}

function get(name: string, body: (call: Call) => unknown): SimRoute {
  return { method: 'GET', path: `/rest/api/2/${name}`, handle: (call) => ok(body(call)) };
}

/** Types come only when asked for. */
function schemeShape(directory: Directory, call: Call, scheme: Scheme): Record<string, unknown> {
  const { id, name, description } = scheme;
  const types = typesOfScheme(directory, scheme);
  const issueTypes = directory.issueTypes
    .filter((type) => types.includes(type.id))
    .map((type) => issueTypeShape(call.origin, type));
  return {
    ...{ expand: 'defaultIssueType,issueTypes', self: `${call.origin}/rest/api/2/issuetypescheme/${id}` },
    ...{ id, name, description },
    ...(listOf(call, 'expand').includes('schemes.issueTypes') ? { issueTypes } : {}),
  };
}

function roleWithActors(directory: Directory, people: ServerPeople, call: Call, project: Project): unknown {
  const role = rolesOfProject(directory, project).find(({ id }) => id === call.params.id);
  if (!role) throw new Refusal(404, ['The project role does not exist.']);
  const { id, name, description } = role;
  const actors = actorsOf(directory, project, role).map((actor) => actorShape(directory, people, call, actor));
  return { self: `${call.origin}${call.path}`, id: Number(id), name, description, actors };
}

/** Users by their login name, groups by theirs. */
function actorShape(directory: Directory, people: ServerPeople, call: Call, actor: RoleActor): Record<string, unknown> {
  const { id, displayName, accountId } = actor;
  const person = directory.people.find((one) => one.accountId === accountId);
  const name = person ? people.user(call.origin, person).name : displayName;
  return { id, displayName, name, type: `atlassian-${person ? 'user' : 'group'}-role-actor` };
}

function workflowScheme(directory: Directory, { origin }: Call, project: Project): Record<string, unknown> {
  const id = workflowSchemeOf(directory, project);
  const common = { description: '', defaultWorkflow: 'jira', issueTypeMappings: {}, draft: false };
  return id === null
    ? { name: 'Default Workflow Scheme', ...common }
    : {
        id: Number(id),
        name: `${project.key}: workflow scheme`,
        ...common,
        self: `${origin}/rest/api/2/workflowscheme/${id}`,
      };
}

/** The last project has a scheme of its own. */
const priorityScheme = (directory: Directory, project: Project): number =>
  companyManaged(directory).at(-1) === project ? 10_001 : 1;
