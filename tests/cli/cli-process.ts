/** The command line as a process of its own: signals, exit codes and sudden death need a real one. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { runProcess } from '../../src/cli.js';

/** In the child. */
export async function beConnector({ argv, cwd }: { argv: string[]; cwd: string }): Promise<never> {
  process.argv.splice(2, process.argv.length, ...argv);
  process.chdir(cwd);
  await runProcess();
  // runProcess ends the process once its output is flushed.
  return new Promise<never>(() => undefined);
}

export interface CliProcess {
  readonly child: ChildProcessWithoutNullStreams;
  stdout(): string;
  stderr(): string;
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
}

/** In the test. */
export function startCli(argv: readonly string[], options: { cwd: string; env: Record<string, string> }): CliProcess {
  const loader = fileURLToPath(new URL('../writers/support/child.mjs', import.meta.url));
  const input = JSON.stringify({ argv, cwd: options.cwd });
  const child = spawn(process.execPath, [loader, fileURLToPath(import.meta.url), 'beConnector', input], {
    env: { PATH: process.env.PATH, ...options.env },
  });
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].on('data', (piece: Buffer) => {
      texts[name] += piece;
    });
  return {
    child,
    stdout: () => texts.stdout,
    stderr: () => texts.stderr,
    ended: new Promise((resolve) => child.on('close', (code, signal) => resolve({ code, signal }))),
  };
}
