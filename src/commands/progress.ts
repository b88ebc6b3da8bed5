/** How far each stream is: bars on a terminal, a line per finished stream in the log otherwise. */
import { MultiBar, type SingleBar } from 'cli-progress';
import type { HttpClient } from '../runtime/http/client.js';
import type { Progress } from '../runtime/reading/context.js';
import type { Context } from './context.js';

export interface ProgressDisplay {
  update(event: Progress): void;
  stop(): void;
}

export function startProgress(context: Context, connection: string, client: HttpClient): ProgressDisplay {
  const silent = context.options.logLevel === 'silent' || context.options.logLevel === 'error';
  if (silent) return { update: () => undefined, stop: () => undefined };
  return context.io.stderr.isTTY ? bars(context, client) : lines(context, connection, client);
}

function lines({ log }: Context, connection: string, client: HttpClient): ProgressDisplay {
  return {
    update({ stream, rows, state }) {
      const fields = { connection, stream, rows, requests: client.counters().byLabel.get(stream) ?? 0 };
      if (state === 'done') log.info(`${stream}: read`, fields);
      else log.debug(`${stream}: reading`, fields);
    },
    stop: () => undefined,
  };
}

/** Finished streams leave the display: 39 bars do not fit on a screen. */
function bars({ io }: Context, client: HttpClient): ProgressDisplay {
  const display = new MultiBar({
    stream: io.stderr as NodeJS.WriteStream,
    format: ' {stream}  {rows} rows  {requests} requests  {duration_formatted}',
    hideCursor: true,
    clearOnComplete: true,
    gracefulExit: false,
    fps: 5,
  });
  const shown = new Map<string, SingleBar>();
  return {
    update({ stream, rows, state }) {
      const payload = { stream: stream.padEnd(24), rows, requests: client.counters().byLabel.get(stream) ?? 0 };
      const bar = shown.get(stream) ?? display.create(1, 0, payload);
      bar.update(payload);
      shown.set(stream, bar);
      if (state === 'done') {
        display.remove(bar);
        shown.delete(stream);
      }
    },
    stop: () => display.stop(),
  };
}
