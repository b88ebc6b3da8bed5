/** What a sync says about itself; the shape of `sync --json` (docs/operations.md). */

export type StreamState = 'ok' | 'empty' | 'forbidden' | 'unsupported' | 'failed' | 'paused' | 'skipped';

export interface Outcomes {
  duplicate: number;
  unchanged: number;
  gone: number;
  not_visible: number;
  out_of_scope: number;
}

export interface StreamReport {
  readonly stream: string;
  state: StreamState;
  mode: 'full' | 'incremental';
  route: string;
  /** rows_read = rows_written + rows_rejected + the outcomes; a parent or id that answered with nothing counts as read. */
  rows_read: number;
  rows_written: number;
  rows_deleted: number;
  rows_rejected: number;
  readonly outcomes: Outcomes;
  requests: number;
  seconds: number;
  snapshot_id: string | null;
  /** ISO timestamp; null for streams without a cursor. */
  bookmark: string | null;
  error?: string;
}

export function emptyReport(stream: string): StreamReport {
  return {
    stream,
    state: 'ok',
    mode: 'full',
    route: '',
    rows_read: 0,
    rows_written: 0,
    rows_deleted: 0,
    rows_rejected: 0,
    outcomes: { duplicate: 0, unchanged: 0, gone: 0, not_visible: 0, out_of_scope: 0 },
    requests: 0,
    seconds: 0,
    snapshot_id: null,
    bookmark: null,
  };
}

/** Null when the books balance, else the sentence that says how they do not (I6). */
export function imbalance(report: StreamReport): string | null {
  const accounted =
    report.rows_written + report.rows_rejected + Object.values(report.outcomes).reduce((sum, count) => sum + count, 0);
  if (accounted === report.rows_read) return null;
  return `The books do not balance: ${report.rows_read} rows were read, ${accounted} are accounted for. The table may lack rows; please report this.`;
}
