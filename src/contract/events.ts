/** What a read tells while it goes on. A report is these events folded: nothing else writes to one. */
import { ConnectorError, type ErrorKind } from '../core/errors.js';
import type { Census, Outcomes, StreamReport } from './report.js';
import type { Committed } from './table.js';

export type Told =
  | { readonly kind: 'begun'; readonly mode: StreamReport['mode']; readonly route: string }
  /** Records of one more route came. */
  | { readonly kind: 'route'; readonly route: string }
  /** Records, or parents and ids that answered with nothing. */
  | { readonly kind: 'read'; readonly rows: number }
  | { readonly kind: 'rejected'; readonly rows: number }
  | { readonly kind: 'outcome'; readonly outcome: keyof Outcomes; readonly rows: number }
  /** Columns whose value did not fit, and those of them that the table keeps under another type. */
  | { readonly kind: 'misfits'; readonly columns: readonly string[]; readonly conflicts: readonly string[] }
  | { readonly kind: 'left out'; readonly elements: number }
  | { readonly kind: 'anomalies'; readonly names: readonly string[] }
  | { readonly kind: 'committed'; readonly committed: Committed }
  /** ISO timestamp. */
  | { readonly kind: 'bookmark'; readonly at: string }
  | { readonly kind: 'reconciled'; readonly census: Census }
  | { readonly kind: 'refused'; readonly state: 'forbidden' | 'unsupported'; readonly reason?: string | undefined }
  | {
      readonly kind: 'failed';
      readonly state: 'failed' | 'paused' | 'skipped';
      readonly error: string;
      readonly recovery: ErrorKind;
    }
  /** It is left out of this run. ISO timestamp. */
  | { readonly kind: 'not due'; readonly until: string }
  /** What is missing, in one sentence. */
  | { readonly kind: 'incomplete'; readonly error: string }
  /** It was read to its end and is committed; more may come of what follows. */
  | { readonly kind: 'scanned' }
  | { readonly kind: 'debts'; readonly owed: number; readonly hidden: number }
  | { readonly kind: 'requests'; readonly requests: number; readonly answers: StreamReport['answers'] }
  | { readonly kind: 'took'; readonly seconds: number }
  | { readonly kind: 'ended' };

export type StreamEvent = Told & { readonly stream: string };

/** What an error says of the stream it ended. */
export function failureOf(error: unknown): Extract<Told, { kind: 'failed' }> {
  const recovery: ErrorKind = error instanceof ConnectorError ? error.kind : 'failed';
  const state = recovery === 'later' || recovery === 'interrupted' ? 'paused' : 'failed';
  return { kind: 'failed', state, error: error instanceof Error ? error.message : String(error), recovery };
}

/** The report after one more event. */
export function fold(report: StreamReport, event: Told): StreamReport {
  const { outcomes } = report;
  switch (event.kind) {
    case 'begun':
      return { ...report, mode: event.mode, route: event.route };
    case 'route':
      return { ...report, route: event.route };
    case 'read':
      return { ...report, rows_read: report.rows_read + event.rows };
    case 'rejected':
      return { ...report, rows_rejected: report.rows_rejected + event.rows };
    case 'outcome':
      return { ...report, outcomes: { ...outcomes, [event.outcome]: outcomes[event.outcome] + event.rows } };
    case 'misfits': {
      const misfits = counted(report.misfits, event.columns);
      if (event.conflicts.length === 0) return { ...report, misfits };
      return { ...report, misfits, conflicts: [...new Set([...(report.conflicts ?? []), ...event.conflicts])].sort() };
    }
    case 'left out':
      return { ...report, left_out: (report.left_out ?? 0) + event.elements };
    case 'anomalies':
      return { ...report, anomalies: counted(report.anomalies, event.names) };
    case 'committed':
      return withCommit(report, event.committed);
    case 'bookmark':
      return { ...report, bookmark: event.at };
    case 'reconciled':
      return { ...report, census: event.census };
    case 'refused':
      return { ...report, state: event.state, ...(event.reason === undefined ? {} : { reason: event.reason }) };
    case 'failed':
      return failed(report, event);
    case 'not due':
      return { ...report, state: 'not_due', due_at: event.until };
    case 'incomplete':
      return report.state === 'ok' ? { ...report, state: 'incomplete', error: event.error } : report;
    case 'scanned':
      return report;
    case 'debts':
      return { ...report, owed: event.owed, hidden: event.hidden };
    case 'requests':
      return { ...report, requests: event.requests, answers: event.answers };
    case 'took':
      return { ...report, seconds: event.seconds };
    case 'ended':
      // Known only now: rows may still have come after the end of the walk.
      return isEmpty(report) ? { ...report, state: 'empty' } : report;
  }
}

const isEmpty = ({ state, mode, rows_read: rows }: StreamReport) => state === 'ok' && mode === 'full' && rows === 0;

/** The first word stands: what follows a failure is its consequence. */
function failed(report: StreamReport, { state, error }: Extract<Told, { kind: 'failed' }>): StreamReport {
  const ended = report.state === 'ok' || state === 'skipped' ? state : report.state;
  return { ...report, state: ended, error: report.error ?? error };
}

/** What a commit did is what the report says of written rows. */
function withCommit(report: StreamReport, done: Committed): StreamReport {
  const { outcomes } = report;
  return {
    ...report,
    rows_written: report.rows_written + done.written,
    rows_deleted: report.rows_deleted + done.deleted,
    rows_late: report.rows_late + done.late,
    outcomes: {
      ...outcomes,
      unchanged: outcomes.unchanged + done.unchanged,
      duplicate: outcomes.duplicate + done.duplicate,
    },
    snapshot_id: done.snapshotId ?? report.snapshot_id,
  };
}

function counted(counts: Readonly<Record<string, number>>, names: readonly string[]): Readonly<Record<string, number>> {
  const more: Record<string, number> = { ...counts };
  for (const name of names) more[name] = (more[name] ?? 0) + 1;
  return more;
}
