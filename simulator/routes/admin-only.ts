/** Operations that Jira gives to its administrators alone. */

import type { Answer, SimRoute } from '../model.js';

const ADMIN_ONLY: ReadonlySet<string> = new Set(
  [
    ...['role', 'applicationrole', 'plans/plan', 'plans/plan/{planId}/team', 'auditing/record', 'priorityscheme'],
    ...['workflowscheme', 'screenscheme', 'issuesecurityschemes', 'config/fieldschemes'],
  ].map((name) => `/rest/api/3/${name}`),
);

/** The routes as somebody sees them who does not administer the site. */
export function withoutAdminRights(routes: readonly SimRoute[]): SimRoute[] {
  return routes.map((route) => (ADMIN_ONLY.has(route.path) ? { ...route, handle: refused } : route));
}

const refused = (): Answer => ({
  status: 403,
  body: { errorMessages: ['Only Jira administrators can perform this operation.'], errors: {} },
});
