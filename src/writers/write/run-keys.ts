/**
 * The keys that a run has put into a table which had no rows before, one number for each. A batch of a first read is held against
 * them instead of the stored rows: those are wide and lie in more files with every commit, so that looking at them grows with the
 * square of the table. A number that was there before proves nothing; then the stored rows themselves are looked at.
 */
import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { orStorageError } from '../../core/files/file-io.js';
import { identifier, literal, pathList } from '../../core/quote.js';
import type { Field, LiveFile, TableChange } from '../iceberg/model.js';
import type { DuckSession } from '../parquet/duckdb.js';

/** A first batch of fewer rows is as a rule the only one, and rows in so small files are looked at in no time. */
const WORTHWHILE = 2000;

const HASH = '"#hash"';

/** Keys of one batch, put aside while nobody knows whether they will be in the table. */
export interface BatchKeys {
  readonly path: string;
  readonly types: string;
}

export class RunKeys {
  readonly #paths: string[] = [];
  /** Data files of this run that are in the table. */
  readonly #files = new Set<string>();
  /** Of the columns of the key: the same value of another type has another number. */
  #types = '';

  /** @param folder a local folder for these numbers alone; made when needed */
  constructor(private readonly folder: () => Promise<string>) {}

  /** Whether no row of these files has a key of the session's table `batch`; false when that is not known. */
  async areNew(session: DuckSession, stored: readonly LiveFile[], key: readonly Field[]): Promise<boolean> {
    if (stored.length === 0) return true;
    if (stored.length !== this.#files.size || typesOf(key) !== this.#types) return false;
    if (!stored.every(({ location }) => this.#files.has(location))) return false;
    const [row] = await session.rows(`SELECT count(*) AS met FROM read_parquet(${pathList(this.#paths)})
      SEMI JOIN (${hashesOf(key)}) USING (${HASH})`);
    return Number(row?.met) === 0;
  }

  /** Keeps the keys of the session's table `batch`, of a table whose rows are known to be this run's alone and many; else null. */
  async putAside(
    session: DuckSession,
    keys: number,
    stored: readonly LiveFile[],
    key: readonly Field[],
  ): Promise<BatchKeys | null> {
    if (keys < WORTHWHILE || !stored.every(({ location }) => this.#files.has(location))) return null;
    const folder = await this.folder();
    await orStorageError(`make the folder ${folder}`, () => mkdir(folder, { recursive: true, mode: 0o700 }));
    const path = join(folder, `${randomUUID()}.parquet`);
    await session.run(`COPY (${hashesOf(key)}) TO ${literal(path)} (FORMAT parquet, COMPRESSION uncompressed)`);
    return { path, types: typesOf(key) };
  }

  /** The batch is in the table now. */
  add({ path, types }: BatchKeys, change: Pick<TableChange, 'add' | 'remove'>): void {
    this.#paths.push(path);
    this.#types = types;
    for (const { location } of change.remove) this.#files.delete(location);
    for (const { content, location } of change.add) if (content === 'data') this.#files.add(location);
  }
}

const typesOf = (key: readonly Field[]) => JSON.stringify(key.map(({ name, type }) => [name, type]));

const hashesOf = (key: readonly Field[]) =>
  `SELECT hash(${key.map(({ name }) => identifier(name)).join(', ')}) AS ${HASH} FROM batch`;
