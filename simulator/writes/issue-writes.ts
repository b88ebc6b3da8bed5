/** Creating, changing and deleting issues, one at a time and up to fifty. */

import { childrenOf, NONE } from '../issues/issue-table.js';
import type { Answer, Call, Directory, SimRoute } from '../model.js';
import { badRequest, Refusal } from '../refusal.js';
import { issueTypesOf } from '../routes/shapes.js';
import { addComment } from './comment-writes.js';
import { BadValue, type Edits, listedPlace } from './field-input.js';
import { kindOfTransition, performTransition } from './transition-writes.js';
import { edit, readUpdate, throwAny } from './update-input.js';
import { addWorklog } from './worklog-writes.js';
import { type Body, bodyOf, isObject, noContent, type WriteDesk } from './write-desk.js';

const ISSUE = 'issue/{issueIdOrKey}';
const MOST_AT_ONCE = 50;
const CALLER = 0;

export function issueWrites(writes: WriteDesk): SimRoute[] {
  return [
    writes.route('POST', 'issue', (call) => ({ status: 201, body: create(writes, call, bodyOf(call)) })),
    writes.route('POST', 'issue/bulk', (call) => createMany(writes, call)),
    writes.route('PUT', ISSUE, (call) => update(writes, call)),
    writes.route('PUT', `${ISSUE}/assignee`, (call) => assign(writes, call)),
    writes.route('DELETE', ISSUE, (call) => remove(writes, call)),
  ];
}

/** What every new issue of a caller has unless it is given; nothing of it is drawn from the seed. */
function blank(writes: WriteDesk, call: Call): Edits {
  const custom = writes.site.directory.fields.filter((field) => field.custom && !MADE.has(kindOf(field)));
  return {
    ...{
      description: null,
      environment: null,
      duedate: null,
      lastViewed: null,
      resolution: null,
      resolutiondate: null,
    },
    ...{ labels: [], components: [], versions: [], fixVersions: [], attachment: [] },
    ...{ timeoriginalestimate: null, timeestimate: null },
    reporter: writes.desk.shapes(call).user(CALLER),
    ...Object.fromEntries(custom.map(({ id }) => [id, null])),
  };
}

/** They follow from what the issue is. */
const MADE: ReadonlySet<string> = new Set(['gh-lexo-rank', 'gh-sprint', 'gh-epic-link', 'vp-origin']);
const kindOf = (field: { readonly schema: { readonly custom?: string } }): string =>
  field.schema.custom?.split(':').at(-1) ?? '';

function create(writes: WriteDesk, call: Call, body: Body): Record<string, unknown> {
  const { site } = writes;
  const fields = isObject(body.fields) ? body.fields : {};
  const project = projectPlace(writes, fields.project);
  writes.demand('You do not have permission to create issues in this project.', 'CREATE_ISSUES');
  const type = typePlace(writes, project, fields.issuetype);
  const properties = writes.properties(body);
  const { update, errors } = readUpdate({ writes, call, project }, body, null);
  const missing = missingFields(writes, type, fields).filter(([id]) => !(id in errors));
  throwAny({ ...errors, ...Object.fromEntries(missing) });
  const transition = isObject(body.transition) ? kindOfTransition(writes, body.transition.id) : null;
  const key = site.directory.projects[project]?.key ?? '';
  const given = Object.entries(update.edits).filter(([, value]) => value !== null);
  const id = writes.edits.createIssue(
    key,
    { ...blank(writes, call), ...Object.fromEntries(given) },
    { type, creator: CALLER },
  );
  const place = writes.desk.find(id);
  for (const property of properties) site.extras.setProperty(place, property.key, property.value);
  for (const comment of update.comments) addComment(writes, call, place, comment);
  for (const worklog of update.worklogs) addWorklog(writes, call, place, worklog);
  if (transition !== null) performTransition(writes, place, transition, {});
  const done = { status: 200, errorCollection: { errorMessages: [], errors: {} } };
  return {
    ...{ id, key: site.keyAt(place), self: writes.desk.shapes(call).self(`issue/${id}`) },
    ...(transition === null ? {} : { transition: done }),
  };
}

function projectPlace({ site }: WriteDesk, value: unknown): number {
  const { id, key } = isObject(value) ? value : {};
  const place = site.directory.projects.findIndex(
    (project) => project.state === 'live' && (project.key === key || (id !== undefined && project.id === String(id))),
  );
  if (place < 0) throw new Refusal(400, [], { project: 'Specify a valid project ID or key' });
  return place;
}

function typePlace({ site }: WriteDesk, project: number, value: unknown): number {
  const { directory } = site;
  const owner = directory.projects[project];
  const own = owner === undefined ? [] : issueTypesOf(directory, owner);
  try {
    return directory.issueTypes.indexOf(own[listedPlace(own, value, 'Issue type')] as Directory['issueTypes'][number]);
  } catch (error) {
    if (!(error instanceof BadValue)) throw error;
    throw new Refusal(400, [], { issuetype: 'Specify a valid issue type' });
  }
}

function missingFields({ site, rules }: WriteDesk, type: number, fields: Body): (readonly [string, string])[] {
  const isMissing = (id: string): boolean => fields[id] === undefined || fields[id] === null;
  const nameOf = (id: string): string => site.directory.fields.find((field) => field.id === id)?.name ?? id;
  const isSubtask = site.directory.issueTypes[type]?.subtask === true;
  return [
    ...(isMissing('summary') ? [['summary', 'You must specify a summary of the issue.'] as const] : []),
    ...(isSubtask && isMissing('parent')
      ? [['parent', 'Issue type is a sub-task but parent issue key or id not specified.'] as const]
      : []),
    ...rules.requiredFields.filter(isMissing).map((id) => [id, `${nameOf(id)} is required.`] as const),
  ];
}

/** 201 when one was made; those that failed are told by their place in the request, and the others lie close together. */
function createMany(writes: WriteDesk, call: Call): Answer {
  const list = bodyOf(call).issueUpdates;
  if (!Array.isArray(list) || list.length === 0) throw badRequest("'issueUpdates' must hold at least one entry.");
  if (list.length > MOST_AT_ONCE)
    throw badRequest(`Number of issues in the request exceeds the limit of ${MOST_AT_ONCE} issues.`);
  const issues: unknown[] = [];
  const errors: unknown[] = [];
  for (const [failedElementNumber, one] of list.entries())
    try {
      issues.push(create(writes, call, isObject(one) ? one : {}));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { status, messages: errorMessages, fieldErrors } = error;
      errors.push({ status, elementErrors: { errorMessages, errors: fieldErrors, status }, failedElementNumber });
    }
  if (issues.length === 0) throw new ManyRefused(errors);
  return { status: 201, body: { issues, errors } };
}

/** Nothing was made. */
class ManyRefused extends Refusal {
  constructor(private readonly errors: readonly unknown[]) {
    super(400, ['No issue was created.']);
  }

  override answer(): Answer {
    return { status: 400, body: { issues: [], errors: this.errors } };
  }
}

function update(writes: WriteDesk, call: Call): Answer {
  const place = writes.issueOf(call);
  writes.demand('You do not have permission to edit this issue.', 'EDIT_ISSUES');
  const body = bodyOf(call);
  const project = writes.site.table.project[place] ?? 0;
  const properties = writes.properties(body);
  const { update: wanted, errors } = readUpdate({ writes, call, project }, body, place);
  throwAny(errors);
  edit(writes, place, wanted.edits);
  for (const { key, value } of properties) writes.site.extras.setProperty(place, key, value);
  for (const comment of wanted.comments) addComment(writes, call, place, comment);
  for (const worklog of wanted.worklogs) addWorklog(writes, call, place, worklog);
  if (call.query.get('returnIssue') !== 'true') return noContent();
  return { status: 200, body: writes.desk.render(writes.site.idOf(place), ['*all'], call) };
}

function assign(writes: WriteDesk, call: Call): Answer {
  const place = writes.issueOf(call);
  writes.demand('You do not have permission to assign this issue.', 'ASSIGN_ISSUES');
  const body = bodyOf(call);
  const { people, projects } = writes.site.directory;
  const named = writes.isServer ? body.name : body.accountId;
  if (named === undefined) throw badRequest('The assignee must be named.');
  const lead = projects[writes.site.table.project[place] ?? 0]?.leadId;
  const person = named === '-1' ? people.findIndex(({ accountId }) => accountId === lead) : writes.person(body);
  if (named !== null && people[person ?? NONE]?.active !== true)
    throw new Refusal(400, [], { assignee: `User '${String(named)}' cannot be assigned issues.` });
  edit(writes, place, { assignee: named === null ? null : (people[person ?? NONE]?.accountId ?? null) });
  return noContent();
}

function remove(writes: WriteDesk, call: Call): Answer {
  const place = writes.issueOf(call);
  writes.demand('You do not have permission to delete issues in this project.', 'DELETE_ISSUES');
  deleteIssue(writes, place, call.query.get('deleteSubtasks') === 'true');
  return noContent();
}

export function deleteIssue({ site, edits }: WriteDesk, place: number, subtasksToo: boolean): void {
  const has = childrenOf(site.table, place).some((child) => site.table.visible[child] === 1);
  if (has && !subtasksToo)
    throw badRequest(
      `The issue '${site.keyAt(place)}' has subtasks.  You must specify the 'deleteSubtasks' parameter to delete this issue and all its subtasks.`,
    );
  edits.deleteIssue(site.idOf(place));
}
