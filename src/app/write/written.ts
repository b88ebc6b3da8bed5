/** The report of a run, of whatever kind: what it would send or has sent, counted by what became of each row. */
import type { Change } from '../../actions/plan/change.js';
import type { ErrorKind } from '../../core/errors.js';
import type { WriteRun } from './open-run.js';
import type { RowState, WriteReport } from './report.js';
import { firstChanges, plannedFor } from './show.js';

export interface Written {
  readonly report: WriteReport;
  readonly failures: readonly ErrorKind[];
}

interface Outcome extends Pick<WriteReport, 'action' | 'dry_run' | 'set' | 'notices' | 'rows'> {
  readonly changes: readonly Change[];
  /** How many of them are shown. */
  readonly shown: number;
  readonly failures: readonly ErrorKind[];
}

export function writtenOf(run: WriteRun, { action, dry_run, set, notices, ...outcome }: Outcome): Written {
  const { changes, shown, failures } = outcome;
  const rows = [...outcome.rows].sort((a, b) => a.line - b.line);
  const of = (state: RowState) => rows.filter((row) => row.state === state).length;
  const report = {
    ...{ ok: failures.length === 0, run_id: run.runId, action, connection: run.connection.name, dry_run },
    ...{ rows_in: rows.length, done: of('done'), failed: of('failed'), unknown: of('unknown') },
    ...{ skipped: of('skipped'), invalid: of('invalid'), ready: of('ready') },
    ...{ planned: dry_run ? plannedFor(changes, run) : null, set, notices },
    ...{ changes: firstChanges(changes, shown), rows },
  };
  return { report, failures };
}
