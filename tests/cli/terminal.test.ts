/** The command line on a terminal, which Python's `pty` plays: what a person sees who presses Ctrl-C. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Simulator, startSimulator } from '../../simulator/simulator.js';
import { packageRoot } from '../../src/core/engine.js';
import { runMain } from './run-main.js';

/** Runs a command on a terminal of 80 columns; when a line comes in, it is typed. Ends as the command does. */
const TERMINAL = `
import fcntl, os, pty, select, struct, sys, termios
pid, tty = pty.fork()
if pid == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
fcntl.ioctl(tty, termios.TIOCSWINSZ, struct.pack('HHHH', 24, 80, 0, 0))
sources = [tty, 0]
while True:
    for source in select.select(sources, [], [])[0]:
        try:
            data = os.read(source, 65536)
        except OSError:
            data = b''
        if source == 0:
            if not data:
                sources.remove(0)
            os.write(tty, data)
        elif data:
            os.write(1, data)
        else:
            status = os.waitpid(pid, 0)[1]
            sys.exit(os.waitstatus_to_exitcode(status) % 256)
`;
const python = spawnSync('python3', ['-c', 'import pty']).status === 0;

let cwd: string;
let jira: Simulator;
beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'terminal-'));
  jira = await startSimulator({ issues: 500, latencyMs: 300 });
});
afterAll(async () => {
  await jira.close();
  rmSync(cwd, { recursive: true, force: true });
});

const env = (): Record<string, string> => ({
  ...{ JIRA_URL: jira.url, JIRA_EMAIL: jira.email, JIRA_API_TOKEN: jira.apiToken },
  CONNECTOR_REQUESTS_PER_SECOND: '50',
});

/** @param until what is on the screen when the key is pressed */
async function onTerminal(argv: readonly string[], until: (screen: string) => boolean, key: string) {
  const program = [process.execPath, join(packageRoot(), 'dist/bin/connector.js'), ...argv];
  const child = spawn('python3', ['-c', TERMINAL, ...program], {
    cwd,
    env: { PATH: process.env.PATH, HOME: cwd, ...env() },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let screen = '';
  let isPressed = false;
  child.stdout.on('data', (piece: Buffer) => {
    screen += piece;
    if (isPressed || !until(screen)) return;
    isPressed = true;
    child.stdin.write(key);
  });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, screen };
}

describe.runIf(python || process.env.CI === 'true')('Ctrl-C', () => {
  test('I7 ends a sync with 130 and a sentence that says what to do; the next run goes on', async () => {
    const sync = ['sync', '--stream', 'issue_search'];
    const isReading = (screen: string) => /\d+ rows?\b/.test(screen) && / {2}issue_search {2}/.test(screen);
    const { code, screen } = await onTerminal(sync, isReading, '\u0003');
    expect([code, screen]).toEqual([130, expect.stringContaining('issue_search: interrupted; safe to run again.')]);
    expect(screen).toContain('Not all went well');
    const lines = screen.slice(screen.lastIndexOf('\u001b[J') + 3).split('\r\n');
    expect(lines.filter((line) => [...line].length > 80)).toEqual([]);
    expect((await runMain(sync, { cwd, env: env() })).exitCode).toBe(0);
    const count = 'SELECT count(*), count(DISTINCT id) FROM issue_search';
    expect((await runMain(['query', '--format', 'csv', count], { cwd, env: {} })).stdout.split('\n')[1]).toBe(
      '500,500',
    );
  });
});
