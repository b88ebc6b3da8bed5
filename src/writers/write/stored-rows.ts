/** The rows a table holds now, as SQL: data files read by field id, minus the positions its delete files name. */

import type { FileIO } from '../../core/files/file-io.js';
import { literal } from '../../core/quote.js';
import type { Field, LiveFile, LiveFiles } from '../iceberg/model.js';
import type { DuckSession } from '../parquet/duckdb.js';
import { deadIn, rowsIn } from '../parquet/read-sql.js';
import { plainLocation } from '../storage/location.js';

/** Where a stored row lies: the file's number within this session, and the row's position in the file. */
export const FILE = '"#file"';
export const POSITION = '"#pos"';
const PATH = '"#path"';

/** Files are asked for when a SELECT first looks into them: on an object store, each costs its download. */
export class StoredRows {
  readonly #paths = new Map<number, string>();
  readonly #loadedDeletes = new Set<LiveFile>();

  private constructor(
    private readonly session: DuckSession,
    /** The data files, by number. */
    readonly data: readonly LiveFile[],
    private readonly deletes: readonly LiveFile[],
    private readonly storage: FileIO,
  ) {}

  /** Makes the session's tables `data_file` (number, location), `local_file` (number, path) and `dead` (number, position). */
  static async open(session: DuckSession, { data, deletes }: LiveFiles, storage: FileIO): Promise<StoredRows> {
    await session.run(`CREATE TEMP TABLE data_file (${FILE} INTEGER, location VARCHAR)`);
    await session.run(`CREATE TEMP TABLE local_file (${FILE} INTEGER, path VARCHAR)`);
    await session.run(`CREATE TEMP TABLE dead (${FILE} INTEGER, ${POSITION} BIGINT)`);
    await insert(
      session,
      'data_file',
      data.map(({ location }, number) => [number, location]),
    );
    return new StoredRows(session, data, data.length === 0 ? [] : deletes, storage);
  }

  /**
   * SELECT of the place and the given columns of rows that are not dead (rows marked deleted are among them).
   * @param only numbers of the files to look into; default all
   * @param joined SQL such as ` JOIN batch USING (id)`, whose columns come along. It meets the rows before anything else
   *   does: a narrow join spares finding out the file, and the death, of rows that it drops.
   */
  async select(fields: readonly Field[], only = this.#numbers, joined = ''): Promise<string> {
    const raw = rowsIn(await this.#localFiles(only), fields, { file: PATH, position: POSITION });
    const rows = `SELECT ${FILE}, r.* EXCLUDE (${PATH}) FROM (SELECT * FROM (${raw})${joined}) r
      JOIN local_file ON path = ${PATH}`;
    return (await this.loadDead(only)) ? `SELECT * FROM (${rows}) ANTI JOIN dead USING (${FILE}, ${POSITION})` : rows;
  }

  /** SELECT of the given columns, `_deleted_at` among them, of live rows: neither dead nor marked deleted. */
  async live(fields: readonly Field[], only = this.#numbers): Promise<string> {
    return `SELECT * FROM (${await this.select(fields, only)}) WHERE _deleted_at IS NULL`;
  }

  /**
   * Puts the dead rows of these files into the table `dead`; those of others may be there too. A delete file says nothing
   * about files that were added after it (spec: Scan Planning).
   * @returns whether there may be any
   */
  async loadDead(only = this.#numbers): Promise<boolean> {
    const files = only.flatMap((number) => this.data[number] ?? []);
    const oldest = files.reduce(
      (least, { sequenceNumber }) => Math.min(least, sequenceNumber),
      Number.POSITIVE_INFINITY,
    );
    const looked = new Set(files.map(({ location }) => plainLocation(location)));
    const needed = this.deletes.filter(
      ({ sequenceNumber, referencedDataFile }) =>
        sequenceNumber >= oldest && (referencedDataFile === null || looked.has(plainLocation(referencedDataFile))),
    );
    const missing = needed.filter((file) => !this.#loadedDeletes.has(file));
    if (missing.length > 0) {
      const place = { file: FILE, position: POSITION };
      const dead = deadIn(await localPaths(this.storage, missing), 'data_file', FILE, place);
      await this.session.run(`INSERT INTO dead ${dead}`);
      for (const file of missing) this.#loadedDeletes.add(file);
    }
    return needed.length > 0;
  }

  get #numbers(): readonly number[] {
    return [...this.data.keys()];
  }

  async #localFiles(numbers: readonly number[]): Promise<string[]> {
    const missing = numbers.filter((number) => !this.#paths.has(number));
    const found = await localPaths(
      this.storage,
      missing.flatMap((number) => this.data[number] ?? []),
    );
    const rows = missing.map((number, index) => [number, found[index] ?? ''] as const);
    await insert(this.session, 'local_file', rows);
    for (const [number, path] of rows) this.#paths.set(number, path);
    return numbers.flatMap((number) => this.#paths.get(number) ?? []);
  }
}

async function localPaths(storage: FileIO, files: readonly LiveFile[]): Promise<string[]> {
  const paths = await storage.localPaths(files.map(({ location }) => location));
  return files.map(({ location }) => paths.get(location) ?? location);
}

async function insert(session: DuckSession, table: string, rows: readonly (readonly [number, string])[]) {
  if (rows.length === 0) return;
  const values = rows.map(([number, text]) => `(${number}, ${literal(text)})`);
  await session.run(`INSERT INTO ${table} VALUES ${values.join(', ')}`);
}

/** Numbers of the files in a table of the session, or a part of it. */
export async function fileNumbers(session: DuckSession, source: string): Promise<number[]> {
  const rows = await session.rows(`SELECT DISTINCT ${FILE} AS number FROM ${source}`);
  return rows.map(({ number }) => Number(number));
}
