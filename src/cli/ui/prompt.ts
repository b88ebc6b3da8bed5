/** Questions to a person on a terminal, one after the other; without a terminal, flags and what is usual answer them. */
import { createInterface, type Interface } from 'node:readline';
import { ConnectorError } from '../../core/errors.js';
import { printable } from '../../core/printable.js';
import type { Io } from './io.js';

export interface Question {
  readonly text: string;
  /** What answers it beforehand. */
  readonly flag: string;
  /** Taken for an empty answer; undefined: there must be one. */
  readonly usual?: string | undefined;
  /** The answer as it is used. @throws ConnectorError kind `usage` for one that will not do */
  readonly read: (text: string) => string;
}

export class Asker {
  readonly #io: Io;
  readonly #interface: Interface | null;
  readonly #lines: AsyncIterator<string> | null;

  constructor(io: Io) {
    this.#io = io;
    this.#interface = io.stdin.isTTY ? createInterface({ input: io.stdin }) : null;
    this.#lines = this.#interface?.[Symbol.asyncIterator]() ?? null;
  }

  /** @param given by a flag. @throws ConnectorError kind `usage`: a flag that will not do, or nobody to ask; `interrupted` */
  async answer(given: string | undefined, { text, flag, usual, read }: Question): Promise<string> {
    if (given !== undefined) return read(given);
    if (this.#lines === null) {
      if (usual !== undefined) return usual;
      throw new ConnectorError('usage', `There is no terminal to ask on: give ${flag}.`);
    }
    for (;;) {
      this.#io.stderr.write(printable(`${text}${usual ? ` [${usual}]` : ''}: `));
      const line = await this.#next(this.#lines);
      if (line === '' && usual !== undefined) return usual;
      try {
        return read(line);
      } catch (error) {
        if (!(error instanceof ConnectorError)) throw error;
        this.#io.stderr.write(`${printable(error.message)}\n`);
      }
    }
  }

  close(): void {
    this.#interface?.close();
  }

  async #next(lines: AsyncIterator<string>): Promise<string> {
    const { signal } = this.#io;
    const stop = () => this.close();
    signal.addEventListener('abort', stop, { once: true });
    // Closing ends the lines, as the end of the input does.
    const line = await lines.next();
    signal.removeEventListener('abort', stop);
    if (!line.done) return line.value.trim();
    throw new ConnectorError('interrupted', 'Interrupted; nothing was written.');
  }
}
