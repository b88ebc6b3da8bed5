/** Operations that Jira gives to its administrators alone. */

import type { Answer, SimRoute } from '../model.js';

const api = (name: string) => `/rest/api/3/${name}`;

const ADMIN_ONLY: ReadonlySet<string> = new Set(
  [
    ...['role', 'applicationrole', 'plans/plan', 'plans/plan/{planId}/team', 'auditing/record', 'priorityscheme'],
    ...['workflowscheme', 'screenscheme', 'issuesecurityschemes', 'config/fieldschemes'],
    ...['workflowscheme/project', 'config/fieldschemes/projects', 'fieldconfigurationscheme/project'],
    ...['field/{fieldId}/context', 'field/{fieldId}/context/{contextId}/option', 'priorityscheme/{schemeId}/projects'],
    ...['issuetypescheme', 'issuetypescheme/mapping', 'issuetypescheme/project'],
    ...['issuetypescreenscheme', 'issuetypescreenscheme/mapping', 'issuetypescreenscheme/project'],
    ...['screens', 'screens/tabs', 'screens/{screenId}/tabs', 'screens/{screenId}/tabs/{tabId}/fields'],
    ...['issuesecurityschemes/project', 'issuesecurityschemes/level', 'issuesecurityschemes/level/member'],
    ...['issuesecurityschemes/{id}', 'issuesecurityschemes/{issueSecuritySchemeId}/members'],
    ...['project/{projectKeyOrId}/permissionscheme', 'project/{projectKeyOrId}/issuesecuritylevelscheme'],
  ].map(api),
);

/** These do not say that the caller may not: they know no such project. */
const HIDDEN: ReadonlySet<string> = new Set(
  ['role', 'roledetails', 'role/{id}'].map((name) => api(`project/{projectIdOrKey}/${name}`)),
);

/** The routes as somebody sees them who administers neither the site nor a project. */
export function withoutAdminRights(routes: readonly SimRoute[]): SimRoute[] {
  return routes.map((route) => {
    if (HIDDEN.has(route.path)) return { ...route, handle: hidden };
    return ADMIN_ONLY.has(route.path) ? { ...route, handle: refused } : route;
  });
}

const refused = (): Answer => ({
  status: 403,
  body: { errorMessages: ['Only Jira administrators can perform this operation.'], errors: {} },
});

const hidden = (): Answer => ({
  status: 404,
  body: { errorMessages: ['No project could be found with the given id or key.'], errors: {} },
});
