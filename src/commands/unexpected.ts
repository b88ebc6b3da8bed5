/** Which errors are mistakes of ours, and which are the machine's. */
import { ConnectorError } from '../core/errors.js';
import { errorCode, StorageError } from '../core/files/file-io.js';

/**
 * The error as one that says what to do; null for a mistake of ours. What the system refuses (a file that cannot be removed, a full disk)
 * is one of its own, wherever it comes from.
 */
export function knownError(error: unknown): ConnectorError | null {
  if (error instanceof ConnectorError) return error;
  if (!(error instanceof Error) || errorCode(error) === undefined || !('syscall' in error)) return null;
  const place = 'path' in error && typeof error.path === 'string' ? error.path : '';
  return new StorageError(`${error.syscall} ${place}`.trim(), error);
}
