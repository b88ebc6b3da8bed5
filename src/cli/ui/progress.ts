/** How far a run is: one line for all of it on a terminal, a log line now and then elsewhere. */
import type { ProgressDisplay } from '../../app/sync.js';
import type { Log } from '../../core/ports.js';
import { printable } from '../../core/printable.js';
import type { HttpClient } from '../../http/client.js';
import { type HowFar, lineOf, linesOf, secondsLeft } from './how-far.js';
import type { Sink } from './io.js';
import type { LogLevel } from './log-levels.js';
import { onRead } from './on-read.js';

/** What of a context a display needs. */
interface Shown {
  readonly io: { readonly stderr: Sink };
  readonly options: { readonly logLevel: LogLevel };
  readonly log: Log;
}

const DRAWN_EVERY_MS = 250;
const TOLD_EVERY_MS = 30_000;

/** @param connections several are shown with their names @param total requests, by the plan; null: not known */
export async function startProgress(
  { io, options, log }: Shown,
  connections: number,
  total: number | null,
): Promise<ProgressDisplay | undefined> {
  if (options.logLevel === 'silent' || options.logLevel === 'error') return undefined;
  const run = new RunSoFar(connections > 1, total);
  if (!io.stderr.isTTY) {
    const timer = setInterval(
      () => log.info(lineOf(run.now(), Number.POSITIVE_INFINITY), fieldsOf(run.now())),
      TOLD_EVERY_MS,
    );
    timer.unref();
    return { watch: run.watcher(log), stop: () => clearInterval(timer) };
  }
  const drawing = new Drawing(io.stderr);
  const timer = setInterval(() => drawing.draw(run.now()), DRAWN_EVERY_MS);
  timer.unref();
  return {
    watch: run.watcher(null),
    stop() {
      clearInterval(timer);
      drawing.clear();
    },
  };
}

const fieldsOf = (far: HowFar) => ({
  ...{ requests: far.requests, total: far.total, rows: far.rows, seconds: Math.round(far.seconds) },
  seconds_left: secondsLeft(far),
});

/** All connections together: each stream's rows, each client's requests, and what the plan has promised. */
class RunSoFar {
  readonly #began = performance.now();
  readonly #clients: HttpClient[] = [];
  readonly #rows = new Map<string, number>();
  readonly #working = new Map<string, number>();

  constructor(
    private readonly several: boolean,
    private readonly total: number | null,
  ) {}

  watcher(log: Log | null): ProgressDisplay['watch'] {
    return async (connection, client) => {
      this.#clients.push(client);
      return onRead(({ stream, rows, done }) => {
        const name = this.several ? `${connection}.${stream}` : stream;
        this.#rows.set(name, rows);
        if (done) this.#working.delete(name);
        else this.#working.set(name, rows);
        const fields = { connection, stream, rows, requests: client.counters().onBehalfOf.get(stream) ?? 0 };
        if (done) log?.info(`${stream}: read`, fields);
        else log?.debug(`${stream}: reading`, fields);
      });
    };
  }

  now(): HowFar {
    const sum = (counts: Iterable<number>) => [...counts].reduce((total, one) => total + one, 0);
    return {
      requests: sum(this.#clients.map((client) => client.counters().requests)),
      total: this.total,
      rows: sum(this.#rows.values()),
      seconds: (performance.now() - this.#began) / 1000,
      working: this.#working,
    };
  }
}

/** Stays above what it draws: a line of the log takes the place of the first one, and the next drawing begins below it. */
class Drawing {
  constructor(private readonly sink: Sink) {}

  draw(far: HowFar): void {
    // A terminal of no size does not know its own.
    const [width, height] = [this.sink.columns || 80, this.sink.rows || 24];
    const lines = linesOf(far, width, height).map((line) => printable(line));
    const back = lines.length > 1 ? `\u001b[${lines.length - 1}A` : '';
    this.sink.write(`\u001b[J${lines.join('\n')}${back}\r`);
  }

  clear(): void {
    this.sink.write('\u001b[J');
  }
}
