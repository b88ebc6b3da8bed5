/** The further steps of rows that go by way of others: each is looked up and sent when the one before it is done. */
import { type Entry, isWhole, type Known, type SentRequest } from '../../actions/journal/entry.js';
import type { Planned } from '../../actions/plan/change.js';
import { type PlanSetting, plan } from '../../actions/plan/plan.js';
import { nextStep, type Step } from '../../actions/plan/steps.js';
import { entryOf, type Sent, sendAll } from '../../actions/send/run.js';
import { ConnectorError } from '../../core/errors.js';
import type { WriteRun } from './open-run.js';

export interface SentSteps extends Sent {
  /** Steps that were not needed any more, by id, with the fields that they would have set: their rows are done by the step before. */
  readonly needless: ReadonlyMap<string, readonly string[]>;
}

export async function sendSteps(first: readonly Entry[], run: WriteRun, setting: PlanSetting): Promise<SentSteps> {
  const { connection } = setting;
  const all = new Map<string, Known | Entry>();
  const needless = new Map<string, readonly string[]>();
  const ended = (stopped: Sent['stopped']): SentSteps => ({ entries: [...all.values()], stopped, needless });
  const onOutcome = (entry: Entry) => {
    if (entry.state !== 'done' || nextStep(connection, entry) === null) run.onOutcome?.(entry);
  };
  let sent = await sendAll(first, { ...run, onOutcome });
  for (;;) {
    for (const entry of sent.entries) all.set(entry.id, entry);
    const steps = sent.entries.filter(isWhole).flatMap((entry) => {
      const next = entry.state === 'done' ? nextStep(connection, entry) : null;
      return next === null ? [] : [{ ...next, entry }];
    });
    if (steps.length === 0 || sent.stopped !== null || run.signal.aborted) return ended(sent.stopped);
    const planned = await planSteps(steps, setting);
    if (planned instanceof ConnectorError) return ended(planned);
    const refused = planned.bad.flatMap(({ line, errors }) =>
      steps.filter(({ entry }) => entry.line === line).map((step) => refusedStep(step, errors, run.now())),
    );
    run.journal.note(...refused);
    for (const { id, unset = [] } of planned.changes.filter(({ alreadySo }) => alreadySo)) needless.set(id, unset);
    const done = steps.flatMap(({ id, entry }) => {
      const unset = needless.get(id);
      return unset === undefined ? [] : [{ ...entry, error: unsetWords(unset) }];
    });
    for (const entry of [...refused, ...done]) run.onOutcome?.(entry);
    const toSend = planned.changes.filter(({ alreadySo }) => !alreadySo).map((change) => entryOf(change, run));
    const next = await sendAll(toSend, { ...run, onOutcome });
    sent = { ...next, entries: [...refused, ...next.entries] };
  }
}

/** Of a row that is where it was to go: null when nothing of it was left out. */
export const unsetWords = (unset: readonly string[]): string | null =>
  unset.length === 0
    ? null
    : `the issue is there already, and only a transition would have set ${unset.join(', ')}: update_issue sets it, where the screen for editing has it`;

interface StepOf extends Step {
  /** The step before. */
  readonly entry: Entry;
}

/** A site that cannot be asked ends the run; what was sent is told all the same. */
async function planSteps(steps: readonly StepOf[], setting: PlanSetting): Promise<Planned | ConnectorError> {
  const rows = steps.map(({ entry, content }) => ({ line: entry.line, cells: content }));
  try {
    return await plan(rows, { ...setting, ids: steps.map(({ id }) => id) });
  } catch (error) {
    if (error instanceof ConnectorError) return error;
    throw error;
  }
}

/** It was good when the row was looked at, and is not any more: it fails as if Jira had refused it. */
function refusedStep({ entry, id, content }: StepOf, errors: readonly string[], now: number): Entry {
  const request: SentRequest = { ...entry.request, query: {}, body: null };
  const nothing = { before: null, wanted: {}, attempts: 0, status: null, resultId: null, sentAt: now, endedAt: now };
  return { ...entry, ...nothing, id, content, request, state: 'failed', error: errors.join('; ') };
}
