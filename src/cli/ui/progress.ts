/** How far each stream is: bars on a terminal, a line per finished stream in the log otherwise. */
import { MultiBar, type SingleBar } from 'cli-progress';
import type { ProgressDisplay } from '../../app/sync.js';
import { showDuration } from '../../core/duration.js';
import type { Log } from '../../core/ports.js';
import type { HttpClient } from '../../http/client.js';
import { lastRequests } from '../../query/run-history.js';
import type { Progress } from '../../runtime/read/context.js';
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
      return ({ stream, rows, state }) => {
        const fields = { connection, stream, rows, requests: client.counters().onBehalfOf.get(stream) ?? 0 };
        if (state === 'done') log.info(`${stream}: read`, fields);
        else log.debug(`${stream}: reading`, fields);
      };
    },
    stop: () => undefined,
  };
}

type Expected = (connection: string) => Promise<ReadonlyMap<string, number>>;

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
): (event: Progress) => void {
  const shown = new Map<string, { readonly bar: SingleBar; readonly since: number }>();
  return ({ stream, rows, state }) => {
    const total = totals.get(stream) ?? 0;
    const requests = client.counters().onBehalfOf.get(stream) ?? 0;
    const one = shown.get(stream) ?? { bar: display.create(total, 0), since: performance.now() };
    shown.set(stream, one);
    const left = timeLeft(requests, total, (performance.now() - one.since) / 1000);
    one.bar.update(Math.min(requests, total), { name: nameOf(stream), rows, requests, left });
    if (state !== 'done') return;
    display.remove(one.bar);
    shown.delete(stream);
  };
}

/** By the pace so far; nothing is said of a stream that was never read before. */
export function timeLeft(done: number, total: number, seconds: number): string {
  if (total === 0 || done === 0) return '';
  return done >= total ? 'nearly done' : `about ${showDuration((seconds / done) * (total - done))} left`;
}
