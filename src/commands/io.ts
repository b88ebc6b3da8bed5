/** What a command touches of the outside world; tests hand in their own. */
import type { Environment } from '../config/environment.js';

/** Standard output or standard error. */
export type Sink = NodeJS.WritableStream & { readonly isTTY?: boolean };

export interface Io {
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly stdout: Sink;
  readonly stderr: Sink;
  readonly env: Environment;
  readonly cwd: string;
  /** Aborted by SIGINT or SIGTERM. */
  readonly signal: AbortSignal;
}

/** Writes pieces one after the other and waits whenever the reader is slower than we are. */
export async function pour(sink: Sink, pieces: AsyncIterable<string | Uint8Array>): Promise<void> {
  for await (const piece of pieces) {
    if (!sink.write(piece)) await new Promise<void>((resolve) => sink.once('drain', resolve));
  }
}
