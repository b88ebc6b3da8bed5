/** The further steps of rows that go by way of others: each is looked up and sent when the one before it is done. */
import type { Entry } from '../../actions/journal/entry.js';
import { type PlanSetting, plan } from '../../actions/plan/plan.js';
import { nextStep } from '../../actions/plan/steps.js';
import { entryOf, type Sent, sendAll } from '../../actions/send/run.js';
import type { WriteRun } from './open-run.js';

export async function sendSteps(first: readonly Entry[], run: WriteRun, setting: PlanSetting): Promise<Sent> {
  const { connection } = setting;
  const all = new Map<string, Entry>();
  let sent = await sendAll(first, run);
  for (;;) {
    for (const entry of sent.entries) all.set(entry.id, entry);
    const steps = sent.entries.flatMap((entry) => {
      const next = entry.state === 'done' ? nextStep(connection, entry) : null;
      return next === null ? [] : [{ ...next, entry }];
    });
    if (steps.length === 0 || sent.stopped !== null || run.signal.aborted)
      return { entries: [...all.values()], stopped: sent.stopped };
    const rows = steps.map(({ entry, content }) => ({ line: entry.line, cells: content }));
    const planned = await plan(rows, { ...setting, ids: steps.map(({ id }) => id) });
    // It was good when the row was looked at, and is not any more: it fails as if Jira had refused it.
    const refused = planned.bad.flatMap(({ line, errors }) =>
      steps
        .filter(({ entry }) => entry.line === line)
        .map(({ entry, id, content }): Entry => {
          const at = { sentAt: run.now(), endedAt: run.now(), attempts: 0, status: null, resultId: null };
          return { ...entry, ...at, id, content, state: 'failed', error: errors.join('; ') };
        }),
    );
    run.journal.note(...refused);
    for (const entry of refused) run.onOutcome?.(entry);
    const next = await sendAll(
      planned.changes.map((change) => entryOf(change, run)),
      run,
    );
    sent = { ...next, entries: [...refused, ...next.entries] };
  }
}
