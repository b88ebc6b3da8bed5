import { jiraTime, startOfDay } from '../clock.js';
import type { Answer, Call, Directory, IssueIndex, Project, SimRoute } from '../model.js';
import { badRequest, Refusal } from '../refusal.js';
import { CATEGORIES } from '../site/projects.js';
import { containing, listOf, narrowed, ok, pageBean } from './paging.js';
import { componentCountShape, componentShape, versionShape } from './project-parts.js';
import { issueTypeShape, issueTypesOf, personOf, projectShape, userShape } from './shapes.js';

const USUAL = { usual: 50, cap: 50 };
const SEARCH = { usual: 50, cap: 100 };
const STATES = ['live', 'archived', 'deleted'];

/** Projects, their versions and components, project categories and types. */
export function projectRoutes(directory: Directory, issues: IssueIndex): SimRoute[] {
  const one = (call: Call): Project => findProject(directory, call.params.projectIdOrKey ?? '');
  return [
    { method: 'GET', path: '/rest/api/3/project/search', handle: (call) => searchProjects(directory, issues, call) },
    {
      method: 'GET',
      path: '/rest/api/3/project/{projectIdOrKey}',
      handle: (call) => ok(wholeProject(directory, issues, call, one(call))),
    },
    {
      method: 'GET',
      path: '/rest/api/3/project/{projectIdOrKey}/version',
      handle: (call) => {
        const project = one(call);
        return ok(pageBean(call, project.versions, USUAL, (version) => versionShape(call, project, version)));
      },
    },
    {
      method: 'GET',
      path: '/rest/api/3/project/{projectIdOrKey}/component',
      handle: (call) => {
        const project = one(call);
        const shape = componentCountShape(directory, issues, call, project);
        return ok(pageBean(call, project.components, USUAL, shape));
      },
    },
    { method: 'GET', path: '/rest/api/3/component', handle: (call) => componentsOfMany(directory, call) },
    {
      method: 'GET',
      path: '/rest/api/3/projectCategory',
      handle: (call) => ok(CATEGORIES.map((category) => categoryShape(call.origin, category))),
    },
    { method: 'GET', path: '/rest/api/3/project/type', handle: () => ok(PROJECT_TYPES) },
  ];
}

/** The project by id or key. A deleted one answers 404, as does one that never was. */
export function findProject(directory: Directory, idOrKey: string): Project {
  const upper = idOrKey.toUpperCase();
  const found = directory.projects.find(
    ({ id, key, formerKeys }) => id === idOrKey || key === upper || formerKeys?.includes(upper),
  );
  if (found === undefined || found.state === 'deleted') {
    throw new Refusal(404, [`No project could be found with id or key '${idOrKey}'.`]);
  }
  return found;
}

/** Without `status` only live projects come; archived and deleted ones must be asked for. */
function searchProjects(directory: Directory, issues: IssueIndex, call: Call): Answer {
  const asked = listOf(call, 'status');
  const unknown = asked.find((state) => !STATES.includes(state));
  if (unknown !== undefined) {
    throw badRequest(`The status '${unknown}' is not one of ${STATES.join(', ')}.`);
  }
  const states = asked.length === 0 ? ['live'] : asked;
  const inState = directory.projects.filter((project) => states.includes(project.state));
  const byId = narrowed(call, 'id', inState, (project) => project.id);
  const byKey = narrowed(call, 'keys', byId, (project) => project.key);
  const byType = narrowed(call, 'typeKey', byKey, (project) => project.projectTypeKey);
  const byCategory = narrowed(call, 'categoryId', byType, (project) => project.categoryId ?? '');
  const rows = ordered(call, containing(call, 'query', byCategory));
  const expand = new Set(listOf(call, 'expand'));
  return ok(pageBean(call, rows, SEARCH, (project) => foundProject(directory, issues, call, project, expand)));
}

function ordered(call: Call, projects: readonly Project[]): readonly Project[] {
  const order = call.query.get('orderBy') ?? 'key';
  const name = order.replace(/^[+-]/, '');
  const value = (project: Project): string => (name === 'name' ? project.name : project.key);
  const sorted = projects.toSorted((left, right) => (value(left) < value(right) ? -1 : 1));
  return order.startsWith('-') ? sorted.reverse() : sorted;
}

export function foundProject(
  directory: Directory,
  issues: IssueIndex,
  call: Call,
  project: Project,
  expand: ReadonlySet<string>,
): Record<string, unknown> {
  const { origin, now } = call;
  const types = (): unknown[] => issueTypesOf(directory, project).map((type) => issueTypeShape(origin, type));
  return {
    expand: 'description,lead,issueTypes,url,projectKeys,permissions,insight',
    ...projectShape(origin, project),
    style: project.style,
    isPrivate: Number(project.id) % 5 === 1,
    properties: {},
    ...categoryOf(origin, project),
    ...endOf(directory, call, project),
    ...(expand.has('description') ? { description: describe(project) } : {}),
    ...(expand.has('lead') ? { lead: userShape(origin, personOf(directory, project.leadId)) } : {}),
    ...(expand.has('issueTypes') ? { issueTypes: types() } : {}),
    ...(expand.has('projectKeys') ? { projectKeys: [project.key, ...(project.formerKeys ?? [])] } : {}),
    ...(expand.has('url') ? { url: `https://wiki.example.com/${project.key}` } : {}),
    ...(expand.has('insight') ? { insight: insightOf(issues, project, now) } : {}),
  };
}

/** Archived and deleted projects say when and by whom. */
function endOf(directory: Directory, call: Call, project: Project): Record<string, unknown> {
  const by = userShape(call.origin, personOf(directory, project.leadId));
  if (project.state === 'archived') {
    return { archived: true, archivedDate: jiraTime(Date.UTC(2025, 2, 30, 0, 59, 59)), archivedBy: by };
  }
  if (project.state === 'deleted') {
    const retentionTillDate = jiraTime(Date.UTC(2026, 11, 1));
    return { deleted: true, deletedDate: jiraTime(Date.UTC(2026, 9, 2)), deletedBy: by, retentionTillDate };
  }
  return {};
}

function insightOf(issues: IssueIndex, project: Project, now: number): Record<string, unknown> {
  return { totalIssueCount: issues.idsOfProject(project.id).length, lastIssueUpdateTime: jiraTime(startOfDay(now)) };
}

/** One project on its own has its parts with it. */
function wholeProject(directory: Directory, issues: IssueIndex, call: Call, project: Project): Record<string, unknown> {
  const expand = new Set(['description', 'lead', 'issueTypes', ...listOf(call, 'expand')]);
  return {
    ...foundProject(directory, issues, call, project, expand),
    assigneeType: 'UNASSIGNED',
    components: project.components.map((component) => componentShape(directory, call, project, component)),
    versions: project.versions.map((version) => versionShape(call, project, version)),
    roles: { Administrators: `${call.origin}/rest/api/3/project/${project.id}/role/10002` },
  };
}

function describe(project: Project): string {
  return project.style === 'next-gen' ? '' : `Everything about ${project.name}.\n第二行`;
}

function categoryOf(origin: string, project: Project): Record<string, unknown> {
  const category = CATEGORIES.find(({ id }) => id === project.categoryId);
  return category === undefined ? {} : { projectCategory: categoryShape(origin, category) };
}

function categoryShape(origin: string, category: (typeof CATEGORIES)[number]): Record<string, unknown> {
  return { self: `${origin}/rest/api/3/projectCategory/${category.id}`, ...category };
}

/** Components of the named projects; of all that are not deleted when none is named. */
function componentsOfMany(directory: Directory, call: Call): Answer {
  const wanted = listOf(call, 'projectIdsOrKeys');
  const all = directory.projects.filter((project) => project.state !== 'deleted');
  const projects = wanted.length === 0 ? all : wanted.map((idOrKey) => findProject(directory, idOrKey));
  const rows = projects.flatMap((project) => project.components.map((component) => ({ project, component })));
  const shape = ({ project, component }: (typeof rows)[number]): unknown =>
    componentShape(directory, call, project, component);
  return ok(pageBean(call, rows, USUAL, shape));
}

const PROJECT_TYPES = [
  { key: 'software', formattedKey: 'Software', descriptionI18nKey: 'jira.project.type.software.description' },
  {
    key: 'service_desk',
    formattedKey: 'Service Desk',
    descriptionI18nKey: 'jira.project.type.servicedesk.description',
  },
  { key: 'business', formattedKey: 'Business', descriptionI18nKey: 'jira.project.type.business.description' },
  {
    key: 'product_discovery',
    formattedKey: 'Product Discovery',
    descriptionI18nKey: 'jira.project.type.polaris.description',
  },
].map((type) => ({ ...type, icon: 'PHN2Zy8+', color: '#1D1D1D' }));
