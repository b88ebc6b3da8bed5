/**
 * A warehouse's views for people as the tables of one DuckDB file. All of them are made in one transaction, from the snapshots
 * that were current when the warehouse was opened.
 */
import type { DuckDBConnection } from '@duckdb/node-api';
import { ConnectorError } from '../../core/errors.js';
import { identifier, literal } from '../../core/quote.js';
import { damageOf } from '../../writers/parquet/damaged-file.js';
import type { OpenWarehouse } from '../open.js';
import { restrictedIn } from '../tables/restricted.js';
import { commentsOf } from './comments.js';
import { openRows, type RestrictedRows } from './open-rows.js';

export interface PublishOptions {
  /** Of a file that is not there yet, in a folder where the warehouse may write. */
  readonly path: string;
  readonly views: readonly string[];
  readonly restricted: RestrictedRows;
  /** What people call the connections, by name. */
  readonly labels: ReadonlyMap<string, string>;
  readonly signal: AbortSignal;
  /** Told after each table. */
  readonly tell: (table: PublishedTable) => void;
}

export interface PublishedTable {
  readonly name: string;
  readonly rows: number;
  /** Rows that only some may see: left out, or without their words. */
  readonly restricted: number;
}

/** What older drivers open: the first format that DuckDB promised to go on reading. */
const STORAGE_VERSION = 'v1.0.0';
const FILE = 'published';
const INFO_TABLE = '_published';

/** @throws ConnectorError kind `failed` with the table's name, `interrupted` */
export async function publish(warehouse: OpenWarehouse, options: PublishOptions): Promise<readonly PublishedTable[]> {
  const { connection } = warehouse;
  const stop = () => connection.interrupt();
  options.signal.addEventListener('abort', stop, { once: true });
  try {
    const from = options.views.map((view) => `SELECT * FROM ${source(view)}`);
    // Fetching files changes views; within the transaction only the new file may change.
    for (const select of from) await warehouse.readyFor(select);
    await connection.run(`ATTACH ${literal(options.path)} AS ${FILE} (STORAGE_VERSION ${literal(STORAGE_VERSION)})`);
    await connection.run('BEGIN');
    const tables = await fill(warehouse, options);
    await connection.run('COMMIT');
    await connection.run(`CHECKPOINT ${FILE}`);
    await connection.run(`DETACH ${FILE}`);
    return tables;
  } catch (error) {
    throw options.signal.aborted ? new ConnectorError('interrupted', 'Interrupted; no file was written.') : error;
  } finally {
    options.signal.removeEventListener('abort', stop);
  }
}

const source = (view: string) => `main.${identifier(view)}`;
const target = (table: string) => `${FILE}.main.${identifier(table)}`;

async function fill(warehouse: OpenWarehouse, options: PublishOptions): Promise<readonly PublishedTable[]> {
  const { connection } = warehouse;
  const comments = commentsOf(warehouse.tables);
  const tables: PublishedTable[] = [];
  for (const view of options.views) {
    const columns = await columnsOf(connection, view);
    const select = openRows(source(view), columns, options.restricted);
    await orNamed(view, () => connection.run(`CREATE TABLE ${target(view)} AS ${select}`));
    const told = [
      commentOn('TABLE', target(view), comments.table(view)),
      ...columns.map((column) =>
        commentOn('COLUMN', `${target(view)}.${identifier(column)}`, comments.column(view, column)),
      ),
    ];
    for (const statement of told) if (statement !== null) await connection.run(statement);
    const table = {
      name: view,
      rows: await count(connection, target(view)),
      restricted: await countRestricted(connection, view, columns, options.restricted),
    };
    tables.push(table);
    options.tell(table);
    options.signal.throwIfAborted();
  }
  await writeInfo(warehouse, options);
  return tables;
}

async function columnsOf(connection: DuckDBConnection, view: string): Promise<readonly string[]> {
  return (await connection.runAndReadAll(`SELECT * FROM ${source(view)} LIMIT 0`)).columnNames();
}

const commentOn = (kind: 'TABLE' | 'COLUMN', what: string, text: string | undefined) =>
  text ? `COMMENT ON ${kind} ${what} IS ${literal(text)}` : null;

async function count(connection: DuckDBConnection, from: string): Promise<number> {
  const [[rows] = []] = (await connection.runAndReadAll(`SELECT count(*) FROM ${from}`)).getRows();
  return Number(rows);
}

async function countRestricted(
  connection: DuckDBConnection,
  view: string,
  columns: readonly string[],
  restricted: RestrictedRows,
): Promise<number> {
  const condition = restrictedIn(columns);
  if (condition === null || restricted === 'include') return 0;
  return count(connection, `${source(view)} WHERE ${condition}`);
}

/** Which snapshots the file shows: a row for each table of the warehouse. */
async function writeInfo({ connection, tables }: OpenWarehouse, { labels, restricted }: PublishOptions): Promise<void> {
  const table = target(INFO_TABLE);
  const columns = [
    ['connection', 'VARCHAR', "The connection's label in sync.yaml, else its name."],
    ['_connection', 'VARCHAR', 'Name of the connection: the namespace of its tables.'],
    ['stream', 'VARCHAR', 'A table of the warehouse.'],
    ['snapshot_id', 'VARCHAR', 'The snapshot of it that the tables of this file were made of; null: it had none.'],
    ['snapshot_at', 'TIMESTAMP WITH TIME ZONE', 'When that snapshot was committed.'],
    ['published_at', 'TIMESTAMP WITH TIME ZONE', 'When this file was made.'],
    ['restricted', 'VARCHAR', 'What became of rows that only some may see: omit, mask or include.'],
  ] as const;
  await connection.run(`CREATE TABLE ${table} (${columns.map(([name, type]) => `${name} ${type}`).join(', ')})`);
  await connection.run(`COMMENT ON TABLE ${table} IS 'Which snapshots the tables of this file were made of.'`);
  for (const [name, , text] of columns) await connection.run(`COMMENT ON COLUMN ${table}.${name} IS ${literal(text)}`);
  const rows = tables
    .filter(({ name }) => !name.startsWith('_'))
    .map(({ namespace, name, version }) => {
      const snapshot = version.history.find(({ snapshotId }) => snapshotId === version.currentSnapshotId);
      const at = snapshot ? `make_timestamptz(${BigInt(snapshot.timestampMs) * 1000n})` : 'NULL';
      const id = snapshot ? literal(snapshot.snapshotId) : 'NULL';
      const label = literal(labels.get(namespace) ?? namespace);
      return `(${[label, literal(namespace), literal(name), id, at, 'now()', literal(restricted)].join(', ')})`;
    });
  if (rows.length > 0) await connection.run(`INSERT INTO ${table} VALUES ${rows.join(', ')}`);
}

/** A statement of ours that fails is no mistake of the user: the files or the machine are the reason. */
async function orNamed(view: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (cause) {
    const words = cause instanceof Error ? cause.message : String(cause);
    const reason = damageOf(words) ?? words;
    throw new ConnectorError('failed', `The view ${view} cannot be published, and no file was written: ${reason}`, {
      cause,
    });
  }
}
