/** Processes for tests of crashes and races: real ones, since a mocked death proves nothing. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface ChildResult {
  readonly signal: NodeJS.Signals | null;
  readonly code: number | null;
  readonly result: unknown;
  readonly errors: string;
}

/** Runs the export `name` of `tests/writers/support/programs.ts`, or of another file, with `input`. */
export function runChild(
  name: string,
  input: unknown,
  nodeFlags: readonly string[] = [],
  programs: URL = new URL('./programs.ts', import.meta.url),
): Promise<ChildResult> {
  const entry = fileURLToPath(new URL('./child.mjs', import.meta.url));
  const file = fileURLToPath(programs);
  const child = spawn(process.execPath, [...nodeFlags, entry, file, name, JSON.stringify(input)]);
  let output = '';
  let errors = '';
  child.stdout.on('data', (piece) => {
    output += piece;
  });
  child.stderr.on('data', (piece) => {
    errors += piece;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      const last = output.trim().split('\n').at(-1);
      resolve({ signal, code, errors, result: code === 0 && last ? JSON.parse(last) : null });
    });
  });
}
