/** Which errors are mistakes of ours, and which are the machine's. */
import { ConnectorError } from '../core/errors.js';
import { errorCode, StorageError } from '../core/files/file-io.js';
import type { Log } from '../core/ports.js';

/**
 * The error as one that says what to do; null for a mistake of ours. What the system refuses (a file that cannot be removed, a full disk)
 * is one of its own, wherever it comes from.
 */
export function knownError(error: unknown): ConnectorError | null {
  if (error instanceof ConnectorError) return error;
  if (error instanceof Error && FULL.test(error.message)) return fullDisk(error);
  if (!(error instanceof Error) || errorCode(error) === undefined || !('syscall' in error)) return null;
  const place = 'path' in error && typeof error.path === 'string' ? error.path : '';
  return new StorageError(`${error.syscall} ${place}`.trim(), error);
}

/** DuckDB's errors have no code, and one of a commit is called a broken database. */
const FULL = /No space left on device/;

function fullDisk(error: Error): StorageError {
  const [, file] = /Could not write file "([^"]+)"/.exec(error.message) ?? [];
  return new StorageError(`write ${file ?? ''}`.trim(), Object.assign(new Error(error.message), { code: 'ENOSPC' }));
}

/** What is no ConnectorError is a mistake of ours: the developer's part goes to the debug log. */
export function toConnectorError(error: unknown, log: Log): ConnectorError {
  const known = knownError(error);
  if (known) return known;
  log.debug('unexpected error', { stack: error instanceof Error ? error.stack : String(error) });
  return unexpectedError(error);
}

export function unexpectedError(error: unknown): ConnectorError {
  const message = error instanceof Error ? error.message : String(error);
  const advice = 'Unexpected error, please report it with the output of --log-level debug';
  return new ConnectorError('failed', `${advice}: ${message}`, { cause: error });
}
