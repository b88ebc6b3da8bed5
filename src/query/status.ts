/** How the tables of a warehouse stand: each stream's last run, rows, bookmark, age and last census. */
import type { DuckDBValue } from '@duckdb/node-api';
import type { Census } from '../contract/report.js';
import { identifier } from '../core/quote.js';
import type { OpenTable, OpenWarehouse } from './open.js';
import { type JsonCell, toJson } from './tables/cells.js';
import { problemOf } from './tables/unreadable.js';

export interface StreamStatus {
  readonly connection: string;
  readonly stream: string;
  /** Of the last run that had this stream, `not_due` when that left it out; null when none is recorded. */
  readonly state: string | null;
  /** When it was last read, well or not. */
  readonly last_run_at: string | null;
  /** Of a stream that is not due: when it is; else null. */
  readonly due_at: string | null;
  /** Start of the last run that ended `ok` or `empty`: what the table says was true then. */
  readonly last_success_at: string | null;
  readonly age_seconds: number | null;
  /** Live rows; null when there is no table. */
  readonly rows: number | null;
  readonly bookmark: string | null;
  /** Of the last run: rows it wrote, marked deleted, could not write, should have met earlier, and requests; null when not recorded. */
  readonly rows_written: number | null;
  readonly rows_deleted: number | null;
  readonly rows_rejected: number | null;
  readonly rows_late: number | null;
  readonly requests: number | null;
  /** The last proof of completeness; null when none was taken. */
  readonly census: LastCensus | null;
  readonly error: string | null;
  /** Parents whose rows are not all in the table, the oldest debt first. */
  readonly owed: readonly OwedParent[];
}

/** One live row of `_owed`. */
export interface OwedParent {
  readonly name: string;
  /** owed, hidden or refused. */
  readonly state: string;
  readonly reason: string;
  readonly since: string;
  readonly last_try: string | null;
  readonly tries: number;
}

/** Of the census of a run, what `_runs` keeps. */
export interface LastCensus extends Omit<Census, 'groups'> {
  readonly at: string;
}

/** What `_runs` tells of a stream. */
export type Recorded = Omit<StreamStatus, 'connection' | 'stream' | 'age_seconds' | 'rows' | 'owed'>;

/** Of a stream that no run has told of. */
export const NEVER: Recorded = {
  due_at: null,
  ...{ state: null, last_run_at: null, last_success_at: null, bookmark: null, error: null, census: null },
  ...{ rows_written: null, rows_deleted: null, rows_rejected: null, rows_late: null, requests: null },
};

const isData = (table: OpenTable) => !table.name.startsWith('_');

export interface WarehouseStatus {
  /** By connection, then stream. */
  readonly streams: readonly StreamStatus[];
  /** Tables whose files could not be read, with the reason. */
  readonly problems: readonly string[];
}

/**
 * @param now epoch milliseconds
 * @param only of these streams; default: all
 * @param connections of these; none: all
 */
export async function statusOf(
  warehouse: OpenWarehouse,
  now: number,
  only: ReadonlySet<string> | null = null,
  connections: readonly string[] = [],
): Promise<WarehouseStatus> {
  const found: StreamStatus[] = [];
  const problems: string[] = [];
  const orProblem = async <T>(table: OpenTable, work: Promise<T>, otherwise: T): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      problems.push(problemOf(table, error));
      return otherwise;
    }
  };
  const known = [...new Set(warehouse.tables.map((table) => table.namespace))];
  for (const connection of known.filter((name) => connections.length === 0 || connections.includes(name))) {
    const tables = warehouse.tables.filter((table) => table.namespace === connection);
    const recorded = tables.find((table) => table.name === '_runs');
    const runs = recorded ? await orProblem(recorded, lastRuns(warehouse, recorded), new Map()) : new Map();
    const owing = tables.find((table) => table.name === '_owed');
    const owed = owing ? await orProblem(owing, owedParents(warehouse, owing), new Map()) : new Map();
    const streams = new Set<string>([...tables.filter(isData).map((table) => table.name), ...runs.keys()]);
    for (const stream of [...streams].filter((name) => only?.has(name) ?? true).sort()) {
      const run: Recorded = runs.get(stream) ?? NEVER;
      const table = tables.find((candidate) => candidate.name === stream);
      const rows = table ? await orProblem<number | null>(table, liveRows(warehouse, table), null) : null;
      const age_seconds = ageOf(run.last_success_at, now);
      found.push({ connection, stream, ...run, age_seconds, rows, owed: owed.get(stream) ?? [] });
    }
  }
  return { streams: found, problems };
}

const ageOf = (since: string | null, now: number) =>
  since === null ? null : Math.max(0, Math.round((now - Date.parse(since)) / 1000));

/** Whole rows are taken: a table that an older version wrote lacks the newer columns until the next run. */
async function lastRuns(warehouse: OpenWarehouse, recorded: OpenTable): Promise<ReadonlyMap<string, Recorded>> {
  const counted = recorded.version.schema.fields.some(({ name }) => name === 'census_listed');
  const census = counted ? 'arg_max(r, started_at) FILTER (r.census_listed IS NOT NULL)' : 'NULL';
  const result = await warehouse.read(`
    SELECT coalesce(arg_max(r, started_at) FILTER (state <> 'not_due'), arg_max(r, started_at)) AS last,
           arg_max(r, started_at) AS told, ${census} AS census,
           max(started_at) FILTER (state IN ('ok', 'empty')) AS last_success_at
    FROM ${identifier(recorded.namespace)}."_runs" r GROUP BY stream`);
  const runs = result.getRowObjects().map(({ last, told, census: counting, last_success_at: success }) => {
    const run = cellsOf(last);
    const { state, due_at: due } = cellsOf(told);
    const status: Recorded = {
      state: String(state),
      due_at: state === 'not_due' ? textOrNull(due) : null,
      last_run_at: String(run.started_at),
      last_success_at: textOrNull(toJson(success ?? null)),
      bookmark: textOrNull(run.bookmark),
      rows_written: numberOrNull(run.rows_written),
      rows_deleted: numberOrNull(run.rows_deleted),
      rows_rejected: numberOrNull(run.rows_rejected),
      rows_late: numberOrNull(run.rows_late),
      requests: numberOrNull(run.requests),
      census: censusOf(cellsOf(counting)),
      error: textOrNull(run.error),
    };
    return [String(run.stream), status] as const;
  });
  return new Map(runs);
}

/** By stream. */
async function owedParents(
  warehouse: OpenWarehouse,
  { namespace }: OpenTable,
): Promise<ReadonlyMap<string, readonly OwedParent[]>> {
  const result = await warehouse.read(
    `SELECT stream, name, state, reason, since, last_try, tries FROM ${identifier(namespace)}."_owed" ORDER BY since, id`,
  );
  const found = new Map<string, OwedParent[]>();
  for (const row of result.getRowObjects()) {
    const cell = (name: string) => toJson(row[name] ?? null);
    const parent = {
      name: String(cell('name')),
      state: String(cell('state')),
      reason: String(cell('reason')),
      since: String(cell('since')),
      last_try: textOrNull(cell('last_try')),
      tries: Number(cell('tries')),
    };
    const stream = String(cell('stream'));
    found.set(stream, [...(found.get(stream) ?? []), parent]);
  }
  return found;
}

type Cells = Readonly<Record<string, JsonCell>>;

/** A row as one value; no cells for null. */
function cellsOf(value: DuckDBValue | undefined): Cells {
  const cell = toJson(value ?? null);
  return cell !== null && typeof cell === 'object' && !Array.isArray(cell) ? cell : {};
}

function censusOf(run: Cells): LastCensus | null {
  const count = (name: string) => numberOrNull(run[`census_${name}`]) ?? 0;
  if (numberOrNull(run.census_listed) === null) return null;
  return {
    at: String(run.started_at),
    listed: count('listed'),
    live: count('live'),
    added: count('added'),
    gone: count('gone'),
    confirmed: count('confirmed'),
  };
}

/** Told by the metadata where it can be: while no row was replaced, every file says how many of its rows are not deleted. */
async function liveRows(warehouse: OpenWarehouse, { namespace, name, version }: OpenTable): Promise<number> {
  const { data, deletes } = await warehouse.catalog.files(version);
  const mark = version.schema.fields.find((field) => field.name === '_deleted_at')?.id ?? 0;
  const live = data.map(({ nullCounts }) => nullCounts.get(mark));
  if (deletes.length === 0 && live.every((count) => count !== undefined))
    return live.reduce((sum, count) => sum + count, 0);
  const result = await warehouse.read(`SELECT count(*) FROM ${identifier(namespace)}.${identifier(name)}`);
  return Number(result.getRows()[0]?.[0] ?? 0);
}

const textOrNull = (cell: JsonCell | undefined) => (cell === null || cell === undefined ? null : String(cell));
const numberOrNull = (cell: JsonCell | undefined) => (cell === null || cell === undefined ? null : Number(cell));
