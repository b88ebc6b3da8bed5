/** Small lists and settings of the whole site: labels, features, roles, products, permissions. */

import type { Call, Directory, IssueIndex, SimRoute } from '../model.js';
import { ALL_FEATURES, type SiteFeatures } from '../site/options.js';
import { type Role, rolesOf } from '../site/roles.js';
import { ok, pageBean } from './paging.js';
import { avatarUrls, groupShape, personOf, scopeShape } from './shapes.js';

const LABEL_PAGE = { usual: 1000, cap: 1000 };

export function siteListRoutes(
  directory: Directory,
  issues: IssueIndex,
  features: SiteFeatures = ALL_FEATURES,
): SimRoute[] {
  return [
    get('label', (call) => pageBean(call, issues.labels(), LABEL_PAGE, (label) => label)),
    get('configuration', () => configuration(features)),
    get('role', (call) => rolesOf(directory).map((role) => roleShape(directory, call, role))),
    get('applicationrole', (call) => applicationRoles(directory, call)),
  ];
}

function get(name: string, body: (call: Call) => unknown): SimRoute {
  return { method: 'GET', path: `/rest/api/3/${name}`, handle: (call) => ok(body(call)) };
}

function configuration({ issueLinking }: SiteFeatures): Record<string, unknown> {
  return {
    votingEnabled: true,
    watchingEnabled: true,
    unassignedIssuesAllowed: true,
    subTasksEnabled: true,
    issueLinkingEnabled: issueLinking,
    timeTrackingEnabled: true,
    attachmentsEnabled: true,
    timeTrackingConfiguration: {
      workingHoursPerDay: 7.5,
      workingDaysPerWeek: 5,
      timeFormat: 'pretty',
      defaultUnit: 'minute',
    },
  };
}

function roleShape(directory: Directory, call: Call, role: Role): Record<string, unknown> {
  const { id, name, description, admin } = role;
  return {
    self: `${call.origin}/rest/api/3/role/${id}`,
    name,
    id: Number(id),
    ...(description === '' ? {} : { description }),
    translatedName: name,
    admin,
    default: false,
    roleConfigurable: true,
    actors: actorsOf(directory, call, role),
    ...roleScope(directory, role),
  };
}

function roleScope(directory: Directory, { projectId }: Role): Record<string, unknown> {
  const { scope } = scopeShape(projectId) as { scope?: { type: string } };
  const project = directory.projects.find(({ id }) => id === projectId);
  return scope && project
    ? { scope: { ...scope, project: { id: project.id, key: project.key, name: project.name } } }
    : {};
}

function actorsOf(directory: Directory, call: Call, role: Role): Record<string, unknown>[] {
  const people = role.defaultPeople.map((accountId, place) => ({
    id: Number(role.id) * 100 + place,
    displayName: personOf(directory, accountId).displayName,
    type: 'atlassian-user-role-actor',
    avatarUrl: avatarUrls(call.origin, `/avatars/${encodeURIComponent(accountId)}`)['16x16'],
    actorUser: { accountId },
  }));
  const groups = directory.groups
    .filter(({ groupId }) => role.defaultGroups.includes(groupId))
    .map(({ groupId, name }, place) => ({
      id: Number(role.id) * 100 + 50 + place,
      displayName: name,
      type: 'atlassian-group-role-actor',
      name,
      actorGroup: { name, displayName: name, groupId },
    }));
  return [...people, ...groups];
}

const PRODUCTS = [
  { key: 'jira-software', name: 'Jira', numberOfSeats: 100, words: 'developers' },
  { key: 'jira-servicedesk', name: 'Jira Service Management', numberOfSeats: 10, words: 'agents' },
  // A licence for any number of people.
  { key: 'jira-core', name: 'Jira Work Management', numberOfSeats: -1, words: 'users' },
] as const;

function applicationRoles(directory: Directory, call: Call): Record<string, unknown>[] {
  return PRODUCTS.map(({ key, name, numberOfSeats, words }, place) => {
    const groups = directory.groups.slice(place, place + 2);
    const userCount = new Set(groups.flatMap(({ memberIds }) => memberIds)).size;
    const first = groups.slice(0, 1);
    return {
      key,
      name,
      groups: groups.map((group) => group.name),
      groupDetails: groups.map((group) => groupShape(call.origin, group)),
      defaultGroups: first.map((group) => group.name),
      defaultGroupsDetails: first.map((group) => groupShape(call.origin, group)),
      selectedByDefault: place === 0,
      defined: true,
      numberOfSeats,
      remainingSeats: numberOfSeats < 0 ? -1 : Math.max(0, numberOfSeats - userCount),
      userCount,
      userCountDescription: `${userCount} ${words}`,
      hasUnlimitedSeats: numberOfSeats < 0,
      platform: key === 'jira-core',
    };
  });
}
