/** Earlier runs: what became of them, their failed rows once more, and taking them back. */
import { type Entry, isOpen, type Known } from '../../actions/journal/entry.js';
import { digestOf } from '../../actions/plan/identity.js';
import { issuesInField } from '../../actions/plan/issues-named.js';
import { type Undo, undoOf } from '../../actions/plan/undo.js';
import { entryOf, sendAll } from '../../actions/send/run.js';
import { shownNow } from '../../actions/settle/by-value.js';
import { fieldsOf } from '../../actions/site/fields.js';
import { projectOfKey, type Site } from '../../actions/site/site.js';
import { settable } from '../../actions/values/same.js';
import { ConnectorError, type ErrorKind } from '../../core/errors.js';
import { own } from '../../core/json-path.js';
import { type Ports, portsOf } from '../../core/ports.js';
import { actionRegistry } from '../settings/actions.js';
import type { WriteSettings } from '../settings/write-settings.js';
import type { WriteJob } from './job.js';
import { type WritePlace, type WriteRun, withRun } from './open-run.js';
import { readAgain } from './read-again.js';
import { entriesOf } from './read-journal.js';
import type { RowResult } from './report.js';
import { refuseTooMany } from './rules.js';
import { resultOf, write } from './write.js';
import { type Written, writtenOf } from './written.js';

const usage = (text: string) => new ConnectorError('usage', text);

export const statusOf = (entries: readonly Entry[]): readonly RowResult[] => entries.map((entry) => resultOf(entry));

export interface RunJob extends WritePlace, Pick<WriteJob, 'write' | 'send' | 'confirm' | 'notify'> {
  readonly runId: string;
}

/** Rows of a run that failed, looked at and sent like any others, under the identity they have. */
export async function retryFailed(job: RunJob, given: Partial<Ports> = {}): Promise<Written> {
  const failed = (await entriesOf(job, job.runId)).filter(({ state, undoes }) => state === 'failed' && undoes === null);
  const [first] = failed;
  if (first === undefined) throw usage(`No row of run ${job.runId} has failed.`);
  const rows = failed.map(({ line, content }) => ({ line, cells: content as Readonly<Record<string, never>> }));
  const { runId, ...rest } = job;
  const source = `failed ${runId}`;
  const ids = failed.map(({ id }) => id);
  // All rows of a run were sent with the same flags.
  const { notifyUsers } = first.request.query;
  const notify = job.notify ?? (notifyUsers === undefined ? undefined : notifyUsers === 'true');
  const unsaid = failed.find(({ content }) => (own(content, 'adjust_estimate') ?? null) === null);
  const estimate = unsaid?.request.query.adjustEstimate;
  return write({ ...rest, action: first.action, rows, ids, single: false, source, notify, estimate }, given);
}

/** Takes back what a run did, the last first. */
export async function undo(job: RunJob, given: Partial<Ports> = {}): Promise<Written> {
  const ports = portsOf(given);
  if (job.write === null)
    throw usage('Nothing may be written: the settings do not allow it; docs/writing-back.md says how they do.');
  const { write: settings } = job;
  refuseUndo(await entriesOf(job, job.runId), settings);
  return withRun(job, ports, (run) => undoIn(run, job, settings));
}

function refuseUndo(entries: readonly Entry[], settings: WriteSettings): void {
  refuseTooMany(entries.length, settings);
  for (const entry of entries) refuseForbidden(entry, settings);
}

/** Who may not do it may not take it back; what takes it back is an action, too. */
function refuseForbidden({ action, issueKey }: Entry, { actions, projects }: WriteSettings): void {
  const inverse = actionRegistry().get(action).undo?.action ?? action;
  const missing = [action, inverse].find((name) => !actions.includes(name));
  if (missing !== undefined)
    throw usage(
      `Taking back ${action} is done by ${inverse}. The settings do not allow ${missing}; \`write.actions\` has: ${actions.join(', ')}.`,
    );
  const project = projectOfKey(issueKey ?? '');
  if (!projects.includes(project))
    throw usage(`The project ${project} is not among those that \`write:\` allows: ${projects.join(', ')}.`);
}

/** What is, or would hang below what is, in a project that may not be touched: why it is left alone, by entry. */
async function outOfReach(site: Site, entries: readonly Entry[], { projects }: WriteSettings) {
  const touched = ({ issueId, content, before }: Entry) =>
    [issueId, own(content, 'other'), own(before?.outwardIssue, 'id')].filter((one) => typeof one === 'string');
  const fields = entries.some(({ action }) => action === 'update_issue') ? await fieldsOf(site) : [];
  const above = ({ before, wanted }: Entry) =>
    fields.filter(({ id }) => id in wanted).flatMap((field) => issuesInField(field, settable(before?.[field.id])));
  const found = await site.issues(
    entries.flatMap((entry) => [...touched(entry), ...above(entry)]),
    ['project'],
  );
  const others = `that project is not among those that \`write:\` allows: ${projects.join(', ')}`;
  const foreign = (names: readonly string[]) =>
    names.flatMap((name) => found.get(name)?.key ?? []).find((key) => !projects.includes(projectOfKey(key)));
  const whyKept = (entry: Entry): string | null => {
    const [moved, hung] = [foreign(touched(entry)), foreign(above(entry))];
    if (moved !== undefined) return `the issue is ${moved} now, and ${others}`;
    if (hung !== undefined) return `it would be below ${hung} again, and ${others}`;
    const missing = above(entry).find((name) => !found.has(name));
    return missing === undefined ? null : `it was below ${missing}, which is not there, or this account may not see it`;
  };
  return new Map(entries.map((entry) => [entry.id, whyKept(entry)]));
}

async function undoIn(run: WriteRun, job: RunJob, settings: WriteSettings): Promise<Written> {
  const { site, registry, journal, connection } = run;
  const { notify } = job;
  const setting = {
    ...{ site, registry, connection: connection.name, notify },
    shownNow: (entry: Entry) => shownNow(site, entry),
  };
  const entries = await journal.ofRun(job.runId);
  // Looked up before, it may have been under way.
  refuseUndo(entries, settings);
  const done = entries.filter(({ state }) => state === 'done');
  const kept = await outOfReach(site, done, settings);
  // What failed is sent again.
  const takenBack = new Map(
    journal.all().flatMap((one) => (one.undoes === null || one.state === 'failed' ? [] : [[one.undoes, one] as const])),
  );
  const undos: Undo[] = [];
  for (const entry of [...entries].sort((a, b) => b.line - a.line)) {
    const back = takenBack.get(entry.id);
    if (back?.state === 'done') journal.note({ ...entry, state: 'undone' });
    const why = back === undefined ? (kept.get(entry.id) ?? null) : standing(back);
    undos.push(why === null ? await undoOf(entry, setting) : { entry, change: null, note: why });
  }
  const changes = undos.flatMap(({ change }) => change ?? []);
  const deletions = changes.filter(({ action }) => action.danger === 'high').length;
  if (job.send && deletions > 0 && job.confirm !== deletions)
    throw usage(`This deletes ${deletions} things that run ${job.runId} made: say --confirm ${deletions}.`);
  const failures: ErrorKind[] = [];
  const late: string[] = [];
  if (job.send) {
    const toSend = undos.flatMap(({ entry, change }) => (change === null ? [] : [entryOf(change, run, entry.id)]));
    const { entries: sent, stopped } = await sendAll(toSend, run);
    for (const { undoes } of sent.filter(({ state }) => state === 'done')) {
      const original = entries.find(({ id }) => id === undoes);
      if (original) journal.note({ ...original, state: 'undone' });
    }
    await journal.keep();
    late.push(...(await readAgain(run, sent)));
    if (stopped) failures.push(stopped.kind);
    if (sent.some(({ state }) => state !== 'done')) failures.push('failed');
  }
  const rows = undos.map((one) => undoneRow(one, takenBack, run, job.send));
  if (failures.length === 0 && rows.some(({ state }) => state === 'unknown' || state === 'failed'))
    failures.push('failed');
  return writtenOf(run, {
    ...{ action: `undo ${job.runId}`, dry_run: !job.send, set: digestOf(changes.map(({ id }) => id)) },
    notices: [...(deletions > 0 ? [`It deletes ${deletions} things: --confirm ${deletions}.`] : []), ...late],
    ...{ changes, shown: 5, failures, rows },
  });
}

/** How an undo stands that was sent before. */
function standing(back: Known): string {
  if (back.state === 'conflict') return `it is not undone as it was to be: ${back.error ?? ''}`;
  return isOpen(back) ? `whether it is undone is in doubt: ${back.error ?? 'its answer was lost'}` : 'it is undone';
}

function undoneRow(
  { entry, change, note }: Undo,
  takenBack: ReadonlyMap<string, Known>,
  { journal }: WriteRun,
  isSent: boolean,
): RowResult {
  const sent = change === null || !isSent ? undefined : journal.get(change.id);
  if (sent) return { ...resultOf(sent), error: sent.error ?? note };
  const { line, id, issueKey, resultId, runId } = entry;
  const back = takenBack.get(id);
  const state =
    change !== null ? 'ready' : back === undefined || back.state === 'done' ? 'skipped' : resultOf(back).state;
  return { line, state, action_id: id, issue: issueKey, result_id: resultId, run_id: runId, error: note };
}
