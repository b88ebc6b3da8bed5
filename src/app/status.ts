/** How fresh each table is, told by the tables themselves. */
import { type OpenTable, openForReading } from '../query/open.js';
import { type StreamStatus, statusOf } from '../query/status.js';
import type { WarehouseSettings } from '../writers/storage/warehouse-settings.js';
import { reasonsToMaintain } from '../writers/upkeep/upkeep.js';

export interface StatusJob {
  readonly warehouse: WarehouseSettings;
  /** Seconds: a stream that has not succeeded for that long is not well. */
  readonly maxAge?: number | undefined;
}

/** `status --json` (docs/operations.md). */
export interface Status {
  readonly ok: boolean;
  readonly warehouse: string;
  readonly problems: readonly string[];
  readonly streams: readonly StreamStatus[];
  readonly maintenance: readonly MaintenanceNeed[];
}

export interface MaintenanceNeed {
  readonly table: string;
  readonly reasons: readonly string[];
}

function maintenanceOf({ namespace, name, version }: OpenTable): MaintenanceNeed[] {
  const reasons = reasonsToMaintain(version);
  return reasons.length === 0 ? [] : [{ table: `${namespace}.${name}`, reasons }];
}

export async function status({ warehouse: settings, maxAge }: StatusJob): Promise<Status> {
  const warehouse = await openForReading(settings);
  try {
    const { streams, problems: uncounted } = await statusOf(warehouse, Date.now());
    const problems = [...warehouse.problems, ...uncounted];
    // An empty warehouse is no fresh one: whoever asks for an age wants to hear that nothing was ever read.
    const fresh = maxAge === undefined || (streams.length > 0 && !streams.some((stream) => isOlder(stream, maxAge)));
    const maintenance = warehouse.tables.flatMap(maintenanceOf);
    return { ok: problems.length === 0 && fresh, warehouse: settings.root, problems, streams, maintenance };
  } finally {
    warehouse.close();
  }
}

/** `forbidden` and `unsupported` streams have nothing to be fresh, unless they once succeeded. */
export function isOlder(stream: StreamStatus, maxAge: number): boolean {
  if (stream.age_seconds !== null) return stream.age_seconds > maxAge;
  return stream.state !== 'forbidden' && stream.state !== 'unsupported';
}
