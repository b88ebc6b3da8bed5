/** What a monitor is told: also of what was never read, and never by half a file. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Simulator, startSimulator } from '../../../simulator/simulator.js';
import { runMain } from '../../cli/run-main.js';

let jira: Simulator;
let cwd: string;
const connection = (name: string, more: object = {}) => ({
  ...{ name, url: jira.url, auth: { type: 'basic', email: jira.email, api_token: '$'.concat('{TOKEN}') } },
  ...{ streams: ['statuses', 'group_members'], ...more },
});
const settings = (file: string, connections: readonly object[], more: object = {}) =>
  writeFileSync(join(cwd, file), JSON.stringify({ warehouse: 'wh', connections, ...more }));
const run = (...argv: string[]) => runMain(argv, { cwd, env: { TOKEN: jira.apiToken } });

beforeAll(async () => {
  jira = await startSimulator({ issues: 5, groups: 3 });
  cwd = mkdtempSync(join(tmpdir(), 'monitor-'));
  const metrics = { metrics: { textfile: 'out/connector.prom' } };
  settings('sync.yaml', [connection('acme', { expires: undefined })], metrics);
  settings('two.yaml', [connection('acme', { streams: ['statuses', 'priorities'] }), connection('other')]);
  jira.faults.add({ match: 'GET /rest/api/3/status', times: 1, status: 429, headers: { 'retry-after': '0' } });
  expect(await run('sync')).toMatchObject({ exitCode: 0 });
});
afterAll(async () => {
  await jira.close();
  rmSync(cwd, { recursive: true, force: true });
});

test('a connection and a stream that the settings name and nobody ever read are not fresh', async () => {
  expect(await run('status', '--max-age', '1h')).toMatchObject({ exitCode: 0 });
  const { exitCode, stdout, stderr } = await run('status', '--max-age', '1h', '--config', 'two.yaml', '--json');
  expect(exitCode).toBe(1);
  const { streams } = JSON.parse(stdout) as { streams: { connection: string; stream: string; stale: boolean }[] };
  const stale = streams.filter((one) => one.stale).map((one) => `${one.connection}.${one.stream}`);
  expect(stale).toEqual(['acme.priorities', 'other.group_members', 'other.statuses']);
  expect(stderr).toContain('acme.priorities, other.group_members, other.statuses');
});

test('a stream that is read once a day may be a day older than the others', async () => {
  const { stdout } = await run('status', '--json', '--max-age', '1h');
  expect((JSON.parse(stdout) as { streams: object[] }).streams).toMatchObject([
    { stream: 'group_members', wanted: true, every_seconds: 86_400, stale: false },
    { stream: 'statuses', wanted: true, every_seconds: 0, stale: false },
  ]);
});

/** Name, labels and value of every sample; throws on what is no line of the format. */
function parsed(text: string): Map<string, number> {
  expect(text.endsWith('\n')).toBe(true);
  const samples = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    samples.map((line) => {
      const [, name, value] = /^([a-z_]+\{[^}]*\}) ([0-9.e+-]+)$/.exec(line) ?? [];
      if (name === undefined) throw new Error(`no sample: ${line}`);
      return [name, Number(value)];
    }),
  );
}

test('a sync leaves its numbers in the file that the settings name, readable for the collector and with nothing beside it', async () => {
  const file = join(cwd, 'out', 'connector.prom');
  const found = parsed(readFileSync(file, 'utf8'));
  expect(statSync(file).mode & 0o777).toBe(0o644);
  expect(found.get('connector_stream_state{connection="acme",stream="statuses",state="ok"}')).toBe(1);
  expect(found.get('connector_stream_state{connection="acme",stream="statuses",state="failed"}')).toBe(0);
  expect(found.get('connector_last_success_timestamp_seconds{connection="acme",stream="statuses"}')).toBeGreaterThan(
    1e9,
  );
  // One request was refused on the way.
  expect(found.get('connector_rate_limited_requests{connection="acme"}')).toBe(1);
  expect(found.get('connector_requests{connection="acme",status_class="4xx"}')).toBe(1);
  expect(found.get('connector_requests{connection="acme",status_class="2xx"}')).toBeGreaterThan(3);
  expect(found.get('connector_requests{connection="acme",status_class="none"}')).toBe(0);
  expect(existsSync(`${file}.tmp`)).toBe(false);
});

test('the same text is what status prints, with never-read streams at no success', async () => {
  const { exitCode, stdout } = await run('status', '--format', 'prometheus', '--config', 'two.yaml');
  const found = parsed(stdout);
  expect(exitCode).toBe(0);
  expect(found.get('connector_last_success_timestamp_seconds{connection="other",stream="statuses"}')).toBe(0);
  expect(found.get('connector_stream_state{connection="other",stream="statuses",state="never_read"}')).toBe(1);
  expect([...found.keys()]).toContainEqual(expect.stringMatching(/^connector_build_info\{version="[^"]+",node="/));
});

test('what the settings no longer name alarms nobody, and one that waits its turn says how long', async () => {
  settings('less.yaml', [connection('acme', { streams: ['statuses'] })]);
  const less = (await run('status', '--format', 'prometheus', '--config', 'less.yaml')).stdout;
  expect([less, less]).toEqual([
    expect.stringContaining('connector_last_success_timestamp_seconds{connection="acme",stream="statuses"}'),
    expect.not.stringMatching(/connector_(last|stream|bookmark)\w*\{connection="acme",stream="group_members"/),
  ]);
  const found = parsed((await run('status', '--format', 'prometheus')).stdout);
  const every = (stream: string) => found.get(`connector_stream_every_seconds{connection="acme",stream="${stream}"}`);
  expect([every('group_members'), every('statuses')]).toEqual([86_400, 0]);
  expect(found.get('connector_tables_unreadable{config="sync.yaml"}')).toBe(0);
});

test('tables that cannot be read are counted, and named in the log', async () => {
  const folder = join(cwd, 'wh', 'acme', 'broken', 'metadata');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'v1.metadata.json'), '{');
  const runs = join(cwd, 'wh', 'acme', '_runs', 'data');
  const kept = readdirSync(runs).map((name) => [join(runs, name), readFileSync(join(runs, name))] as const);
  for (const [path] of kept) writeFileSync(path, '');
  const { exitCode, stdout, stderr } = await run('status', '--format', 'prometheus');
  for (const [path, bytes] of kept) writeFileSync(path, bytes);
  rmSync(join(cwd, 'wh', 'acme', 'broken'), { recursive: true });
  expect([exitCode, parsed(stdout).get('connector_tables_unreadable{config="sync.yaml"}')]).toEqual([0, 2]);
  expect(stderr).toMatch(/acme\.broken[\s\S]*acme\._runs/);
});

test('a place that cannot be written is told, and the run is well all the same', async () => {
  writeFileSync(join(cwd, 'not-a-folder'), '');
  settings('bad.yaml', [connection('acme')], { metrics: { textfile: 'not-a-folder/connector.prom' } });
  const { exitCode, stderr } = await run('sync', '--config', 'bad.yaml', '--stream', 'statuses');
  expect([exitCode, stderr]).toEqual([0, expect.stringContaining('connector.prom was not written')]);
});
