/** What a look at the site says of a request whose answer was lost. */
import { HttpStatusError } from '../../http/errors.js';
import type { Entry } from '../journal/entry.js';

export type Verdict =
  /** It was carried out. */
  | { readonly is: 'done'; readonly resultId: string | null; readonly issueId?: string; readonly issueKey?: string }
  /** It was not: it may be sent again. */
  | { readonly is: 'not done' }
  /** It cannot be told yet. */
  | { readonly is: 'unknown'; readonly why: string }
  /** It cannot be done. */
  | { readonly is: 'failed'; readonly why: string }
  /** It is another's by now: nothing is sent over it. */
  | { readonly is: 'conflict'; readonly why: string };

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

/** Of what a cut list does not hold. */
export const CUT =
  'its answer was lost, and the site does not list all among which it would be; run again, or look for it yourself and give --again NAME to send it';

/** A look that the site refuses shows nothing, and does not keep others from being looked for. */
export async function unlessRefused(look: () => Promise<Verdict>): Promise<Verdict> {
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof HttpStatusError) || error.outcome !== 'refused') throw error;
    return { is: 'unknown', why: `its answer was lost, and it cannot be looked for: ${error.message}` };
  }
}
