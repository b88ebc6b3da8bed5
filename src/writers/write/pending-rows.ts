/** Rows on their way to the next commit, as lines of a spool. */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Row } from '../../contract/table.js';
import { orStorageError } from '../../core/files/file-io.js';
import type { RowEncoder } from '../parquet/row-text.js';
import { Spool } from '../parquet/spool.js';

/** Bytes that are worth a commit of their own, however few the rows are: work on them takes a multiple of it in memory. */
const FULL = 64 * 1024 * 1024;

export class PendingRows {
  #spool: Promise<Spool> | null = null;
  #given = 0;
  #count = 0;
  #bytes = 0;
  /** A spool that could not be removed keeps its name. */
  #spools = 0;

  /** @param folder a local folder for these rows alone; made when needed */
  constructor(private readonly folder: () => Promise<string>) {}

  get count(): number {
    return this.#count;
  }

  get full(): boolean {
    return this.#bytes >= FULL;
  }

  get spool(): Promise<Spool> | null {
    return this.#spool;
  }

  /** @returns indexes of rows that are too large and were left out */
  async add(rows: readonly Row[], encode: RowEncoder): Promise<readonly number[]> {
    // All lines are made before the first is spooled: a row that is refused leaves no part of its page behind.
    const lines = rows.map((row, index) => encode(row, this.#given + index + 1));
    const tooLarge = lines.flatMap((line, index) => (line === null ? [index] : []));
    this.#given += rows.length;
    this.#count += rows.length - tooLarge.length;
    this.#spool ??= this.#create();
    const spool = await this.#spool;
    for (const line of lines) if (line !== null) await spool.append(line);
    this.#bytes = spool.bytes;
    return tooLarge;
  }

  /** Takes the folder away with all that lies in it. */
  async remove(): Promise<void> {
    const spool = await this.#spool?.catch(() => null);
    this.#spool = null;
    this.#given = 0;
    this.#count = 0;
    this.#bytes = 0;
    await spool?.remove();
    const folder = await this.folder();
    await orStorageError(`remove the folder ${folder}`, () => rm(folder, { recursive: true, force: true }));
  }

  async #create(): Promise<Spool> {
    const folder = await this.folder();
    return orStorageError(`put rows aside in ${folder}`, async () => {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      return Spool.create(join(folder, `rows-${++this.#spools}.ndjson`));
    });
  }
}
