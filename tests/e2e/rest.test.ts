/** The whole connector on a real Iceberg REST catalog, whose tables lie in a local folder behind a symbolic link. */
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { startSimulator } from '../../simulator/simulator.js';
import { openForReading } from '../../src/query/open.js';
import { openWarehouse } from '../../src/writers/warehouse.js';
import { startCli } from '../cli/cli-process.js';
import { runMain } from '../cli/run-main.js';
import {
  lacksRestCatalog,
  REST_CATALOG_START_MS,
  type RestCatalogServer,
  startRestCatalog,
} from '../helpers/rest-catalog.js';
import { filesWith } from '../writers/erase/every-byte.js';

const HOUR = 3_600_000;
const STREAMS = ['issue_search', 'issue_worklog', 'users_search'];
const SYNC = ['sync', '--json', ...STREAMS.flatMap((stream) => ['--stream', stream])];
const ROWS = `SELECT key, summary, assignee_id, _deleted_reason FROM issue_search_all
  UNION ALL SELECT issue_key, author_name, issue_summary, NULL FROM worklog ORDER BY ALL`;

const lacking = lacksRestCatalog();
let folder: string;
let server: RestCatalogServer;

beforeAll(async () => {
  if (lacking !== null) return;
  folder = mkdtempSync(join(tmpdir(), 'rest-e2e-'));
  mkdirSync(join(folder, 'disk'));
  symlinkSync(join(folder, 'disk'), join(folder, 'link'));
  server = await startRestCatalog({ folder, warehouse: `file://${join(folder, 'link')}` });
}, REST_CATALOG_START_MS);

afterAll(async () => {
  if (lacking !== null) return;
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

beforeEach(async () => {
  if (lacking !== null) return;
  await server.clear();
  rmSync(join(folder, 'disk', 'acme'), { recursive: true, force: true });
});

/** A site, and a folder with `sync.yaml` (the catalog) and `folder.yaml` (a warehouse folder). */
async function site() {
  const jira = await startSimulator({ issues: 60, projects: 3, perIssue: { comments: 1, worklogs: 2, histories: 1 } });
  const cwd = mkdtempSync(join(folder, 'cwd-'));
  onTestFinished(() => jira.close());
  const told = join(cwd, 'told');
  const keep = "process.stdin.on('data', (text) => require('fs').appendFileSync(process.argv[1], text + '\\n'))";
  const common = `
connections:
  - name: acme
    url: ${jira.url}
    auth: { type: basic, email: ${jira.email}, api_token: "\${SITE_TOKEN}" }
    throttle: { requests_per_second: 100 }
`;
  const hook = JSON.stringify([process.execPath, '-e', keep, told]);
  const catalog = `catalog: { type: rest, uri: "${server.uri}" }\nstorage: { cache: ./cache }\n`;
  writeFileSync(join(cwd, 'sync.yaml'), `${catalog}hooks: { after_commit: { command: ${hook} } }${common}`);
  writeFileSync(join(cwd, 'folder.yaml'), `warehouse: ./warehouse${common}`);
  appendFileSync(told, '');
  const env = { SITE_TOKEN: jira.apiToken, PATH: process.env.PATH ?? '' };
  const run = async (argv: readonly string[], settings = 'sync.yaml') => {
    const ran = await runMain([...argv, '--config', join(cwd, settings)], { cwd, env });
    expect(ran.exitCode, ran.stderr).toBe(0);
    return ran.stdout;
  };
  const rows = (settings?: string) => run(['query', '--format', 'csv', ROWS], settings);
  const sync = async (settings?: string) => reportsOf(JSON.parse(await run(SYNC, settings)));
  const events = () =>
    readFileSync(told, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as { stream: string; metadata_location: string });
  return { jira, cwd, env, run, rows, sync, events };
}

interface Synced {
  readonly connections: readonly { readonly streams: readonly { readonly stream: string }[] }[];
}
const reportsOf = ({ connections }: Synced) =>
  new Map(connections.flatMap(({ streams }) => streams).map((report) => [report.stream, report]));

/** What the catalog itself says. */
async function metadataLocation(namespace: string, table: string): Promise<string> {
  const response = await fetch(`${server.uri}/v1/namespaces/${namespace}/tables/${table}`);
  return ((await response.json()) as { 'metadata-location': string })['metadata-location'];
}

/** More small files than a table should have, left by a run that never came to tidy up. */
async function manySmallFiles(cwd: string): Promise<void> {
  const catalog = { uri: server.uri, auth: { type: 'none' } } as const;
  const writer = await openWarehouse({ root: server.uri, catalog, cache: join(cwd, 'cache'), runId: 'small' });
  onTestFinished(() => writer.close());
  const columns = [{ name: 'id', type: 'string' }] as const;
  const table = await writer.open({
    namespace: 'acme',
    name: 'notes',
    doc: '',
    columns,
    primaryKey: ['id'],
    mode: 'append',
  });
  for (let batch = 1; batch <= 51; batch += 1) {
    await table.write([{ id: String(batch) }]);
    await table.commit({ runId: 'small', batch, state: null });
  }
}

describe.skipIf(lacking !== null)('a warehouse in a REST catalog', { timeout: 120_000 }, () => {
  test('holds what the same syncs put into a folder, is read by every command, and told by its own locations', async () => {
    const { jira, run, rows, sync, events } = await site();
    await run(['check']);
    await run(['plan', '--json']);
    for (const settings of ['sync.yaml', 'folder.yaml']) await sync(settings);
    const before = await rows();
    expect(before).toBe(await rows('folder.yaml'));
    expect(before.trim().split('\n')).toHaveLength(1 + 60 + 120);

    const [first = '', second = ''] = (
      await run(['query', '--format', 'csv', 'SELECT id FROM issue_search ORDER BY 1'])
    )
      .split(/\r?\n/)
      .slice(1);
    jira.edit.advance(2 * HOUR);
    jira.edit.updateIssue(first, { summary: 'Later' });
    jira.edit.deleteIssue(second);
    jira.edit.advance(26 * HOUR);
    for (const settings of ['sync.yaml', 'folder.yaml']) {
      const report = (await sync(settings)).get('issue_search');
      expect(report).toMatchObject({ state: 'ok', mode: 'incremental', rows_written: 1, rows_deleted: 1 });
    }
    expect(await rows()).toBe(await rows('folder.yaml'));
    expect(await rows()).not.toBe(before);

    const newest = events().findLast(({ stream }) => stream === 'issue_search')?.metadata_location;
    expect(newest).toBe(await metadataLocation('acme', 'issue_search'));
    const status = JSON.parse(await run(['status', '--json']));
    expect(status).toMatchObject({ ok: true, problems: [] });
    expect(status.streams).toContainEqual(expect.objectContaining({ stream: 'issue_search', state: 'ok', rows: 59 }));
    expect(JSON.parse(await run(['plan', '--json', '--stream', 'issue_search'])).connections).toHaveLength(1);
    expect(await run(['snowflake'])).toContain(`CATALOG_URI = '${server.uri}'`);
    await run(['sync', '--full-refresh', '--stream', 'issue_search']);
    expect(await rows()).toBe(await rows('folder.yaml'));
  });

  test('I10 opens the folders of its tables to SQL, and not one file beside them', async () => {
    const { cwd, env, run } = await site();
    await run(SYNC);
    const [disk, own] = [join(folder, 'disk'), join(folder, 'link', 'acme', 'issue_search')];
    writeFileSync(join(disk, 'acme', 'beside.txt'), 'a secret');
    const settings = {
      root: server.uri,
      catalog: { uri: server.uri, auth: { type: 'none' } },
      cache: join(cwd, 'cache'),
    } as const;
    const warehouse = await openForReading(settings);
    onTestFinished(() => warehouse.close());
    for (const path of [
      join(cwd, 'sync.yaml'),
      join(folder, 'link', 'acme', 'beside.txt'),
      join(disk, 'acme', 'beside.txt'),
      `${own}/../beside.txt`,
      `${own}*/*`,
    ]) {
      const ran = await runMain(['query', `SELECT content FROM read_text('${path}')`], { cwd, env });
      expect(ran, path).toMatchObject({ exitCode: 2, stdout: '' });
      expect(ran.stderr).toContain('Only reading is allowed here');
      // DuckDB itself would not open it either.
      await expect(warehouse.read(`SELECT content FROM read_text('${path}')`)).rejects.toThrow('Permission Error');
    }
  });

  test('I2 has the same rows after compaction, expiry and the removal of orphans, and goes on from its bookmark', async () => {
    const { cwd, run, rows, sync } = await site();
    await sync();
    await run(['sync', '--full-refresh', ...SYNC.slice(2)]);
    await manySmallFiles(cwd);
    const orphan = join(folder, 'disk', 'acme', 'issue_search', 'data', 'orphan.parquet');
    writeFileSync(orphan, 'x');
    utimesSync(orphan, 0, 0);
    const notes = ['query', '--format', 'csv', 'SELECT count(*), sum(id::INT) FROM notes'];
    const [before, noted] = [await rows(), await run(notes)];
    const report = JSON.parse(await run(['maintain', '--json', '--retain-days', '0', '--retain-snapshots', '1']));
    const done = (report.tables as { table: string; steps: { step: string; outcome: string }[] }[]).flatMap(
      ({ table, steps }) => steps.filter(({ outcome }) => outcome === 'done').map(({ step }) => `${table} ${step}`),
    );
    expect(done).toEqual(expect.arrayContaining(['acme.notes compact', 'acme.notes expire', 'acme._runs expire']));
    expect(done).toContain('acme.issue_search orphans');
    expect(existsSync(orphan)).toBe(false);
    expect([await rows(), await run(notes)]).toEqual([before, noted]);
    const next = await sync();
    for (const stream of ['issue_search', 'issue_worklog'])
      expect(next.get(stream)).toMatchObject({ state: 'ok', mode: 'incremental', rows_written: 0 });
    expect(await rows()).toBe(before);
  });

  test('forgets a person in every file that the catalog and we have written', async () => {
    const { jira, run } = await site();
    await run(SYNC);
    const sql = `SELECT account_id, email_address FROM users_search WHERE email_address <> '${jira.email}'
      AND account_id IN (SELECT assignee_id FROM issue_search) ORDER BY 1 LIMIT 1`;
    const [id = '', address = ''] = (await run(['query', '--format', 'csv', sql])).split(/\r?\n/)[1]?.split(',') ?? [];
    const settings = join(folder, 'disk');
    expect(await filesWith(settings, [id, address])).not.toEqual([]);
    await run(['forget', id, '--yes']);
    expect(await filesWith(settings, [id, address])).toEqual([]);
    const counts = await run(['query', '--format', 'csv', 'SELECT count(*), count(DISTINCT id) FROM issue_search']);
    expect(counts).toContain('60,60');
  });

  test('leaves the tables of others in the same catalog alone', async () => {
    const { run } = await site();
    await run(SYNC);
    const post = (path: string, body: object) =>
      fetch(`${server.uri}/v1/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    const fields = [{ id: 1, name: 'at', required: false, type: 'timestamp' }];
    await post('namespaces', { namespace: ['sales'] });
    await post('namespaces/sales/tables', { name: 'orders', schema: { type: 'struct', 'schema-id': 0, fields } });
    const theirs = await metadataLocation('sales', 'orders');
    const { tables } = JSON.parse(await run(['maintain', '--json'])) as { tables: { table: string }[] };
    expect(tables.map(({ table }) => table)).toEqual(['acme._runs', ...STREAMS.map((stream) => `acme.${stream}`)]);
    expect(JSON.parse(await run(['status', '--json']))).toMatchObject({ ok: true, problems: [] });
    expect(await run(['snowflake'])).not.toContain('sales');
    expect(await metadataLocation('sales', 'orders')).toBe(theirs);
  });

  test('I12 takes two syncs at once: each ends well or is told to run again, and no row is lost or there twice', async () => {
    const { cwd, env, run, rows, sync } = await site();
    const both = [1, 2].map(() => startCli(SYNC, { cwd, env }));
    for (const { ended, stdout, stderr } of both) {
      const { code } = await ended;
      expect([0, 75], `${stdout()}${stderr()}`).toContain(code);
    }
    await sync('folder.yaml');
    expect(await rows()).toBe(await rows('folder.yaml'));
    const recorded = await run(['query', '--format', 'csv', 'SELECT count(DISTINCT run_id), count(*) FROM _runs']);
    expect(recorded).toContain(`2,${2 * STREAMS.length}`);
  });
});
