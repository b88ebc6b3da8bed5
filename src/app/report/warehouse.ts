/** What every report begins with: the warehouse as its views, and how old what it needs is. */
import { showDuration } from '../../core/duration.js';
import { ConnectorError } from '../../core/errors.js';
import { type OpenWarehouse, openForReading } from '../../query/open.js';
import { type StreamStatus, statusOf } from '../../query/status.js';
import { refuseUnreadable } from '../../query/tables/unreadable.js';
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

const NO_REPORT = 'no report was made';

interface Place extends ReportPlace {
  readonly options: { readonly connections?: readonly string[] | undefined };
}

/** Opens the warehouse for one report, and closes it. @throws UnreadableError when a table of the connections that are meant cannot be read */
export async function withSources<Answer>(
  { warehouse: settings, labels, opened, options }: Place,
  use: (sources: Sources, warehouse: OpenWarehouse) => Promise<Answer>,
  memoryLimit = REPORT_MEMORY,
): Promise<Answer> {
  if (opened) return use(opened, opened.warehouse);
  const warehouse = await openForReading(settings, { memoryLimit, isLean: true, labels });
  try {
    refuseUnreadable(warehouse.problems, NO_REPORT, options.connections);
    return await use(new Sources(warehouse), warehouse);
  } finally {
    warehouse.close();
  }
}

/** What a report is made of. */
export interface MadeOf {
  /** The first is the one that must be young enough. */
  readonly streams: readonly [string, ...string[]];
  /** The rows of the first, for people. */
  readonly what: string;
  /** Seconds. */
  readonly maxAge: number | undefined;
  /** None: all. */
  readonly connections: readonly string[] | undefined;
  /** Epoch milliseconds by which ages are told. */
  readonly at: number | undefined;
}

/** How the streams stand that a report is made of. @throws ConnectorError kind `later` when the first is older than allowed; UnreadableError */
export async function statusFor(
  warehouse: OpenWarehouse,
  { streams, what, maxAge, connections, at = Date.now() }: MadeOf,
): Promise<readonly StreamStatus[]> {
  const { streams: status, problems } = await statusOf(warehouse, at, new Set(streams), connections);
  // Debts that cannot be read are not none.
  refuseUnreadable(problems, NO_REPORT);
  if (maxAge === undefined) return status;
  const dated = status.filter(({ stream }) => stream === streams[0]);
  const old = dated.find(({ age_seconds: age }) => age === null || age > maxAge);
  if (dated.length > 0 && !old) return status;
  const whose = old ? [old.connection] : (connections ?? []);
  const age =
    typeof old?.age_seconds === 'number' ? `are ${showDuration(old.age_seconds)} old` : 'were never read whole';
  throw new ConnectorError(
    'later',
    `The ${what}${whose.length > 0 ? ` of ${whose.join(', ')}` : ''} ${age}, and the report is to be made of ones no older than ${showDuration(maxAge)}: connector sync --stream ${streams[0]}.`,
  );
}
