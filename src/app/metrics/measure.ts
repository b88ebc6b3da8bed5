/** The warehouse in numbers for a monitor: as text, and as a file that a collector reads. */
import { chmod, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { replaceDurably } from '../../core/files/durable.js';
import type { Log } from '../../core/ports.js';
import { identifier } from '../../core/quote.js';
import { type OpenWarehouse, openForReading } from '../../query/open.js';
import { UnreadableError } from '../../query/tables/unreadable.js';
import { type StatusJob, statusIn } from '../status.js';
import { type ConnectionRun, prometheusText, sizeOf } from './prometheus.js';

export interface MeasureJob extends StatusJob {
  readonly config: string;
  readonly version: string;
}

/** What Prometheus reads: by a text file, or over HTTP. Which tables cannot be read, and why, is for the log. */
export async function measure(job: MeasureJob, log: Log): Promise<string> {
  const warehouse = await openForReading(job.warehouse);
  try {
    const now = Date.now();
    const { streams, problems } = await statusIn(warehouse, job);
    for (const problem of problems) log.error(`cannot be read: ${problem}`);
    const [runs, tables] = [await lastRuns(warehouse), warehouse.tables.flatMap(sizeOf)];
    const { config, version, watched } = job;
    return prometheusText({ config, version, now, streams, watched: watched ?? [], runs, tables, problems });
  } finally {
    warehouse.close();
  }
}

/** A collector sees the old file or the new one, never half a file. Its user is mostly another one than ours. */
export async function writeTextfile(path: string, job: MeasureJob, log: Log): Promise<void> {
  const text = await measure(job, log);
  await mkdir(dirname(path), { recursive: true });
  await replaceDurably(path, Buffer.from(text), 0o644);
  await chmod(path, 0o644);
}

async function lastRuns(warehouse: OpenWarehouse): Promise<readonly ConnectionRun[]> {
  const found: ConnectionRun[] = [];
  for (const { namespace, version } of warehouse.tables.filter(({ name }) => name === '_runs')) {
    // A table that an older version wrote lacks the column until the next run.
    const told = version.schema.fields.some(({ name }) => name === 'answers') ? 'list(answers)' : 'NULL';
    const read = warehouse.read(`
      SELECT epoch_ms(max(started_at)), max(seconds), sum(requests)::DOUBLE, ${told}
      FROM ${identifier(namespace)}."_runs"
      WHERE run_id = (SELECT arg_max(run_id, started_at) FROM ${identifier(namespace)}."_runs")`);
    const [row] = (await orNothing(read))?.getRowsJson() ?? [];
    const [startedMs, seconds, requests, answers] = row ?? [];
    if (typeof startedMs !== 'number' && typeof startedMs !== 'string') continue;
    found.push({
      connection: namespace,
      startedAt: new Date(Number(startedMs)).toISOString(),
      seconds: Number(seconds),
      requests: Number(requests),
      answers: sumOf(Array.isArray(answers) ? answers : []),
    });
  }
  return found;
}

/** A table that cannot be read is among the problems already; the other numbers are told all the same. */
async function orNothing<T>(read: Promise<T>): Promise<T | null> {
  return read.catch((error: unknown) => {
    if (error instanceof UnreadableError) return null;
    throw error;
  });
}

/** @param texts JSON objects of counts by HTTP status, or null */
function sumOf(texts: readonly unknown[]): Readonly<Record<string, number>> {
  const sum: Record<string, number> = {};
  for (const text of texts) {
    const counts: unknown = typeof text === 'string' ? JSON.parse(text) : {};
    for (const [status, count] of Object.entries(counts ?? {})) sum[status] = (sum[status] ?? 0) + Number(count);
  }
  return sum;
}
