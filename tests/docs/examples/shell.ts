/** Commands of the pages: run in a folder of their own, with the compiled command line as `connector`. */
import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './blocks.js';

/** `sh` is a script; of `console` the lines behind `$ `; of `cron` the command behind the five times. */
export function commandsOf(language: string, text: string): string {
  if (language === 'sh') return text;
  const lines = text.trimEnd().split('\n');
  const pattern = language === 'cron' ? /^(?:\S+\s+){5}(.*)$/ : /^\$ (.*)$/;
  return lines.flatMap((line) => pattern.exec(line)?.[1] ?? []).join('\n');
}

/** What changes no table, and asks the site at most. */
const READERS = ['query', 'export', 'publish', 'report', 'status', 'streams', 'actions', 'completion'];

/** Whether all commands of a script are ours and change nothing but files of their current folder. */
export function onlyReads(script: string): boolean {
  const commands = script.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'));
  return (
    commands.length > 0 &&
    commands.every(
      (line) => READERS.includes(/^(?:npx )?connector (\S+)/.exec(line)?.[1] ?? '') && !/[;&]|[ =]\.{0,2}\//.test(line),
    )
  );
}

/** `npx` is what it is in a clone: it finds this command and nothing else. That it does is seen by scripts/package-demo.sh. */
const NPX = `#!/bin/sh
case "$1" in connector | jira-iceberg-connector) shift; exec connector "$@" ;; esac
echo "npx $1 would fetch a package" >&2
exit 1
`;

export function layCommands(folder: string): void {
  mkdirSync(folder, { recursive: true });
  const commands = {
    npx: NPX,
    connector: `#!/bin/sh\nexec "${process.execPath}" "${join(root, 'dist/bin/connector.js')}" "$@"\n`,
  };
  for (const [name, text] of Object.entries(commands)) {
    writeFileSync(join(folder, name), text);
    chmodSync(join(folder, name), 0o755);
  }
}

export interface Ended {
  readonly status: number;
  readonly said: string;
}

/** Ends at the first command that fails, in a pipe too. */
export function bash(script: string, cwd: string, env: Record<string, string | undefined>): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile('bash', ['-euo', 'pipefail'], { cwd, env, timeout: 150_000 }, (error, stdout, stderr) =>
      resolve({ status: error ? Number(error.code ?? 1) : 0, said: `${stdout}${stderr}` }),
    );
    child.stdin?.end(script);
  });
}
