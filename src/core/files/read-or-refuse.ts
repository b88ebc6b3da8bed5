/** Files that somebody named: one that cannot be read is a mistake in what was typed or written. */
import { readFileSync } from 'node:fs';
import { ConnectorError } from '../errors.js';
import { errorCode } from './file-io.js';

/** @param what begins the message. @throws ConnectorError kind `usage` */
export function readOrRefuse(path: string, what: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new ConnectorError('usage', `${what} cannot be read (${errorCode(cause) ?? 'unknown error'}).`, { cause });
  }
}
