/** What goes wrong with a request, as a status and a sentence for whoever asked. */
import { knownError } from '../app/unexpected.js';
import type { ErrorKind } from '../core/errors.js';
import type { Log } from '../core/ports.js';

export class Problem extends Error {
  override readonly name = 'Problem';

  constructor(
    readonly status: number,
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}

/** Seconds after which a refused client may come again. */
const RETRY_AFTER = 10;

/** @param seconds until then */
export const cannotNow = (message: string, seconds = RETRY_AFTER): Problem =>
  new Problem(503, message, { 'retry-after': String(seconds) });

const STATUS: Readonly<Record<ErrorKind, number>> = {
  usage: 400,
  // Ours at the site, not the caller's here.
  credentials: 502,
  failed: 500,
  later: 503,
  interrupted: 503,
};

/** @param place where the warehouse is: a path of this machine, which is nobody's business who asks from another one */
export const worded = (message: string, place: string): string =>
  // Parameters have no dashes.
  message.replaceAll(place, 'here').replace(/(?<![\w-])--(?=[a-z])/g, '');

/** @param place see `worded` */
export function problemOf(error: unknown, log: Log, place: string): Problem {
  if (error instanceof Problem) return error;
  const known = knownError(error);
  if (known === null) {
    log.error(`A request failed, please report it: ${error instanceof Error ? error.message : String(error)}`);
    log.debug('unexpected error', { stack: error instanceof Error ? error.stack : undefined });
    return new Problem(500, 'The answer could not be made. The log of the server says why.');
  }
  if (known.kind === 'failed') log.error(known.message);
  const text = worded(known.message, place);
  return STATUS[known.kind] === 503 ? cannotNow(text) : new Problem(STATUS[known.kind], text);
}
