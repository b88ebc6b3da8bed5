/** How the tables of a warehouse stand: each stream's last run, rows, bookmark and age. */

import { identifier } from '../writers/quote.js';
import { toJson } from './cells.js';
import type { OpenTable, OpenWarehouse } from './open-warehouse.js';

export interface StreamStatus {
  readonly connection: string;
  readonly stream: string;
  /** Of the last run that had this stream; null when none is recorded. */
  readonly state: string | null;
  readonly last_run_at: string | null;
  /** Start of the last run that ended `ok` or `empty`: what the table says was true then. */
  readonly last_success_at: string | null;
  readonly age_seconds: number | null;
  /** Live rows; null when there is no table. */
  readonly rows: number | null;
  readonly bookmark: string | null;
  readonly error: string | null;
}

interface LastRun {
  readonly stream: string;
  readonly state: string;
  readonly error: string | null;
  readonly started_at: string;
  readonly last_success_at: string | null;
  readonly bookmark: string | null;
}

const isData = (table: OpenTable) => !table.name.startsWith('_');

/** @param now epoch milliseconds. @returns by connection, then stream. */
export async function statusOf(warehouse: OpenWarehouse, now: number): Promise<readonly StreamStatus[]> {
  const found: StreamStatus[] = [];
  for (const connection of new Set(warehouse.tables.map((table) => table.namespace))) {
    const tables = warehouse.tables.filter((table) => table.namespace === connection);
    const runs = tables.some((table) => table.name === '_runs') ? await lastRuns(warehouse, connection) : [];
    const streams = new Set([...tables.filter(isData).map((table) => table.name), ...runs.map((run) => run.stream)]);
    for (const stream of [...streams].sort()) {
      const run = runs.find((candidate) => candidate.stream === stream);
      const table = tables.find((candidate) => candidate.name === stream);
      found.push(statusOfStream(connection, stream, run, table ? await liveRows(warehouse, table) : null, now));
    }
  }
  return found;
}

function statusOfStream(
  connection: string,
  stream: string,
  run: LastRun | undefined,
  rows: number | null,
  now: number,
): StreamStatus {
  const success = run?.last_success_at ?? null;
  return {
    connection,
    stream,
    state: run?.state ?? null,
    last_run_at: run?.started_at ?? null,
    last_success_at: success,
    age_seconds: success === null ? null : Math.max(0, Math.round((now - Date.parse(success)) / 1000)),
    rows,
    bookmark: run?.bookmark ?? null,
    error: run?.error ?? null,
  };
}

async function lastRuns({ connection: duck }: OpenWarehouse, connection: string): Promise<readonly LastRun[]> {
  const runs = `${identifier(connection)}."_runs"`;
  const result = await duck.runAndReadAll(`
    SELECT stream, arg_max(state, started_at) AS state, arg_max(struct_pack(e := error), started_at).e AS error,
           max(started_at) AS started_at, max(started_at) FILTER (state IN ('ok', 'empty')) AS last_success_at,
           arg_max(bookmark, started_at) AS bookmark
    FROM ${runs} GROUP BY stream`);
  return result.getRowObjects().map((row) => ({
    stream: String(row.stream),
    state: String(row.state),
    error: textOrNull(row.error),
    started_at: String(toJson(row.started_at ?? null)),
    last_success_at: textOrNull(row.last_success_at),
    bookmark: textOrNull(row.bookmark),
  }));
}

async function liveRows({ connection }: OpenWarehouse, { namespace, name }: OpenTable): Promise<number> {
  const result = await connection.runAndReadAll(`SELECT count(*) FROM ${identifier(namespace)}.${identifier(name)}`);
  return Number(result.getRows()[0]?.[0] ?? 0);
}

function textOrNull(value: Parameters<typeof toJson>[0] | undefined): string | null {
  const cell = toJson(value ?? null);
  return cell === null ? null : String(cell);
}
