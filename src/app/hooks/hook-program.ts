/** Runs the program of a hook: without a shell, within its time, and with no more of the environment than it is to know. */
import { type ChildProcess, spawn } from 'node:child_process';
import type { Environment } from '../../core/environment.js';

/** What every program needs; whatever else it is to get stands under `env` of its hook. No secret is among them. */
export const HANDED_ON = ['PATH', 'HOME', 'USER', 'LOGNAME', 'SHELL', 'LANG', 'LC_ALL', 'LC_CTYPE', 'TZ', 'TMPDIR'];

/** Of what a program complains about, the end says why. */
const COMPLAINT_CHARACTERS = 500;
/** A program that has ended may have left another one that holds its output open. */
const LAST_WORDS_MS = 200;

export interface HookProgram {
  readonly command: readonly string[];
  /** Names of further variables of ours that it gets. */
  readonly env?: readonly string[] | undefined;
  readonly input: string;
  readonly variables: Readonly<Record<string, string>>;
}

/** @throws Error saying what the program did */
export function runHookProgram(program: HookProgram, env: Environment, patienceMs: number): Promise<void> {
  const [name = '', ...args] = program.command;
  return new Promise((resolve, reject) => {
    // Without a shell: what a table is called never becomes a command (I10). Detached: a group of its own, which ends as a whole.
    const child = spawn(name, args, {
      env: { ...picked(env, program.env ?? []), ...program.variables },
      stdio: ['pipe', 'ignore', 'pipe'],
      detached: true,
    });
    const complaint = tailOf(child);
    const kill = () => killGroup(child);
    const timer = setTimeout(() => {
      kill();
      end(new Error(`${name} did not end within ${patienceMs / 1000} s and was killed${complaint()}`));
    }, patienceMs);
    // The second signal leaves at once; what we started is not to be left behind.
    process.once('exit', kill);
    const end = (error?: Error) => {
      clearTimeout(timer);
      process.off('exit', kill);
      child.stderr.destroy();
      if (error) reject(error);
      else resolve();
    };
    child.on('error', (error: NodeJS.ErrnoException) =>
      end(new Error(`${name} cannot be started (${error.code ?? error.message})`)),
    );
    // Not `close`: that comes when the last process that has the output open is gone.
    child.on('exit', (code, signal) => {
      if (code === 0) return end();
      lastWords(child, () => end(new Error(`${name} ended with ${signal ?? `exit code ${code}`}${complaint()}`)));
    });
    // A program that does not read its input is no failure.
    child.stdin.on('error', () => undefined);
    child.stdin.end(program.input);
  });
}

function picked(env: Environment, more: readonly string[]): Record<string, string> {
  const names = new Set([...HANDED_ON, ...more]);
  return Object.fromEntries([...names].flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
}

function tailOf(child: ChildProcess): () => string {
  let text = '';
  child.stderr?.setEncoding('utf8').on('data', (piece: string) => {
    text = (text + piece).slice(-COMPLAINT_CHARACTERS);
  });
  return () => (text.trim() ? `: ${text.trim()}` : '');
}

function lastWords(child: ChildProcess, then: () => void): void {
  const timer = setTimeout(then, LAST_WORDS_MS);
  child.once('close', () => {
    clearTimeout(timer);
    then();
  });
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
