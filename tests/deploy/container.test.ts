/** What deploy/Dockerfile promises of a running container, played with the kernel's own means: no daemon is needed. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Simulator, startSimulator } from '../../simulator/simulator.js';

const root = join(import.meta.dirname, '../..');
const UNSHARE = ['--mount', '--pid', '--fork', '--mount-proc'];
const able = process.env.CI === 'true' || spawnSync('unshare', [...UNSHARE, 'true']).status === 0;

let folder: string;
let jira: Simulator;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'container-'));
  chmodSync(folder, 0o755);
  for (const name of ['lake', 'tmp']) {
    mkdirSync(join(folder, name));
    if (able) chownSync(join(folder, name), 1000, 1000);
  }
  jira = await startSimulator({ issues: 60, projects: 2 });
});
afterAll(async () => {
  await jira.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Container {
  readonly child: ChildProcess;
  readonly ended: Promise<{ readonly code: number | null; readonly said: string }>;
}

function start(perSecond: number, ...argv: readonly string[]): Container {
  const script = join(root, 'tests/deploy/container.sh');
  const child = spawn('unshare', [...UNSHARE, 'bash', script, folder, ...argv], {
    env: {
      PATH: process.env.PATH,
      NODE: process.execPath,
      CONNECTOR: join(root, 'dist/bin/connector.js'),
      JIRA_URL: jira.url,
      JIRA_EMAIL: jira.email,
      JIRA_API_TOKEN: jira.apiToken,
      CONNECTOR_REQUESTS_PER_SECOND: String(perSecond),
    },
  });
  let said = '';
  for (const pipe of [child.stdout, child.stderr]) pipe?.on('data', (piece: Buffer) => (said += piece));
  return { child, ended: new Promise((resolve) => child.on('close', (code) => resolve({ code, said }))) };
}

/** Process 1 of the container, by its number outside. */
function processOne({ child }: Container): number {
  return Number(readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim());
}

test.runIf(able)('SIGTERM ends process 1 within 10 seconds, and the next run goes on from there', async () => {
  const slow = start(1, 'sync', '--stream', 'issue_search', '--stream', 'boards');
  while (jira.requests.total() < 3) await setTimeout(20);
  const pid = processOne(slow);
  expect(readFileSync(`/proc/${pid}/status`, 'utf8')).toMatch(/^NSpid:\t\d+\t1$/m);
  process.kill(pid, 'SIGTERM');
  // As Docker and Kubernetes do, whose patience this is.
  const patience = globalThis.setTimeout(() => process.kill(pid, 'SIGKILL'), 10_000);
  expect(await slow.ended).toMatchObject({ code: 143 });
  clearTimeout(patience);
  const next = await start(100, 'sync', '--stream', 'issue_search', '--stream', 'boards').ended;
  expect(next.code, next.said).toBe(0);
});

test.runIf(able)('on a read-only root and as nobody of note, tables are written and asked', async () => {
  const asked = await start(100, 'query', '--format', 'csv', 'SELECT count(*) AS issues FROM issue').ended;
  expect(asked).toMatchObject({ code: 0, said: expect.stringContaining('60') });
  // The file system is: what lies beside the two folders cannot be written.
  const elsewhere = await start(100, 'export', 'issue', '--format', 'csv', '--out', '/issues.csv').ended;
  expect(elsewhere).toMatchObject({ code: 1, said: expect.stringContaining('EROFS') });
});
