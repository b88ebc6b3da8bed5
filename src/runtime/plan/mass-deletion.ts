/** So many rows gone at once look like a lost permission, and are not believed unless the user says so. */
import { ConnectorError } from '../../core/errors.js';
import type { Limit } from './read-plan.js';

/** @param limit null: the user accepts any number. @throws ConnectorError when so many are gone that a mistake is likelier than a clean-up */
export function believeGone(limit: Limit | null, stream: string, gone: number, live: number): void {
  if (limit === null || gone <= limit.rows || gone <= live * limit.share) return;
  throw new ConnectorError(
    'failed',
    `${stream}: at least ${gone} of ${live} live rows are no longer listed by the site. So many at once look like a lost permission; nothing was marked deleted. If they are really gone, run once with --accept-deletes.`,
  );
}

export const differentAccountError = (stream: string): ConnectorError =>
  new ConnectorError(
    'failed',
    `${stream}: this run reads as another account than the last one, and what it does not see may only be hidden from it. Rows were written, nothing was marked deleted. If the change is meant, run once with --accept-deletes.`,
  );
