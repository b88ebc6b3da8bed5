/** The sync that `refresh=true` asks for, as a process of its own: this one opens tables for reading alone. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { packageRoot } from '../core/engine.js';
import type { Environment } from '../core/environment.js';
import type { RunSync } from './refresh.js';

/** What a worklog's row is made of: it carries its issue's project. */
const STREAMS = ['issue_search', 'issue_worklog'];
/** Of what it says on standard error; the last words count. */
const LAST_WORDS = 2000;

/** @param globals `--config` and `--warehouse`, as this process got them */
export function syncProcess(
  globals: readonly string[],
  { cwd, env, signal }: { readonly cwd: string; readonly env: Environment; readonly signal: AbortSignal },
): RunSync {
  const argv = [...globals, 'sync', '--stream', STREAMS.join(','), '--quiet', '--no-progress'];
  return () =>
    new Promise((resolve) => {
      let words = '';
      const child = spawn(process.execPath, [join(packageRoot(), 'dist', 'bin', 'connector.js'), ...argv], {
        ...{ cwd, env, signal },
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      child.stderr.on('data', (piece: Buffer) => {
        words = `${words}${piece}`.slice(-LAST_WORDS);
      });
      child.on('error', (error) => resolve({ exitCode: null, words: error.message }));
      child.on('close', (exitCode) => resolve({ exitCode, words: words.trim() }));
    });
}
