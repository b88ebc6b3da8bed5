/** How far each stream is: bars on a terminal, a line per finished stream in the log otherwise. */
import { MultiBar, type SingleBar } from 'cli-progress';
import { lastRequests } from '../query/last-requests.js';
import type { HttpClient } from '../runtime/http/client.js';
import type { Progress } from '../runtime/reading/context.js';
import type { LakeSettings } from '../writers/lake.js';
import type { Context } from './context.js';
import { showDuration } from './duration.js';

export interface ProgressDisplay {
  update(event: Progress): void;
  stop(): void;
}

interface Watched {
  readonly connection: string;
  readonly client: HttpClient;
  /** Knows what the streams cost last time. */
  readonly lake: LakeSettings;
}

const NOTHING: ProgressDisplay = { update: () => undefined, stop: () => undefined };

export async function startProgress(context: Context, watched: Watched): Promise<ProgressDisplay> {
  if (context.options.logLevel === 'silent' || context.options.logLevel === 'error') return NOTHING;
  if (!context.io.stderr.isTTY) return lines(context, watched);
  return bars(context, watched, await lastRequests(watched.lake, watched.connection));
}

function lines({ log }: Context, { connection, client }: Watched): ProgressDisplay {
  return {
    ...NOTHING,
    update({ stream, rows, state }) {
      const fields = { connection, stream, rows, requests: client.counters().byLabel.get(stream) ?? 0 };
      if (state === 'done') log.info(`${stream}: read`, fields);
      else log.debug(`${stream}: reading`, fields);
    },
  };
}

/** Finished streams leave the display: 39 bars do not fit on a screen. */
function bars({ io }: Context, { client }: Watched, expected: ReadonlyMap<string, number>): ProgressDisplay {
  const display = new MultiBar({
    stream: io.stderr,
    format: ' {name} [{bar}] {rows} rows  {requests} requests  {left}',
    barsize: 20,
    barCompleteChar: '=',
    barIncompleteChar: ' ',
    hideCursor: true,
    clearOnComplete: true,
    gracefulExit: false,
  });
  const shown = new Map<string, { readonly bar: SingleBar; readonly since: number }>();
  return {
    update({ stream, rows, state }) {
      const total = expected.get(stream) ?? 0;
      const requests = client.counters().byLabel.get(stream) ?? 0;
      const one = shown.get(stream) ?? { bar: display.create(total, 0), since: performance.now() };
      shown.set(stream, one);
      const left = timeLeft(requests, total, (performance.now() - one.since) / 1000);
      one.bar.update(Math.min(requests, total), { name: stream.padEnd(24), rows, requests, left });
      if (state !== 'done') return;
      display.remove(one.bar);
      shown.delete(stream);
    },
    stop: () => display.stop(),
  };
}

/** By the pace so far; nothing is said of a stream that was never read before. */
export function timeLeft(done: number, total: number, seconds: number): string {
  if (total === 0 || done === 0) return '';
  return done >= total ? 'nearly done' : `about ${showDuration((seconds / done) * (total - done))} left`;
}
