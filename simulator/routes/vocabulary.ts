import type { Call, Directory, IssueIndex, SimRoute } from '../model.js';
import { Refusal } from '../refusal.js';
import { ALL_FEATURES, type SiteFeatures } from '../site/options.js';
import { containing, narrowed, ok, pageBean } from './paging.js';
import { CATEGORY_WORD, issueTypeShape, STATUS_CATEGORIES, scopeShape, statusCategoryShape } from './shapes.js';

const USUAL = { usual: 50, cap: 50 };
const STATUSES = { usual: 200, cap: 200 };

type Status = Directory['statuses'][number];
type Priority = Directory['priorities'][number];
type Resolution = Directory['resolutions'][number];

/** Issue types, statuses and their categories, priorities, resolutions, link types. */
export function vocabularyRoutes(
  directory: Directory,
  _issues: IssueIndex,
  features: SiteFeatures = ALL_FEATURES,
): SimRoute[] {
  return [
    get('issuetype', (call) => directory.issueTypes.map((type) => issueTypeShape(call.origin, type))),
    get('statuses/search', (call) => pageBean(call, searchedStatuses(directory, call), STATUSES, pagedStatus)),
    get('status', (call) => directory.statuses.map((status) => plainStatus(call.origin, status))),
    get('statuscategory', (call) => STATUS_CATEGORIES.map((category) => statusCategoryShape(call.origin, category))),
    get('priority', (call) => directory.priorities.map((priority) => priorityShape(call.origin, priority))),
    get('priority/search', (call) => {
      const byId = narrowed(call, 'id', directory.priorities, ({ id }) => id);
      const rows = onlyDefault(call) ? byId.filter(({ isDefault }) => isDefault) : byId;
      return pageBean(call, rows, USUAL, (priority) => priorityShape(call.origin, priority));
    }),
    get('resolution', (call) => directory.resolutions.map((resolution) => resolutionShape(call.origin, resolution))),
    get('resolution/search', (call) => {
      const byId = narrowed(call, 'id', directory.resolutions, ({ id }) => id);
      const rows = onlyDefault(call) ? byId.filter(({ isDefault }) => isDefault) : byId;
      return pageBean(call, rows, USUAL, (row) => ({
        ...resolutionShape(call.origin, row),
        iconUrl: '',
        default: row.isDefault,
      }));
    }),
    get('issueLinkType', (call) => linkTypes(directory, call, features)),
  ];
}

function get(name: string, body: (call: Call) => unknown): SimRoute {
  return { method: 'GET', path: `/rest/api/3/${name}`, handle: (call) => ok(body(call)) };
}

function onlyDefault(call: Call): boolean {
  return call.query.get('onlyDefault') === 'true';
}

/** With `projectId` only the statuses of that team-managed project; without it only global ones. */
function searchedStatuses(directory: Directory, call: Call): readonly Status[] {
  const wanted = call.query.get('projectId') ?? undefined;
  const inProject = directory.statuses.filter(({ projectId }) => projectId === wanted);
  const inCategory = narrowed(call, 'statusCategory', inProject, ({ category }) => CATEGORY_WORD[category]);
  return containing(call, 'searchString', inCategory);
}

/** The administrators' view: the category is a word. */
function pagedStatus(status: Status): Record<string, unknown> {
  const scope = status.projectId === undefined ? { scope: { type: 'GLOBAL' } } : scopeShape(status.projectId);
  const { id, name, description } = status;
  return { id, name, statusCategory: CATEGORY_WORD[status.category], ...scope, description };
}

/** Everybody's view: the category is an object. */
export function plainStatus(origin: string, status: Status): Record<string, unknown> {
  const category = STATUS_CATEGORIES.find(({ key }) => key === status.category) ?? STATUS_CATEGORIES[0];
  return {
    self: `${origin}/rest/api/3/status/${status.id}`,
    description: status.description,
    iconUrl: `${origin}/images/icons/statuses/generic.png`,
    name: status.name,
    untranslatedName: status.name,
    id: status.id,
    statusCategory: statusCategoryShape(origin, category),
    ...scopeShape(status.projectId),
  };
}

/** A priority of /priority and /priority/search. */
export function priorityShape(origin: string, priority: Priority): Record<string, unknown> {
  return {
    self: `${origin}/rest/api/3/priority/${priority.id}`,
    statusColor: priority.statusColor,
    description: priority.description,
    iconUrl: `${origin}/images/icons/priorities/${priority.id}.svg`,
    name: priority.name,
    id: priority.id,
    isDefault: priority.isDefault,
  };
}

function resolutionShape(origin: string, { id, name, description }: Resolution): Record<string, unknown> {
  return { self: `${origin}/rest/api/3/resolution/${id}`, id, description, name };
}

function linkTypes(directory: Directory, call: Call, features: SiteFeatures): unknown {
  if (!features.issueLinking) {
    throw new Refusal(404, ['Issue linking is currently disabled.']);
  }
  const self = (id: string): string => `${call.origin}/rest/api/3/issueLinkType/${id}`;
  return { issueLinkTypes: directory.linkTypes.map((type) => ({ ...type, self: self(type.id) })) };
}
