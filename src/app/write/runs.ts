/** Earlier runs: what became of them, their failed rows once more, and taking them back. */
import { type Entry, isOpen } from '../../actions/journal/entry.js';
import { Journal } from '../../actions/journal/journal.js';
import { digestOf } from '../../actions/plan/identity.js';
import { type Undo, undoOf } from '../../actions/plan/undo.js';
import { entryOf, sendAll } from '../../actions/send/run.js';
import { shownNow } from '../../actions/settle/by-value.js';
import { ConnectorError, type ErrorKind } from '../../core/errors.js';
import { type Ports, portsOf } from '../../core/ports.js';
import { openWarehouse } from '../../writers/warehouse.js';
import type { WriteSettings } from '../settings/write-settings.js';
import { ActionsTable } from './actions-table.js';
import type { WriteJob } from './job.js';
import { type WritePlace, type WriteRun, withRun } from './open-run.js';
import { readAgain } from './read-again.js';
import { countsOf, type RowResult } from './report.js';
import { firstChanges } from './show.js';
import { resultOf, type Written, write } from './write.js';

const usage = (text: string) => new ConnectorError('usage', text);

/** The rows of a run as the journal has them; asks no site. @throws ConnectorError kind `usage` for a run that is not there */
export async function entriesOf(place: WritePlace, runId: string): Promise<readonly Entry[]> {
  const writer = await openWarehouse({ ...place.warehouse, runId: 'status' });
  try {
    const { name } = place.connection;
    if (!(await writer.has(name, '_actions'))) throw unknownRun(name, runId);
    const table = await ActionsTable.open(writer, name, 'status');
    try {
      const entries = (await Journal.open(table)).ofRun(runId);
      if (entries.length === 0) throw unknownRun(name, runId);
      return [...entries].sort((a, b) => a.line - b.line);
    } finally {
      await table.close();
    }
  } finally {
    await writer.close();
  }
}

const unknownRun = (connection: string, runId: string) =>
  usage(
    `${connection} has no run ${runId} that holds rows now. A row belongs to the run that sent it last: SELECT DISTINCT run_id FROM _actions.`,
  );

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
  return write({ ...rest, action: first.action, rows, ids, single: false, source }, given);
}

/** Takes back what a run did, the last first. */
export async function undo(job: RunJob, given: Partial<Ports> = {}): Promise<Written> {
  const ports = portsOf(given);
  if (job.write === null)
    throw usage('Nothing may be written: the settings do not allow it; docs/writing-back.md says how they do.');
  const entries = await entriesOf(job, job.runId);
  for (const entry of entries) refuseForbidden(entry, job.write);
  return withRun(job, ports, (run) => undoIn(run, job));
}

/** Who may not do it may not take it back. */
function refuseForbidden({ action, issueKey }: Entry, { actions, projects }: WriteSettings): void {
  if (!actions.includes(action))
    throw usage(`The settings do not allow ${action}; \`write.actions\` has: ${actions.join(', ')}.`);
  const project = (issueKey ?? '').replace(/-\d+$/, '');
  if (!projects.includes(project))
    throw usage(`The project ${project} is not among those that \`write:\` allows: ${projects.join(', ')}.`);
}

async function undoIn(run: WriteRun, job: RunJob): Promise<Written> {
  const { site, registry, journal, connection } = run;
  const setting = { site, registry, connection: connection.name, shownNow: (entry: Entry) => shownNow(site, entry) };
  const undos: Undo[] = [];
  for (const entry of [...journal.ofRun(job.runId)].sort((a, b) => b.line - a.line)) {
    const isDone = journal.all().some(({ undoes, state }) => undoes === entry.id && state === 'done');
    if (isDone) journal.note({ ...entry, state: 'undone' });
    undos.push(isDone ? { entry, change: null, note: 'it is undone' } : await undoOf(entry, setting));
  }
  const changes = undos.flatMap(({ change }) => change ?? []);
  const deletions = changes.filter(({ action }) => action.danger === 'high').length;
  if (job.send && deletions > 0 && job.confirm !== deletions)
    throw usage(`This deletes ${deletions} things that run ${job.runId} made: say --confirm ${deletions}.`);
  const failures: ErrorKind[] = [];
  const late: string[] = [];
  if (job.send) {
    const toSend = undos.flatMap(({ entry, change }) => (change === null ? [] : [entryOf(change, run, entry.id)]));
    const { entries, stopped } = await sendAll(toSend, run);
    for (const { undoes } of entries.filter(({ state }) => state === 'done')) {
      const original = journal.get(undoes ?? '');
      if (original) journal.note({ ...original, state: 'undone' });
    }
    await journal.keep();
    late.push(...(await readAgain(run, entries)));
    if (stopped) failures.push(stopped.kind);
    if (entries.some((entry) => entry.state === 'failed' || isOpen(entry))) failures.push('failed');
  }
  const rows = undos.map((one) => rowOf(one, run, job.send)).sort((a, b) => a.line - b.line);
  const report = {
    ...{ ok: failures.length === 0, run_id: run.runId, action: `undo ${job.runId}`, connection: connection.name },
    ...{ dry_run: !job.send, ...countsOf(rows), set: digestOf(changes.map(({ id }) => id)), rows },
    planned: job.send ? null : { requests: changes.length, minutes: Math.ceil(changes.length / 30) / 10 },
    notices: [...(deletions > 0 ? [`It deletes ${deletions} things: --confirm ${deletions}.`] : []), ...late],
    changes: firstChanges(changes, 5),
  };
  return { report, failures };
}

function rowOf({ entry, change, note }: Undo, { journal }: WriteRun, isSent: boolean): RowResult {
  const sent = change === null || !isSent ? undefined : journal.get(change.id);
  if (sent) return { ...resultOf(sent), error: sent.error ?? note };
  const { line, id, issueKey, resultId, runId } = entry;
  const state = change === null ? 'skipped' : 'ready';
  return { line, state, action_id: id, issue: issueKey, result_id: resultId, run_id: runId, error: note };
}
