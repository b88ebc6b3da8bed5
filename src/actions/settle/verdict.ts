/** What a look at the site says of a request whose answer was lost. */
import type { Entry } from '../journal/entry.js';

export type Verdict =
  /** It was carried out. */
  | { readonly is: 'done'; readonly resultId: string | null; readonly issueId?: string; readonly issueKey?: string }
  /** It was not: it may be sent again. */
  | { readonly is: 'not done' }
  /** It cannot be told yet. */
  | { readonly is: 'unknown'; readonly why: string }
  /** It is another's by now: nothing is sent over it. */
  | { readonly is: 'failed'; readonly why: string };

export interface Look {
  /** By the site's clock, epoch milliseconds. */
  readonly now: number;
  /** Ids of things that other entries have made: they answer for no other request. */
  readonly taken: ReadonlySet<string>;
}

/** When it could have been carried out at the latest, as far as we know. */
export const lostAt = ({ endedAt, sentAt }: Pick<Entry, 'endedAt' | 'sentAt'>): number => endedAt ?? sentAt;

/** A server may still be at work on a request whose connection has died. */
export const QUIET_MS = 10_000;
