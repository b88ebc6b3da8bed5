/** One row of the journal: what was sent, what became of it, and what was there before. */
import type { Json } from '../../contract/table.js';

/** `sent`: on its way, or its run died. `unknown`: its answer was lost. `conflict`: not as it was asked for, and not sent again. */
export const ENTRY_STATES = ['sent', 'done', 'failed', 'conflict', 'unknown', 'undone'] as const;
export type EntryState = (typeof ENTRY_STATES)[number];

export interface SentRequest {
  readonly method: 'POST' | 'PUT' | 'DELETE';
  /** Below the site, with the target in it. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: Json;
  /** The field of a form that carries a file; the body says which. */
  readonly upload?: string;
}

export interface Entry {
  readonly id: string;
  readonly runId: string;
  readonly action: string;
  /** Of the file it came from; 1 for a single command. */
  readonly line: number;
  readonly issueId: string | null;
  /** For a new issue its project's key, until it has one of its own. */
  readonly issueKey: string | null;
  /** The row as it was understood. */
  readonly content: Json;
  readonly request: SentRequest;
  /** What the request changes, by name, as Jira showed it; null where it makes something new. */
  readonly before: Readonly<Record<string, Json>> | null;
  /** The same, as it should be afterwards. */
  readonly wanted: Readonly<Record<string, Json>>;
  readonly state: EntryState;
  readonly status: number | null;
  /** What went wrong, in the site's words where it had some. */
  readonly error: string | null;
  readonly resultId: string | null;
  readonly attempts: number;
  /** Jira's task that it went by, '' until its number is known; null or absent for a request of its own. */
  readonly task?: string | null;
  /** Epoch milliseconds by the site's clock, as are all moments here. */
  readonly sentAt: number;
  /** When its outcome was known, or given up; null while it is on its way. */
  readonly endedAt: number | null;
  readonly accountId: string;
  /** The action that this one takes back. */
  readonly undoes: string | null;
}

/** What is in memory of an entry that has ended: not what was sent, nor what was there, which are most of it. */
export type Known = Omit<Entry, 'request' | 'before' | 'wanted'>;

export const isWhole = (entry: Known | Entry): entry is Entry => 'request' in entry;

export const isOpen = ({ state }: Pick<Entry, 'state'>): boolean => state === 'sent' || state === 'unknown';
