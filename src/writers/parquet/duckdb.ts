/** One in-process DuckDB with a memory limit, shared by all tables of a warehouse; work on it is done one piece at a time. */

import { availableParallelism } from 'node:os';
import type { DuckDBConnection, DuckDBInstance, DuckDBValue } from '@duckdb/node-api';
import { ConnectorError } from '../../core/errors.js';
import { damageOf } from './damaged-file.js';
import { duckdbPackage } from './duckdb-package.js';

export interface DuckOptions {
  /** DuckDB's words; default `256MB`. */
  readonly memoryLimit?: string | undefined;
  /** Local folder where DuckDB puts what does not fit into memory. */
  readonly temporaryFolder: string;
}

/** A connection of its own: temporary tables are seen by this session alone. */
export interface DuckSession {
  run(sql: string): Promise<void>;
  /** As `run`, on several cores: for reading a few narrow columns of many files, which needs little memory per thread. */
  runOnCores(sql: string): Promise<void>;
  /** All rows of a small result, as objects by column name. */
  rows(sql: string): Promise<Record<string, DuckDBValue>[]>;
}

/** One, as each thread holds row groups of its own: two of them need twice the memory, and merges out of memory are slower. */
const THREADS = 1;
/** MB that work may come to use when less was not enough. */
const MOST_MEMORY = 1000;
/** More threads would wait for the disk, and each takes some memory all the same. */
const CORES = Math.min(4, availableParallelism());

export class Duck {
  #tail: Promise<unknown> = Promise.resolve();

  private constructor(private readonly instance: DuckDBInstance) {}

  static async open({ memoryLimit = '256MB', temporaryFolder }: DuckOptions): Promise<Duck> {
    const instance = await duckdbPackage().DuckDBInstance.create(':memory:', {
      threads: String(THREADS),
      memory_limit: memoryLimit,
      temp_directory: temporaryFolder,
      // Row groups limited by bytes, and so bounded memory, need this.
      preserve_insertion_order: 'false',
      // Freed memory goes back to the system at once: kept, it costs another 200 MB beside the limit.
      allocator_background_threads: 'true',
      allocator_flush_threshold: '8MB',
      allocator_bulk_deallocation_flush_threshold: '16MB',
      // All files are local, and the system keeps what was read of them, too: here it would fill the limit to its brim.
      enable_external_file_cache: 'false',
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
    });
    return new Duck(instance);
  }

  /**
   * Runs `work` with a fresh session, after all earlier work: two merges at once would share the memory limit and
   * fail where one after the other fits. Work that runs out of memory is done again with more of it: what it needs depends on
   * values that nobody has counted.
   */
  withSession<T>(work: (session: DuckSession) => Promise<T>): Promise<T> {
    const result = this.#tail.then(() => this.#withEnoughMemory(work));
    this.#tail = result.catch(() => undefined);
    return result;
  }

  /** Waits for work under way and frees the database. */
  async close(): Promise<void> {
    await this.#tail;
    this.instance.closeSync();
  }

  async #withEnoughMemory<T>(work: (session: DuckSession) => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await this.#session(work);
      } catch (error) {
        if (!(error instanceof OutOfMemory) || !(await this.#growMemory())) throw error;
      }
    }
  }

  /** @returns false when it has all it may have */
  async #growMemory(): Promise<boolean> {
    const connection = await this.instance.connect();
    try {
      const session = sessionOn(connection);
      const limit = await memoryLimit(session);
      // The database tells its limit rounded.
      if (limit > MOST_MEMORY - 1) return false;
      await session.run(`SET memory_limit = '${Math.min(MOST_MEMORY, Math.ceil(limit * 2))}MB'`);
      return true;
    } finally {
      connection.closeSync();
    }
  }

  async #session<T>(work: (session: DuckSession) => Promise<T>): Promise<T> {
    const connection = await this.instance.connect();
    try {
      // The default is the process's zone; timestamps without offset would move with it.
      await connection.run("SET TimeZone = 'UTC'");
      // Joins run as written: the right side, always narrow here, is held in memory and the left one flows by. Left to
      // itself DuckDB may hold whole rows, and 10,000 rows of 5 KB do not fit into the memory limit.
      await connection.run("SET disabled_optimizers = 'join_order,build_side_probe_side'");
      // Joins and filters would gather the rows of small pieces until there are 2,048, whatever their size: pieces of what
      // we write are bounded by bytes, 2,048 rows are not.
      await connection.run('SET enable_caching_operators = false');
      return await work(sessionOn(connection));
    } catch (error) {
      throw error instanceof ConnectorError ? error : duckError(error);
    } finally {
      connection.closeSync();
    }
  }
}

/** DuckDB's first line says what happened; the rest may quote rows, so it is left out, and so is the error itself. */
function duckError(error: unknown): ConnectorError {
  const line = (error instanceof Error ? error.message : String(error)).split('\n', 1).join('');
  const said = line.slice(0, 200);
  const damage = damageOf(line);
  if (damage !== null) return new ConnectorError('failed', damage, { detail: said });
  const failed = 'Writing rows into a table failed inside DuckDB; nothing of them was committed.';
  if (said.startsWith('Out of Memory') || said.includes('failed to pin block'))
    return new OutOfMemory(
      'failed',
      `${failed} The rows need more than ${MOST_MEMORY} MB of memory: leave out large fields that nobody needs (\`exclude\` under \`columns:\`), then run again.`,
      { detail: said },
    );
  const advice = 'If the disk is full, free some space; else please report this. Then run again.';
  return new ConnectorError('failed', `${failed} ${advice}`, { detail: said });
}

class OutOfMemory extends ConnectorError {}

const MB_IN: Readonly<Record<string, number>> = { KiB: 0.001024, MiB: 1.048576, GiB: 1073.741824, TiB: 1099511.627776 };

/** What the database may use now, in MB. */
export async function memoryLimit(session: DuckSession): Promise<number> {
  const [row] = await session.rows("SELECT current_setting('memory_limit') AS allowed");
  // DuckDB's answer reads `244.1 MiB`.
  const [amount = '', unit = ''] = String(row?.allowed).split(' ');
  return Number(amount) * (MB_IN[unit] ?? 0);
}

function sessionOn(connection: DuckDBConnection): DuckSession {
  const run = async (sql: string) => {
    await connection.run(sql);
  };
  return {
    run,
    async runOnCores(sql) {
      // A setting of the whole database, which one session at a time uses.
      await run(`SET threads = ${CORES}`);
      try {
        await run(sql);
      } finally {
        await run(`SET threads = ${THREADS}`);
      }
    },
    rows: async (sql) => (await connection.runAndReadAll(sql)).getRowObjects(),
  };
}
