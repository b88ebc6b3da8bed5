/** The Python environment of the conformance run, for tests that hold one part of ours against pyiceberg. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const VENV = join(import.meta.dirname, '..', '..', '.venv');

/** Why such tests cannot run here; null when they can, and where all tests have to run. */
export const lacksPyiceberg = (): string | null =>
  process.env.CI === 'true' || existsSync(join(VENV, 'readers'))
    ? null
    : 'pyiceberg is not there (bash tests/conformance/run.sh --prepare)';

/** Runs a Python file with a JSON value as input. @returns the JSON value that it prints */
export function runPython(file: string, input: unknown): unknown {
  const done = spawnSync(join(VENV, 'bin', 'python'), [file], { input: JSON.stringify(input), encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`${file} ended with ${done.status}: ${done.stderr}${done.error ?? ''}`);
  return JSON.parse(done.stdout);
}
