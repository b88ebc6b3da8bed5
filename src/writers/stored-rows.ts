/** The rows a table holds now, as SQL: data files read by field id, minus the positions its delete files name. */
import type { Field, LiveFile } from './iceberg/model.js';
import { parquetSchema, sqlType } from './parquet/column-sql.js';
import type { DuckSession } from './parquet/duckdb.js';
import { identifier, literal, pathList } from './quote.js';
import type { FileIO } from './storage/file-io.js';

/** Where a stored row lies: the file's number within this session, and the row's position in the file. */
export const FILE = '"#file"';
export const POSITION = '"#pos"';

export class StoredRows {
  private constructor(
    /** Local paths of the data files, by number. */
    private readonly data: readonly string[],
    private readonly hasDead: boolean,
  ) {}

  /** Makes the session's tables `data_file` (number, path, location) and `dead` (number, position). */
  static async load(
    session: DuckSession,
    files: { data: readonly LiveFile[]; deletes: readonly LiveFile[] },
    storage: FileIO,
  ) {
    const locations = files.data.map(({ location }) => location);
    const [data, deletes] = await Promise.all([
      localPaths(storage, locations),
      localPaths(
        storage,
        files.deletes.map(({ location }) => location),
      ),
    ]);
    await session.run(`CREATE TEMP TABLE data_file (${FILE} INTEGER, path VARCHAR, location VARCHAR)`);
    const places = locations.map(
      (location, number) => `(${number}, ${literal(data[number] ?? '')}, ${literal(location)})`,
    );
    if (places.length > 0) await session.run(`INSERT INTO data_file VALUES ${places.join(', ')}`);
    const hasDead = places.length > 0 && deletes.length > 0;
    if (hasDead) {
      await session.run(
        `CREATE TEMP TABLE dead AS SELECT ${FILE}, pos AS ${POSITION}
         FROM read_parquet(${pathList(deletes)}) JOIN data_file ON location = file_path`,
      );
    }
    return new StoredRows(data, hasDead);
  }

  /**
   * SELECT of the place and the given columns of rows that are not dead (rows marked deleted are among them).
   * @param only numbers of the files to look into; default all
   */
  select(fields: readonly Field[], only: readonly number[] = this.data.map((_, number) => number)): string {
    const files = only.flatMap((number) => this.data[number] ?? []);
    if (files.length === 0) return nothing(fields);
    const columns = fields.map(({ id, name }) => `, c${id} AS ${identifier(name)}`).join('');
    const paths = pathList(files);
    const rows = `SELECT ${FILE}, file_row_number AS ${POSITION}${columns}
      FROM read_parquet(${paths}, filename = true, file_row_number = true, schema = ${parquetSchema(fields)})
      JOIN data_file ON path = filename`;
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
