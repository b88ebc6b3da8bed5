/** The routes of a Data Center: its own, and of Cloud's those that it has too, under version 2. */

import type { IssueDesk } from '../issues/issue-desk.js';
import type { Answer, Call, Directory, SimRoute } from '../model.js';
import { PERMISSION_KEYS } from '../routes/site-info.js';
import { serverListRoutes } from './lists.js';
import { serverSearchRoutes } from './search.js';
import { ServerShapes } from './server-shapes.js';

/** Paths below /rest/api that both have, with the same parameters and the same frame around the records. */
const SHARED: ReadonlySet<string> = new Set([
  ...['myself', 'mypermissions', 'serverInfo', 'field', 'filter/favourite', 'group/member', 'projectCategory'],
  ...['issue/{issueIdOrKey}/comment', 'issue/{issueIdOrKey}/comment/{id}', 'issue/{issueIdOrKey}/worklog'],
  ...['issueLinkType', 'issuesecurityschemes', 'issuetype', 'notificationscheme', 'permissionscheme', 'priority'],
  ...['project/type', 'project/{projectIdOrKey}', 'resolution', 'status', 'statuscategory'],
  ...['worklog/updated', 'worklog/deleted', 'worklog/list'],
]);

const CLOUD = '/rest/api/3/';

/** @param cloud all routes of a Cloud site with the same contents. */
export function serverRoutes(cloud: readonly SimRoute[], directory: Directory, desk: IssueDesk): SimRoute[] {
  const shapes = new ServerShapes(directory);
  const shared = cloud
    .filter(({ path }) => path.startsWith('/rest/agile/') || SHARED.has(path.replace(CLOUD, '')))
    .map((route) => ({ ...route, path: route.path.replace(CLOUD, '/rest/api/2/') }));
  const own = [...serverSearchRoutes(desk), ...serverListRoutes(directory, desk)];
  return [...own, ...shared.map(withOwnWays)].map((route) => ({
    ...route,
    handle: (call) => {
      const answer = route.handle(call);
      return { ...answer, body: shapes.of(answer.body, call.origin) };
    },
  }));
}

function withOwnWays(route: SimRoute): SimRoute {
  const change = WAYS[route.path];
  return change === undefined ? route : { ...route, handle: (call) => change(call, route.handle) };
}

const WAYS: Readonly<Record<string, (call: Call, answer: SimRoute['handle']) => Answer>> = {
  /** All permissions, whichever were asked for. */
  '/rest/api/2/mypermissions': (call, answer) =>
    answer({ ...call, query: new URLSearchParams({ permissions: PERMISSION_KEYS.join(',') }) }),
  '/rest/api/2/serverInfo': (call, answer) => ({
    body: {
      ...(answer(call).body as object),
      version: '9.12.15',
      versionNumbers: [9, 12, 15],
      // The word for both editions that companies host themselves.
      deploymentType: 'Server',
      buildNumber: 9_120_015,
    },
  }),
};
