/** The whole connector with its tables in an object store: what it does there is what it does in a folder. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type Simulator, startSimulator } from '../../simulator/simulator.js';
import { runMain } from '../cli/run-main.js';
import {
  lacksS3,
  S3_KEYS,
  S3_START_MS,
  type S3Proxy,
  type S3Server,
  startS3,
  startS3Proxy,
} from '../helpers/s3-server.js';

const lacking = lacksS3();
let server: S3Server;
beforeAll(async () => {
  if (lacking === null) server = await startS3();
}, S3_START_MS);
afterAll(() => server?.stop());

interface Site {
  /** Holds sync.yaml, and the cache folder that it names. */
  readonly cwd: string;
  /** Before the object store that sync.yaml names. */
  readonly proxy: S3Proxy;
  /** Standard output of a command that ends well. @param warehouse default: the object store */
  run(argv: readonly string[], warehouse?: string): Promise<string>;
  readonly jira: Simulator;
  /** All that was ever printed. */
  readonly printed: string[];
}

async function site(): Promise<Site> {
  const jira = await startSimulator({ issues: 120, projects: 3 });
  const proxy = await startS3Proxy(server.endpoint);
  const cwd = mkdtempSync(join(tmpdir(), 's3-e2e-'));
  onTestFinished(async () => {
    await jira.close();
    proxy.close();
    rmSync(cwd, { recursive: true, force: true });
  });
  const settings = `
warehouse: s3://${await server.bucket()}/ware/house
storage:
  endpoint: ${proxy.endpoint}
  access_key_id: ${S3_KEYS.id}
  secret_access_key: \${S3_SECRET}
  cache: ./cache
connections:
  - name: acme
    url: ${jira.url}
    auth: { type: basic, email: ${jira.email}, api_token: "\${SITE_TOKEN}" }
    throttle: { requests_per_second: 100 }
`;
  writeFileSync(join(cwd, 'sync.yaml'), settings);
  const env = { S3_SECRET: S3_KEYS.secret, SITE_TOKEN: jira.apiToken };
  const printed: string[] = [];
  const run = async (argv: readonly string[], warehouse?: string) => {
    const ran = await runMain([...argv, ...(warehouse ? ['--warehouse', warehouse] : [])], { cwd, env });
    printed.push(ran.stdout, ran.stderr);
    expect(ran.exitCode, ran.stderr).toBe(0);
    return ran.stdout;
  };
  return { cwd, proxy, jira, run, printed };
}

const STREAMS = ['issue_search', 'issue_worklog', 'users_search'];
const SYNC = ['sync', '--json', ...STREAMS.flatMap((stream) => ['--stream', stream])];
const COUNT = [
  'query',
  '--format',
  'csv',
  STREAMS.map((stream) => `SELECT '${stream}' AS stream, count(*) AS rows FROM ${stream}`).join(' UNION ALL '),
];

const snapshots = (report: { connections: { streams: { rows_written: number; snapshot_id: string | null }[] }[] }) =>
  report.connections.flatMap(({ streams }) => streams.map((one) => [one.rows_written > 0, one.snapshot_id !== null]));

/** Every file beneath a folder, as text. */
function textsIn(folder: string): string {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1')).join('\n');
}

describe.skipIf(lacking !== null)('a warehouse in an object store', { timeout: 120_000 }, () => {
  test('holds what the same sync puts into a folder, and a second sync with nothing new makes no snapshot', async () => {
    const { cwd, proxy, run, printed } = await site();
    expect(snapshots(JSON.parse(await run(SYNC)))).toEqual(STREAMS.map(() => [true, true]));
    await run(SYNC, join(cwd, 'folder'));
    const counts = await run(COUNT);
    expect(counts).toContain('issue_search,120');
    expect(counts).toBe(await run(COUNT, join(cwd, 'folder')));

    proxy.seen.length = 0;
    expect(snapshots(JSON.parse(await run(SYNC)))).toEqual(STREAMS.map(() => [false, false]));
    const written = proxy.seen.filter(({ method, path }) => method === 'PUT' && path.endsWith('.parquet'));
    expect(written.map(({ path }) => path.split('/').at(-3))).toEqual(['_runs']);
    const { streams } = JSON.parse(await run(['status', '--json'])) as { streams: { stream: string; rows: number }[] };
    expect(streams.find(({ stream }) => stream === 'issue_search')).toMatchObject({ state: 'ok', rows: 120 });

    expect(printed.join('\n')).not.toContain(S3_KEYS.secret);
    expect(textsIn(join(cwd, 'cache'))).not.toContain(S3_KEYS.secret);
    expect(readdirSync(join(cwd, 'cache', 'spool'))).toEqual([]);
  });

  test('is read by another machine with one download of each file it needs', async () => {
    const { cwd, proxy, run } = await site();
    await run(SYNC);
    rmSync(join(cwd, 'cache'), { recursive: true });
    proxy.seen.length = 0;
    const downloads = () => proxy.seen.filter(({ method, path }) => method === 'GET' && path.endsWith('.parquet'));
    const counts = await run(COUNT);
    const first = downloads().map(({ path }) => path);
    expect(new Set(first).size).toBe(first.length);
    expect(first.length).toBeGreaterThanOrEqual(STREAMS.length);
    expect(await run(COUNT)).toBe(counts);
    expect(downloads()).toHaveLength(first.length);
  });

  test('that cannot be reached is said before the site is asked for anything', async () => {
    const { run, jira } = await site();
    const refusal = await run(SYNC, 's3://no-such-bucket/lake').catch((error: unknown) => error);
    expect(String(refusal)).toContain('there is no such bucket');
    expect(jira.requests.total()).toBe(0);
  });
});
