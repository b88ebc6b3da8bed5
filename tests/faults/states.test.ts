/** States that are damaged, schemas that grow, kills between tables, memory, and places with odd names. */
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { type Simulator, startSimulator } from '../../simulator/simulator.js';
import type { Json } from '../../src/contract/table.js';
import { FAILPOINT } from '../../src/core/failpoints.js';
import { parseState } from '../../src/runtime/plan/bookmark.js';
import type { TableVersion } from '../../src/writers/iceberg/version.js';
import { currentState } from '../../src/writers/write/state.js';
import { runMain } from '../cli/run-main.js';
import { type JiraAndWarehouse, jiraAndWarehouse } from '../helpers/jira-and-warehouse.js';
import { ISSUE_STREAMS, siteLines, tableLines } from '../helpers/site-truth.js';
import { runChild } from '../writers/support/child.js';
import { viewed } from '../writers/support/evolution.js';
import { replaceMetadata } from '../writers/support/foreign.js';
import { growColumn } from '../writers/support/programs.js';
import { ITEMS, loadTable, temporaryFolder } from '../writers/support/tables.js';

let world: JiraAndWarehouse | undefined;
let jira: Simulator | undefined;
let folder: string | undefined;
afterEach(async () => {
  await world?.close();
  await jira?.close();
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  world = undefined;
  jira = undefined;
  folder = undefined;
});

const GOOD = {
  v: 1,
  site: 'https://acme.atlassian.net',
  account: 'a',
  bookmark: { of: 'issue_search', ms: 1_700_000_000_000 },
  complete: true,
  scope: 'project is not EMPTY',
  start: 0,
  seen: 1_700_000_000_000,
  census: null,
  overlap: null,
  whole: null,
  wider: null,
};

describe('a state that is damaged', () => {
  const history = [
    {
      snapshotId: '1',
      sequenceNumber: 1,
      timestampMs: 1,
      summary: {
        'connector.run-id': 'r',
        'connector.batch': '1',
        'connector.state': JSON.stringify({ ...GOOD, bookmark: { of: 'issue_search', ms: 1 } }),
      },
    },
  ];
  const stateOf = (text: string) =>
    currentState({
      properties: { 'connector.state': text, 'connector.state-of': 'r/1', 'connector.state-at': '1' },
      history,
    } as unknown as TableVersion);

  test('I2 R-60: cut at any place it gives way to the one in the snapshot, and is never half believed', () => {
    const text = JSON.stringify(GOOD);
    expect(stateOf(text)).toEqual(GOOD);
    for (let end = 0; end < text.length; end += 1)
      expect(parseState('t', stateOf(text.slice(0, end)))?.bookmark?.ms, `cut after ${end}`).toBe(1);
  });

  test.each<[string, Json]>([
    ['of a newer version', { ...GOOD, v: 2 }],
    ['without its site', Object.fromEntries(Object.entries(GOOD).filter(([name]) => name !== 'site'))],
    ['with a bookmark that is text', { ...GOOD, bookmark: '2026-01-01' }],
    ['with a bookmark that is a fraction', { ...GOOD, bookmark: { of: 'x', ms: 1.5 } }],
    ['that is a list', []],
    ['that is a number', 7],
    ['of nothing', {}],
  ])('R-60: one %s is refused with a word, and not taken for a new table', (_, state) => {
    expect(() => parseState('issue_search', state)).toThrow(
      expect.objectContaining({ kind: 'usage', message: expect.stringContaining('issue_search') }),
    );
  });

  test('R-60: one of a newer version ends the run with exit 2 and leaves the table as it is', async () => {
    jira = await startSimulator({ issues: 5 });
    folder = mkdtempSync(join(tmpdir(), 'newer-'));
    const options = {
      cwd: folder,
      env: { JIRA_URL: jira.url, JIRA_EMAIL: jira.email, JIRA_API_TOKEN: jira.apiToken },
    };
    expect((await runMain(['sync', '--stream', 'priorities'], options)).exitCode).toBe(0);
    const root = realpathSync(join(folder, 'warehouse'));
    const spec = { ...ITEMS, namespace: 'jira', name: 'priorities' };
    const newer = JSON.stringify({ ...GOOD, v: 9 });
    await replaceMetadata(
      root,
      (metadata) => ({ ...metadata, properties: { ...metadata.properties, 'connector.state': newer } }),
      spec,
    );
    const { version } = await loadTable(root, spec);
    const ran = await runMain(['sync', '--stream', 'priorities'], options);
    expect(ran.exitCode).toBe(2);
    expect(ran.stderr).toContain('newer connector');
    expect((await loadTable(root, spec)).version.metadataLocation).toBe(version.metadataLocation);
  });
});

describe('a column that comes together with rows', () => {
  test.each([
    'FP1',
    'FP4',
    'FP5',
    'FP6',
    'FP8',
  ])('I1 I7 R-63: after SIGKILL at %s there is no row that the schema cannot read', {
    timeout: 120_000,
  }, async (point) => {
    const root = await temporaryFolder();
    await growColumn({ root, batches: 1, failpoint: '' });
    const killed = await runChild('growColumn', { root, batches: 2, failpoint: `${point}:1:kill` });
    expect(killed.signal, killed.errors).toBe('SIGKILL');
    const columns = (await loadTable(root)).version.schema.fields.map(({ name }) => name);
    const grown = columns.includes('grown');
    const between = await viewed(root, grown ? 'id, value, grown' : 'id, value');
    const old = { id: 'a', value: '1' };
    expect(between).toEqual(
      grown
        ? [
            { ...old, value: '2', grown: 'yes' },
            { id: 'b', value: '2', grown: 'yes' },
          ]
        : [old],
    );
    await growColumn({ root, batches: 2, failpoint: '' });
    expect(await viewed(root, 'id, value, grown')).toEqual([
      { id: 'a', value: '2', grown: 'yes' },
      { id: 'b', value: '2', grown: 'yes' },
    ]);
  });
});

describe('a kill between two tables', () => {
  test.each([1, 2, 3, 4])('I2 I7 R-79: after the commit of table %i children that were not committed are read again', {
    timeout: 120_000,
  }, async (nth) => {
    world = await jiraAndWarehouse({ issues: 30, perIssue: { comments: 1, worklogs: 1, histories: 1 } });
    await world.sync(ISSUE_STREAMS);
    world.jira.edit.advance(3 * 3_600_000);
    world.jira.edit.churn({ updates: 10, comments: 10, worklogs: 5, deletedWorklogs: 2 });
    world.jira.edit.advance(2 * 3_600_000);
    const { url, email, apiToken } = world.jira;
    const input = {
      jira: { url, email, apiToken },
      root: world.root,
      streams: ISSUE_STREAMS,
      change: {},
      failpoint: `${FAILPOINT.versionDurable}:${nth}:kill`,
    };
    const killed = await runChild('syncChild', input, [], new URL('../e2e/sync-child.ts', import.meta.url));
    expect(killed.signal, killed.errors).toBe('SIGKILL');
    const again = await world.sync(ISSUE_STREAMS);
    expect(again.failures).toEqual([]);
    expect(await tableLines(world)).toEqual(await siteLines(world.jira));
  });
});

test('R-66: the memory of a sync is that of a batch, not of the site', { timeout: 180_000 }, async () => {
  world = await jiraAndWarehouse({ issues: 5_000, perIssue: { comments: 0, worklogs: 0, histories: 0 } });
  const { url, email, apiToken } = world.jira;
  const input = {
    jira: { url, email, apiToken },
    root: world.root,
    streams: ['issue_search'],
    change: { rate: 0.001 },
    pageSize: 100,
  };
  const child = await runChild(
    'syncChild',
    input,
    ['--max-old-space-size=96'],
    new URL('../e2e/sync-child.ts', import.meta.url),
  );
  expect(child.code, child.errors).toBe(0);
  expect(child.result).toEqual([]);
  expect(await world.rows('select count(*)::int n from issue_search')).toEqual([{ n: 5_000 }]);
});

describe('places with odd names', () => {
  test.each([
    `it's "odd" [1-9]*? {a,b} (x)`,
    'ünïcode 日本 🐘',
    '#%20 percent & hash;--',
    '-leading --dash',
    ' blanks around ',
  ])('I10 R-68: a warehouse called %j is written, read, and nothing beside it', async (name) => {
    jira = await startSimulator({ issues: 5 });
    folder = mkdtempSync(join(tmpdir(), 'odd-'));
    const env = { JIRA_URL: jira.url, JIRA_EMAIL: jira.email, JIRA_API_TOKEN: jira.apiToken };
    const at = (argv: readonly string[]) => runMain([...argv, `--warehouse=./${name}`], { cwd: folder ?? '', env });
    for (let times = 0; times < 2; times += 1)
      expect(await at(['sync', '--stream', 'issue_search'])).toMatchObject({ exitCode: 0 });
    const { stdout } = await at(['query', '--format', 'json', 'SELECT count(*) AS n FROM issue_search']);
    expect(JSON.parse(stdout)).toEqual([{ n: 5 }]);
  });

  test('R-68: a path that is too long and a file in place of the warehouse are told in words', async () => {
    folder = mkdtempSync(join(tmpdir(), 'odd-'));
    jira = await startSimulator({ issues: 5 });
    writeFileSync(join(folder, 'file'), '');
    const env = { JIRA_URL: jira.url, JIRA_EMAIL: jira.email, JIRA_API_TOKEN: jira.apiToken };
    const sync = (place: string) =>
      runMain(['sync', '--stream', 'priorities', `--warehouse=${place}`], { cwd: folder ?? '', env });
    for (const [place, words] of [
      [`./${'x'.repeat(300)}`, 'the path is too long'],
      ['./file', 'a file'],
    ] as const) {
      const { exitCode, stderr } = await sync(place);
      expect(exitCode).not.toBe(0);
      expect(stderr).toContain(words);
      expect(stderr).not.toMatch(/unexpected/i);
    }
  });
});
