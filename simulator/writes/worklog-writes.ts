/** Worklogs: written, changed, deleted, and what each does to the remaining estimate. */

import { change } from '../issues/change-item.js';
import { withProperties, worklogJson } from '../issues/child-shapes.js';
import { formOf } from '../issues/issue-desk.js';
import type { Readable } from '../issues/shapes.js';
import { remainingOf } from '../issues/system-fields.js';
import type { WorklogRecord } from '../issues/worklogs.js';
import type { Answer, Call, SimRoute } from '../model.js';
import { badRequest, issueNotFound, Refusal } from '../refusal.js';
import { secondsOf } from './durations.js';
import { momentOf } from './field-input.js';
import { readRich } from './rich-input.js';
import { type Body, bodyOf, noContent, type WriteDesk } from './write-desk.js';

const WORKLOGS = 'issue/{issueIdOrKey}/worklog';
const CALLER = 0;
const MINUTE = 60;

export function worklogWrites(writes: WriteDesk): SimRoute[] {
  const one = `${WORKLOGS}/{id}`;
  return [
    {
      method: 'GET',
      path: `/rest/api/3/${one}`,
      handle: (call) => ({ body: shown(writes, call, ofIssue(writes, call)) }),
    },
    writes.route('POST', WORKLOGS, (call) => {
      const made = addWorklog(writes, call, writes.issueOf(call), bodyOf(call));
      return { status: 201, body: shown(writes, call, made) };
    }),
    writes.route('PUT', one, (call) => edit(writes, call)),
    writes.route('DELETE', one, (call) => remove(writes, call)),
  ];
}

const shown = (writes: WriteDesk, call: Call, worklog: WorklogRecord): unknown =>
  withProperties(worklogJson(writes.desk.shapes(call), worklog, formOf(call)), worklog);

export function addWorklog(writes: WriteDesk, call: Call, issue: number, body: Body): WorklogRecord {
  demandTracking(writes);
  writes.demand('You do not have the permission to associate a worklog to this issue.', 'WORK_ON_ISSUES');
  const { site, rules } = writes;
  if (site.worklogs.countOf(issue) >= rules.mostWorklogs)
    throw new Refusal(413, [`The issue has reached the limit of ${rules.mostWorklogs} worklogs.`]);
  const seconds = secondsIn(body);
  if (seconds === undefined) throw new Refusal(400, [], { timeLogged: 'You must indicate the time spent working.' });
  const adjusted = adjust(writes, call, issue, -seconds, 'reduceBy');
  const record: WorklogRecord = {
    ...{ id: site.worklogs.newId(), issue, author: CALLER, updateAuthor: CALLER, seconds },
    ...{ created: call.now, updated: call.now, started: call.now },
    comment: () => null,
    ...changesIn(writes, call, issue, body),
    properties: writes.isServer ? [] : writes.properties(body),
  };
  site.worklogs.add(record);
  adjusted(() => change('WorklogId', null, [null, null], [String(record.id), String(record.id)]));
  return record;
}

function edit(writes: WriteDesk, call: Call): Answer {
  const worklog = ofIssue(writes, call);
  demandTracking(writes);
  if (!allowed(writes, worklog, 'EDIT')) throw badRequest('You do not have the permission to edit this worklog.');
  const body = bodyOf(call);
  const seconds = secondsIn(body) ?? worklog.seconds;
  const adjusted = adjust(writes, call, worklog.issue, worklog.seconds - seconds, null);
  const changed = {
    ...worklog,
    ...changesIn(writes, call, worklog.issue, body, worklog),
    seconds,
    updated: call.now,
    updateAuthor: CALLER,
  };
  writes.site.worklogs.replace(changed);
  adjusted(() =>
    change('WorklogId', null, [String(worklog.id), String(worklog.id)], [String(worklog.id), String(worklog.id)]),
  );
  return { body: shown(writes, call, changed) };
}

function remove(writes: WriteDesk, call: Call): Answer {
  const worklog = ofIssue(writes, call);
  demandTracking(writes);
  if (!allowed(writes, worklog, 'DELETE')) throw badRequest('You do not have the permission to delete this worklog.');
  const adjusted = adjust(writes, call, worklog.issue, worklog.seconds, 'increaseBy');
  const { site } = writes;
  site.worklogs.remove(worklog);
  site.deletedWorklogs.push({ worklogId: worklog.id, at: call.now });
  adjusted(() => change('WorklogId', null, [String(worklog.id), String(worklog.id)], [null, null]));
  return noContent();
}

function demandTracking({ rules }: WriteDesk): void {
  if (!rules.timeTracking) throw badRequest('Time tracking is currently disabled.');
}

const allowed = (writes: WriteDesk, worklog: WorklogRecord, verb: 'EDIT' | 'DELETE'): boolean =>
  writes.may(`${verb}_ALL_WORKLOGS`) || (worklog.author === CALLER && writes.may(`${verb}_OWN_WORKLOGS`));

function ofIssue(writes: WriteDesk, call: Call): WorklogRecord {
  const place = writes.issueOf(call);
  const found = writes.site.worklogs.get(Number(call.params.id));
  if (found?.issue !== place) throw issueNotFound();
  return found;
}

/** Undefined when none is given. Jira keeps whole minutes. */
function secondsIn(body: Body): number | undefined {
  const { timeSpent, timeSpentSeconds } = body;
  if (timeSpent !== undefined && timeSpentSeconds !== undefined)
    throw badRequest('Only one of timeSpent and timeSpentSeconds can be given.');
  if (timeSpent === undefined && timeSpentSeconds === undefined) return undefined;
  const given = timeSpent === undefined ? timeSpentSeconds : secondsOf(timeSpent);
  if (typeof given !== 'number' || given < MINUTE)
    throw new Refusal(400, [], {
      timeLogged: `Invalid time duration entered: ${String(timeSpent ?? timeSpentSeconds)}`,
    });
  return Math.floor(given / MINUTE) * MINUTE;
}

function changesIn(
  writes: WriteDesk,
  call: Call,
  issue: number,
  body: Body,
  before: Readable = {},
): Partial<WorklogRecord> {
  const started = body.started === undefined ? {} : { started: startedOf(body.started) };
  const comment = body.comment === undefined ? {} : { comment: commentOf(call, body.comment) };
  return { ...started, ...comment, ...writes.readers(issue, body.visibility, before) };
}

function startedOf(value: unknown): number {
  const at = typeof value === 'string' && !value.includes('Z') ? momentOf(value) : undefined;
  if (at === undefined || /[+-]\d{2}:\d{2}$/.test(String(value)))
    throw badRequest(`Cannot deserialize value of type \`java.util.Date\` from String "${String(value)}"`);
  return at;
}

function commentOf(call: Call, value: unknown): WorklogRecord['comment'] {
  if (value === null || value === '') return () => null;
  const document = readRich(call, value);
  if (typeof document === 'string') throw new Refusal(400, [], { comment: document });
  return () => document;
}

/**
 * Reads how the estimate follows; what it gives back sets it and writes the history. `manual`: the parameter that says by how much; null where
 * there is none.
 */
function adjust(writes: WriteDesk, call: Call, place: number, auto: number, manual: string | null) {
  const { site } = writes;
  const before = remainingOf(site, place);
  const after = Math.max(0, remainingAfter(call, before, auto, manual) ?? -1);
  const known = before !== null || call.query.get('adjustEstimate') === 'new';
  return (told: () => ReturnType<typeof change>): void => {
    const shownOf = (value: number | null) => (value === null ? null : String(value));
    const items = [told()];
    if (known) {
      const edits = site.fieldEdits.get(place) ?? new Map<string, unknown>();
      site.fieldEdits.set(place, edits.set('timeestimate', after));
      items.push(
        change('timeestimate', 'timeestimate', [shownOf(before), shownOf(before)], [shownOf(after), shownOf(after)]),
      );
    }
    writes.edits.record(place, items);
  };
}

function remainingAfter(call: Call, before: number | null, auto: number, manual: string | null): number | null {
  const how = call.query.get('adjustEstimate') ?? 'auto';
  const given = (name: string): number => {
    const seconds = secondsOf(call.query.get(name) ?? undefined);
    if (seconds === undefined) throw new Refusal(400, [], { [name]: `You must supply a valid value for ${name}.` });
    return seconds;
  };
  if (how === 'leave') return before;
  if (how === 'new') return given('newEstimate');
  if (how === 'manual' && manual !== null) {
    const by = given(manual);
    return before === null ? null : before + (manual === 'reduceBy' ? -by : by);
  }
  if (how !== 'auto') throw badRequest(`'${how}' is not a valid value for adjustEstimate.`);
  return before === null ? null : before + auto;
}
