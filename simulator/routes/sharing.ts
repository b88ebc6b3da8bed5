import { jiraTime, startOfDay } from '../clock.js';
import type { Call, Directory, IssueIndex, SimRoute } from '../model.js';
import { Refusal } from '../refusal.js';
import { type Gadget, gadgetsOf } from '../site/gadgets.js';
import { tokenOwner } from '../site/people.js';
import { dashboardsOf, filtersOf, type SavedDashboard, type SavedFilter, type Share } from '../site/shared-things.js';
import { listOf, narrowed, ok, pageBean } from './paging.js';
import { groupShape, ownerShape, personOf, projectShape, userShape } from './shapes.js';

const USUAL = { usual: 50, cap: 50 };

/** Dashboards and filters, in full lists and from the view of the token's owner. */
export function sharingRoutes(directory: Directory, _issues: IssueIndex): SimRoute[] {
  const filters = filtersOf(directory);
  const me = tokenOwner(directory).accountId;
  const whole = (call: Call, rows: readonly SavedFilter[]): unknown =>
    rows.map((filter) => wholeFilter(directory, call, filter));
  return [
    {
      method: 'GET',
      path: '/rest/api/3/dashboard/search',
      handle: (call) => {
        const expand = new Set(listOf(call, 'expand'));
        const rows = searched(call, dashboardsOf(directory), 'dashboardName');
        return ok(pageBean(call, rows, USUAL, (row) => foundDashboard(directory, call, row, expand)));
      },
    },
    {
      method: 'GET',
      path: '/rest/api/3/dashboard/{dashboardId}/gadget',
      handle: ({ params }) => {
        const found = dashboardsOf(directory).find(({ id }) => id === params.dashboardId);
        if (!found) throw new Refusal(404, ['The dashboard was not found.']);
        return ok({ gadgets: gadgetsOf(found).map(gadgetShape) });
      },
    },
    {
      method: 'GET',
      path: '/rest/api/3/filter/search',
      handle: (call) => {
        const expand = new Set(listOf(call, 'expand'));
        const rows = searched(call, filters, 'filterName');
        return ok(pageBean(call, rows, USUAL, (row) => foundFilter(directory, call, row, expand)));
      },
    },
    {
      method: 'GET',
      path: '/rest/api/3/filter/my',
      handle: (call) => {
        const favouritesToo = call.query.get('includeFavourites') === 'true';
        const mine = filters.filter(({ ownerId, favourite }) => ownerId === me || (favouritesToo && favourite));
        return ok(whole(call, mine));
      },
    },
    {
      method: 'GET',
      path: '/rest/api/3/filter/favourite',
      handle: (call) =>
        ok(
          whole(
            call,
            filters.filter(({ favourite }) => favourite),
          ),
        ),
    },
  ];
}

/** The rows that the name, owner and id parameters leave, by name. */
function searched<Row extends SavedFilter | SavedDashboard>(call: Call, rows: readonly Row[], name: string): Row[] {
  const byId = narrowed(call, 'id', rows, ({ id }) => id);
  const byOwner = narrowed(call, 'accountId', byId, ({ ownerId }) => ownerId);
  const text = (call.query.get(name) ?? '').toLowerCase();
  const found = byOwner.filter((row) => row.name.toLowerCase().includes(text));
  return found.toSorted((left, right) => (left.name < right.name ? -1 : 1));
}

/** A filter of /filter/search: only id, name and link until `expand` names more. */
function foundFilter(
  directory: Directory,
  call: Call,
  filter: SavedFilter,
  expand: ReadonlySet<string>,
): Record<string, unknown> {
  const shown = Object.entries(filterDetails(directory, call, filter)).filter(([name]) => expand.has(name));
  const ofPeople = expand.has('subscriptions') ? { subscriptions: subscriptionsOf(directory, call, filter) } : {};
  return {
    expand: 'description,owner,jql,viewUrl,searchUrl,favourite,favouritedCount,sharePermissions,subscriptions',
    self: `${call.origin}/rest/api/3/filter/${filter.id}`,
    id: filter.id,
    name: filter.name,
    ...Object.fromEntries(shown),
    ...ofPeople,
  };
}

/** A filter of /filter/my and /filter/favourite: everything, with people in lists that say their size. */
function wholeFilter(directory: Directory, call: Call, filter: SavedFilter): Record<string, unknown> {
  const expand = new Set(listOf(call, 'expand'));
  const details = filterDetails(directory, call, filter);
  const { approximateLastUsed, ...usual } = details;
  const subscriptions = subscriptionsOf(directory, call, filter);
  const items = expand.has('subscriptions') ? subscriptions : [];
  const list = { 'max-results': 1000, 'start-index': 0, 'end-index': 0 };
  return {
    self: `${call.origin}/rest/api/3/filter/${filter.id}`,
    id: filter.id,
    name: filter.name,
    ...usual,
    ...(expand.has('approximateLastUsed') ? { approximateLastUsed } : {}),
    sharedUsers: { size: 0, items: [], ...list },
    subscriptions: { size: subscriptions.length, items, ...list },
  };
}

function filterDetails(directory: Directory, call: Call, filter: SavedFilter): Record<string, unknown> {
  const { origin, now } = call;
  const encoded = encodeURIComponent(filter.jql);
  return {
    description: filter.description,
    owner: userShape(origin, personOf(directory, filter.ownerId)),
    jql: filter.jql,
    viewUrl: `${origin}/issues/?filter=${filter.id}`,
    searchUrl: `${origin}/rest/api/3/search/jql?jql=${encoded}`,
    favourite: filter.favourite,
    favouritedCount: filter.favouritedCount,
    sharePermissions: filter.shares.map((share) => shareShape(directory, origin, share)),
    editPermissions: filter.editors.map((share) => shareShape(directory, origin, share)),
    approximateLastUsed: jiraTime(startOfDay(now) - Number(filter.id) * 60_000),
  };
}

function subscriptionsOf(directory: Directory, call: Call, filter: SavedFilter): unknown[] {
  const user = (accountId: string): unknown => userShape(call.origin, personOf(directory, accountId));
  return filter.subscriberIds.map((id, place) => ({ id: 1 + place, user: user(id) }));
}

function shareShape(directory: Directory, origin: string, share: Share): Record<string, unknown> {
  const { id, type } = share;
  switch (share.type) {
    case 'user':
      return { id, type, user: ownerShape(origin, personOf(directory, share.of)) };
    case 'group': {
      const group = directory.groups.find(({ groupId }) => groupId === share.of);
      return { id, type, ...(group === undefined ? {} : { group: groupShape(origin, group) }) };
    }
    case 'project': {
      const project = directory.projects.find((each) => each.id === share.of);
      return { id, type, ...(project === undefined ? {} : { project: projectShape(origin, project) }) };
    }
    default:
      return { id, type };
  }
}

/** A dashboard of /dashboard/search: only the plain members until `expand` names more. */
function foundDashboard(
  directory: Directory,
  call: Call,
  dashboard: SavedDashboard,
  expand: ReadonlySet<string>,
): Record<string, unknown> {
  const { origin } = call;
  const { id, name } = dashboard;
  const details: Record<string, Record<string, unknown>> = {
    description: { description: dashboard.description },
    owner: dashboard.isSystem ? {} : { owner: ownerShape(origin, personOf(directory, dashboard.ownerId)) },
    viewUrl: { view: `${origin}/jira/dashboards/${id}` },
    favourite: { isFavourite: dashboard.favourite },
    favouritedCount: { popularity: dashboard.favouritedCount },
    sharePermissions: { sharePermissions: dashboard.shares.map((share) => shareShape(directory, origin, share)) },
    editPermissions: { editPermissions: dashboard.editors.map((share) => shareShape(directory, origin, share)) },
    isWritable: { isWritable: dashboard.ownerId === tokenOwner(directory).accountId },
  };
  const shown = Object.entries(details).filter(([word]) => expand.has(word));
  const plain = { id, name, self: `${origin}/rest/api/3/dashboard/${id}`, systemDashboard: dashboard.isSystem };
  return Object.assign({}, plain, ...shown.map(([, members]) => members));
}

const gadgetShape = ({ row, column, ...gadget }: Gadget): Record<string, unknown> => ({
  ...gadget,
  position: { row, column },
});
