/** What deploy/Dockerfile promises of a running container, played with the kernel's own means: no daemon is needed. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Simulator, startSimulator } from '../../simulator/simulator.js';
import { lacksS3, S3_KEYS, S3_START_MS, startS3 } from '../helpers/s3-server.js';

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

/** `ENV` of the image, with its two places to write in this folder. */
function imageEnv(): Record<string, string> {
  const [, written = ''] = /^ENV (.+)$/m.exec(readFileSync(join(root, 'deploy/Dockerfile'), 'utf8')) ?? [];
  const pairs = written.split(' ').map((one) => one.split('=') as [string, string]);
  return Object.fromEntries(pairs.map(([name, value]) => [name, value.replace(/^\/(?=lake|tmp)/, `${folder}/`)]));
}

const start = (perSecond: number, ...argv: readonly string[]) => startWith({}, perSecond, ...argv);

function startWith(more: Record<string, string>, perSecond: number, ...argv: readonly string[]): Container {
  const script = join(root, 'tests/deploy/container.sh');
  const child = spawn('unshare', [...UNSHARE, 'bash', script, folder, ...argv], {
    env: {
      ...imageEnv(),
      PATH: process.env.PATH,
      NODE: process.execPath,
      CONNECTOR: join(root, 'dist/bin/connector.js'),
      JIRA_URL: jira.url,
      JIRA_EMAIL: jira.email,
      JIRA_API_TOKEN: jira.apiToken,
      CONNECTOR_REQUESTS_PER_SECOND: String(perSecond),
      ...more,
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

test.runIf(able && lacksS3() === null)(
  'tables in the bucket of a mounted sync.yaml are written with a home folder that cannot be, once the image lets the file decide',
  async () => {
    const s3 = await startS3();
    try {
      const storage = `{ endpoint: "${s3.endpoint}", region: eu-central-1, access_key_id: ${S3_KEYS.id}, secret_access_key: "\${KEY}" }`;
      const auth = `{ type: basic, email: "${jira.email}", api_token: "\${JIRA_API_TOKEN}" }`;
      writeFileSync(
        join(folder, 'sync.yaml'),
        `warehouse: s3://${await s3.bucket()}/jira\nstorage: ${storage}\nconnections: [{ name: acme, url: "${jira.url}", auth: ${auth} }]\n`,
      );
      const env = { KEY: S3_KEYS.secret, CONNECTOR_WAREHOUSE: '' };
      const config = ['--config', join(folder, 'sync.yaml')];
      const ran = await startWith(env, 100, 'sync', ...config, '--stream', 'boards').ended;
      expect(ran.code, ran.said).toBe(0);
      const asked = await startWith(env, 100, 'query', ...config, '--format', 'csv', 'FROM boards').ended;
      expect(asked.code, asked.said).toBe(0);
    } finally {
      await s3.stop();
    }
  },
  S3_START_MS,
);
