import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Simulator, type SimulatorOptions, startSimulator } from '../../simulator/simulator.js';
import { startCli } from './cli-process.js';
import { runMain } from './run-main.js';

let cwd: string;
let jira: Simulator | undefined;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'process-'));
});
afterEach(async () => {
  await jira?.close();
  jira = undefined;
  rmSync(cwd, { recursive: true, force: true });
});

async function site(options: SimulatorOptions): Promise<Record<string, string>> {
  jira = await startSimulator(options);
  return {
    JIRA_URL: jira.url,
    JIRA_EMAIL: jira.email,
    JIRA_API_TOKEN: jira.apiToken,
    CONNECTOR_REQUESTS_PER_SECOND: '50',
  };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20));
}

const SYNC = ['sync', '--stream', 'issue_search', '--json'];
const COUNT = 'SELECT count(*), count(DISTINCT id) FROM issue_search';

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('I7 %s ends a sync with %i and one JSON document, and the next run finishes the work', async (signal, code) => {
  const env = await site({ issues: 500, latencyMs: 300 });
  const cli = startCli(SYNC, { cwd, env });
  await until(() => (jira?.requests.total() ?? 0) >= 4);
  cli.child.kill(signal);
  expect(await cli.ended).toEqual({ code, signal: null });
  expect(JSON.parse(cli.stdout())).toMatchObject({ ok: false });
  expect((await runMain(SYNC, { cwd, env })).exitCode).toBe(0);
  expect((await runMain(['query', '--format', 'csv', COUNT], { cwd, env })).stdout.split('\n')[1]).toBe('500,500');
});

test('a reader that leaves early takes the exit code of no command that has ended', async () => {
  const ended = async (...argv: string[]) => {
    const cli = startCli(argv, { cwd, env: {} });
    cli.child.stdout.destroy();
    return (await cli.ended).code;
  };
  expect(await ended('status', '--max-age', '1h')).toBe(1);
  expect(await ended('status')).toBe(0);
});

test('a second signal does not wait for anything', async () => {
  const cli = startCli(['simulate'], { cwd, env: {} });
  await until(() => cli.stdout().includes('JIRA_URL='));
  cli.child.kill('SIGTERM');
  cli.child.kill('SIGTERM');
  expect(await cli.ended).toEqual({ code: 143, signal: null });
});

test('I7 a sync that dies at the commit point can simply be run again', async () => {
  const env = await site({ issues: 120 });
  const cli = startCli(SYNC, { cwd, env: { ...env, CONNECTOR_FAILPOINT: 'FP6:1:kill' } });
  expect(await cli.ended).toEqual({ code: null, signal: 'SIGKILL' });
  expect((await runMain(SYNC, { cwd, env })).exitCode).toBe(0);
  expect((await runMain(['query', '--format', 'csv', COUNT], { cwd, env })).stdout.split('\n')[1]).toBe('120,120');
});

test('a reader that closes early is no failure', async () => {
  const cli = startCli(['query', '--format', 'csv', 'FROM range(3000000)'], { cwd, env: {} });
  cli.child.stdout.once('data', () => cli.child.stdout.destroy());
  expect(await cli.ended).toEqual({ code: 0, signal: null });
});

test('simulate says how to reach it, and answers there', async () => {
  const cli = startCli(['simulate', '--issues', '5'], { cwd, env: {} });
  await until(() => cli.stdout().includes('Ctrl-C'));
  const env = Object.fromEntries((cli.stdout().split('\n')[0] ?? '').split(' ').map((pair) => pair.split('=', 2)));
  expect((await runMain(['check'], { cwd, env })).exitCode).toBe(0);
  cli.child.kill('SIGINT');
  expect(await cli.ended).toEqual({ code: 130, signal: null });
});
