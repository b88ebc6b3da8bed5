/** Answers longer than the screen go through the pager that the user has, `less` if none is named. */
import { spawn } from 'node:child_process';
import type { Environment } from '../../core/environment.js';

/** -S does not wrap, -R lets nothing but colours pass, -F leaves when all fits, -X keeps the answer on the screen. */
const USUAL = 'less -SRFX';

/** @returns whether it was shown; false where there is no such program */
export async function page(text: string, env: Environment): Promise<boolean> {
  const program = env.PAGER?.trim() ?? USUAL;
  if (program === '') return false;
  const [command = '', ...words] = program.split(/\s+/);
  const child = spawn(command, words, { stdio: ['pipe', 'inherit', 'inherit'], env: { ...env } });
  return new Promise((resolve) => {
    child.on('error', () => resolve(false));
    child.on('close', () => resolve(true));
    // Whoever leaves it early closes our end.
    child.stdin.on('error', () => undefined);
    child.stdin.end(text);
  });
}
