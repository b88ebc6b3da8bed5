/** Lists that Data Center answers in its own way: whole arrays, pickers, and a user search that is a search. */

import type { Call, Directory, IssueIndex, SimRoute } from '../model.js';
import { Refusal } from '../refusal.js';
import { listOf, ok, pageOf } from '../routes/paging.js';
import { componentShape, versionShape } from '../routes/project-parts.js';
import { findProject, foundProject } from '../routes/projects.js';
import { userShape } from '../routes/shapes.js';
import { dashboardsOf } from '../site/shared-things.js';
import { loginName, personOfKey } from './people.js';

const USERS = { usual: 50, cap: 1000 };
/** `jira.user.search` finds no more people than these, whatever page is asked for. */
const MOST_USERS = 1000;
const DASHBOARDS = { usual: 20, cap: 1000 };
/** `jira.ajax.autocomplete.limit`: whatever number the caller names. */
const PICKED = 20;

export function serverListRoutes(directory: Directory, issues: IssueIndex): SimRoute[] {
  const project = (call: Call) => findProject(directory, call.params.projectIdOrKey ?? '');
  return [
    get('project', (call) => projects(directory, issues, call)),
    get('project/{projectIdOrKey}/versions', (call) => {
      return project(call).versions.map((version) => versionShape(call, project(call), version));
    }),
    get('project/{projectIdOrKey}/components', (call) => {
      return project(call).components.map((part) => componentShape(directory, call, project(call), part));
    }),
    get('user/search', (call) => users(directory, call)),
    get('user', (call) => oneUser(directory, call)),
    get('groups/picker', (call) => pickedGroups(directory, call)),
    get('dashboard', (call) => dashboards(directory, call)),
    get('workflow', () => workflows(directory)),
  ];
}

function get(name: string, body: (call: Call) => unknown): SimRoute {
  return { method: 'GET', path: `/rest/api/2/${name}`, handle: (call) => ok(body(call)) };
}

/** Archived projects come only when asked for; deleted ones are gone at once. */
function projects(directory: Directory, issues: IssueIndex, call: Call): unknown[] {
  const archivedToo = call.query.get('includeArchived') === 'true';
  const expand = new Set(listOf(call, 'expand'));
  return directory.projects
    .filter(({ state }) => state === 'live' || (state === 'archived' && archivedToo))
    .map((project) => foundProject(directory, issues, call, project, expand));
}

/**
 * By the beginning of the login name or of a word of the full name. A dot stands in every address, which is how callers ask for
 * everybody; without `includeInactive` only active people come.
 */
function users(directory: Directory, call: Call): unknown[] {
  const text = (call.query.get('username') ?? '').toLowerCase();
  const inactiveToo = call.query.get('includeInactive') === 'true';
  const found = directory.people.filter((person, place) => {
    const words = [loginName(person, place), ...person.displayName.toLowerCase().split(' ')];
    return (person.active || inactiveToo) && (text === '.' || words.some((word) => word.startsWith(text)));
  });
  return [...pageOf(call, found.slice(0, MOST_USERS), USERS).rows];
}

function oneUser(directory: Directory, call: Call): unknown {
  const name = call.query.get('username');
  const found =
    name === null
      ? personOfKey(directory, call.query.get('key') ?? '')
      : directory.people.find((person, place) => loginName(person, place) === name);
  if (found === undefined) throw new Refusal(404, ['The user does not exist']);
  return userShape(call.origin, found);
}

/** No pages and no size: `startAt` and `maxResults` mean nothing here. */
function pickedGroups(directory: Directory, call: Call): unknown {
  const text = (call.query.get('query') ?? '').toLowerCase();
  const found = directory.groups.filter(({ name }) => name.toLowerCase().includes(text));
  const groups = found.slice(0, PICKED).map(({ name }) => ({ name, html: name, labels: [] }));
  return { header: `Showing ${groups.length} of ${found.length} matching groups`, total: found.length, groups };
}

function dashboards(directory: Directory, call: Call): unknown {
  const { origin } = call;
  const { startAt, maxResults, total, rows } = pageOf(call, dashboardsOf(directory), DASHBOARDS);
  const shown = rows.map(({ id, name }) => ({
    id,
    name,
    self: `${origin}/rest/api/2/dashboard/${id}`,
    view: `${origin}/secure/Dashboard.jspa?selectPageId=${id}`,
  }));
  return { startAt, maxResults, total, dashboards: shown };
}

/** One per project and the one Jira ships with; `lastModifiedDate` is written for people. */
function workflows(directory: Directory): unknown[] {
  const own = directory.projects.map(({ key, name }) => ({
    name: `${key}: Ablauf → ${name}`,
    description: '',
    lastModifiedDate: '12/Mar/24 4:05 PM',
    lastModifiedUser: 'ada',
    steps: 5,
    default: false,
  }));
  return [{ name: 'jira', description: 'The default Jira workflow.', steps: 5, default: true }, ...own];
}
