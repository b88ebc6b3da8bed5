/** Moving an issue through its workflow: which transitions there are, and what their screens demand. */

import { categoryOf } from '../issues/status-past.js';
import type { Answer, Call, FieldDef, SimRoute } from '../model.js';
import { badRequest } from '../refusal.js';
import { listOf } from '../routes/paging.js';
import { addComment } from './comment-writes.js';
import type { Edits } from './field-input.js';
import { metaOf } from './metadata.js';
import { edit, readUpdate, throwAny } from './update-input.js';
import { addWorklog } from './worklog-writes.js';
import { bodyOf, isObject, noContent, type WriteDesk } from './write-desk.js';

const TRANSITIONS = 'issue/{issueIdOrKey}/transitions';
/** Beside what it demands, a transition's screen shows these. */
const ON_SCREENS = ['assignee', 'fixVersions', 'resolution'];

export interface Transition {
  readonly id: string;
  readonly name: string;
  /** Place of the status. */
  readonly to: number;
  /** Ids of fields. */
  readonly demands: readonly string[];
}

export function transitionWrites(writes: WriteDesk): SimRoute[] {
  return [
    { method: 'GET', path: `/rest/api/3/${TRANSITIONS}`, handle: (call) => ({ body: shown(writes, call) }) },
    writes.route('POST', TRANSITIONS, (call) => perform(writes, call)),
  ];
}

/** From any status to any other, as a simplified workflow allows. */
export function transitionsOf({ site, rules }: WriteDesk): Transition[] {
  return site.directory.statuses.flatMap(({ name, projectId }, to) => {
    if (projectId !== undefined) return [];
    const id = String(11 + 10 * to);
    return [{ id, name: rules.transitionNames[id] ?? name, to, demands: rules.transitionDemands[name] ?? [] }];
  });
}

/** Throws a 400 for one that there is not. */
export function kindOfTransition(writes: WriteDesk, id: unknown): Transition {
  const found = transitionsOf(writes).find((one) => one.id === String(id));
  if (found === undefined) throw badRequest(`Transition id '${String(id)}' is not valid for this issue.`);
  return found;
}

/** Empty for those who may not transition: no error says so. */
function shown(writes: WriteDesk, call: Call): unknown {
  const place = writes.issueOf(call);
  const withFields = listOf(call, 'expand').includes('transitions.fields');
  const wanted = call.query.get('transitionId');
  const listed = writes.may('TRANSITION_ISSUES')
    ? transitionsOf(writes).filter(({ id }) => wanted === null || id === wanted)
    : [];
  return {
    expand: 'transitions',
    transitions: listed.map((one) => transitionJson(writes, call, place, one, withFields)),
  };
}

function transitionJson(writes: WriteDesk, call: Call, place: number, one: Transition, withFields: boolean): unknown {
  const fields = fieldsOfScreen(writes, one).map((field) => [
    field.id,
    metaOf(writes, call, place, field, one.demands),
  ]);
  return {
    ...{ id: one.id, name: one.name, to: writes.desk.shapes(call).status(one.to) },
    ...{ hasScreen: one.demands.length > 0, isGlobal: true, isInitial: false, isAvailable: true, isConditional: false },
    looped: writes.site.table.status[place] === one.to,
    ...(withFields ? { fields: Object.fromEntries(fields) } : {}),
  };
}

function fieldsOfScreen({ site }: WriteDesk, { demands }: Transition): FieldDef[] {
  const ids = demands.length === 0 ? [] : [...new Set([...demands, ...ON_SCREENS])];
  return ids.flatMap((id) => site.directory.fields.find((field) => field.id === id) ?? []);
}

function perform(writes: WriteDesk, call: Call): Answer {
  const place = writes.issueOf(call);
  writes.demand('You do not have permission to transition this issue.', 'TRANSITION_ISSUES');
  const body = bodyOf(call);
  if (!isObject(body.transition)) throw badRequest("Missing 'transition' identifier");
  const transition = kindOfTransition(writes, body.transition.id);
  const properties = writes.properties(body);
  const screen = fieldsOfScreen(writes, transition);
  const project = writes.site.table.project[place] ?? 0;
  const allowed = new Set(screen.map(({ id }) => id));
  const { update, errors } = readUpdate({ writes, call, project }, body, place, allowed);
  const missing = screen.filter(
    ({ id }) => transition.demands.includes(id) && !(id in update.edits) && !(id in errors),
  );
  throwAny({ ...errors, ...Object.fromEntries(missing.map(({ id, name }) => [id, `${name} is required.`])) });
  performTransition(writes, place, transition, update.edits);
  for (const { key, value } of properties) writes.site.extras.setProperty(place, key, value);
  for (const comment of update.comments) addComment(writes, call, place, comment);
  for (const worklog of update.worklogs) addWorklog(writes, call, place, worklog);
  return noContent();
}

/** What leaves the done statuses loses its resolution; what comes there without one gets the usual one. */
export function performTransition(writes: WriteDesk, place: number, transition: Transition, edits: Edits): void {
  const { site } = writes;
  const wasDone = categoryOf(site.directory, site.table.status[place] ?? 0) === 'done';
  const isDone = categoryOf(site.directory, transition.to) === 'done';
  site.fieldEdits.get(place)?.delete('resolutiondate');
  if (!isDone || !wasDone) site.fieldEdits.get(place)?.delete('resolution');
  edit(writes, place, { status: site.directory.statuses[transition.to]?.id, ...edits });
}
