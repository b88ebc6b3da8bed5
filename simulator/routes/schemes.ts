import type { Call, Directory, IssueIndex, Project, SimRoute } from '../model.js';
import { tokenOwner } from '../site/people.js';
import { companyManaged } from '../site/schemes.js';
import { containing, firstPage, listOf, narrowed, ok, pageBean } from './paging.js';
import { groupShape, ownerShape, projectShape, scopeShape } from './shapes.js';
import { priorityShape } from './vocabulary.js';

const USUAL = { usual: 50, cap: 50 };
const SCREENS = { usual: 25, cap: 100 };

/** Everything called a scheme, apart from those of workflows and fields. */
export function schemeRoutes(directory: Directory, _issues: IssueIndex): SimRoute[] {
  return [
    get('permissionscheme', (call) => ({ permissionSchemes: permissionSchemes(directory, call) })),
    get('notificationscheme', (call) => {
      const byId = narrowed(call, 'id', companyManaged(directory), (project) => String(Number(project.id) + 300));
      return pageBean(call, byId, USUAL, (project) => notificationScheme(directory, call, project));
    }),
    get('issuesecurityschemes', (call) => ({ issueSecuritySchemes: securitySchemes(directory, call) })),
    get('screenscheme', (call) => {
      const schemes = companyManaged(directory).map(screenScheme);
      const rows = containing(
        call,
        'queryString',
        narrowed(call, 'id', schemes, ({ id }) => String(id)),
      );
      const more = listOf(call, 'expand').includes('issueTypeScreenSchemes');
      return pageBean(call, rows, SCREENS, (scheme) => (more ? { ...scheme, ...typeScreens(scheme) } : scheme));
    }),
    get('priorityscheme', (call) => {
      const schemes = narrowed(call, 'schemeId', prioritySchemes(directory), ({ id }) => id);
      return pageBean(call, schemes, USUAL, (scheme) => prioritySchemeShape(directory, call, scheme));
    }),
  ];
}

function get(name: string, body: (call: Call) => unknown): SimRoute {
  return { method: 'GET', path: `/rest/api/3/${name}`, handle: (call) => ok(body(call)) };
}

/** Any value of `expand` brings the grants. Team-managed projects have a scheme of their own, with scope. */
function permissionSchemes(directory: Directory, call: Call): Record<string, unknown>[] {
  const projects = directory.projects.filter(({ state }) => state !== 'deleted');
  const standard = permissionScheme(directory, call, 0, 'Default Permission Scheme', undefined);
  return [standard, ...projects.map((project) => permissionSchemeOf(directory, call, project))];
}

/** Each project has its own. */
export function permissionSchemeOf(directory: Directory, call: Call, project: Project): Record<string, unknown> {
  const scoped = project.style === 'next-gen' ? project.id : undefined;
  return permissionScheme(directory, call, Number(project.id), `${project.key}: Berechtigungen`, scoped);
}

function permissionScheme(
  directory: Directory,
  call: Call,
  id: number,
  name: string,
  projectId: string | undefined,
): Record<string, unknown> {
  const expanded = listOf(call, 'expand').length > 0;
  return {
    expand: 'permissions,user,group,projectRole,field,all',
    id,
    self: `${call.origin}/rest/api/3/permissionscheme/${id}`,
    name,
    ...(id % 2 === 0 ? { description: `Who may do what. Nº ${id}` } : {}),
    ...scopeShape(projectId),
    ...(expanded ? { permissions: grants(directory, call, id) } : {}),
  };
}

const GRANTED = [
  'BROWSE_PROJECTS',
  'ADMINISTER_PROJECTS',
  'CREATE_ISSUES',
  'EDIT_ISSUES',
  'DELETE_ISSUES',
  'ADD_COMMENTS',
];

/** Holders of every kind, in turn. */
function grants(directory: Directory, call: Call, scheme: number): Record<string, unknown>[] {
  const owner = tokenOwner(directory);
  const group = directory.groups[0];
  const holders = [
    { type: 'projectRole', parameter: '10002', value: '10002', expand: 'projectRole' },
    { type: 'applicationRole' },
    { type: 'user', parameter: owner.accountId, value: owner.accountId, expand: 'user' },
    { type: 'anyone' },
    { type: 'projectLead' },
    ...(group === undefined ? [] : [{ type: 'group', parameter: group.name, value: group.groupId, expand: 'group' }]),
  ];
  return GRANTED.map((permission, place) => {
    const id = scheme * 10 + place;
    const self = `${call.origin}/rest/api/3/permissionscheme/${scheme}/permission/${id}`;
    return { id, self, holder: holders[(scheme + place) % holders.length], permission };
  });
}

const EVENTS = ['Issue created', 'Issue updated', 'Issue assigned', 'Work logged on issue'];

/** `notificationSchemeEvents` comes with any value of `expand`; one of its events has no recipients. */
function notificationScheme(directory: Directory, call: Call, project: Project): Record<string, unknown> {
  const id = Number(project.id) + 300;
  const events = EVENTS.map((name, place) => ({
    event: { id: 1 + place, name, description: `This is the '${name}' event type.` },
    notifications: place === 3 ? [] : recipients(directory, call, place),
  }));
  return {
    expand: 'notificationSchemeEvents,user,group,projectRole,field,all',
    id,
    self: `${call.origin}/rest/api/3/notificationscheme/${id}`,
    name: `${project.key}: Benachrichtigungen`,
    description: '',
    ...(listOf(call, 'expand').length > 0 ? { notificationSchemeEvents: events } : {}),
    projects: [Number(project.id)],
  };
}

function recipients(directory: Directory, call: Call, event: number): Record<string, unknown>[] {
  const { accountId } = tokenOwner(directory);
  const user = ownerShape(call.origin, tokenOwner(directory));
  const group = directory.groups[0];
  const named =
    group === undefined
      ? []
      : [
          {
            notificationType: 'Group',
            parameter: group.name,
            recipient: group.groupId,
            expand: 'group',
            ofGroup: group,
          },
        ];
  const all = [
    { notificationType: 'CurrentAssignee' },
    { notificationType: 'User', parameter: accountId, recipient: accountId, expand: 'user', user },
    ...named.map(({ ofGroup, ...rest }) => ({ ...rest, group: groupShape(call.origin, ofGroup) })),
  ];
  return all.slice(0, 1 + event).map((recipient, place) => ({ id: 10 * (1 + event) + place, ...recipient }));
}

/** A default level is there for every second scheme only. The list has no levels; one scheme on its own has. */
export function securitySchemes(directory: Directory, call: Call): Record<string, unknown>[] {
  return companyManaged(directory).map((project, place) => {
    const id = Number(project.id) + 400;
    return {
      self: `${call.origin}/rest/api/3/issuesecurityschemes/${id}`,
      id,
      name: `${project.key}: Vertraulichkeit 🔐`,
      description: `Levels of ${project.name}`,
      ...(place % 2 === 0 ? { defaultSecurityLevelId: id + 1000 } : {}),
    };
  });
}

interface ScreenScheme {
  readonly id: number;
  readonly name: string;
  readonly description: string;
  readonly screens: { readonly default: number; readonly create?: number; readonly edit?: number };
}

/** Operations without a screen of their own are missing. */
function screenScheme(project: Project, place: number): ScreenScheme {
  const id = Number(project.id) + 500;
  const screens = place % 2 === 0 ? { default: id, create: id + 1, edit: id + 2 } : { default: id };
  return { id, name: `${project.key}: Bildschirmschema`, description: place % 3 === 0 ? '' : `Nº ${place}`, screens };
}

function typeScreens(scheme: ScreenScheme): Record<string, unknown> {
  const uses = [{ id: String(scheme.id + 100), name: `${scheme.name} (issue types)`, description: '' }];
  return { issueTypeScreenSchemes: firstPage(uses, 100) };
}

interface PriorityScheme {
  readonly id: string;
  readonly name: string;
  readonly isDefault: boolean;
  readonly projects: readonly Project[];
}

/** The default scheme has all projects but the last, which has its own. */
export function prioritySchemes(directory: Directory): PriorityScheme[] {
  const projects = companyManaged(directory);
  return [
    { id: '1', name: 'Default priority scheme', isDefault: true, projects: projects.slice(0, -1) },
    { id: '10001', name: 'Notfälle zuerst', isDefault: false, projects: projects.slice(-1) },
  ];
}

/** `priorities` and `projects` are pages inside the record, and come only when expanded. */
function prioritySchemeShape(directory: Directory, call: Call, scheme: PriorityScheme): Record<string, unknown> {
  const expand = listOf(call, 'expand');
  const priorities = directory.priorities.map((priority, place) => ({
    ...priorityShape(call.origin, priority),
    sequence: String(place),
  }));
  const projects = scheme.projects.map((project) => projectShape(call.origin, project));
  return {
    self: `${call.origin}/rest/api/3/priorityscheme/${scheme.id}`,
    id: scheme.id,
    name: scheme.name,
    description: scheme.isDefault ? 'Used by all new and unassigned projects' : '',
    isDefault: scheme.isDefault,
    ...(scheme.isDefault ? { defaultPriorityId: '3' } : {}),
    ...(expand.includes('priorities') ? { priorities: firstPage(priorities, 50) } : {}),
    ...(expand.includes('projects') ? { projects: firstPage(projects, 50) } : {}),
  };
}
