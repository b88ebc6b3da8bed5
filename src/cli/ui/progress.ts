/** How far a run is: one line for all of it on a terminal, a log line now and then elsewhere. */
import type { ProgressDisplay } from '../../app/sync.js';
import type { Log } from '../../core/ports.js';
import { printable } from '../../core/printable.js';
import type { HttpClient } from '../../http/client.js';
import { expectedRequests, type Planned } from './expected-requests.js';
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

/** @param connections several are shown with their names @param planned by connection; null: not known */
export async function startProgress(
  { io, options, log }: Shown,
  connections: number,
  planned: ReadonlyMap<string, Planned> | null,
): Promise<ProgressDisplay | undefined> {
  if (options.logLevel === 'silent' || options.logLevel === 'error') return undefined;
  const run = new RunSoFar(connections > 1, planned);
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

/** All connections together: each stream's rows, each client's requests, and what the plan promised of those that go on. */
class RunSoFar {
  /** When the first connection began to ask; null: none has. */
  #began: number | null = null;
  readonly #clients = new Map<string, HttpClient>();
  readonly #done = new Map<string, Set<string>>();
  readonly #rows = new Map<string, number>();
  readonly #working = new Map<string, number>();

  constructor(
    private readonly several: boolean,
    private readonly planned: ReadonlyMap<string, Planned> | null,
  ) {}

  watcher(log: Log | null): ProgressDisplay['watch'] {
    return async (connection, client) => {
      this.#began ??= performance.now();
      this.#clients.set(connection, client);
      const ended = new Set<string>();
      this.#done.set(connection, ended);
      return onRead(({ stream, rows, done }) => {
        const name = this.several ? `${connection}.${stream}` : stream;
        this.#rows.set(name, rows);
        if (done) {
          ended.add(stream);
          this.#working.delete(name);
        } else this.#working.set(name, rows);
        const fields = { connection, stream, rows, requests: client.counters().onBehalfOf.get(stream) ?? 0 };
        if (done) log?.info(`${stream}: read`, fields);
        else log?.debug(`${stream}: reading`, fields);
      });
    };
  }

  now(): HowFar {
    const sum = (counts: Iterable<number>) => [...counts].reduce((total, one) => total + one, 0);
    return {
      requests: sum([...this.#clients.values()].map((client) => client.counters().requests)),
      total: this.planned && Math.round(sum([...this.planned].map(([name, plan]) => this.#expected(name, plan)))),
      rows: sum(this.#rows.values()),
      seconds: this.#began === null ? 0 : (performance.now() - this.#began) / 1000,
      working: this.#working,
    };
  }

  #expected(connection: string, planned: Planned): number {
    const sent = this.#clients.get(connection)?.counters().onBehalfOf ?? new Map<string, number>();
    return expectedRequests(planned, { sent, done: this.#done.get(connection) ?? new Set() });
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
