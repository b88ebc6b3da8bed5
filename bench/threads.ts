/** CPU time of a process by thread, as Linux counts it: what V8's own threads burn beside the program is garbage. */
import { readdirSync, readFileSync } from 'node:fs';

export interface ThreadTimes {
  /** The program's own thread: JavaScript, and the network beside it. */
  readonly main: number;
  /** The threads that V8 has from the start: garbage, and a little compiling. */
  readonly v8: number;
  /** Threads that came later and threads that are gone: DuckDB, files, decompression. */
  readonly others: number;
}

const TASKS = '/proc/self/task';
/** Linux counts in hundredths of a second. */
const TICK = 0.01;
/** By `first-threads.cts`. */
const first = new Set(process.env.BENCH_FIRST_THREADS?.split(','));

/** Seconds since the process began; null where the system does not tell. */
export function threadTimes(cpuSeconds: number): ThreadTimes | null {
  if (first.size === 0) return null;
  const own = String(process.pid);
  let [main, v8] = [0, 0];
  for (const thread of readdirSync(TASKS)) {
    if (thread === own) main = secondsOf(thread);
    else if (first.has(thread)) v8 += secondsOf(thread);
  }
  return { main, v8, others: Math.max(0, cpuSeconds - main - v8) };
}

function secondsOf(thread: string): number {
  const stat = readFileSync(`${TASKS}/${thread}/stat`, 'utf8');
  // The name, in brackets, may hold blanks; user and system time are the 12th and 13th word behind it.
  const words = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(words[11]) + Number(words[12])) * TICK;
}
