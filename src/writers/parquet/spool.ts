/** Rows on their way to Parquet: a file of JSON lines on local disk, so that memory does not grow with the batch. */
import { type FileHandle, open, rm } from 'node:fs/promises';
import { ConnectorError } from '../../errors.js';
import { errorCode } from '../storage/file-io.js';

/** Written in pieces of this many characters. */
const PIECE = 1024 * 1024;

export class Spool {
  private readonly buffered: string[] = [];
  private bufferedLength = 0;
  private written: Promise<void> = Promise.resolve();
  private lines = 0;
  private longest = 0;

  private constructor(
    readonly path: string,
    private readonly handle: FileHandle,
  ) {}

  /** Creates the file, readable by its owner alone. */
  static async create(path: string): Promise<Spool> {
    return new Spool(path, await open(path, 'ax', 0o600));
  }

  /** Lines taken so far. */
  get count(): number {
    return this.lines;
  }

  /** Bytes of the longest line: what a JSON reader must be able to hold. */
  get longestLine(): number {
    return this.longest;
  }

  /** Takes one line (with its line feed); resolves when more may come. @throws ConnectorError when the disk refuses. */
  async append(line: string): Promise<void> {
    this.lines += 1;
    this.longest = Math.max(this.longest, Buffer.byteLength(line));
    this.buffered.push(line);
    this.bufferedLength += line.length;
    if (this.bufferedLength >= PIECE) await this.flush();
  }

  /** Makes all lines readable by others. */
  async flush(): Promise<void> {
    const piece = this.buffered.splice(0).join('');
    this.bufferedLength = 0;
    // One after the other: a file handle must not be written to twice at once.
    this.written = this.written.then(() => this.put(piece));
    await this.written;
  }

  /** Closes and removes the file. */
  async remove(): Promise<void> {
    await this.written.catch(() => undefined);
    await this.handle.close();
    await rm(this.path, { force: true });
  }

  private async put(piece: string): Promise<void> {
    try {
      await this.handle.appendFile(piece);
    } catch (cause) {
      throw new ConnectorError(
        'failed',
        `Rows could not be put aside: writing ${piece.length} characters to ${this.path} failed (${errorCode(cause) ?? 'unknown reason'}). Free some disk space or move the warehouse, then run again; committed rows are safe.`,
        { cause },
      );
    }
  }
}
