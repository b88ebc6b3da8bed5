/** Plans of the premium editions and their teams. */

import type { Answer, Call, Directory, IssueIndex, Named, SimRoute } from '../model.js';
import { Refusal } from '../refusal.js';
import { ALL_FEATURES, type SiteFeatures } from '../site/options.js';
import { ok, wholeNumber } from './paging.js';

const PAGE = { usual: 50, cap: 50 };

export interface Plan extends Named {
  readonly status: 'Active' | 'Archived' | 'Trashed';
  readonly issueSources: readonly { readonly type: string; readonly value: number }[];
}

export function plansOf(directory: Directory): readonly Plan[] {
  const plan = (id: number, name: string, status: Plan['status'], issueSources: Plan['issueSources']): Plan => ({
    ...{ id: String(id), name, status, issueSources },
  });
  const projects = directory.projects.slice(0, 2).map(({ id }) => ({ type: 'Project', value: Number(id) }));
  const boards = directory.boards.slice(0, 1).map(({ id }) => ({ type: 'Board', value: Number(id) }));
  return [
    plan(1, 'Everything, all at once', 'Active', projects),
    plan(2, 'Fahrplan 2027 – Süd', 'Active', boards),
    plan(3, 'Last year', 'Archived', projects.slice(0, 1)),
    plan(4, 'Thrown away', 'Trashed', []),
    plan(5, '計画', 'Active', [...boards, { type: 'Filter', value: 10_000 }]),
  ];
}

export interface PlanTeam {
  readonly id: string;
  readonly type: 'PlanOnly' | 'Atlassian';
  /** Teams of the organization are named elsewhere. */
  readonly name?: string;
}

/** A plan of every third number has none. */
export function teamsOf({ id }: Plan): readonly PlanTeam[] {
  if (Number(id) % 3 === 0) return [];
  return [
    { id: `${id}01`, type: 'PlanOnly', name: 'Team Größe' },
    { id: `${id}02`, type: 'Atlassian' },
    { id: `${id}03`, type: 'PlanOnly', name: 'Vendors' },
  ];
}

export function planRoutes(
  directory: Directory,
  _issues: IssueIndex,
  { plans }: SiteFeatures = ALL_FEATURES,
): SimRoute[] {
  const teams = (call: Call): Answer => {
    const plan = plansOf(directory).find(({ id }) => id === call.params.planId);
    if (plan === undefined || plan.status === 'Trashed') throw new Refusal(404, ['The plan does not exist.']);
    return cursorPage(call, teamsOf(plan), (team) => team);
  };
  const routes: SimRoute[] = [
    { method: 'GET', path: '/rest/api/3/plans/plan', handle: (call) => shownPlans(directory, call) },
    { method: 'GET', path: '/rest/api/3/plans/plan/{planId}/team', handle: teams },
  ];
  return plans ? routes : routes.map((route) => ({ ...route, handle: withoutPremium }));
}

const withoutPremium = (): Answer => ({
  status: 403,
  body: { errorMessages: ['This site has no Premium edition of Jira.'], errors: {} },
});

function shownPlans(directory: Directory, call: Call): Answer {
  const hidden = [
    ...(call.query.get('includeArchived') === 'true' ? [] : ['Archived']),
    ...(call.query.get('includeTrashed') === 'true' ? [] : ['Trashed']),
  ];
  const shown = plansOf(directory).filter(({ status }) => !hidden.includes(status));
  return cursorPage(call, shown, (plan) => ({ ...plan, scenarioId: `1${plan.id}` }));
}

/** The last page has a cursor, too: Atlassian's own example shows it so. */
function cursorPage<Row>(call: Call, rows: readonly Row[], shape: (row: Row) => unknown): Answer {
  const cursor = call.query.get('cursor') ?? '';
  if (!/^\d*$/.test(cursor)) throw new Refusal(400, ['The cursor is not one of ours.']);
  const from = Number(cursor);
  const size = Math.min(Math.max(1, wholeNumber(call, 'maxResults', PAGE.usual)), PAGE.cap);
  const values = rows.slice(from, from + size).map(shape);
  const end = from + values.length;
  return ok({
    cursor,
    last: end >= rows.length,
    nextPageCursor: String(end),
    size: values.length,
    total: rows.length,
    values,
  });
}
