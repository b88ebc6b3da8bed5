/** What a sync says about itself; the shape of `sync --json` (docs/operations.md). */

export type StreamState =
  | 'ok'
  | 'empty'
  | 'incomplete'
  | 'forbidden'
  | 'unsupported'
  | 'failed'
  | 'paused'
  | 'skipped'
  | 'not_due';

export interface Outcomes {
  readonly duplicate: number;
  readonly unchanged: number;
  readonly gone: number;
  readonly not_visible: number;
  readonly out_of_scope: number;
}

export interface StreamReport {
  readonly stream: string;
  readonly state: StreamState;
  readonly mode: 'full' | 'incremental';
  readonly route: string;
  /** rows_read = rows_written + rows_rejected + the outcomes; a parent or id that answered with nothing counts as read. */
  readonly rows_read: number;
  readonly rows_written: number;
  readonly rows_deleted: number;
  readonly rows_rejected: number;
  /** Of the written rows, those that an earlier run should have met and did not: the search index lags. */
  readonly rows_late: number;
  readonly outcomes: Outcomes;
  /** Parents whose rows are owed, and parents with rows that the site counts and does not show, after this run. */
  readonly owed: number;
  readonly hidden: number;
  readonly requests: number;
  /** Answers by their HTTP status; a request that was cut off has none. */
  readonly answers: Readonly<Record<string, number>>;
  readonly seconds: number;
  readonly snapshot_id: string | null;
  /** ISO timestamp; null for streams without a cursor. */
  readonly bookmark: string | null;
  /** Columns whose value did not fit, with how often; the value is in `_extra`. */
  readonly misfits: Record<string, number>;
  /** Columns that the table keeps under another type than the site has now; absent when there are none. */
  readonly conflicts?: readonly string[];
  /** Elements that told of fields which the settings leave out, and went with them; absent when there were none. */
  readonly left_out?: number;
  /** Contradictions in the site's paging, by name, with how often. One more look may have resolved them. */
  readonly anomalies: Record<string, number>;
  /** The proof of completeness, when this run took one. */
  readonly census?: Census;
  /** Of a stream that is not due: when it is, ISO timestamp. */
  readonly due_at?: string;
  readonly error?: string;
  /** Why the stream is forbidden or unsupported, where more is known than its state says. */
  readonly reason?: string;
}

/** Live rows of the table against the list of all keys, after everything was read. */
export interface Census {
  readonly listed: number;
  readonly live: number;
  /** Listed and lacking in the table: read now. */
  readonly added: number;
  /** In the table and no longer listed: confirmed and marked. */
  readonly gone: number;
  /** Not listed, yet the site confirms them: the list lags. */
  readonly confirmed: number;
  readonly groups: readonly { readonly group: string; readonly live: number; readonly listed: number }[];
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
    rows_late: 0,
    outcomes: { duplicate: 0, unchanged: 0, gone: 0, not_visible: 0, out_of_scope: 0 },
    owed: 0,
    hidden: 0,
    requests: 0,
    answers: {},
    seconds: 0,
    snapshot_id: null,
    bookmark: null,
    misfits: {},
    anomalies: {},
  };
}

/** Null when the books balance, else the sentence that says how they do not (I6). */
export function imbalance(report: StreamReport): string | null {
  const accounted =
    report.rows_written + report.rows_rejected + Object.values(report.outcomes).reduce((sum, count) => sum + count, 0);
  if (accounted === report.rows_read) return null;
  return `The books do not balance: ${report.rows_read} rows were read, ${accounted} are accounted for. The table may lack rows; please report this.`;
}
