/** What a lease file says of its holder, and when the holder was last heard of. */
import { z } from 'zod';
import type { LeaseFiles } from './lease-files.js';

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
export async function readLease(files: LeaseFiles, number: number): Promise<LeaseHolder | 'broken' | null> {
  const text = await files.read(number);
  if (text === null) return null;
  try {
    return holderJson.parse(JSON.parse(text));
  } catch {
    return 'broken';
  }
}

export interface Sign {
  /** Milliseconds since 1970. */
  readonly sign: number;
  /** What is wrong with the file, to follow its name. */
  readonly odd: string | undefined;
}

/**
 * The holder's own heartbeat; where that is nothing to go by, the moment at which the file was written. A heartbeat in the
 * future, of a machine whose clock is wrong, would otherwise keep the table until that day.
 */
export async function lastSign(files: LeaseFiles, number: number, holder: LeaseHolder | 'broken'): Promise<Sign> {
  const said = holder === 'broken' ? Number.NaN : Date.parse(holder.heartbeat);
  if (said <= Date.now() + STALE_MS) return { sign: said, odd: undefined };
  const sign = (await files.modified(number)) ?? Date.now();
  if (holder === 'broken') return { sign, odd: 'cannot be read' };
  return { sign, odd: `has a last sign of life in the future (${holder.heartbeat})` };
}
