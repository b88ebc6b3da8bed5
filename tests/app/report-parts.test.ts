/** Reports over a warehouse of which a part cannot be read, is old, or was not asked: none passes for a report of the whole. */
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { query } from '../../src/app/query.js';
import { flowReports } from '../../src/app/report/flow.js';
import { overviewPage } from '../../src/app/report/overview.js';
import { type MadeWorklogs, type WorklogsOptions, worklogsReport } from '../../src/app/report/worklogs.js';
import type { Connection } from '../../src/app/settings/config.js';
import { runMain } from '../cli/run-main.js';
import { put } from '../query/people-tables.js';
import { temporaryFolder } from '../query/warehouse.js';
import { fillTwoSites, oweWorklogs, recordRun } from '../serve/two-sites.js';

let cwd = '';
let root = '';
beforeEach(async () => {
  cwd = temporaryFolder();
  root = join(cwd, 'warehouse');
  await fillTwoSites(root);
});

const place = () => ({ warehouse: { root }, labels: new Map<string, string>() });
const made = <Answer>(options: WorklogsOptions, use: (made: MadeWorklogs) => Promise<Answer>, more: object = {}) =>
  worklogsReport({ ...place(), options: { period: '2026-02', ...options }, connections: () => [], ...more }, {}, use);
const worklogsOf = (options: WorklogsOptions = {}) =>
  made(options, async ({ report }) => (await report.totals()).worklogs);

/** Every file of a kind in a table's folder. */
function damage(table: string, kind: RegExp): void {
  const folder = join(root, ...table.split('.'));
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((one) => kind.test(one)))
    writeFileSync(join(folder, name), '{');
}
const METADATA = /\.metadata\.json$/;
const DATA = /\.parquet$/;

const NOW = new Date().toISOString().replace('Z', '000Z');
const LONG_AGO = '2026-01-01T00:00:00.000000Z';

describe('a table that cannot be read', () => {
  const refusal = { kind: 'failed', message: expect.stringMatching(/cannot be read whole.*acme\.issue_worklog/) };
  beforeEach(() => damage('acme.issue_worklog', METADATA));

  test('makes no report of what is left', async () => {
    await expect(worklogsOf()).rejects.toMatchObject(refusal);
    await expect(flowReports({ ...place(), reports: ['throughput'], options: {} })).rejects.toMatchObject(refusal);
    await expect(overviewPage({ ...place(), options: {}, made: '' })).rejects.toMatchObject(refusal);
  });

  test('is no hindrance to a report of connections that can be read', async () => {
    expect(await worklogsOf({ connections: ['beta'] })).toBe(1);
    await expect(worklogsOf({ connections: ['beta', 'acme'] })).rejects.toMatchObject(refusal);
  });

  test('is not left out of an export, and no file is written', async () => {
    const exported = (...argv: string[]) => runMain(['export', ...argv, '--format', 'csv'], { cwd });
    const refused = await exported('issue_worklog', '--out', 'all.csv');
    expect([refused.exitCode, refused.stderr]).toEqual([1, expect.stringContaining('acme.issue_worklog')]);
    expect((await exported('--sql', 'FROM issue_worklog', '--out', 'all.csv')).exitCode).toBe(1);
    expect(existsSync(join(cwd, 'all.csv'))).toBe(false);
    expect((await exported('beta.issue_worklog', '--out', 'beta.csv')).exitCode).toBe(0);
  });

  test('is an error of query, which answers of the rest, and of the library', async () => {
    const sql = 'SELECT count(*) AS n FROM issue_worklog';
    const answered = await runMain(['query', '--format', 'csv', sql], { cwd });
    expect([answered.exitCode, answered.stdout.trim()]).toEqual([1, 'n\n1']);
    expect(answered.stderr).toContain('left out: acme.issue_worklog');
    await expect(query({ warehouse: { root }, sql })).rejects.toMatchObject(refusal);
  });
});

describe('a data file that is damaged', () => {
  test('is told as one, in sums and among rows as they come', async () => {
    damage('acme.issue_worklog', DATA);
    const damaged = { kind: 'failed', message: expect.stringContaining('data file of the table is damaged') };
    await expect(worklogsOf()).rejects.toMatchObject(damaged);
    const rows = made({}, async ({ report }) => {
      for await (const _ of report.worklogs());
    });
    await expect(rows).rejects.toMatchObject(damaged);
  });

  test('or is not there any more, too, by reports and by query', async () => {
    const folder = join(root, 'acme', 'issue_worklog', 'data');
    const [name = ''] = readdirSync(folder).filter((one) => DATA.test(one));
    rmSync(join(folder, name));
    await expect(worklogsOf()).rejects.toMatchObject({
      kind: 'failed',
      message: expect.stringContaining(`A data file of the table is missing: ${join(folder, name)}. `),
    });
    const { exitCode, stderr } = await runMain(['query', 'SELECT count(*) FROM acme.issue_worklog'], { cwd });
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('A data file of the table is missing')]);
  });

  test('of debts is not the end of them: no head says that all is there', async () => {
    await recordRun(root, 'acme', NOW, { issue_worklog: { state: 'ok' } });
    await oweWorklogs(root, [['10', 'DEMO-10']]);
    damage('acme._owed', DATA);
    await expect(made({}, ({ head }) => head())).rejects.toThrow(/no report was made: acme\._owed: .*damaged/);
  });
});

describe('the age of what a report is made of', () => {
  beforeEach(async () => {
    const read = { issue_worklog: { state: 'ok' }, issue_changelog: { state: 'ok' } };
    await recordRun(root, 'acme', LONG_AGO, read);
    await recordRun(root, 'beta', NOW, read);
  });

  test('is that of the connections that are meant: one that is no longer read spoils no other', async () => {
    const lines = (options: WorklogsOptions) =>
      made(options, async ({ head }) => (await head()).freshness.map(({ text }) => text));
    expect(await lines({ connections: ['beta'], maxAge: 3600 })).toEqual([expect.stringMatching(/^beta: /)]);
    await expect(lines({ maxAge: 3600 })).rejects.toMatchObject({
      kind: 'later',
      message: expect.stringContaining('worklogs of acme'),
    });
  });

  test('in flow reports, too', async () => {
    for (const connection of ['acme', 'beta'])
      await put(root, `${connection}.statuses`, { id: 'string', name: 'string', status_category_key: 'string' }, [
        { id: '1', name: 'To Do', status_category_key: 'new' },
      ]);
    const freshness = async (connections: readonly string[]) => {
      const options = { connections, maxAge: 3600 };
      const [document] = await flowReports({ ...place(), reports: ['throughput'], options });
      return document?.freshness.map(({ text }) => text);
    };
    expect(await freshness(['beta'])).toEqual([expect.stringMatching(/^beta: /)]);
    await expect(freshness([])).rejects.toThrow('histories of acme');
  });

  test('is asked for in vain where a connection has none of it', async () => {
    await put(root, 'gamma.issue_search', { id: 'string', key: 'string' }, [{ id: '1', key: 'G-1' }]);
    await expect(worklogsOf({ connections: ['gamma'], maxAge: 3600 })).rejects.toMatchObject({
      kind: 'later',
      message: expect.stringContaining('worklogs of gamma were never read'),
    });
  });
});

describe('a filter', () => {
  const known = [{ name: 'beta', auth: { type: 'pat' } } as unknown as Connection];
  const askSites = async () => [[['beta', '10'] as const]];

  test('of which one site was not asked leaves its connection out, and the head says so', async () => {
    const warned: string[] = [];
    const nothing = () => undefined;
    const log = { debug: nothing, info: nothing, warn: (text: string) => void warned.push(text), error: nothing };
    const job = { ...place(), connections: () => known, askSites };
    const freshness = await worklogsReport(
      { ...job, options: { period: '2026-02', filters: ['1'] } },
      { log },
      async ({ head }) => (await head()).freshness,
    );
    const line = { text: expect.stringMatching(/^acme: left out, as its site was not asked/), isWhole: false };
    expect(freshness).toContainEqual(line);
    expect(warned).toEqual([line.text]);
    const own = { connections: () => known, askSites };
    const asked = await made(
      { filters: ['1'], connections: ['beta'] },
      async ({ head }) => (await head()).freshness,
      own,
    );
    expect(asked).not.toContainEqual(line);
  });

  test('is not asked of a part of the sites because the credentials of another are not here', async () => {
    mkdirSync(cwd, { recursive: true });
    const connection = (name: string) =>
      `  - { name: ${name}, url: "https://${name}.example.org", auth: { type: pat, token: "\${${name.toUpperCase()}}" } }`;
    writeFileSync(join(cwd, 'sync.yaml'), ['connections:', connection('acme'), connection('beta')].join('\n'));
    for (const report of ['worklogs', 'throughput']) {
      const argv = ['report', report, '--period', '2026-02', '--jql', 'x', '--connection', 'beta,acme'];
      const { exitCode, stdout, stderr } = await runMain(argv, { cwd, env: { BETA: 'x'.repeat(40) } });
      if (report === 'worklogs') expect([exitCode, stdout, stderr]).toEqual([2, '', expect.stringContaining('ACME')]);
      expect(exitCode).toBe(2);
    }
  });
});
