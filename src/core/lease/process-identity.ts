/** Who a process is, so that another one can tell later whether it still lives (pids are reused, machines reboot). */
import { execFile } from 'node:child_process';
import { readFile, readlink } from 'node:fs/promises';
import { hostname, platform } from 'node:os';
import { promisify } from 'node:util';

export interface ProcessIdentity {
  readonly pid: number;
  /** When the process began, in the system's own opaque form: tells a reused pid. */
  readonly processStart: string;
  readonly host: string;
  /** One boot of one kernel. */
  readonly bootId: string;
  /** Containers on one kernel share the boot id, but not their pids. */
  readonly pidSpace: string;
}

const run = promisify(execFile);

export async function ownIdentity(): Promise<ProcessIdentity> {
  const [processStart, bootId, pidSpace] = await Promise.all([startOf(process.pid), readBootId(), readPidSpace()]);
  return { pid: process.pid, processStart: processStart ?? '', host: hostname(), bootId, pidSpace };
}

/**
 * `dead` only when proven: same machine, boot and pid space, and the pid is free or belongs to a later process.
 * `unknown` for another machine, or the same one after a reboot: its pids say nothing here.
 */
export async function lifeOf(other: ProcessIdentity): Promise<'alive' | 'dead' | 'unknown'> {
  const own = await ownIdentity();
  const same = own.host === other.host && own.bootId === other.bootId && own.pidSpace === other.pidSpace;
  if (!same) return 'unknown';
  return (await startOf(other.pid)) === other.processStart ? 'alive' : 'dead';
}

/** Null when no such process runs. A zombie (killed, not yet waited for) does not run. */
async function startOf(pid: number): Promise<string | null> {
  if (platform() !== 'linux') {
    return run('ps', ['-o', 'lstart=', '-p', String(pid)]).then(({ stdout }) => stdout.trim() || null, absent);
  }
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(absent);
  if (stat === null) return null;
  // The second field is the command's name, which may hold spaces and parentheses: count from its end.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, start] = [fields[0], fields[19]];
  return state === 'Z' || state === 'X' ? null : (start ?? null);
}

async function readBootId(): Promise<string> {
  if (platform() === 'linux') return (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
  return (await run('sysctl', ['-n', 'kern.boottime'])).stdout.trim();
}

async function readPidSpace(): Promise<string> {
  return platform() === 'linux' ? readlink('/proc/self/ns/pid') : '';
}

function absent(): null {
  return null;
}
