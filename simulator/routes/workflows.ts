import { jiraTime } from '../clock.js';
import type { Call, Directory, IssueIndex, Project, SimRoute } from '../model.js';
import { fixedUuid } from '../site/draw.js';
import { containing, listOf, ok, pageBean, pageOf } from './paging.js';
import { CATEGORY_WORD, personOf, statusesOf, userShape } from './shapes.js';

const USUAL = { usual: 50, cap: 50 };
const DAY_MS = 86_400_000;
const CREATED = Date.UTC(2024, 0, 15, 8, 30);

type Status = Directory['statuses'][number];

interface Workflow {
  readonly number: number;
  readonly name: string;
  /** Of a team-managed project; absent: global. */
  readonly projectId?: string;
  readonly statuses: readonly Status[];
}

/** Workflows with their statuses and transitions, and the schemes that give them to projects. */
export function workflowRoutes(directory: Directory, _issues: IssueIndex): SimRoute[] {
  const workflows = workflowsOf(directory);
  return [
    {
      method: 'GET',
      path: '/rest/api/3/workflows/search',
      handle: (call) => ok(searchWorkflows(call, workflows)),
    },
    {
      method: 'GET',
      path: '/rest/api/3/workflowscheme',
      handle: (call) => {
        const classic = directory.projects.filter(({ style, state }) => style === 'classic' && state !== 'deleted');
        return ok(pageBean(call, classic, USUAL, (project) => workflowSchemeShape(directory, call, project)));
      },
    },
  ];
}

/** Jira's read-only default, then one per project that is not deleted. */
function workflowsOf(directory: Directory): Workflow[] {
  const projects = directory.projects.filter(({ state }) => state !== 'deleted');
  const standard = { number: 0, name: 'jira', statuses: statusesOf(directory, undefined).slice(0, 5) };
  return [standard, ...projects.map((project, place) => workflowOf(directory, project, place + 1))];
}

function workflowOf(directory: Directory, project: Project, number: number): Workflow {
  const statuses = statusesOf(directory, project);
  return project.style === 'next-gen'
    ? { number, name: `Software workflow for project ${project.id}`, projectId: project.id, statuses }
    : { number, name: nameOf(project), statuses: statuses.filter((_, place) => place % 2 === number % 2) };
}

function nameOf(project: Project): string {
  return `${project.key}: Ablauf → ${project.name}`;
}

/** The page bean with `statuses` beside `values`: each status of the page once. */
function searchWorkflows(call: Call, workflows: readonly Workflow[]): unknown {
  const scope = call.query.get('scope')?.toUpperCase();
  const scoped = workflows.filter(({ projectId }) => scope === undefined || scope === scopeWord(projectId));
  const rows = containing(call, 'queryString', scoped);
  const withTransitions = listOf(call, 'expand').includes('values.transitions');
  const statuses = new Set(pageOf(call, rows, USUAL).rows.flatMap((workflow) => workflow.statuses));
  return {
    ...pageBean(call, rows, USUAL, (workflow) => workflowShape(workflow, withTransitions)),
    statuses: [...statuses].map(statusShape),
  };
}

function scopeWord(projectId: string | undefined): string {
  return projectId === undefined ? 'GLOBAL' : 'PROJECT';
}

function scopeOf(projectId: string | undefined): Record<string, unknown> {
  return { type: scopeWord(projectId), ...(projectId === undefined ? {} : { project: { id: projectId } }) };
}

function statusShape({ id, name, description, category, projectId }: Status): Record<string, unknown> {
  const scope = scopeOf(projectId);
  return { id, name, description, scope, statusCategory: CATEGORY_WORD[category], statusReference: id };
}

function workflowShape(workflow: Workflow, withTransitions: boolean): Record<string, unknown> {
  const changed = CREATED + workflow.number * 17 * DAY_MS;
  return {
    id: fixedUuid('workflow', workflow.number),
    name: workflow.name,
    description: workflow.number === 0 ? 'The default Jira workflow.' : '',
    created: jiraTime(CREATED),
    ...(workflow.number % 3 === 1 ? {} : { updated: jiraTime(changed) }),
    isEditable: workflow.number > 0,
    scope: scopeOf(workflow.projectId),
    startPointLayout: { x: -100.0003, y: -153.0002 },
    statuses: workflow.statuses.map(({ id }, place) => ({
      statusReference: id,
      layout: { x: 120.5 * place, y: -16 },
      properties: place === 0 ? { 'jira.issue.editable': 'true' } : {},
      deprecated: false,
    })),
    ...(withTransitions ? { transitions: transitionsOf(workflow.statuses) } : {}),
    version: { id: fixedUuid('workflow', 10_000 + workflow.number), versionNumber: workflow.number },
  };
}

/** Create, then one step to the next status after another, and a global one to the last. */
function transitionsOf(statuses: readonly Status[]): Record<string, unknown>[] {
  const first = statuses[0];
  const last = statuses.at(-1);
  if (first === undefined || last === undefined) {
    return [];
  }
  const steps = statuses.slice(1).map((to, place) => {
    const link = { fromStatusReference: statuses[place]?.id, fromPort: 0, toPort: 1 };
    return transition(11 + 10 * place, `Nach „${to.name}“`, 'DIRECTED', to.id, [link]);
  });
  return [
    transition(1, 'Create', 'INITIAL', first.id, []),
    ...steps,
    transition(901, last.name, 'GLOBAL', last.id, []),
  ];
}

function transition(id: number, name: string, type: string, to: string, links: unknown[]): Record<string, unknown> {
  const rule = {
    id: fixedUuid('workflow', 20_000 + id),
    ruleKey: 'system:update-field',
    parameters: { field: 'resolution' },
  };
  const rest = { links, actions: type === 'GLOBAL' ? [rule] : [], validators: [], triggers: [], properties: {} };
  return { id: String(id), name, description: '', type, toStatusReference: to, ...rest };
}

/** `id` is a number, the keys of `issueTypeMappings` are issue type ids as text. */
export function workflowSchemeShape(directory: Directory, call: Call, project: Project): Record<string, unknown> {
  const id = Number(project.id) + 100;
  const bug = directory.issueTypes.find(({ name }) => name === 'Bug');
  const edited = id % 2 === 0;
  return {
    id,
    name: `${project.key}: workflow scheme`,
    ...(edited ? { description: `Who may move what in ${project.name}` } : {}),
    defaultWorkflow: nameOf(project),
    issueTypeMappings: bug === undefined ? {} : { [bug.id]: 'jira' },
    ...(edited ? { lastModifiedUser: userShape(call.origin, personOf(directory, project.leadId)) } : {}),
    self: `${call.origin}/rest/api/3/workflowscheme/${id}`,
  };
}
