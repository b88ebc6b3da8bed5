/** The routes of a Data Center: its own, and of Cloud's those that it has too, under version 2. */

import type { IssueDesk } from '../issues/issue-desk.js';
import type { Answer, Call, Directory, SimRoute } from '../model.js';
import { experimental } from '../routes/service-paging.js';
import { PERMISSION_KEYS } from '../routes/site-info.js';
import { serverConfigurationRoutes } from './configuration.js';
import { serverListRoutes } from './lists.js';
import { serverSearchRoutes } from './search.js';
import { ServerShapes } from './server-shapes.js';

/** Paths below /rest/api that both have, with the same parameters and the same frame around the records. */
const SHARED: ReadonlySet<string> = new Set([
  ...['myself', 'mypermissions', 'field', 'filter/favourite', 'group/member', 'projectCategory'],
  ...['issue', 'issue/bulk', 'issue/{issueIdOrKey}/assignee', 'issue/{issueIdOrKey}/transitions', 'issue/picker'],
  ...['issue/{issueIdOrKey}/editmeta', 'issue/createmeta/{projectIdOrKey}/issuetypes'],
  ...[
    'issue/createmeta/{projectIdOrKey}/issuetypes/{issueTypeId}',
    'issueLink',
    'issueLink/{linkId}',
    'issuetype/{id}',
  ],
  ...['issue/{issueIdOrKey}/worklog/{id}', 'issue/{issueIdOrKey}/properties'],
  ...['issue/{issueIdOrKey}/properties/{propertyKey}', 'comment/{commentId}/properties'],
  ...['comment/{commentId}/properties/{propertyKey}'],
  ...[
    'issue/{issueIdOrKey}/attachments',
    'issue/{issueIdOrKey}/comment',
    'issue/{issueIdOrKey}/comment/{id}',
    'issue/{issueIdOrKey}/worklog',
  ],
  ...['issue/{issueIdOrKey}/watchers', 'issue/{issueIdOrKey}/votes', 'issue/{issueIdOrKey}/remotelink'],
  ...['issueLinkType', 'issuesecurityschemes', 'issuetype', 'notificationscheme', 'permissionscheme', 'priority'],
  ...['project/type', 'project/{projectIdOrKey}', 'resolution', 'status', 'statuscategory'],
  ...['worklog/updated', 'worklog/deleted', 'worklog/list'],
  ...['configuration', 'role', 'applicationrole', 'permissions'],
  ...[
    'project/{projectIdOrKey}/statuses',
    'project/{projectIdOrKey}/role',
    'project/{projectKeyOrId}/permissionscheme',
  ],
  ...['project/{projectKeyOrId}/issuesecuritylevelscheme', 'issuesecurityschemes/{id}'],
  ...['screens/{screenId}/tabs', 'screens/{screenId}/tabs/{tabId}/fields'],
]);

const CLOUD = '/rest/api/3/';

/** The major one. */
export type ServerVersion = 7 | 8 | 9;

/** @param cloud all routes of a Cloud site with the same contents. */
export function serverRoutes(
  cloud: readonly SimRoute[],
  directory: Directory,
  desk: IssueDesk,
  version: ServerVersion,
): SimRoute[] {
  const shapes = new ServerShapes(directory, version < 9);
  const shared = cloud.filter(isShared).map((route) => ({ ...route, path: route.path.replace(CLOUD, '/rest/api/2/') }));
  const own = [
    ...serverSearchRoutes(desk),
    ...serverListRoutes(directory, desk),
    ...serverConfigurationRoutes(directory, shapes.people),
    serverInfo(cloud, version),
  ];
  return [...own, ...shared.map(withOwnWays)].map((route) => ({
    ...route,
    handle: (call) => {
      const answer = route.handle(call);
      return { ...answer, body: shapes.of(answer.body, call.origin) };
    },
  }));
}

/** Issues are read by a route of its own, and written as on Cloud. */
const isShared = ({ path, writes }: SimRoute): boolean =>
  path.startsWith('/rest/agile/') ||
  isOfDesks(path) ||
  SHARED.has(path.replace(CLOUD, '')) ||
  (writes === true && path === `${CLOUD}issue/{issueIdOrKey}`);

/** Request types are told desk by desk alone. */
const isOfDesks = (path: string) =>
  path.startsWith('/rest/servicedeskapi/') && path !== '/rest/servicedeskapi/requesttype';

function withOwnWays(route: SimRoute): SimRoute {
  const change = WAYS[route.path];
  return change === undefined ? route : { ...route, handle: (call) => change(call, route.handle) };
}

const WAYS: Readonly<Record<string, (call: Call, answer: SimRoute['handle']) => Answer>> = {
  '/rest/servicedeskapi/organization': (call, answer) => experimentally(call, answer),
  '/rest/servicedeskapi/organization/{organizationId}/user': (call, answer) => experimentally(call, answer),
  '/rest/servicedeskapi/servicedesk/{serviceDeskId}/queue': (call, answer) => experimentally(call, answer),
  '/rest/api/2/role': (call, answer) => ({
    body: (answer(call).body as Record<string, unknown>[]).map(withPlainActors),
  }),
  /** All permissions, whichever were asked for. */
  '/rest/api/2/mypermissions': (call, answer) =>
    answer({ ...call, query: new URLSearchParams({ permissions: PERMISSION_KEYS.join(',') }) }),
};

const experimentally = (call: Call, handle: SimRoute['handle']): Answer =>
  experimental({ method: 'GET', path: call.path, handle }).handle(call);

/** Actors have a name and no id: a login name, or a group's. */
function withPlainActors(role: Record<string, unknown>): Record<string, unknown> {
  const { self, id, name, description, actors } = role;
  const plain = (actors as Record<string, unknown>[]).map(({ actorUser: _, actorGroup: __, ...actor }) => ({
    ...actor,
    name: actor.name ?? String(actor.displayName).toLowerCase().replaceAll(' ', '.'),
  }));
  return { self, id, name, ...(description === undefined ? {} : { description }), actors: plain };
}

const INFO: Readonly<Record<ServerVersion, Readonly<Record<string, unknown>>>> = {
  7: { version: '7.2.1', versionNumbers: [7, 2, 1], buildNumber: 72_003 },
  // The word for both editions that companies host themselves.
  8: { version: '8.20.30', versionNumbers: [8, 20, 30], buildNumber: 820_030, deploymentType: 'Server' },
  9: { version: '9.12.15', versionNumbers: [9, 12, 15], buildNumber: 9_120_015, deploymentType: 'Server' },
};

function serverInfo(cloud: readonly SimRoute[], version: ServerVersion): SimRoute {
  const route = cloud.find(({ path }) => path === `${CLOUD}serverInfo`);
  return {
    ...{ method: 'GET', path: '/rest/api/2/serverInfo' },
    handle: (call) => {
      const { deploymentType: _, ...body } = (route?.handle(call).body ?? {}) as Record<string, unknown>;
      return { body: { ...body, ...INFO[version] } };
    },
  };
}
