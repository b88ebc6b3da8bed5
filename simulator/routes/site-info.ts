import { jiraTime } from '../clock.js';
import type { Call, Directory, IssueIndex, SimRoute } from '../model.js';
import { badRequest } from '../refusal.js';
import { ALL_FEATURES, type SiteFeatures } from '../site/options.js';
import { listOf, ok } from './paging.js';

/** Permissions of the token's account: id, key, name, kind, whether it has it. */
const PERMISSIONS: readonly (readonly [
  id: string,
  key: string,
  name: string,
  type: 'GLOBAL' | 'PROJECT',
  have: boolean,
])[] = [
  ['0', 'ADMINISTER', 'Administer Jira', 'GLOBAL', true],
  ['22', 'SYSTEM_ADMIN', 'Jira System Administrators', 'GLOBAL', false],
  ['27', 'USER_PICKER', 'Browse users and groups', 'GLOBAL', true],
  ['33', 'BULK_CHANGE', 'Make bulk changes', 'GLOBAL', true],
  ['24', 'MANAGE_GROUP_FILTER_SUBSCRIPTIONS', 'Manage group filter subscriptions', 'GLOBAL', true],
  ['-1', 'CREATE_SHARED_OBJECTS', 'Create shared objects', 'GLOBAL', true],
  ['23', 'ADMINISTER_PROJECTS', 'Administer Projects', 'PROJECT', true],
  ['10', 'BROWSE_PROJECTS', 'Browse Projects', 'PROJECT', true],
  ['45', 'VIEW_READONLY_WORKFLOW', 'View Read-Only Workflow', 'PROJECT', true],
  ['29', 'VIEW_DEV_TOOLS', 'View Development Tools', 'PROJECT', true],
  ['11', 'CREATE_ISSUES', 'Create Issues', 'PROJECT', true],
  ['12', 'EDIT_ISSUES', 'Edit Issues', 'PROJECT', true],
  ['16', 'DELETE_ISSUES', 'Delete Issues', 'PROJECT', false],
  ['13', 'ASSIGN_ISSUES', 'Assign Issues', 'PROJECT', true],
  ['21', 'LINK_ISSUES', 'Link Issues', 'PROJECT', true],
  ['25', 'MOVE_ISSUES', 'Move Issues', 'PROJECT', true],
  ['46', 'TRANSITION_ISSUES', 'Transition Issues', 'PROJECT', true],
  ['18', 'RESOLVE_ISSUES', 'Resolve Issues', 'PROJECT', true],
  ['26', 'SET_ISSUE_SECURITY', 'Set Issue Security', 'PROJECT', false],
  ['31', 'VIEW_VOTERS_AND_WATCHERS', 'View Voters and Watchers', 'PROJECT', true],
  ['32', 'MANAGE_WATCHERS', 'Manage Watchers', 'PROJECT', false],
  ['15', 'ADD_COMMENTS', 'Add Comments', 'PROJECT', true],
  ['35', 'EDIT_ALL_COMMENTS', 'Edit All Comments', 'PROJECT', true],
  ['36', 'DELETE_ALL_COMMENTS', 'Delete All Comments', 'PROJECT', false],
  ['19', 'CREATE_ATTACHMENTS', 'Create Attachments', 'PROJECT', true],
  ['20', 'WORK_ON_ISSUES', 'Work On Issues', 'PROJECT', true],
  ['41', 'EDIT_ALL_WORKLOGS', 'Edit All Worklogs', 'PROJECT', true],
  ['42', 'DELETE_OWN_WORKLOGS', 'Delete Own Worklogs', 'PROJECT', true],
  ['50', 'EDIT_WORKFLOW', 'Edit Workflow', 'PROJECT', true],
  ['51', 'EDIT_ISSUE_LAYOUT', 'Edit Issue Layout', 'PROJECT', true],
  ['52', 'ASSIGNABLE_USER', 'Assignable User', 'PROJECT', true],
  ['53', 'CLOSE_ISSUES', 'Close Issues', 'PROJECT', true],
  ['54', 'MODIFY_REPORTER', 'Modify Reporter', 'PROJECT', true],
  ['55', 'SCHEDULE_ISSUES', 'Schedule Issues', 'PROJECT', true],
  ['56', 'DELETE_OWN_COMMENTS', 'Delete Own Comments', 'PROJECT', true],
  ['57', 'EDIT_OWN_COMMENTS', 'Edit Own Comments', 'PROJECT', true],
  ['58', 'DELETE_ALL_ATTACHMENTS', 'Delete All Attachments', 'PROJECT', true],
  ['59', 'DELETE_OWN_ATTACHMENTS', 'Delete Own Attachments', 'PROJECT', true],
  ['60', 'DELETE_ALL_WORKLOGS', 'Delete All Worklogs', 'PROJECT', true],
  ['61', 'EDIT_OWN_WORKLOGS', 'Edit Own Worklogs', 'PROJECT', true],
  ['-2', 'MANAGE_SPRINTS_PERMISSION', 'Manage Sprints', 'PROJECT', true],
];

/** Whether the caller has each, as this site begins. */
export const HAVE: ReadonlyMap<string, boolean> = new Map(PERMISSIONS.map(([, key, , , have]) => [key, have]));

export const PERMISSION_KEYS = PERMISSIONS.map(([, key]) => key);

/** What the site is, and what its caller may do. */
export function siteInfoRoutes(
  _directory: Directory,
  _issues: IssueIndex,
  { administer }: SiteFeatures = ALL_FEATURES,
): SimRoute[] {
  return [
    { method: 'GET', path: '/rest/api/3/serverInfo', handle: (call) => ok(serverInfo(call)) },
    {
      method: 'GET',
      path: '/rest/api/3/mypermissions',
      handle: (call) => ok({ permissions: permissions(call, administer) }),
    },
    { method: 'GET', path: '/rest/api/3/permissions', handle: () => ok({ permissions: allPermissions() }) },
  ];
}

function serverInfo({ origin, now }: Call): Record<string, unknown> {
  return {
    baseUrl: origin,
    displayUrl: origin,
    displayUrlServicedeskHelpCenter: origin,
    displayUrlConfluence: `${origin}/wiki`,
    version: '1001.0.0-SNAPSHOT',
    versionNumbers: [1001, 0, 0],
    deploymentType: 'Cloud',
    buildNumber: 100_296,
    buildDate: jiraTime(Date.UTC(2026, 9, 20, 11, 15)),
    serverTime: jiraTime(now),
    scmInfo: '0f8d4f3b7c6a52e19d0c8b7a6f5e4d3c2b1a0918',
    serverTitle: 'Simulated Jira – Ünïcode & Söhne',
    serverTimeZone: 'Europe/Berlin',
  };
}

/** What the permissions of the site mean, whoever has them. */
function allPermissions(): Record<string, unknown> {
  return Object.fromEntries(
    PERMISSIONS.map(([, key, name, type]) => [key, { key, name, type, description: `Ability to: ${name}.` }]),
  );
}

/** A map by permission key; which keys, the caller must say. */
function permissions(call: Call, administer: boolean): Record<string, unknown> {
  const asked = listOf(call, 'permissions');
  if (asked.length === 0) {
    throw badRequest("The 'permissions' query parameter is required.");
  }
  const known = new Map(PERMISSIONS.map((permission) => [permission[1], permission]));
  return Object.fromEntries(
    asked.map((wanted) => {
      const permission = known.get(wanted);
      if (permission === undefined) {
        throw badRequest(`Unrecognized permission: '${wanted}'.`);
      }
      const [id, key, name, type, have] = permission;
      const havePermission = have && (administer || key !== 'ADMINISTER');
      return [key, { id, key, name, type, description: `Ability to: ${name}.`, havePermission }];
    }),
  );
}
