/** The rows a table holds now, as SQL: data files read by field id, minus the positions its delete files name. */
import type { Field, LiveFile } from './iceberg/model.js';
import { parquetSchema, sqlType } from './parquet/column-sql.js';
import type { DuckSession } from './parquet/duckdb.js';
import { identifier, literal, pathList } from './quote.js';
import type { FileIO } from './storage/file-io.js';

/** Where a stored row lies: the file's number within this session, and the row's position in the file. */
export const FILE = '"#file"';
export const POSITION = '"#pos"';
const PATH = '"#path"';

export class StoredRows {
  private constructor(
    /** The data files, by number. */
    readonly data: readonly LiveFile[],
    private readonly paths: readonly string[],
    private readonly hasDead: boolean,
  ) {}

  /** Makes the session's tables `data_file` (number, path, location) and `dead` (number, position). */
  static async load(
    session: DuckSession,
    files: { data: readonly LiveFile[]; deletes: readonly LiveFile[] },
    storage: FileIO,
  ) {
    const locations = files.data.map(({ location }) => location);
    const [paths, deletes] = await Promise.all([
      localPaths(storage, locations),
      localPaths(
        storage,
        files.deletes.map(({ location }) => location),
      ),
    ]);
    await session.run(`CREATE TEMP TABLE data_file (${FILE} INTEGER, path VARCHAR, location VARCHAR)`);
    const places = locations.map(
      (location, number) => `(${number}, ${literal(paths[number] ?? '')}, ${literal(location)})`,
    );
    if (places.length > 0) await session.run(`INSERT INTO data_file VALUES ${places.join(', ')}`);
    const hasDead = places.length > 0 && deletes.length > 0;
    const dead = hasDead
      ? `SELECT ${FILE}, pos AS ${POSITION} FROM read_parquet(${pathList(deletes)}) JOIN data_file ON location = file_path`
      : `SELECT NULL::INTEGER AS ${FILE}, NULL::BIGINT AS ${POSITION} WHERE false`;
    await session.run(`CREATE TEMP TABLE dead AS ${dead}`);
    return new StoredRows(files.data, paths, hasDead);
  }

  /**
   * SELECT of the place and the given columns of rows that are not dead (rows marked deleted are among them).
   * @param only numbers of the files to look into; default all
   * @param joined SQL such as ` JOIN batch USING (id)`, whose columns come along. It meets the rows before anything else
   *   does: a narrow join spares finding out the file, and the death, of rows that it drops.
   */
  select(fields: readonly Field[], only: readonly number[] = [...this.data.keys()], joined = ''): string {
    const files = only.flatMap((number) => this.paths[number] ?? []);
    if (files.length === 0) return `SELECT * FROM (${nothing(fields)})${joined}`;
    const columns = fields.map(({ id, name }) => `, c${id} AS ${identifier(name)}`).join('');
    const raw = `SELECT filename AS ${PATH}, file_row_number AS ${POSITION}${columns}
      FROM read_parquet(${pathList(files)}, filename = true, file_row_number = true, schema = ${parquetSchema(fields)})`;
    const rows = `SELECT ${FILE}, r.* EXCLUDE (${PATH}) FROM (SELECT * FROM (${raw})${joined}) r
      JOIN data_file ON path = ${PATH}`;
    return this.hasDead ? `SELECT * FROM (${rows}) ANTI JOIN dead USING (${FILE}, ${POSITION})` : rows;
  }
}

async function localPaths(storage: FileIO, locations: readonly string[]): Promise<string[]> {
  const paths = await storage.localPaths(locations);
  return locations.map((location) => paths.get(location) ?? location);
}

function nothing(fields: readonly Field[]): string {
  const columns = fields.map(({ name, type }) => `, NULL::${sqlType(type)} AS ${identifier(name)}`).join('');
  return `SELECT NULL::INTEGER AS ${FILE}, NULL::BIGINT AS ${POSITION}${columns} WHERE false`;
}
