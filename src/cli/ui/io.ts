/** What a command touches of the outside world; tests hand in their own. */
import type { Environment } from '../../core/environment.js';
import { printableLines } from '../../core/printable.js';

/** What every terminal shows without folding lines. */
export const NARROW_WIDTH = 80;

/** Standard output or standard error. */
export type Sink = NodeJS.WritableStream & {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
};

export interface Io {
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly stdout: Sink;
  readonly stderr: Sink;
  readonly env: Environment;
  readonly cwd: string;
  /** Aborted by SIGINT or SIGTERM. */
  readonly signal: AbortSignal;
  /** Asked for by a command that does more than answer: a reader of its output who leaves does not end it. */
  readonly goOnUnread?: () => void;
}

/** Writes pieces one after the other and waits whenever the reader is slower than we are. */
export function writing(sink: Sink): (piece: string | Uint8Array) => Promise<void> {
  return async (piece) => {
    const shown = sink.isTTY && typeof piece === 'string' ? printableLines(piece) : piece;
    if (!sink.write(shown)) await new Promise<void>((resolve) => sink.once('drain', resolve));
  };
}
