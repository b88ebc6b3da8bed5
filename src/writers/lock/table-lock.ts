/**
 * One holder per table over all processes (promise I12).
 *
 * A lock is a folder of numbered files; the highest number is the lock. Taking it means creating the next number,
 * which the file system lets one process do. Deleting a dead lock and making a new one would not do: of two processes
 * that saw the same corpse, the slower one deletes the faster one's fresh lock. For the same reason the highest file
 * stays when a lock is released, marked so: numbers only grow.
 */
import { randomUUID } from 'node:crypto';
import { link, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ConnectorError } from '../../errors.js';
import { makeFolder } from '../storage/durable.js';
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
  /** Asked before each commit: a machine that slept for long may have been taken for dead. @throws ConnectorError */
  verify(): Promise<void>;
  release(): Promise<void>;
}

export class TableLock implements Lock {
  private readonly timer: NodeJS.Timeout;
  private beating: Promise<void> = Promise.resolve();

  private constructor(
    private readonly folder: string,
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
   * Takes the lock kept in `folder` (made when absent).
   * @param table its name in messages
   * @throws TableBusyError when a live run holds it, or one whose death cannot be proven yet
   */
  static async acquire(folder: string, table: string, runStart: Date): Promise<TableLock> {
    await makeFolder(folder);
    const heartbeat = new Date().toISOString();
    const identity = await ownIdentity();
    const holder = { ...identity, token: randomUUID(), runStart: runStart.toISOString(), heartbeat, released: false };
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const top = await highest(folder);
      if (top > 0) await mayFollow(folder, top, table);
      if (!(await create(folder, top + 1, holder))) continue;
      if ((await highest(folder)) === top + 1) {
        await removeBelow(folder, top + 1);
        return new TableLock(folder, table, top + 1, holder);
      }
      // Looked too long ago: the number was used and cleared away since.
      await rm(fileOf(folder, top + 1), { force: true });
    }
    throw new ConnectorError('later', `Too many runs want table ${table} at the same moment. Run again later.`);
  }

  async verify(): Promise<void> {
    const top = await highest(this.folder);
    const current = top === this.number ? await read(this.folder, top) : null;
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
    await replace(this.folder, this.number, { ...this.holder, released: true }).catch(() => undefined);
  }

  /** A heartbeat that cannot be written is not the run's failure: the check before the commit decides. */
  private async beat(): Promise<void> {
    await replace(this.folder, this.number, { ...this.holder, heartbeat: new Date().toISOString() }).catch(
      () => undefined,
    );
  }
}

/** Returns when the holder of number `top` has released the lock or is dead. */
async function mayFollow(folder: string, top: number, table: string): Promise<void> {
  const holder = await read(folder, top);
  // Absent: cleared away since, so the caller's next number is taken and it looks again.
  if (!holder || holder.released) return;
  const life = await lifeOf(holder);
  const silent = Date.now() - Date.parse(holder.heartbeat) > STALE_MS;
  if (life === 'dead' || (life === 'unknown' && silent)) return;
  throw new TableBusyError(table, holder);
}

/** Written aside and linked, so that nobody ever reads half a lock. @returns false when the number is taken */
async function create(folder: string, number: number, holder: LockHolder): Promise<boolean> {
  const temporary = await writeAside(folder, holder);
  try {
    await link(temporary, fileOf(folder, number));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(temporary, { force: true });
  }
}

async function replace(folder: string, number: number, holder: LockHolder): Promise<void> {
  await rename(await writeAside(folder, holder), fileOf(folder, number));
}

async function writeAside(folder: string, holder: LockHolder): Promise<string> {
  const temporary = join(folder, `.${randomUUID()}`);
  const handle = await open(temporary, 'wx', 0o600);
  try {
    await handle.writeFile(JSON.stringify(holder));
    await handle.sync();
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
  return temporary;
}

async function read(folder: string, number: number): Promise<LockHolder | null> {
  const path = fileOf(folder, number);
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (text === null) return null;
  try {
    return JSON.parse(text) as LockHolder;
  } catch (cause) {
    throw new ConnectorError(
      'failed',
      `The lock file ${path} cannot be read. If no run is under way, delete it and run again.`,
      { cause },
    );
  }
}

/** 0 for none. */
async function highest(folder: string): Promise<number> {
  return Math.max(0, ...(await numbers(folder)));
}

async function removeBelow(folder: string, limit: number): Promise<void> {
  const old = (await numbers(folder)).filter((number) => number < limit);
  await Promise.all(old.map((number) => rm(fileOf(folder, number), { force: true })));
}

async function numbers(folder: string): Promise<number[]> {
  const names = await readdir(folder);
  return names.filter((name) => /^\d+$/.test(name)).map(Number);
}

function fileOf(folder: string, number: number): string {
  return join(folder, String(number));
}

function minutesLeft(holder: LockHolder): string {
  const end = new Date(Date.parse(holder.heartbeat) + STALE_MS).toISOString();
  return `; if that machine is gone, the table is free again after ${end}`;
}
