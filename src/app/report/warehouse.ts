/** What every report begins with: the warehouse as its views, and how old what it needs is. */
import { showDuration } from '../../core/duration.js';
import { ConnectorError } from '../../core/errors.js';
import type { Ports } from '../../core/ports.js';
import { type OpenWarehouse, openForReading } from '../../query/open.js';
import { type StreamStatus, statusOf } from '../../query/status.js';
import { Sources } from '../../reports/sources.js';
import type { WarehouseSettings } from '../../writers/storage/warehouse-settings.js';

/**
 * For rows on their way; DuckDB's own words. A sort of a million worklogs takes all of it, and the process 240 MB beside;
 * a timesheet of two connections with epics needs more than half of it, however few the rows.
 */
export const REPORT_MEMORY = '256MB';

/**
 * For the flow reports, whose answers are small: each connection adds joins to their views, and a join takes memory however few
 * its rows. Ageing of two connections of 40 issues needs more than REPORT_MEMORY.
 */
export const FLOW_MEMORY = '1GB';

export interface ReportPlace {
  readonly warehouse: WarehouseSettings;
  /** What people call the connections, by name. */
  readonly labels: ReadonlyMap<string, string>;
  /** The same warehouse, where it is open already: then it stays open, and its tables are those of that moment. */
  readonly opened?: Sources;
  /** Epoch milliseconds by which ages are told, the same for all reports of one page; default: now. */
  readonly at?: number;
}

/** Opens the warehouse for one report, and closes it. */
export async function withSources<Answer>(
  { warehouse: settings, labels, opened }: ReportPlace,
  { log }: Ports,
  use: (sources: Sources, warehouse: OpenWarehouse) => Promise<Answer>,
  memoryLimit = REPORT_MEMORY,
): Promise<Answer> {
  if (opened) return use(opened, opened.warehouse);
  const warehouse = await openForReading(settings, { memoryLimit, isLean: true, labels });
  try {
    for (const problem of warehouse.problems) log.warn(`left out: ${problem}`);
    return await use(new Sources(warehouse), warehouse);
  } finally {
    warehouse.close();
  }
}

/**
 * How the streams stand that a report is made of; the first is the one that must be young enough.
 * @param maxAge seconds. @throws ConnectorError kind `later` when it is older
 */
export async function statusFor(
  warehouse: OpenWarehouse,
  streams: readonly [string, ...string[]],
  maxAge: number | undefined,
  what: string,
  at = Date.now(),
): Promise<readonly StreamStatus[]> {
  const { streams: status } = await statusOf(warehouse, at, new Set(streams));
  const old = status.find(
    ({ stream, age_seconds: age }) => stream === streams[0] && maxAge !== undefined && (age === null || age > maxAge),
  );
  if (maxAge === undefined || !old) return status;
  const age = old.age_seconds === null ? 'were never read whole' : `are ${showDuration(old.age_seconds)} old`;
  throw new ConnectorError(
    'later',
    `The ${what} of ${old.connection} ${age}, and the report is to be made of ones no older than ${showDuration(maxAge)}: connector sync --stream ${streams[0]}.`,
  );
}
