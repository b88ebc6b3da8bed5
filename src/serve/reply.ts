/**
 * One answer on its way: 200 when it is ready soon, else 202 without a type and an empty line now and then, until the answer
 * follows in the same response. That is how Time Tracker for Jira answered, and what its clients skip.
 */
import type { ServerResponse } from 'node:http';
import type { Problem } from './problem.js';

export interface Content {
  readonly type: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly pieces: AsyncIterable<string | Uint8Array>;
}

export interface Pace {
  /** How long a client waits for the first byte. */
  readonly readyMs: number;
  /** Between two empty lines. */
  readonly lineMs: number;
}

/** What is known before a single row was read: the opening bracket, the head of a table. */
const PIECES_BEFORE_ROWS = 2;

export class Reply {
  #timer: NodeJS.Timeout | null = null;
  /** Bytes of the body. */
  bytes = 0;

  constructor(
    private readonly response: ServerResponse,
    private readonly withBody: boolean,
    private readonly pace: Pace,
  ) {}

  get status(): number {
    return this.response.statusCode;
  }

  /** Whether the status is on its way. */
  get hasBegun(): boolean {
    return this.response.headersSent;
  }

  /** From now on the client is told that its answer is being made. */
  working(): void {
    if (this.#timer !== null || !this.withBody) return;
    this.#timer = setTimeout(() => {
      this.response.writeHead(202);
      this.#line();
      this.#timer = setInterval(() => this.#line(), this.pace.lineMs);
    }, this.pace.readyMs);
  }

  /** @throws the signal's reason when the client is gone */
  async send(status: number, { type, headers = {}, pieces }: Content, signal: AbortSignal): Promise<void> {
    const iterator = pieces[Symbol.asyncIterator]();
    try {
      const ready: (string | Uint8Array)[] = [];
      let isWhole = !this.withBody;
      while (!isWhole && ready.length < PIECES_BEFORE_ROWS) {
        const { done, value } = await iterator.next();
        if (done) isWhole = true;
        else ready.push(value);
      }
      this.quiet();
      if (!this.response.headersSent) this.response.writeHead(status, { ...headers, 'content-type': type });
      for (const piece of ready) await this.#write(piece, signal);
      while (!isWhole) {
        const { done, value } = await iterator.next();
        if (done) break;
        await this.#write(value, signal);
      }
      await this.#end(signal);
    } finally {
      await iterator.return?.();
    }
  }

  /** What was begun as 202 ends with the problem and breaks off; what was begun as 200 only breaks off, so that it passes for no whole answer. */
  fail({ status, message, headers }: Problem): void {
    this.quiet();
    if (this.response.destroyed) return;
    const body = `${JSON.stringify({ error: message })}\n`;
    if (!this.response.headersSent) {
      this.response.writeHead(status, { ...headers, 'content-type': JSON_TYPE });
      this.response.end(this.withBody ? body : undefined);
      return;
    }
    if (this.response.statusCode === 202 && this.bytes === 0) this.response.write(body, () => this.response.destroy());
    else this.#breakOff();
  }

  /** To a client of HTTP/1.0 a connection that is closed in order is the end of a whole answer; one that is reset is not. */
  #breakOff(): void {
    const { socket } = this.response;
    if (socket !== null && !('encrypted' in socket)) socket.resetAndDestroy();
    this.response.destroy();
  }

  notModified(headers: Readonly<Record<string, string>>): void {
    this.quiet();
    this.response.writeHead(304, headers).end();
  }

  #line(): void {
    this.response.write('\n');
  }

  /** From now on the client is told nothing by the clock. */
  quiet(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  /** Of a connection that is gone, `end` never tells. */
  async #end(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    await new Promise<void>((resolve, reject) => {
      const gone = () => reject(signal.reason);
      signal.addEventListener('abort', gone, { once: true });
      this.response.end(() => {
        signal.removeEventListener('abort', gone);
        resolve();
      });
    });
  }

  /** Waits while the client reads more slowly than rows come. */
  async #write(piece: string | Uint8Array, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    this.bytes += piece.length;
    if (this.response.write(piece)) return;
    await new Promise<void>((resolve, reject) => {
      const drained = () => {
        signal.removeEventListener('abort', gone);
        resolve();
      };
      const gone = () => {
        this.response.off('drain', drained);
        reject(signal.reason);
      };
      this.response.once('drain', drained);
      signal.addEventListener('abort', gone, { once: true });
    });
  }
}

export const JSON_TYPE = 'application/json; charset=utf-8';

/** A whole answer that is there already. */
export async function* whole(text: string | Uint8Array): AsyncIterable<string | Uint8Array> {
  yield text;
}
