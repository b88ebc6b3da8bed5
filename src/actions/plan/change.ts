/** What one row comes down to: a request that is ready to be sent, what it changes, or why it cannot be sent. */
import type { Json } from '../../contract/table.js';
import type { SentRequest } from '../journal/entry.js';
import type { Action } from '../registry/registry.js';

/** Cells by input or field; null clears. */
export interface InputRow {
  /** In its file; the first row of a CSV is on line 2. */
  readonly line: number;
  readonly cells: Readonly<Record<string, Json>>;
}

/** A row whose cells are understood: equal rows have equal contents, whatever file they came in. */
export interface ReadRow {
  readonly line: number;
  /** By input, and by the id of a field. */
  readonly content: Readonly<Record<string, Json>>;
  readonly errors: readonly string[];
}

export interface Change {
  readonly id: string;
  readonly action: Action;
  readonly line: number;
  readonly content: Readonly<Record<string, Json>>;
  /** Null for a new issue. */
  readonly issueId: string | null;
  /** For a new issue the key of its project. */
  readonly issueKey: string | null;
  readonly request: SentRequest;
  readonly before: Readonly<Record<string, Json>> | null;
  readonly wanted: Readonly<Record<string, Json>>;
  /** It is like that already: nothing is sent. */
  readonly alreadySo: boolean;
  /** Ids of fields that are not set because of that. */
  readonly unset?: readonly string[];
}

/** A row that cannot be sent, and why. */
export interface BadRow {
  readonly line: number;
  readonly errors: readonly string[];
}

export interface Planned {
  readonly changes: readonly Change[];
  readonly bad: readonly BadRow[];
  /** Of the ids of all rows in their order, and of whether people get mail: what `--yes` is held against. */
  readonly digest: string;
}
