/** How many rejected rows a stream may have before it counts as not understood. */

import type { StreamReport } from '../../contract/report.js';
import { ConnectorError } from '../../core/errors.js';

/** Why a row that no table takes is rejected (contract/table.ts, LARGEST_ROW). */
export const TOO_LARGE = 'it is larger than 32 MB as JSON';

export interface RowCounts {
  /** Records that came, rejected ones included. */
  readonly records: number;
  readonly rejected: number;
}

/** A parent or an id that answered with nothing is no record. */
export const countsOf = ({ rows_read: read, rows_rejected: rejected, outcomes }: StreamReport): RowCounts => ({
  records: read - outcomes.gone - outcomes.not_visible,
  rejected,
});

/** More than this and than the share: the rest is not read, it would only fill `_rejects`. */
const AT_ONCE = 100;
/** From here on a read that came to its end has failed, when it is more than the share, too. */
const AT_END = 10;
const SHARE = 0.001;

/** Whether a stream stops while it is read. */
export const stopsAtOnce = ({ records, rejected }: RowCounts): boolean =>
  rejected > AT_ONCE && rejected > records * SHARE;

/** Whether a stream that was read to its end has failed. A small stream whose rows were all rejected never reaches a number. */
export const failsAtEnd = ({ records, rejected }: RowCounts): boolean =>
  rejected > 0 && (rejected === records || (rejected >= AT_END && rejected > records * SHARE));

export const tooManyRejects = (stream: string, { records, rejected }: RowCounts, reason: string): ConnectorError =>
  new ConnectorError(
    'failed',
    `${stream}: ${rejected} of ${records} rows could not be written, the last one because ${reason}. See the table _rejects; the site may answer in a new form.`,
  );
