/**
 * Rows on their way to Parquet: a file of JSON lines on local disk, so that memory does not grow with the batch. The file is
 * open only while a piece is written: newer Node ends the process when a handle is collected that somebody forgot to close.
 */
import { appendFile, rm, writeFile } from 'node:fs/promises';
import { ConnectorError } from '../../core/errors.js';
import { errorCode } from '../../core/files/file-io.js';

/** Written in pieces of this many characters. */
const PIECE = 1024 * 1024;
/** Shorter lines are not measured: every reader can hold one of this many bytes. */
const SHORT = 256 * 1024;
const BYTES_PER_CHARACTER = 3;

export class Spool {
  readonly #buffered: string[] = [];
  #bufferedLength = 0;
  #written: Promise<void> = Promise.resolve();
  #lines = 0;
  #longest = SHORT;
  #bytes = 0;

  private constructor(readonly path: string) {}

  /** Creates the file, readable by its owner alone. */
  static async create(path: string): Promise<Spool> {
    await writeFile(path, '', { flag: 'wx', mode: 0o600 });
    return new Spool(path);
  }

  /** Lines taken so far. */
  get count(): number {
    return this.#lines;
  }

  /** Bytes of all lines; what is not written yet counts as if a character were a byte. */
  get bytes(): number {
    return this.#bytes + this.#bufferedLength;
  }

  /** Bytes that no line exceeds: what a JSON reader must be able to hold. */
  get longestLine(): number {
    return this.#longest;
  }

  /** Takes one line (with its line feed); resolves when more may come. @throws ConnectorError when the disk refuses. */
  async append(line: string): Promise<void> {
    this.#lines += 1;
    if (line.length * BYTES_PER_CHARACTER > this.#longest)
      this.#longest = Math.max(this.#longest, Buffer.byteLength(line));
    this.#buffered.push(line);
    this.#bufferedLength += line.length;
    if (this.#bufferedLength >= PIECE) await this.flush();
  }

  /** Makes all lines readable by others. */
  async flush(): Promise<void> {
    const piece = Buffer.from(this.#buffered.splice(0).join(''));
    this.#bufferedLength = 0;
    this.#bytes += piece.length;
    // One after the other: two pieces written at once could mix.
    this.#written = this.#written.then(() => this.#put(piece));
    await this.#written;
  }

  /** Removes the file. One that cannot be goes with its folder, whose owner tells when that cannot. */
  async remove(): Promise<void> {
    await this.#written.catch(() => undefined);
    await rm(this.path, { force: true }).catch(() => undefined);
  }

  async #put(piece: Uint8Array): Promise<void> {
    try {
      await appendFile(this.path, piece);
    } catch (cause) {
      throw new ConnectorError(
        'failed',
        `Rows could not be put aside: writing ${piece.length} bytes to ${this.path} failed (${errorCode(cause) ?? 'unknown reason'}). Free some disk space or move the warehouse, then run again; committed rows are safe.`,
        { cause },
      );
    }
  }
}
