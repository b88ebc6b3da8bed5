/** How fresh each table is, told by the tables themselves, and what the settings want and never got. */
import { type OpenTable, type OpenWarehouse, openForReading } from '../query/open.js';
import { NEVER, type StreamStatus, statusOf } from '../query/status.js';
import type { WarehouseSettings } from '../writers/storage/warehouse-settings.js';
import { reasonsToMaintain } from '../writers/upkeep/upkeep.js';
import type { WatchedConnection } from './watched.js';

export interface StatusJob {
  readonly warehouse: WarehouseSettings;
  /** Seconds: a stream that has not succeeded for that long, and its own `every` on top, is not well. */
  readonly maxAge?: number | undefined;
  /** What the settings want; null: nothing is known of it, and every stream of the warehouse is watched. */
  readonly watched?: readonly WatchedConnection[] | null;
}

/** `status --json` (docs/operations.md). */
export interface Status {
  readonly ok: boolean;
  readonly warehouse: string;
  readonly problems: readonly string[];
  readonly streams: readonly WatchedStream[];
  readonly maintenance: readonly MaintenanceNeed[];
}

export interface WatchedStream extends StreamStatus {
  /** Whether the settings want it; null where there are none. */
  readonly wanted: boolean | null;
  /** How often it is read at most; null where that is not known. */
  readonly every_seconds: number | null;
  /** Older than `--max-age` allows, or wanted and never read; null without `--max-age`. */
  readonly stale: boolean | null;
}

export interface MaintenanceNeed {
  readonly table: string;
  readonly reasons: readonly string[];
}

function maintenanceOf({ namespace, name, version }: OpenTable): MaintenanceNeed[] {
  const reasons = reasonsToMaintain(version);
  return reasons.length === 0 ? [] : [{ table: `${namespace}.${name}`, reasons }];
}

export async function status(job: StatusJob): Promise<Status> {
  const warehouse = await openForReading(job.warehouse);
  try {
    return await statusIn(warehouse, job);
  } finally {
    warehouse.close();
  }
}

/** The same, of a warehouse that is open already. */
export async function statusIn(
  warehouse: OpenWarehouse,
  { warehouse: settings, maxAge, watched = null }: StatusJob,
): Promise<Status> {
  const { streams: found, problems: uncounted } = await statusOf(warehouse, Date.now());
  const problems = [...warehouse.problems, ...uncounted];
  const streams = [...found, ...neverRead(found, watched ?? [])]
    .map((stream) => judged(stream, watched, maxAge))
    .sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  // An empty warehouse is no fresh one: whoever asks for an age wants to hear that nothing was ever read.
  const fresh = maxAge === undefined || (streams.length > 0 && !streams.some(({ stale }) => stale));
  const maintenance = warehouse.tables.flatMap(maintenanceOf);
  return { ok: problems.length === 0 && fresh, warehouse: settings.root, problems, streams, maintenance };
}

export const nameOf = ({ connection, stream }: Pick<StreamStatus, 'connection' | 'stream'>): string =>
  `${connection}.${stream}`;

/** Streams that the settings want and no run has told of. */
function neverRead(found: readonly StreamStatus[], watched: readonly WatchedConnection[]): readonly StreamStatus[] {
  const known = new Set(found.map(nameOf));
  return watched
    .flatMap(({ name: connection, streams }) => [...streams.keys()].map((stream) => ({ connection, stream })))
    .filter((one) => !known.has(nameOf(one)))
    .map((one) => ({ ...one, ...NEVER, age_seconds: null, rows: null, owed: [] }));
}

function judged(
  stream: StreamStatus,
  watched: readonly WatchedConnection[] | null,
  maxAge: number | undefined,
): WatchedStream {
  const every = watched?.find(({ name }) => name === stream.connection)?.streams.get(stream.stream);
  const wanted = watched && every !== undefined;
  const stale = maxAge === undefined ? null : wanted !== false && isOlder(stream, maxAge + (every ?? 0));
  return { ...stream, wanted, every_seconds: every ?? null, stale };
}

/** `forbidden` and `unsupported` streams have nothing to be fresh, unless they once succeeded. */
function isOlder(stream: StreamStatus, maxAge: number): boolean {
  if (stream.age_seconds !== null) return stream.age_seconds > maxAge;
  return stream.state !== 'forbidden' && stream.state !== 'unsupported';
}
