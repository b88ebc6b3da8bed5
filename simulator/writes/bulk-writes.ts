/** Bulk operations: handed in, carried out behind the answer, asked for by the number of their task. Version 3 alone. */

import { jiraTime } from '../clock.js';
import type { Answer, Call, SimRoute } from '../model.js';
import { badRequest, Refusal } from '../refusal.js';
import { wantsWikiText } from '../router.js';
import { listOf } from '../routes/paging.js';
import { readBulkFields } from './bulk-fields.js';
import { BadValue } from './field-input.js';
import { deleteIssue } from './issue-writes.js';
import { kindOfTransition, performTransition, transitionsOf } from './transition-writes.js';
import { edit } from './update-input.js';
import { type Body, bodyOf, isObject, type WriteDesk } from './write-desk.js';

const MOST_ISSUES = 1000;
const FIRST_TASK = 10_641;

interface Task {
  readonly id: string;
  readonly at: number;
  readonly total: number;
  readonly works: readonly Works[];
  /** Null until it was begun. */
  result: Result | null;
  polls: number;
}

interface Result {
  readonly done: readonly number[];
  readonly failed: Readonly<Record<string, readonly string[]>>;
  readonly unknown: number;
}

/** What is done to one issue; throws what Jira would say of it. */
type Work = (place: number) => void;
type Works = readonly [ids: readonly unknown[], work: Work];

export function bulkWrites(writes: WriteDesk): SimRoute[] {
  const tasks = new Map<string, Task>();
  const post = (name: string, works: (call: Call, body: Body) => readonly Works[]) =>
    writes.route('POST', name, (call) => {
      demandVersion3(call);
      writes.demand('You do not have the Bulk Change permission.', 'BULK_CHANGE');
      return submitted(writes, call, tasks, works(call, bodyOf(call)));
    });
  return [
    post('bulk/issues/fields', (call, body) => [[idsOf(body), fieldWork(writes, call, body)]]),
    post('bulk/issues/transition', (_, body) => transitionWorks(writes, body)),
    post('bulk/issues/delete', (_, body) => [[idsOf(body), (place) => deleted(writes, place)]]),
    {
      method: 'GET',
      path: '/rest/api/3/bulk/queue/{taskId}',
      handle: (call) => ({ body: progress(writes, call, tasks.get(call.params.taskId ?? '')) }),
    },
    {
      method: 'GET',
      path: '/rest/api/3/bulk/issues/transition',
      handle: (call) => ({ body: available(writes, call) }),
    },
  ];
}

function demandVersion3(call: Call): void {
  if (wantsWikiText(call)) throw new Refusal(404, [`No resource at ${call.path}`]);
}

function idsOf(body: Body): readonly unknown[] {
  const ids = body.selectedIssueIdsOrKeys;
  if (!Array.isArray(ids) || ids.length === 0)
    throw badRequest("'selectedIssueIdsOrKeys' must hold at least one entry.");
  return ids;
}

function fieldWork(writes: WriteDesk, call: Call, body: Body): Work {
  const wanted = Array.isArray(body.selectedActions) ? body.selectedActions.map(String) : [];
  if (wanted.length === 0) throw badRequest("'selectedActions' must hold at least one entry.");
  const input = isObject(body.editedFieldsInput) ? body.editedFieldsInput : {};
  const read = readBulkFields(input, wanted);
  return (place) => {
    if (!writes.may('EDIT_ISSUES')) throw new BadValue('You do not have permission to edit this issue.');
    edit(writes, place, read({ writes, call, project: writes.site.table.project[place] ?? 0 }, place));
  };
}

function transitionWorks(writes: WriteDesk, body: Body): Works[] {
  const inputs = body.bulkTransitionInputs;
  if (!Array.isArray(inputs) || inputs.length === 0)
    throw badRequest("'bulkTransitionInputs' must hold at least one entry.");
  return inputs.map((input: unknown) => {
    const one = isObject(input) ? input : {};
    const transition = kindOfTransition(writes, one.transitionId);
    return [idsOf(one), (place: number) => transitioned(writes, place, transition)];
  });
}

function transitioned(writes: WriteDesk, place: number, transition: ReturnType<typeof kindOfTransition>): void {
  if (!writes.may('TRANSITION_ISSUES')) throw new BadValue('You do not have permission to transition this issue.');
  if (transition.demands.length > 0)
    throw new BadValue(`Required fields are missing: ${transition.demands.join(', ')}`);
  performTransition(writes, place, transition, {});
}

function deleted(writes: WriteDesk, place: number): void {
  if (!writes.may('DELETE_ISSUES')) throw new BadValue('You do not have permission to delete this issue.');
  deleteIssue(writes, place, true);
}

/** Usually all is done by the time of the answer; what asking tells lags behind. */
function submitted({ site, rules }: WriteDesk, call: Call, tasks: Map<string, Task>, works: readonly Works[]): Answer {
  const total = works.reduce((sum, [ids]) => sum + ids.length, 0);
  if (total > MOST_ISSUES) throw badRequest(`A bulk operation takes at most ${MOST_ISSUES} issues.`);
  const id = String(FIRST_TASK + tasks.size);
  const result = rules.bulkHeld ? null : carriedOut(site, works);
  tasks.set(id, { id, at: call.now, total, works, result, polls: 0 });
  return { status: 201, body: { taskId: id } };
}

function carriedOut(site: WriteDesk['site'], works: readonly Works[]): Result {
  const done: number[] = [];
  const failed: Record<string, string[]> = {};
  let unknown = 0;
  for (const [ids, work] of works)
    for (const id of ids) {
      const place = site.find(String(id));
      if (place === undefined) unknown += 1;
      else
        try {
          work(place);
          done.push(Number(site.idOf(place)));
        } catch (error) {
          if (!(error instanceof BadValue || error instanceof Refusal)) throw error;
          failed[site.idOf(place)] = [error.message];
        }
    }
  return { done, failed, unknown };
}

function progress({ rules, desk, site }: WriteDesk, call: Call, task: Task | undefined): unknown {
  demandVersion3(call);
  if (task === undefined) throw badRequest('The task ID is not valid.');
  task.polls += 1;
  const at = jiraTime(task.at);
  const head = { taskId: task.id, created: at, started: at, updated: at, submittedBy: desk.shapes(call).user(0) };
  if (!rules.bulkHeld) task.result ??= carriedOut(site, task.works);
  const { result } = task;
  const counts = { totalIssueCount: task.total, invalidOrInaccessibleIssueCount: result?.unknown ?? 0 };
  if (result === null || task.polls <= rules.bulkPolls) {
    const nothing = { processedAccessibleIssues: [], failedAccessibleIssues: {} };
    return { ...head, ...counts, ...nothing, status: 'RUNNING', progressPercent: 0 };
  }
  const ended = { processedAccessibleIssues: result.done, failedAccessibleIssues: result.failed };
  return { ...head, ...counts, ...ended, status: 'COMPLETE', progressPercent: 100 };
}

/** One entry for all issues: they share a workflow. Transitions that demand fields are filtered out. */
function available(writes: WriteDesk, call: Call): unknown {
  demandVersion3(call);
  const places = listOf(call, 'issueIdsOrKeys').flatMap((id) => writes.site.find(id) ?? []);
  const all = transitionsOf(writes);
  const free = all.filter(({ demands }) => demands.length === 0);
  const transitions = free.map(({ id, name, to }) => {
    const status = writes.site.directory.statuses[to];
    return {
      to: { statusId: Number(status?.id), statusName: status?.name },
      transitionId: Number(id),
      transitionName: name,
    };
  });
  const issues = places.map((place) => writes.site.keyAt(place));
  const entry = { issues, isTransitionsFiltered: free.length < all.length, transitions };
  return { availableTransitions: issues.length === 0 ? [] : [entry] };
}
