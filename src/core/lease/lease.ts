/**
 * One holder per table over all processes (promise I12).
 *
 * A lease is a folder of numbered files; the highest number is the lease. Taking it means creating the next number,
 * which the storage lets one process do. Deleting a dead lease and making a new one would not do: of two processes
 * that saw the same corpse, the slower one deletes the faster one's fresh lease. For the same reason the highest file
 * stays when a lease is released, marked so: numbers only grow.
 */

import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { ConnectorError } from '../errors.js';
import type { LeaseFiles } from './lease-files.js';
import { lifeOf, ownIdentity } from './process-identity.js';

const HEARTBEAT_MS = 60_000;

/** Each lost round means that another process took or released the lease meanwhile. */
const MAX_ROUNDS = 100;

export class TableBusyError extends ConnectorError {
  override readonly name = 'TableBusyError';

  constructor(
    table: string,
    readonly holder: LeaseHolder,
    /** Milliseconds since 1970: its last sign of life. */
    sign: number,
  ) {
    super(
      'later',
      `Table ${table} is being written by another run: process ${holder.pid} on host ${holder.host}, started ${holder.runStart}. ` +
        `Wait for it to end or stop it, then run again; if that machine is gone, the table is free again after ${freeAfter(sign)}.`,
      { detail: `lock token ${holder.token}, last heartbeat ${holder.heartbeat}` },
    );
  }
}

/** A table held for this run. */
export interface Lease {
  /** What was wrong with the lease that was followed, a sentence for the user. */
  readonly warning?: string;
  /** True where nothing keeps other runs out: they have to be noticed. */
  readonly shared?: true;
  /** Asked before each commit: a machine that slept for long may have been taken for dead. @throws ConnectorError */
  verify(): Promise<void>;
  release(): Promise<void>;
}

export class TableLease implements Lease {
  readonly #timer: NodeJS.Timeout;
  #beating: Promise<void> = Promise.resolve();

  private constructor(
    readonly warning: string | undefined,
    private readonly files: LeaseFiles,
    private readonly table: string,
    private readonly number: number,
    private readonly holder: LeaseHolder,
  ) {
    this.#timer = setInterval(() => {
      // One after the other: a slow one that landed after the release would put the lease back.
      this.#beating = this.#beating.then(() => this.#beat());
    }, HEARTBEAT_MS);
    this.#timer.unref();
  }

  /**
   * Takes the lease kept in these files.
   * @param table its name in messages
   * @throws TableBusyError when a live run holds it, or one whose death cannot be proven yet
   */
  static async acquire(files: LeaseFiles, table: string, runStart: Date): Promise<TableLease> {
    const heartbeat = new Date().toISOString();
    const identity = await ownIdentity();
    const holder = { ...identity, token: randomUUID(), runStart: runStart.toISOString(), heartbeat, released: false };
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const top = await highest(files);
      const warning = top > 0 ? await mayFollow(files, top, table) : undefined;
      if (!(await files.create(top + 1, JSON.stringify(holder)))) continue;
      const lease = new TableLease(warning, files, table, top + 1, holder);
      try {
        if ((await highest(files)) === top + 1) {
          await removeBelow(files, top + 1);
          return lease;
        }
      } catch (error) {
        // Nobody else would: this process lives on.
        await lease.release();
        throw error;
      }
      // Looked too long ago: the number was used and cleared away since.
      lease.#stop();
      await files.remove([top + 1]);
    }
    throw new ConnectorError('later', `Too many runs want table ${table} at the same moment. Run again later.`);
  }

  async verify(): Promise<void> {
    const top = await highest(this.files);
    const current = top === this.number ? await readLease(this.files, top) : null;
    if (current !== 'broken' && current?.token === this.holder.token) return;
    throw new ConnectorError(
      'later',
      `This run lost its lock on table ${this.table}: another run took it after more than ${STALE_MS / 60_000} minutes without a sign of life. Nothing more was committed; run again.`,
      { detail: `lock number ${this.number}, highest now ${top}` },
    );
  }

  async release(): Promise<void> {
    this.#stop();
    // A heartbeat still under way would put the lease back.
    await this.#beating;
    // On a full disk the mark cannot be written: the lease is then free when this process has ended.
    await this.#replace({ ...this.holder, released: true });
  }

  #stop(): void {
    clearInterval(this.#timer);
  }

  /** A heartbeat that cannot be written is not the run's failure: the check before the commit decides. */
  async #beat(): Promise<void> {
    await this.#replace({ ...this.holder, heartbeat: new Date().toISOString() });
  }

  async #replace(holder: LeaseHolder): Promise<void> {
    await this.files.replace(this.number, JSON.stringify(holder)).catch(() => undefined);
  }
}

/** For catalogs that every machine may write to and that know no leases. */
export const NO_LEASE: Lease = { shared: true, verify: async () => undefined, release: async () => undefined };

/**
 * Returns when the holder of number `top` has released the lease or is dead.
 * @returns what was wrong with that lease, if anything
 * @throws TableBusyError, or ConnectorError (later) for a lease that cannot be read and was written lately
 */
async function mayFollow(files: LeaseFiles, top: number, table: string): Promise<string | undefined> {
  const holder = await readLease(files, top);
  // Absent: cleared away since, so the caller's next number is taken and it looks again.
  if (holder === null || (holder !== 'broken' && holder.released)) return undefined;
  const life = holder === 'broken' ? 'unknown' : await lifeOf(holder);
  if (life === 'dead') return undefined;
  const { sign, odd } = await lastSign(files, top, holder);
  const name = files.nameOf(top);
  if (life === 'unknown' && Date.now() - sign > STALE_MS)
    return (
      odd && `The lock of table ${table} was taken over: ${name} ${odd}, and nobody has written it since ${iso(sign)}.`
    );
  if (holder !== 'broken') throw new TableBusyError(table, holder, sign);
  throw new ConnectorError(
    'later',
    `Table ${table} may be being written by another run: the lock file ${name} ${odd}. If nobody renews it, it is taken over after ${freeAfter(sign)}: run again then, or delete it when no run is under way.`,
  );
}

const iso = (at: number) => new Date(at).toISOString();
const freeAfter = (sign: number) => iso(sign + STALE_MS);

/** 0 for none. */
async function highest(files: LeaseFiles): Promise<number> {
  return Math.max(0, ...(await files.numbers()));
}

async function removeBelow(files: LeaseFiles, limit: number): Promise<void> {
  await files.remove((await files.numbers()).filter((number) => number < limit));
}

/** A holder whose life cannot be checked from here (another machine) is taken for dead after ten missed heartbeats. */
export const STALE_MS = 10 * 60_000;

const holderJson = z.object({
  pid: z.int(),
  processStart: z.string(),
  host: z.string(),
  bootId: z.string(),
  pidSpace: z.string(),
  token: z.string(),
  /** ISO 8601: when the holder's run began, and when it last said that it lives. */
  runStart: z.string(),
  heartbeat: z.string(),
  released: z.boolean(),
});

export type LeaseHolder = Readonly<z.infer<typeof holderJson>>;

/** Null when there is no such lease, `broken` for what no process of ours writes: a damaged disk, or another program. */
async function readLease(files: LeaseFiles, number: number): Promise<LeaseHolder | 'broken' | null> {
  const text = await files.read(number);
  if (text === null) return null;
  try {
    return holderJson.parse(JSON.parse(text));
  } catch {
    return 'broken';
  }
}

interface Sign {
  /** Milliseconds since 1970. */
  readonly sign: number;
  /** What is wrong with the file, to follow its name. */
  readonly odd: string | undefined;
}

/**
 * The holder's own heartbeat; where that is nothing to go by, the moment at which the file was written. A heartbeat in the
 * future, of a machine whose clock is wrong, would otherwise keep the table until that day.
 */
async function lastSign(files: LeaseFiles, number: number, holder: LeaseHolder | 'broken'): Promise<Sign> {
  const said = holder === 'broken' ? Number.NaN : Date.parse(holder.heartbeat);
  if (said <= Date.now() + STALE_MS) return { sign: said, odd: undefined };
  const sign = (await files.modified(number)) ?? Date.now();
  if (holder === 'broken') return { sign, odd: 'cannot be read' };
  return { sign, odd: `has a last sign of life in the future (${holder.heartbeat})` };
}
