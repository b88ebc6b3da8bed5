/** The folder where DuckDB puts what does not fit into memory, and what earlier processes left of theirs. */

import { lstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConnectorError } from '../core/errors.js';
import { errorCode } from '../core/files/file-io.js';

const NAME = /^connector-query-(?:(?<pid>\d+)-)?\w{6}$/;
/** Several containers may share the folder, and then a living process looks dead from the other one. */
const KEPT_MS = 24 * 3_600_000;

/** For this user alone; the caller's to remove. */
export function makeTemporaryFolder(): string {
  const parent = tmpdir();
  try {
    removeLeftovers(parent);
    return mkdtempSync(join(parent, `connector-query-${process.pid}-`));
  } catch (cause) {
    const code = errorCode(cause) ?? 'unknown error';
    throw new ConnectorError(
      'usage',
      `The folder for temporary files, ${parent}, cannot be used (${code}). Make it, or set TMPDIR to one that can.`,
      { cause },
    );
  }
}

/** Folders of dead processes that nothing was written to for a day. What cannot be removed stays. */
export function removeLeftovers(parent: string): void {
  for (const name of readdirSync(parent)) {
    const match = NAME.exec(name);
    if (match && isLeftover(join(parent, name), Number(match.groups?.pid ?? 0)))
      rmSync(join(parent, name), { recursive: true, force: true });
  }
}

function isLeftover(path: string, pid: number): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (!found?.isDirectory() || found.uid !== process.getuid?.()) return false;
  return found.mtimeMs < Date.now() - KEPT_MS && !isAlive(pid);
}

function isAlive(pid: number): boolean {
  if (pid === 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}
