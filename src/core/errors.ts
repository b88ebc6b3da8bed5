/**
 * Every error a person may see, grouped by what should happen next (not by where it arose).
 * `message` tells the user what failed, what was expected, what came and what to do; `detail` tells the developer the rest.
 * Neither ever holds a secret or a response body.
 */

/** What the run does about an error: it decides the exit code (`EXIT`) and the state of the stream. */
export type ErrorKind =
  | 'usage' // wrong flags, settings, stream file, or a warehouse that belongs to another site: exit 2
  | 'credentials' // the site refused who we are: exit 3
  | 'failed' // this stream failed, others go on: exit 1
  | 'later' // cannot now, run again later: exit 75
  | 'interrupted'; // SIGINT / SIGTERM: exit 130 / 143

export interface ErrorNotes {
  /** For the developer: where and why, in one line. */
  detail?: string;
  cause?: unknown;
}

export class ConnectorError extends Error {
  override readonly name: string = 'ConnectorError';
  readonly detail: string | undefined;

  constructor(
    readonly kind: ErrorKind,
    message: string,
    options: ErrorNotes = {},
  ) {
    super(message, { cause: options.cause });
    this.detail = options.detail;
  }
}

/** Asked between steps of work that a later run takes up again. @throws ConnectorError kind `interrupted` */
export function goOn(signal: AbortSignal): void {
  if (!signal.aborted) return;
  throw new ConnectorError('interrupted', 'Stopped. The same command goes on where this one ended.');
}

/** Exit codes of the process; when several apply the order is 2, 3, 1, 75. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  credentials: 3,
  later: 75,
  interrupted: 130,
  terminated: 143,
} as const;

const PRECEDENCE: readonly ErrorKind[] = ['usage', 'credentials', 'failed', 'later'];

/** The exit code for a set of errors of one run; 0 for none. */
export function exitCodeOf(kinds: Iterable<ErrorKind>): number {
  const seen = new Set(kinds);
  for (const kind of PRECEDENCE) if (seen.has(kind)) return EXIT[kind as 'usage'];
  return seen.has('interrupted') ? EXIT.interrupted : EXIT.ok;
}
