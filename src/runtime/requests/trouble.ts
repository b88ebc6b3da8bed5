/** Whether an error is the trouble of the one parent that was asked for, or of everything. */
import { ConnectorError } from '../../core/errors.js';
import { HttpStatusError, NetworkError, TlsError } from '../../http/errors.js';
import { ProxyError } from '../../http/proxy-error.js';

/** What could not be written, as against what could not be read: never the fault of a parent. */
export class Undeliverable extends Error {
  override readonly name = 'Undeliverable';
}

/**
 * A refusal, a lasting fault, or an unusable answer to one request concerns its parent. Refused credentials, limits, an interruption and
 * trouble of the network concern all, and so does what is no error of ours to foresee.
 */
export function isTroubleOfOne(error: unknown): error is ConnectorError {
  if (!(error instanceof ConnectorError) || error.kind !== 'failed') return false;
  if (error instanceof NetworkError || error instanceof TlsError || error instanceof ProxyError) return false;
  return !(error instanceof HttpStatusError && (error.status === 401 || error.status === 429));
}

export const statusOf = (error: unknown): number | null => (error instanceof HttpStatusError ? error.status : null);

/** When the trouble is not one parent's, the stream stops, and its bookmark with it. */
export const tooManyInTrouble = (stream: string, troubled: number, asked: number, last: string): ConnectorError =>
  new ConnectorError(
    'failed',
    `${stream}: ${troubled} of the ${asked} parents asked for so far could not be read, the last one ${last.replace(/\.$/, '')}. So many at once are no trouble of single parents; the stream stopped, and the next run goes on from where it was.`,
  );
