/** Runs the command line in this process and keeps what it said. */
import { PassThrough } from 'node:stream';
import { main } from '../../src/cli.js';
import type { Environment } from '../../src/core/environment.js';

export interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd: string;
  readonly env?: Environment;
  readonly signal?: AbortSignal;
  readonly stdin?: string;
  /** Standard input is a person's. */
  readonly terminal?: boolean;
}

export async function runMain(argv: readonly string[], options: RunOptions): Promise<Ran> {
  const [stdout, stderr] = [collector(), collector()];
  const stdin = Object.assign(new PassThrough(), { isTTY: options.terminal ?? false });
  stdin.end(options.stdin ?? '');
  const exitCode = await main(argv, {
    stdin,
    stdout: stdout.stream,
    stderr: stderr.stream,
    env: options.env ?? {},
    cwd: options.cwd,
    signal: options.signal ?? new AbortController().signal,
  });
  return { exitCode, stdout: stdout.text(), stderr: stderr.text() };
}

function collector() {
  const stream = new PassThrough();
  const parts: Buffer[] = [];
  stream.on('data', (part: Buffer) => parts.push(part));
  return { stream, text: () => Buffer.concat(parts).toString() };
}
