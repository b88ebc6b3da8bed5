/** One look at the warehouse for one answer: the tables' versions of a moment, cut down to what the caller may see. */
import { createHash } from 'node:crypto';
import { REPORT_MEMORY } from '../app/report/warehouse.js';
import { ENGINE } from '../core/engine.js';
import { ConnectorError } from '../core/errors.js';
import type { Log } from '../core/ports.js';
import { openLoaded } from '../query/open.js';
import { type LoadedTables, loadTables } from '../query/tables/load-tables.js';
import { UnreadableError } from '../query/tables/unreadable.js';
import { Sources } from '../reports/sources.js';
import type { WarehouseSettings } from '../writers/storage/warehouse-settings.js';
import type { Caller } from './callers.js';

export interface Look {
  readonly loaded: LoadedTables;
  readonly caller: Caller;
  /** What DuckDB may take for the answer, in its words. */
  readonly memoryLimit: string;
}

const digestOf = (parts: unknown): string => createHash('sha256').update(JSON.stringify(parts)).digest('base64url');

const snapshotsOf = (tables: LoadedTables['tables']) =>
  tables.map(({ namespace, name, currentSnapshotId }) => `${namespace}.${name}=${currentSnapshotId}`).sort();

/**
 * Tells two answers apart by what they are made of: the snapshots of the tables, what was asked, and by whom. Our own books change
 * with every run, and no answer that has a tag is made of them.
 */
export function tagOf({ loaded, caller: { connections, limits } }: Look, asked: unknown): string {
  const snapshots = snapshotsOf(loaded.tables.filter(({ name }) => !name.startsWith('_')));
  return `"${digestOf([ENGINE.version, snapshots, connections, limits, asked]).slice(0, 32)}"`;
}

/** Whether a client has that answer (RFC 9110, 13.1.2). */
export const hasTag = (header: string | undefined, tag: string): boolean =>
  (header ?? '').split(',').some((one) => one.trim() === '*' || one.trim().replace(/^W\//, '') === tag);

interface Opened {
  /** Of the same tables in the same versions, with the same rows in them. */
  readonly key: string;
  readonly sources: Sources;
}

/** Making the views takes longer than most answers: who asks for the same tables again finds them open. Each takes memory, in use or not. */
const MOST_OPEN = 2;
const AGAIN_MS = 100;

export class Looks {
  readonly #kept: Opened[] = [];
  #inUse = 0;
  #checking: Promise<void> | null = null;
  #isClosed = false;

  constructor(
    private readonly settings: WarehouseSettings,
    private readonly labels: ReadonlyMap<string, string>,
    private readonly log: Log,
  ) {}

  /** Reads metadata alone. @throws ConnectorError kind `later` when a table cannot be read */
  async lookAt(caller: Caller, memoryLimit = REPORT_MEMORY): Promise<Look> {
    const { connections } = caller;
    const wanted = ({ namespace }: { readonly namespace: string }) =>
      connections === null || connections.includes(namespace);
    const loaded = await loadTables(this.settings, wanted);
    this.#refuseParts(loaded.problems);
    return { loaded, caller, memoryLimit };
  }

  /**
   * Whoever asks while a check is under way waits for the same one: anybody may ask. A folder that is not there, such as that of a lost
   * mount, is an empty warehouse, of which nothing is answered. @throws what `lookAt` throws, or listing the tables
   */
  check(): Promise<void> {
    this.#checking ??= loadTables(this.settings, () => true)
      .then(({ problems, tables }) => {
        this.#refuseParts(problems);
        if (tables.length === 0) throw new ConnectorError('later', `There are no tables in ${this.settings.root}.`);
      })
      .finally(() => {
        this.#checking = null;
      });
    return this.#checking;
  }

  /** Opens what was looked at; a client that is gone takes the statement under way with it. */
  async withTables<Answer>(
    look: Look,
    signal: AbortSignal,
    use: (sources: Sources) => Promise<Answer>,
  ): Promise<Answer> {
    this.#inUse++;
    const opened = await this.#open(look).catch((error: unknown) => {
      this.#inUse--;
      throw error;
    });
    const { warehouse } = opened.sources;
    let again: NodeJS.Timeout | undefined;
    // Between two statements there is nothing to interrupt.
    const stop = () => {
      again = setInterval(() => warehouse.connection.interrupt(), AGAIN_MS);
      warehouse.connection.interrupt();
    };
    let isSound = false;
    signal.addEventListener('abort', stop, { once: true });
    try {
      signal.throwIfAborted();
      const answer = await use(opened.sources);
      isSound = true;
      return answer;
    } catch (error) {
      // A name that is not there is a mistake in the question.
      isSound = error instanceof ConnectorError && error.kind === 'usage';
      if (error instanceof UnreadableError) this.#refuseParts([error.message]);
      throw error;
    } finally {
      signal.removeEventListener('abort', stop);
      clearInterval(again);
      this.#inUse--;
      // What broke off may have left a statement behind.
      if (isSound && !signal.aborted) this.#keep(opened);
      else warehouse.close();
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#keepOnly(0);
  }

  /** One that is kept is in nobody's hands: two statements do not share a connection. */
  async #open({ loaded, caller: { connections, limits }, memoryLimit }: Look): Promise<Opened> {
    // Views show columns, which may come without a snapshot.
    const places = loaded.tables.map(({ metadataLocation }) => metadataLocation).sort();
    const key = digestOf([places, connections, limits, memoryLimit]);
    const at = this.#kept.findIndex((one) => one.key === key);
    const [kept] = at === -1 ? [] : this.#kept.splice(at, 1);
    if (kept) return kept;
    this.#keepOnly(MOST_OPEN - this.#inUse);
    const { projects, groups, restricted } = limits;
    const seesAll = projects === null && groups === null && restricted;
    const warehouse = await openLoaded(loaded, {
      memoryLimit,
      isLean: true,
      labels: this.labels,
      limits: seesAll ? undefined : limits,
    });
    try {
      this.#refuseParts(warehouse.problems);
    } catch (error) {
      warehouse.close();
      throw error;
    }
    return { key, sources: new Sources(warehouse) };
  }

  /** Of the tables that are left, an answer would look whole, and sums would be too small. */
  #refuseParts(problems: readonly string[]): void {
    if (problems.length === 0) return;
    for (const problem of problems) this.log.error(`A table cannot be read: ${problem}`);
    throw new ConnectorError(
      'later',
      'Some tables cannot be read now, so the answer would not be whole. The log of the server says which.',
    );
  }

  #keep(opened: Opened): void {
    this.#kept.unshift(opened);
    this.#keepOnly(this.#isClosed ? 0 : MOST_OPEN - this.#inUse);
  }

  /** Those that were used last. */
  #keepOnly(count: number): void {
    for (const { sources } of this.#kept.splice(Math.max(0, count))) sources.warehouse.close();
  }
}
