/** What a run that writes says about itself: `write --json` (docs/writing-back.md). */
import type { Json } from '../../contract/table.js';

export type RowState = 'done' | 'failed' | 'unknown' | 'skipped' | 'invalid' | 'ready';

export interface RowResult {
  readonly line: number;
  readonly state: RowState;
  readonly action_id: string | null;
  readonly issue: string | null;
  readonly result_id: string | null;
  /** Of a skipped row: the run that did it. */
  readonly run_id: string | null;
  readonly error: string | null;
}

/** One of the first changes, as a person wants to see it. */
export interface ShownChange {
  readonly line: number;
  readonly issue: string | null;
  readonly values: readonly { readonly name: string; readonly before: Json; readonly after: Json }[];
}

export interface WriteReport {
  readonly ok: boolean;
  readonly run_id: string;
  readonly action: string;
  readonly connection: string;
  readonly dry_run: boolean;
  /** rows_in = done + failed + unknown + skipped + invalid + ready */
  readonly rows_in: number;
  readonly done: number;
  readonly failed: number;
  readonly unknown: number;
  readonly skipped: number;
  readonly invalid: number;
  /** Of a dry run: rows that would be sent. */
  readonly ready: number;
  /** Of a dry run: requests that would write, and how long they take at this connection's rate. */
  readonly planned: { readonly requests: number; readonly minutes: number } | null;
  /** Of the set of rows: a set that differs has another one. */
  readonly set: string;
  readonly notices: readonly string[];
  readonly changes: readonly ShownChange[];
  readonly rows: readonly RowResult[];
}
