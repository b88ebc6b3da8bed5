/** How far each stream is: bars on a terminal, a line per finished stream in the log otherwise. */

import type { ProgressDisplay } from '../../app/sync.js';
import type { Log } from '../../core/ports.js';
import type { WarehouseSettings } from '../../writers/storage/warehouse-settings.js';
import type { Sink } from './io.js';
import type { LogLevel } from './log-levels.js';
import { onRead } from './on-read.js';

/** What of a context a display needs. */
interface Shown {
  readonly io: { readonly stderr: Sink };
  readonly options: { readonly logLevel: LogLevel };
  readonly log: Log;
}

/** @param warehouse knows what the streams cost last time @param connections several are shown with their names */
export async function startProgress(
  { io, options, log }: Shown,
  warehouse: WarehouseSettings,
  connections: readonly unknown[],
): Promise<ProgressDisplay | undefined> {
  if (options.logLevel === 'silent' || options.logLevel === 'error') return undefined;
  if (!io.stderr.isTTY) return lines(log);
  // A log needs neither the drawing of bars nor what earlier runs have cost.
  const { bars } = await import('./bars.js');
  return bars(io.stderr, connections.length > 1, warehouse);
}

function lines(log: Log): ProgressDisplay {
  return {
    async watch(connection, client) {
      return onRead(({ stream, rows, done }) => {
        const fields = { connection, stream, rows, requests: client.counters().onBehalfOf.get(stream) ?? 0 };
        if (done) log.info(`${stream}: read`, fields);
        else log.debug(`${stream}: reading`, fields);
      });
    },
    stop: () => undefined,
  };
}
