/** In a child: commands that end in every way, one after the other in one process, and what is open after each. */
import { readdir, readFile, readlink } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { runMain } from '../cli/run-main.js';

export interface LeftOpen {
  readonly cwd: string;
  readonly env: Record<string, string>;
}

export interface AfterEach {
  readonly end: string;
  readonly exitCode: number;
  /** Sockets, files below the folder of the test, and processes that are not there before. */
  readonly open: readonly string[];
}

export async function leaveInEveryWay({ cwd, env }: LeftOpen) {
  const warnings: string[] = [];
  process.on('warning', ({ message }) => warnings.push(message));
  const sync = ['sync', '--stream', 'issue_search', '--stream', 'boards'];
  const run = async (end: string, argv: string[], more: Parameters<typeof runMain>[1]): Promise<AfterEach> => {
    const { exitCode } = await runMain(argv, more);
    return { end, exitCode, open: await openNow(cwd) };
  };
  const nobody = { ...env, JIRA_URL: 'http://127.0.0.1:9' };
  const interrupted = () => AbortSignal.timeout(300);
  const ends = [
    await run('well', sync, { cwd, env }),
    await run('well again', sync, { cwd, env }),
    await run('with wrong credentials', sync, { cwd, env: { ...env, JIRA_API_TOKEN: 'wrong' } }),
    await run('with nobody there', sync, { cwd, env: nobody, signal: interrupted() }),
    await run('interrupted', [...sync, '--full-refresh'], { cwd, env, signal: interrupted() }),
    await run('without a stream', ['sync', '--stream', 'none'], { cwd, env }),
    await run('a query', ['query', 'SELECT count(*) FROM issue_search'], { cwd, env }),
    await run('a mistaken query', ['query', 'SELECT nope FROM issue_search'], { cwd, env }),
    await run('a query that is too late', ['query', 'SELECT 1'], { cwd, env, signal: AbortSignal.abort() }),
    await run('upkeep', ['maintain'], { cwd, env }),
  ];
  return { collects: 'gc' in globalThis, warnings: warnings.filter((one) => /garbage|FileHandle/i.test(one)), ends };
}

/** Looks until nothing is left, for a while: connections say goodbye first. */
async function openNow(cwd: string): Promise<readonly string[]> {
  for (let look = 1; ; look += 1) {
    (globalThis as { gc?: () => void }).gc?.();
    const links = await Promise.all(
      (await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')),
    );
    const tcp = await connections();
    const open = links.filter((link) => link.startsWith(cwd) || tcp.has(link));
    const children = (await readFile(`/proc/self/task/${process.pid}/children`, 'utf8')).trim();
    if (children !== '') open.push(`processes ${children}`);
    if (open.length === 0 || look === 100) return open;
    await sleep(50);
  }
}

/** `socket:[INODE]` of every TCP connection. */
async function connections(): Promise<ReadonlySet<string>> {
  const tables = await Promise.all(['tcp', 'tcp6'].map((name) => readFile(`/proc/self/net/${name}`, 'utf8')));
  const lines = tables.flatMap((table) => table.trim().split('\n').slice(1));
  return new Set(lines.map((line) => `socket:[${line.trim().split(/\s+/)[9]}]`));
}
