/**
 * A DuckDB that shows a warehouse and reaches its files, nothing else: two views for each table, those for people, and of each its
 * union over the connections in `main`. It knows no catalog and no store.
 */
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { identifier, literal } from '../core/quote.js';
import { connectionTables } from './business-views/connection-tables.js';
import { DUCKDB } from './business-views/duck-dialect.js';
import { functionsForPeople } from './business-views/functions-for-people.js';
import { selectOf, type ViewBody } from './business-views/shown-column.js';
import { viewsForPeople } from './business-views/views-for-people.js';
import { PeopleViews } from './people-views.js';
import { lockDown, type Readable } from './read-only.js';
import { inOrder, limitedBy, type RowLimits } from './tables/row-limits.js';
import {
  columnsOf,
  type ShownTable,
  tableViews,
  type UnionPart,
  unionColumns,
  unionView,
} from './tables/table-views.js';
import { type FilesOf, UnreadTables } from './tables/unread-tables.js';
import { problemOf } from './tables/unreadable.js';

export interface ViewsWanted {
  readonly tables: readonly ShownTable[];
  /** What people call the connections, by name; default: the names. */
  readonly labels: ReadonlyMap<string, string>;
  /** Beneath which the tables' files lie. */
  readonly folders: readonly string[];
  /** For what does not fit into memory; the caller's to make and remove. */
  readonly temporary: string;
  /** DuckDB's words: `1GB`. */
  readonly memoryLimit?: string | undefined;
  /** Which rows may be seen; default: all. */
  readonly limits?: RowLimits | undefined;
  /** Keeps to the limit at the cost of time; rows without an ORDER BY come in any order. */
  readonly isLean?: boolean | undefined;
}

/** Each thread holds row groups of its own, and what is freed, or was read of a file, would be kept beside the limit. */
const LEAN = {
  threads: '1',
  preserve_insertion_order: 'false',
  allocator_background_threads: 'true',
  allocator_flush_threshold: '8MB',
  allocator_bulk_deallocation_flush_threshold: '16MB',
  enable_external_file_cache: 'false',
};

export type Columns = ReadonlyMap<string, ReadonlyMap<string, string>>;

export interface OpenViews extends Readable {
  readonly tables: readonly ShownTable[];
  /** Names of the views for people in `main`. */
  readonly peopleViews: readonly string[];
  /** Functions of rows in `main`, as they are called: `issue_daily(first_day, last_day)`. */
  readonly peopleFunctions: readonly string[];
  /** Columns of everything in `main` with DuckDB's types, by view: known without making any. */
  readonly columns: Columns;
  /** One line for each table that could not be shown. */
  readonly problems: readonly string[];
  close(): void;
}

export async function openViews(wanted: ViewsWanted, filesOf: FilesOf): Promise<OpenViews> {
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: wanted.memoryLimit ?? '1GB',
    temp_directory: wanted.temporary,
    ...(wanted.isLean && LEAN),
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  const connection = await instance.connect();
  const unread = new UnreadTables(connection, filesOf, limitedBy(wanted.limits, wanted.tables));
  const close = () => {
    unread.close();
    connection.closeSync();
    instance.closeSync();
  };
  try {
    return { connection, close, ...(await fill(connection, unread, wanted)) };
  } catch (error) {
    close();
    throw error;
  }
}

async function fill(
  connection: DuckDBConnection,
  unread: UnreadTables,
  { tables, labels, folders, temporary }: ViewsWanted,
): Promise<Omit<OpenViews, 'connection' | 'close'>> {
  await connection.run("SET TimeZone = 'UTC'");
  const shown = await showViews(tables, unread, labels);
  // Of its own accord no statement from outside writes; an export's Parquet file begins its life here.
  await lockDown(connection, [...folders, temporary]);
  return { ...shown, listing: listingOf(shown) };
}

/** People's views first, then streams; without `<stream>_all` and our own books, which have names one knows when one needs them. */
function listingOf({ tables, peopleViews, peopleFunctions }: Omit<Shown, 'readyFor'>): string {
  const streams = [...new Set(tables.map(({ name }) => name))].filter((name) => !name.startsWith('_')).sort();
  const lines = [
    ...[...peopleViews].sort().map((name) => [name, 'view for people']),
    ...peopleFunctions.map((name) => [name, 'function for people']),
    ...streams.map((name) => [name, 'stream']),
  ].map((line, at) => `(${at}, ${line.map(literal).join(', ')})`);
  const rows = lines.length === 0 ? `SELECT 0, '', '' WHERE false` : `VALUES ${lines.join(', ')}`;
  return `SELECT name, kind FROM (${rows}) AS shown(place, name, kind) ORDER BY place`;
}

type Shown = Pick<OpenViews, 'tables' | 'peopleViews' | 'peopleFunctions' | 'columns' | 'problems' | 'readyFor'>;

/** @param labels of connections, by name; default: the name */
export async function showViews(
  all: readonly ShownTable[],
  unread: UnreadTables,
  labels: ReadonlyMap<string, string>,
): Promise<Shown> {
  const views = new ShownViews(unread);
  const tables: ShownTable[] = [];
  for (const table of inOrder(all)) if (await views.addTable(table)) tables.push(table);
  for (const namespace of new Set(tables.map((table) => table.namespace))) {
    const own = tables.filter((table) => table.namespace === namespace);
    views.addPeopleViews(namespace, labels.get(namespace) ?? namespace, own);
  }
  await views.unite();
  const { people, problems } = views;
  return {
    ...{ tables, problems, peopleViews: people.views, peopleFunctions: people.functions, columns: views.columns() },
    readyFor: async (sql) => {
      await people.readyFor(sql);
      await unread.readyFor(sql);
    },
  };
}

class ShownViews {
  readonly problems: string[] = [];
  readonly #ofTables = new Set<string>();
  readonly #parts = new Map<string, UnionPart[]>();
  readonly people: PeopleViews;

  constructor(private readonly unread: UnreadTables) {
    this.people = new PeopleViews((sql) => unread.define(sql));
  }

  async addTable(table: ShownTable): Promise<boolean> {
    const { namespace, name, fields } = table;
    const made = await this.#orProblem(namespace, name, async () => {
      await this.unread.define(`CREATE SCHEMA IF NOT EXISTS ${identifier(namespace)}`);
      const rows = await this.unread.add(table);
      await this.unread.define(tableViews(table, rows).join('; '));
    });
    if (!made) return false;
    for (const view of [name, `${name}_all`]) {
      this.#ofTables.add(view);
      this.#part(view, { connection: namespace, columns: columnsOf(fields) });
    }
    return true;
  }

  /** After all tables: a view never stands where a table of its name is, in any connection. */
  addPeopleViews(namespace: string, label: string, tables: readonly ShownTable[]): void {
    const own = connectionTables(namespace, label, tables, DUCKDB);
    const part = (made: ViewBody) => ({ connection: namespace, columns: made.columns, select: selectOf(made, own) });
    for (const view of viewsForPeople(own))
      if (!this.#ofTables.has(view.name)) this.people.add(view.name, null, part(view));
    for (const made of functionsForPeople(own)) this.people.add(made.name, made.parameters, part(made));
  }

  async unite(): Promise<void> {
    for (const [name, parts] of this.#parts)
      await this.#orProblem('main', name, () => this.unread.define(unionView(name, parts)));
  }

  /** Columns of everything in `main`, by view. */
  columns(): Columns {
    return new Map([...this.#parts, ...this.people.parts].map(([name, parts]) => [name, unionColumns(parts)]));
  }

  #part(name: string, part: UnionPart): void {
    this.#parts.set(name, [...(this.#parts.get(name) ?? []), part]);
  }

  /** What goes wrong with one view concerns no other. */
  async #orProblem(namespace: string, name: string, work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      this.problems.push(problemOf({ namespace, name }, error));
      return false;
    }
  }
}
