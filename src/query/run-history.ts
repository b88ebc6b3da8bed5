/** Figures of earlier runs, read from the tables of one connection: what a plan need not ask the site for. */

import type { Json } from '../contract/table.js';
import { identifier, literal } from '../core/quote.js';
import type { WarehouseSettings } from '../writers/storage/warehouse-settings.js';
import { currentState } from '../writers/write/state.js';
import { type OpenWarehouse, openForReading } from './open.js';

interface LastRun {
  readonly run: string;
  readonly requests: number;
  readonly rowsRead: number;
  readonly together: ReadonlySet<string>;
}

type Condition = readonly (string | boolean | null)[] | { readonly above: number };
type Conditions = Readonly<Record<string, Condition>>;

/** States of a stream whose figures are those of a whole read. */
const ENDED = ['ok', 'empty', 'forbidden', 'unsupported'];

/** To be closed by the caller. The warehouse may not exist yet. */
export async function openRunHistory(settings: WarehouseSettings, connection: string): Promise<StoredRunHistory> {
  const warehouse = await openForReading(settings, { wanted: ({ namespace }) => namespace === connection });
  try {
    return new StoredRunHistory(warehouse, connection, await lastRuns(warehouse, connection));
  } catch (error) {
    warehouse.close();
    throw error;
  }
}

export class StoredRunHistory {
  constructor(
    private readonly warehouse: OpenWarehouse,
    private readonly namespace: string,
    private readonly runs: ReadonlyMap<string, LastRun>,
  ) {}

  /** Tables that could not be read. */
  get problems(): readonly string[] {
    return this.warehouse.problems;
  }

  /** The state kept in a table; null when there is no table. */
  state(stream: string): Json | null {
    const table = this.warehouse.tables.find(({ name }) => name === stream);
    return table ? currentState(table.version) : null;
  }

  /** Rows of `_projects`: the projects behind the scopes in states. */
  async projects(): Promise<readonly { readonly scope: string; readonly id: string; readonly key: string }[]> {
    if (!this.#has('_projects', ['scope', 'project_id', 'project_key'])) return [];
    const found = await this.warehouse.read(`SELECT scope, project_id, project_key FROM ${this.#view('_projects')}`);
    return found.getRows().map(([scope, id, key]) => ({ scope: String(scope), id: String(id), key: String(key) }));
  }

  /** The last run of a stream that was not cut short. */
  lastRun(stream: string): LastRun | null {
    return this.runs.get(stream) ?? null;
  }

  /** Streams that owe rows of some parents. */
  async owing(): Promise<ReadonlySet<string>> {
    if (!this.#has('_owed', ['stream', 'state'])) return new Set();
    const found = await this.warehouse.read(`SELECT DISTINCT stream FROM ${this.#view('_owed')} WHERE state = 'owed'`);
    return new Set(found.getRows().map(([stream]) => String(stream)));
  }

  /** Live rows; with columns, distinct combinations of their values. Null when there is no table with such columns. */
  async rows(stream: string, columns: readonly string[] = [], where: Conditions = {}): Promise<number | null> {
    if (!this.#has(stream, [...columns, ...Object.keys(where)])) return null;
    const what = columns.length ? `SELECT DISTINCT ${columns.map(identifier).join(', ')}` : 'SELECT 1';
    const [count] = await this.#row(`SELECT count(*) FROM (${what} FROM ${this.#view(stream)}${whereOf(where)})`);
    return Number(count ?? 0);
  }

  /** Parents with live rows here, and the pages of `size` rows that those fill. */
  async pages(stream: string, parentColumn: string, size: number): Promise<{ parents: number; pages: number } | null> {
    if (!this.#has(stream, [parentColumn])) return null;
    const perParent = `SELECT count(*) AS n FROM ${this.#view(stream)} GROUP BY ${identifier(parentColumn)}`;
    const [parents, pages] = await this.#row(
      `SELECT count(*), coalesce(sum(ceil(n / ${size})), 0)::BIGINT FROM (${perParent})`,
    );
    return { parents: Number(parents ?? 0), pages: Number(pages ?? 0) };
  }

  close(): void {
    this.warehouse.close();
  }

  #view(stream: string): string {
    return `${identifier(this.namespace)}.${identifier(stream)}`;
  }

  #has(stream: string, columns: readonly string[]): boolean {
    const fields = this.warehouse.tables.find(({ name }) => name === stream)?.version.schema.fields;
    return fields !== undefined && columns.every((column) => fields.some(({ name }) => name === column));
  }

  async #row(sql: string): Promise<readonly unknown[]> {
    const result = await this.warehouse.read(sql);
    return result.getRows()[0] ?? [];
  }
}

function whereOf(where: Conditions): string {
  const tests = Object.entries(where).map(([column, allowed]) => {
    if ('above' in allowed) return `${identifier(column)} > ${Number(allowed.above)}`;
    const values = allowed.filter((value) => value !== null).map((value) => literal(String(value)));
    const among = values.length ? `${identifier(column)}::VARCHAR IN (${values.join(', ')})` : 'false';
    return allowed.includes(null) ? `(${among} OR ${identifier(column)} IS NULL)` : among;
  });
  return tests.length ? ` WHERE ${tests.join(' AND ')}` : '';
}

async function lastRuns(warehouse: OpenWarehouse, namespace: string): Promise<ReadonlyMap<string, LastRun>> {
  if (!warehouse.tables.some(({ name }) => name === '_runs')) return new Map();
  const runs = `${identifier(namespace)}."_runs"`;
  const result = await warehouse.read(`
    SELECT stream, last.run_id, last.requests, last.rows_read,
           (SELECT list(DISTINCT b.stream) FROM ${runs} b WHERE b.run_id = last.run_id AND b.state <> 'not_due')
    FROM (SELECT stream, arg_max(struct_pack(run_id, requests, rows_read), started_at) AS last
          FROM ${runs} WHERE state IN (${ENDED.map(literal).join(', ')}) GROUP BY stream)`);
  return new Map(
    result.getRowsJson().map(([stream, run, requests, rowsRead, together]) => [
      String(stream),
      {
        run: String(run),
        requests: Number(requests),
        rowsRead: Number(rowsRead),
        together: new Set(Array.isArray(together) ? together.map(String) : []),
      },
    ]),
  );
}
