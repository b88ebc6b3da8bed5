/** A disk of its own for the warehouse, small enough to be filled: where this process may mount one. */
import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { join } from 'node:path';

export interface SmallDisk {
  /** Leaves so many bytes free. */
  fill(leave: number): void;
  free(): void;
  close(): void;
}

const SIZE = '128m';
const PIECE = Buffer.alloc(64 * 1024);

/** Null where nothing may be mounted; then only failpoints know a full disk. */
export function smallDisk(folder: string): SmallDisk | null {
  mkdirSync(folder);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${SIZE}`, 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    return null;
  }
  const filler = join(folder, 'filler');
  return {
    fill(leave) {
      const file = openSync(filler, 'w');
      const { bavail, bsize } = statfsSync(folder);
      for (let left = bavail * bsize - leave; left > 0; left -= PIECE.length)
        writeSync(file, PIECE, 0, Math.min(left, PIECE.length));
      closeSync(file);
    },
    free: () => rmSync(filler, { force: true }),
    // Lazily: a reader that was killed may still hold a file.
    close: () => void execFileSync('umount', ['-l', folder]),
  };
}
