/** The parent's side: statements from outside are answered by a child process that can do little and may die. */
import { type ChildProcess, fork } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../core/engine.js';
import type { Environment } from '../../core/environment.js';
import { ConnectorError } from '../../core/errors.js';
import type { WarehouseSettings } from '../../writers/storage/warehouse-settings.js';
import type { Piece } from '../formats/formats.js';
import { type LoadedTables, loadTables } from '../tables/load-tables.js';
import { makeTemporaryFolder } from '../temporary-folder.js';
import type { ViewsWanted } from '../views.js';
import { type Asked, type Message, type Opened, Peer } from './peer.js';

export interface QueryOptions {
  /** Of this process; the child gets next to nothing of it. */
  readonly env: Environment;
  /** What people call the connections, by name. */
  readonly labels: ReadonlyMap<string, string>;
  /** Ends what is under way. */
  readonly signal: AbortSignal;
}

/** Gets rid of a piece of an answer; the next one comes when that is done. */
export type Take = (piece: Piece) => Promise<void>;

/** What a program needs to be found, to find its libraries and to tell the time. */
const HANDED_ON = ['PATH', 'LD_LIBRARY_PATH', 'DYLD_LIBRARY_PATH', 'TZ', 'LANG', 'LC_ALL', 'SystemRoot'];
/** Beside what DuckDB may have: some thousand rows, and their text. */
const MOST_MB = 1024;
/** Of what a dying process says; the last words count. */
const LAST_WORDS = 2000;

interface Child {
  readonly peer: Peer;
  readonly opened: Opened;
  readonly process: ChildProcess;
}

export class QueryProcess {
  readonly #tables: Promise<LoadedTables>;
  readonly #options: QueryOptions;
  readonly #temporary = makeTemporaryFolder();
  #child: Promise<Child> | null = null;
  #process: ChildProcess | null = null;
  #take: Take = async () => undefined;
  #interrupt: () => void = () => undefined;

  private constructor(tables: Promise<LoadedTables>, options: QueryOptions) {
    this.#tables = tables;
    this.#options = options;
  }

  /** Reads the tables' metadata while the child starts. To be closed by the caller. */
  static async open(settings: WarehouseSettings, options: QueryOptions): Promise<QueryProcess> {
    const opened = new QueryProcess(
      loadTables(settings, () => true),
      options,
    );
    try {
      await opened.#alive();
      return opened;
    } catch (error) {
      opened.close();
      throw error;
    }
  }

  /** What the child made of the warehouse; tables that could not be read are among the problems. */
  async views(): Promise<Opened> {
    const { opened } = await this.#alive();
    const { problems } = await this.#tables;
    return { ...opened, problems: [...problems, ...opened.problems] };
  }

  /** The number of the child in the system. */
  async pid(): Promise<number | undefined> {
    return (await this.#alive()).process.pid;
  }

  /**
   * Answers the statements of a text, one text at a time. After a death the next text gets a new child.
   * @throws ConnectorError kind `usage` for the text, `failed` when the child died, `interrupted`
   */
  async answer(asked: Asked, take: Take): Promise<void> {
    const { peer } = await this.#alive();
    this.#take = take;
    await peer.call('answer', asked);
  }

  /** Ends the statement under way, and the child with it. */
  interrupt(): void {
    this.#interrupt();
  }

  close(): void {
    this.#process?.kill('SIGKILL');
    rmSync(this.#temporary, { recursive: true, force: true, maxRetries: 3 });
  }

  #alive(): Promise<Child> {
    this.#child ??= this.#start();
    return this.#child;
  }

  async #wanted(): Promise<ViewsWanted> {
    const { shown: tables, folders } = await this.#tables;
    return { tables, folders, labels: this.#options.labels, temporary: this.#temporary };
  }

  async #start(): Promise<Child> {
    const { signal, env } = this.#options;
    const process = startChild(env, this.#temporary);
    this.#process = process;
    const peer = new Peer((message) => process.connected && process.send(message, () => undefined), {
      take: async (piece) => {
        await this.#take(piece);
        return null;
      },
      files: async (table) => (await this.#tables).filesOf(table),
    });
    process.on('message', (message) => peer.receive(message as Message));
    const stop = () => {
      // The next text gets a new child, also before the system says that this one is gone.
      this.#child = null;
      peer.fail(new ConnectorError('interrupted', 'Interrupted.'));
      process.kill('SIGKILL');
    };
    this.#interrupt = stop;
    signal.addEventListener('abort', stop, { once: true });
    whenDead(process, (error) => {
      signal.removeEventListener('abort', stop);
      if (this.#process === process) this.#child = null;
      peer.fail(error);
    });
    if (signal.aborted) stop();
    return { peer, process, opened: await peer.call('open', await this.#wanted()) };
  }
}

function startChild(env: Environment, folder: string): ChildProcess {
  const kept = HANDED_ON.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]]));
  // Compiled, wherever this module lies: tests run the parent from its sources.
  return fork(join(packageRoot(), 'dist', 'bin', 'query-child.js'), [], {
    cwd: folder,
    env: Object.fromEntries(kept),
    execArgv: [`--max-old-space-size=${MOST_MB}`],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
}

/** Tells of the end of a process once, with its last words for the developer. */
function whenDead(process: ChildProcess, tell: (error: ConnectorError) => void): void {
  let words = '';
  process.stderr?.on('data', (piece: Buffer) => {
    words = `${words}${piece}`.slice(-LAST_WORDS);
  });
  const dead = (how: string) => {
    const detail = words.trim() || undefined;
    tell(
      new ConnectorError(
        'failed',
        `The process that runs the statement died (${how}); nothing was changed. It may have needed more memory than there is: ` +
          'ask for fewer rows or columns. If it dies each time, please report the statement.',
        { detail },
      ),
    );
  };
  process.on('error', (error) => dead(error.message));
  process.on('close', (code, signal) => dead(signal ?? `exit code ${code}`));
}
