/**
 * One holder per table over all processes (promise I12).
 *
 * A lock is a folder of numbered files; the highest number is the lock. Taking it means creating the next number,
 * which the storage lets one process do. Deleting a dead lock and making a new one would not do: of two processes
 * that saw the same corpse, the slower one deletes the faster one's fresh lock. For the same reason the highest file
 * stays when a lock is released, marked so: numbers only grow.
 */
import { randomUUID } from 'node:crypto';
import { ConnectorError } from '../../errors.js';
import type { LockFiles } from './lock-files.js';
import { lifeOf, ownIdentity, type ProcessIdentity } from './process-identity.js';

export interface LockHolder extends ProcessIdentity {
  readonly token: string;
  /** ISO 8601: when the holder's run began, and when it last said that it lives. */
  readonly runStart: string;
  readonly heartbeat: string;
  readonly released: boolean;
}

const HEARTBEAT_MS = 60_000;
/** A holder whose life cannot be checked from here (another machine) is taken for dead after ten missed heartbeats. */
export const STALE_MS = 10 * HEARTBEAT_MS;

/** Each lost round means that another process took or released the lock meanwhile. */
const MAX_ROUNDS = 100;

export class TableBusyError extends ConnectorError {
  override readonly name = 'TableBusyError';

  constructor(
    table: string,
    readonly holder: LockHolder,
  ) {
    super(
      'later',
      `Table ${table} is being written by another run: process ${holder.pid} on host ${holder.host}, started ${holder.runStart}. ` +
        `Wait for it to end or stop it, then run again${minutesLeft(holder)}.`,
      { detail: `lock token ${holder.token}, last heartbeat ${holder.heartbeat}` },
    );
  }
}

/** A table held for this run. */
export interface Lock {
  /** True where nothing keeps other runs out: they have to be noticed. */
  readonly shared?: true;
  /** Asked before each commit: a machine that slept for long may have been taken for dead. @throws ConnectorError */
  verify(): Promise<void>;
  release(): Promise<void>;
}

export class TableLock implements Lock {
  private readonly timer: NodeJS.Timeout;
  private beating: Promise<void> = Promise.resolve();

  private constructor(
    private readonly files: LockFiles,
    private readonly table: string,
    private readonly number: number,
    private readonly holder: LockHolder,
  ) {
    this.timer = setInterval(() => {
      this.beating = this.beat();
    }, HEARTBEAT_MS);
    this.timer.unref();
  }

  /**
   * Takes the lock kept in these files.
   * @param table its name in messages
   * @throws TableBusyError when a live run holds it, or one whose death cannot be proven yet
   */
  static async acquire(files: LockFiles, table: string, runStart: Date): Promise<TableLock> {
    const heartbeat = new Date().toISOString();
    const identity = await ownIdentity();
    const holder = { ...identity, token: randomUUID(), runStart: runStart.toISOString(), heartbeat, released: false };
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const top = await highest(files);
      if (top > 0) await mayFollow(files, top, table);
      if (!(await files.create(top + 1, JSON.stringify(holder)))) continue;
      if ((await highest(files)) === top + 1) {
        await removeBelow(files, top + 1);
        return new TableLock(files, table, top + 1, holder);
      }
      // Looked too long ago: the number was used and cleared away since.
      await files.remove([top + 1]);
    }
    throw new ConnectorError('later', `Too many runs want table ${table} at the same moment. Run again later.`);
  }

  async verify(): Promise<void> {
    const top = await highest(this.files);
    const current = top === this.number ? await read(this.files, top) : null;
    if (current?.token === this.holder.token) return;
    throw new ConnectorError(
      'later',
      `This run lost its lock on table ${this.table}: another run took it after more than ${STALE_MS / 60_000} minutes without a sign of life. Nothing more was committed; run again.`,
      { detail: `lock number ${this.number}, highest now ${top}` },
    );
  }

  async release(): Promise<void> {
    clearInterval(this.timer);
    // A heartbeat still under way would put the lock back.
    await this.beating;
    // On a full disk the mark cannot be written: the lock is then free when this process has ended.
    await this.replace({ ...this.holder, released: true });
  }

  /** A heartbeat that cannot be written is not the run's failure: the check before the commit decides. */
  private async beat(): Promise<void> {
    await this.replace({ ...this.holder, heartbeat: new Date().toISOString() });
  }

  private async replace(holder: LockHolder): Promise<void> {
    await this.files.replace(this.number, JSON.stringify(holder)).catch(() => undefined);
  }
}

/** For catalogs that every machine may write to and that know no locks. */
export const NO_LOCK: Lock = { shared: true, verify: async () => undefined, release: async () => undefined };

/** Returns when the holder of number `top` has released the lock or is dead. */
async function mayFollow(files: LockFiles, top: number, table: string): Promise<void> {
  const holder = await read(files, top);
  // Absent: cleared away since, so the caller's next number is taken and it looks again.
  if (!holder || holder.released) return;
  const life = await lifeOf(holder);
  const silent = Date.now() - Date.parse(holder.heartbeat) > STALE_MS;
  if (life === 'dead' || (life === 'unknown' && silent)) return;
  throw new TableBusyError(table, holder);
}

async function read(files: LockFiles, number: number): Promise<LockHolder | null> {
  const text = await files.read(number);
  if (text === null) return null;
  try {
    return JSON.parse(text) as LockHolder;
  } catch (cause) {
    throw new ConnectorError(
      'failed',
      `The lock file ${files.nameOf(number)} cannot be read. If no run is under way, delete it and run again.`,
      { cause },
    );
  }
}

/** 0 for none. */
async function highest(files: LockFiles): Promise<number> {
  return Math.max(0, ...(await files.numbers()));
}

async function removeBelow(files: LockFiles, limit: number): Promise<void> {
  await files.remove((await files.numbers()).filter((number) => number < limit));
}

function minutesLeft(holder: LockHolder): string {
  const end = new Date(Date.parse(holder.heartbeat) + STALE_MS).toISOString();
  return `; if that machine is gone, the table is free again after ${end}`;
}
