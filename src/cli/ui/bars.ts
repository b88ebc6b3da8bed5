/** How far each stream is, as bars on a terminal. */

import { MultiBar, type SingleBar } from 'cli-progress';
import type { ProgressDisplay } from '../../app/sync.js';
import type { StreamEvent } from '../../contract/events.js';
import { showDuration } from '../../core/duration.js';
import type { HttpClient } from '../../http/client.js';
import { lastRequests } from '../../query/run-history.js';
import type { WarehouseSettings } from '../../writers/storage/warehouse-settings.js';
import type { Sink } from './io.js';
import { onRead } from './on-read.js';

/**
 * Finished streams leave the display: 39 bars do not fit on a screen.
 * @param warehouse knows what the streams cost last time
 */
export function bars(sink: Sink, several: boolean, warehouse: WarehouseSettings): ProgressDisplay {
  const display = new MultiBar({
    stream: sink,
    format: ' {name} [{bar}] {rows} rows  {requests} requests  {left}',
    barsize: 20,
    barCompleteChar: '=',
    barIncompleteChar: ' ',
    hideCursor: true,
    clearOnComplete: true,
    gracefulExit: false,
  });
  return {
    async watch(connection, client) {
      const totals = await lastRequests(warehouse, connection);
      const nameOf = (stream: string) => (several ? `${connection}.${stream}`.padEnd(36) : stream.padEnd(24));
      return barsOfOne(display, client, totals, nameOf);
    },
    stop: () => display.stop(),
  };
}

function barsOfOne(
  display: MultiBar,
  client: HttpClient,
  totals: ReadonlyMap<string, number>,
  nameOf: (stream: string) => string,
): (event: StreamEvent) => void {
  const shown = new Map<string, { readonly bar: SingleBar; readonly since: number }>();
  return onRead(({ stream, rows, done }) => {
    const total = totals.get(stream) ?? 0;
    const requests = client.counters().onBehalfOf.get(stream) ?? 0;
    const one = shown.get(stream) ?? { bar: display.create(total, 0), since: performance.now() };
    shown.set(stream, one);
    const left = timeLeft(requests, total, (performance.now() - one.since) / 1000);
    one.bar.update(Math.min(requests, total), { name: nameOf(stream), rows, requests, left });
    if (!done) return;
    display.remove(one.bar);
    shown.delete(stream);
  });
}

/** By the pace so far; nothing is said of a stream that was never read before. */
export function timeLeft(done: number, total: number, seconds: number): string {
  if (total === 0 || done === 0) return '';
  return done >= total ? 'nearly done' : `about ${showDuration((seconds / done) * (total - done))} left`;
}
