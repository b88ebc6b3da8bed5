/** How far each stream is: bars on a terminal, a line per finished stream in the log otherwise. */

import { MultiBar, type SingleBar } from 'cli-progress';
import type { ProgressDisplay } from '../../app/sync.js';
import type { StreamEvent } from '../../contract/events.js';
import { showDuration } from '../../core/duration.js';
import type { Log } from '../../core/ports.js';
import type { HttpClient } from '../../http/client.js';
import { lastRequests } from '../../query/run-history.js';
import type { WarehouseSettings } from '../../writers/storage/warehouse-settings.js';
import type { Sink } from './io.js';
import type { LogLevel } from './log-levels.js';

/** What of a context a display needs. */
interface Shown {
  readonly io: { readonly stderr: Sink };
  readonly options: { readonly logLevel: LogLevel };
  readonly log: Log;
}

/** @param warehouse knows what the streams cost last time @param connections several are shown with their names */
export function startProgress(
  { io, options, log }: Shown,
  warehouse: WarehouseSettings,
  connections: readonly unknown[],
): ProgressDisplay | undefined {
  if (options.logLevel === 'silent' || options.logLevel === 'error') return undefined;
  if (!io.stderr.isTTY) return lines(log);
  return bars(io.stderr, connections.length > 1, (connection) => lastRequests(warehouse, connection));
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

type Expected = (connection: string) => Promise<ReadonlyMap<string, number>>;

interface Read {
  readonly stream: string;
  /** Records so far. */
  readonly rows: number;
  readonly done: boolean;
}

/** Of all that is told, what came and what is finished. */
function onRead(show: (read: Read) => void): (event: StreamEvent) => void {
  const came = new Map<string, number>();
  return (event) => {
    const { stream, kind } = event;
    if (kind !== 'read' && kind !== 'scanned') return;
    const rows = (came.get(stream) ?? 0) + (kind === 'read' ? event.rows : 0);
    came.set(stream, rows);
    show({ stream, rows, done: kind === 'scanned' });
  };
}

/** Finished streams leave the display: 39 bars do not fit on a screen. */
function bars(sink: Sink, several: boolean, expected: Expected): ProgressDisplay {
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
      const totals = await expected(connection);
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
