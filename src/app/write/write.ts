/** Writes rows to a site, or says what that would do: one action, one connection, any number of rows. */
import type { Entry, Known } from '../../actions/journal/entry.js';
import type { Change, Planned } from '../../actions/plan/change.js';
import { type PlanSetting, plan } from '../../actions/plan/plan.js';
import { presentStep } from '../../actions/plan/steps.js';
import type { Action } from '../../actions/registry/registry.js';
import { entryOf } from '../../actions/send/run.js';
import type { Json } from '../../contract/table.js';
import { ConnectorError, type ErrorKind } from '../../core/errors.js';
import { type Ports, portsOf } from '../../core/ports.js';
import type { WriteSettings } from '../settings/write-settings.js';
import { type Files, filesIn } from './files.js';
import { sendSteps, unsetWords } from './follow.js';
import type { WriteJob } from './job.js';
import { type WriteRun, withRun } from './open-run.js';
import { readAgain } from './read-again.js';
import type { RowResult } from './report.js';
import {
  allowedAction,
  equalsOf,
  isDayOld,
  mayBeSent,
  noticesOf,
  refuseAbsent,
  refuseTooMany,
  refuseTwice,
  refuseUnready,
  subtasksOf,
  wasDone,
} from './rules.js';
import { type Written, writtenOf } from './written.js';

/** @throws ConnectorError when nothing could be begun; what became of rows is in the report */
export async function write(job: WriteJob, given: Partial<Ports> = {}): Promise<Written> {
  const ports = portsOf(given);
  const allowed = allowedAction(job);
  if (typeof job.rows !== 'function') refuseTooMany(job.rows.length, allowed.write);
  return withRun(job, ports, (run) => writeIn(run, job, allowed));
}

async function writeIn(
  run: WriteRun,
  job: WriteJob,
  { action, write: settings }: ReturnType<typeof allowedAction>,
): Promise<Written> {
  refuseAbsent(action, run.site.dialect);
  const rows = typeof job.rows === 'function' ? await job.rows(run.site) : job.rows;
  refuseTooMany(rows.length, settings);
  const files = filesIn(settings.files);
  const setting = settingOf(run, job, action, settings.projects, files);
  const planned = await plan(rows, setting);
  const toSend = planned.changes.filter(({ id, alreadySo }) => mayBeSent(run.journal.get(id)) && !alreadySo);
  if (job.single) refuseTwice(run, planned, job);
  const below = (await subtasksOf(planned.changes, run)).size;
  if (below > 0) refuseTooMany(rows.length + below, settings, 'rows and subtasks');
  const notices = await noticesOf(
    run,
    action,
    toSend,
    planned.changes.filter(({ alreadySo }) => alreadySo),
    job,
  );
  const told = { action: action.action, set: planned.digest, changes: toSend, shown: job.single ? 1 : 5 };
  const isDry = !job.send && !(job.single && action.danger === 'low');
  const key = `${action.action} ${job.source}`;
  if (isDry) {
    await run.table.show(key, { digest: planned.digest, rows: rows.length, at: new Date(run.now()).toISOString() });
    const looked = rowsOf(run, planned, toSend, null);
    return writtenOf(run, {
      ...told,
      notices,
      rows: looked,
      dry_run: true,
      failures: planned.bad.length > 0 ? ['usage'] : [],
    });
  }
  refuseUnready(run, job, action, planned, key, below);
  if (job.ask && toSend.length > 0 && !job.send && !(await job.ask(questionOf(action, toSend))))
    throw new ConnectorError('interrupted', 'Nothing was sent.');
  run.table.knowAccount(run.site.caller.accountId);
  const onOutcome = (entry: Entry) => job.onRow?.(resultOf(entry));
  const { entries, stopped, needless } = await sendSteps(
    toSend.map((change) => entryOf(change, run)),
    { ...run, onOutcome, readFile: files.read },
    setting,
  );
  if (stopped === null && !run.signal.aborted) await run.table.forget(key);
  const late = await readAgain(run, entries);
  const outcomes = rowsOf(run, planned, toSend, needless);
  const failures: ErrorKind[] = stopped ? [stopped.kind] : [];
  if (outcomes.some(({ state }) => state === 'failed' || state === 'unknown')) failures.push('failed');
  return writtenOf(run, { ...told, notices: [...notices, ...late], rows: outcomes, dry_run: false, failures });
}

function settingOf(
  run: WriteRun,
  job: WriteJob,
  action: Action,
  projects: WriteSettings['projects'],
  files: Files,
): PlanSetting {
  const notify = job.notify ?? job.single;
  const estimate: Record<string, Json> =
    action.input.adjust_estimate === undefined
      ? {}
      : { adjust_estimate: job.estimate ?? (job.single ? 'auto' : 'leave') };
  return {
    ...{ site: run.site, connection: run.connection.name, action, projects, notify },
    ...{ usual: estimate, again: job.again, ids: job.ids, markup: job.markup },
    isKnown: (id) => !mayBeSent(run.journal.get(id)),
    entryOf: (id) => run.journal.get(id),
    fileFacts: files.facts,
    // A single command is meant anew when its equal is a day old.
    doneBefore: (content) =>
      job.single
        ? equalsOf({ action, content }, run).filter((entry) => wasDone(entry) && isDayOld(entry, run)).length
        : 0,
  };
}

const questionOf = ({ action }: Action, [change]: readonly Change[]) =>
  `${action} ${change?.issueKey ?? ''}: send it?`.replace(' :', ':');

export function resultOf(
  entry: Known,
  state: RowResult['state'] = entry.state === 'undone' ? 'skipped' : rowState(entry),
): RowResult {
  const { line, id, issueKey, resultId, runId, error } = entry;
  return { line, state, action_id: id, issue: issueKey, result_id: resultId, run_id: runId, error };
}

function rowState({ state }: Known): RowResult['state'] {
  if (state === 'conflict') return 'failed';
  return state === 'done' || state === 'failed' ? state : 'unknown';
}

/** Steps that were not needed, with the fields that they would have set; null: nothing was sent, for it was a look. */
type Needless = ReadonlyMap<string, readonly string[]> | null;

function rowsOf(
  run: WriteRun,
  { bad, changes }: Planned,
  toSend: readonly Change[],
  needless: Needless,
): readonly RowResult[] {
  const sent = new Set(toSend.map(({ id }) => id));
  return [
    ...bad.map(({ line, errors }) => invalid(line, errors)),
    ...changes.map((change) => rowOf(run, change, sent.has(change.id), needless)),
  ];
}

/** The run ended between two steps. */
const HALFWAY = { state: 'failed', error: 'it is on its way; run the same again for the steps that are left' } as const;

const invalid = (line: number, errors: readonly string[]): RowResult => ({
  ...{ line, state: 'invalid', action_id: null, issue: null, result_id: null, run_id: null, error: errors.join('; ') },
});

function rowOf({ journal, connection }: WriteRun, change: Change, wasToBeSent: boolean, needless: Needless): RowResult {
  const last = presentStep(connection.name, change, (id) => journal.get(id));
  const before = last.id === change.id ? undefined : journal.get(change.id);
  const entry = journal.get(last.id) ?? before;
  const { line, id, issueKey, unset = [] } = change;
  const nothing = { line, action_id: id, issue: issueKey, result_id: null, run_id: null };
  if (wasToBeSent) {
    if (needless === null || entry === undefined) return { ...nothing, state: 'ready', error: null };
    const left = needless.get(last.id);
    const more = left !== undefined ? { error: unsetWords(left) } : entry === before ? HALFWAY : {};
    return { ...resultOf(entry), line, ...more };
  }
  if (entry === undefined || mayBeSent(entry))
    return { ...nothing, state: 'skipped', error: unsetWords(unset) ?? 'it is like that already' };
  if (wasDone(entry)) return { ...resultOf(entry, 'skipped'), line, error: `${entry.state} by run ${entry.runId}` };
  return { ...resultOf(entry), line };
}
