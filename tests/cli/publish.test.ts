import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { publishFile } from '../../src/app/publish.js';
import { openForReading } from '../../src/query/open.js';
import { publish } from '../../src/query/publish/publish.js';
import { ISSUE, put, WORKLOG } from '../query/people-tables.js';
import { runMain } from './run-main.js';

const HOSTILE = `O'Brien "quoted" ; DROP TABLE issue; -- \u202e\u0000\u{1f680}`;
const SECRET = 'only-for-the-board';
const FIELD = `It's "so" ; --`;
const worklog = (id: string, more: Record<string, unknown> = {}) => ({
  ...{ id, issue_id: '1', author_id: 'p1', author_name: 'Ann', comment_text: 'open', time_spent_seconds: 3600n },
  ...{ visibility_type: null, visibility_value: null, ...more },
});
const COMMENT = { id: 'string', issue_id: 'string', body_text: 'string', visibility_type: 'string' } as const;
let cwd: string;

beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), "pub lisher's [x]-"));
  const warehouse = join(cwd, 'warehouse');
  const issue = { ...ISSUE, key: ['string', 'Key of the issue.'], customfield_10001: ['string', FIELD] } as const;
  await put(warehouse, 'acme.issue_search', issue, [
    { id: '1', key: 'A-1', summary: HOSTILE, customfield_10001: 'x' },
    { id: '2', key: 'A-2', summary: 'half \ud800 of a pair' },
  ]);
  await put(warehouse, 'beta.issue_search', ISSUE, [{ id: '1', key: 'B-1', summary: 'of another site' }]);
  await put(warehouse, 'acme.issue_worklog', { ...WORKLOG, visibility_type: 'string', visibility_value: 'string' }, [
    worklog('1'),
    worklog('2', { comment_text: SECRET, author_id: 'p2', author_name: SECRET, visibility_type: 'group' }),
  ]);
  const person = { account_id: 'string', time_zone: 'string' } as const;
  await put(
    warehouse,
    'acme.users_search',
    person,
    [{ account_id: 'p2', time_zone: 'Australia/Sydney' }],
    ['account_id'],
  );
  await put(warehouse, 'acme.issue_comments', { ...COMMENT, jsd_public: 'boolean' }, [
    { id: '1', issue_id: '1', body_text: 'open' },
    { id: '2', issue_id: '1', body_text: `${SECRET}-1`, visibility_type: 'role' },
    { id: '3', issue_id: '1', body_text: `${SECRET}-2`, jsd_public: false },
  ]);
  const items = { list: { struct: ['field', 'from_string'].map((name) => ({ name, type: 'string' as const })) } };
  await put(warehouse, 'acme.issue_changelog', { id: 'string', issue_id: 'string', items }, [
    // So a server keeps what was deleted.
    { id: '1', issue_id: '1', items: [{ field: 'Comment', from_string: `${SECRET}-3` }] },
    { id: '2', issue_id: '1', items: [{ field: 'summary', from_string: 'Pay' }] },
  ]);
});
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

const published = (...argv: string[]) => runMain(['publish', ...argv], { cwd });

async function ask(file: string, sql: string): Promise<readonly unknown[][]> {
  const instance = await DuckDBInstance.create(join(cwd, file), { access_mode: 'READ_ONLY' });
  const connection = await instance.connect();
  try {
    return (await connection.runAndReadAll(sql)).getRowsJson();
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

test('every view is a table with the very rows of the view, nested and hostile ones too, in a file for its owner alone', async () => {
  const before = readdirSync(cwd);
  const { exitCode, stdout } = await published('all.duckdb', '--restricted', 'include');
  expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/^all\.duckdb: \d+ tables, \d+ rows\.\n$/)]);
  expect(readdirSync(cwd).sort()).toEqual([...before, 'all.duckdb'].sort());
  expect(statSync(join(cwd, 'all.duckdb')).mode & 0o777).toBe(0o600);
  const warehouse = await openForReading({ root: join(cwd, 'warehouse') });
  try {
    const tables = await ask(
      'all.duckdb',
      "SELECT table_name FROM duckdb_tables() WHERE table_name NOT LIKE '\\_%' ESCAPE '\\'",
    );
    expect(tables.flat().sort()).toEqual([...warehouse.peopleViews].sort());
    for (const view of warehouse.peopleViews) {
      const sql = `SELECT * FROM main."${view}" ORDER BY ALL`;
      expect(await ask('all.duckdb', sql), view).toEqual((await warehouse.read(sql)).getRowsJson());
    }
  } finally {
    warehouse.close();
  }
  expect(await ask('all.duckdb', "SELECT summary FROM issue WHERE key = 'A-1'")).toEqual([[HOSTILE]]);
});

test('drivers of DuckDB 1.0 find a file of their own format', () => {
  // https://duckdb.org/docs/stable/internals/storage: 64 is that of 0.9 to 1.1.
  expect(readFileSync(join(cwd, 'all.duckdb')).readBigUInt64LE(12)).toBe(64n);
});

test('tables and columns carry comments: what a row is, the words of the stream, the name of a custom field', async () => {
  expect(await ask('all.duckdb', "SELECT comment FROM duckdb_tables() WHERE table_name = 'worklog'")).toEqual([
    [expect.stringMatching(/^One row is a worklog: /)],
  ]);
  const columns = new Map(
    (await ask('all.duckdb', "SELECT column_name, comment FROM duckdb_columns() WHERE table_name = 'issue'")) as [
      string,
      string,
    ][],
  );
  expect(columns.get('key')).toBe('Key of the issue.');
  expect(columns.get('its_so') ?? [...columns.keys()].join()).toBe(FIELD);
  expect(columns.get('connection')).toContain('label');
});

describe('what only some may see', () => {
  const rows = (file: string) =>
    ask(
      file,
      'SELECT comment, author_name, seconds FROM worklog UNION ALL SELECT text, author_name, 0 FROM comment ORDER BY ALL',
    );
  const holds = (file: string) => readFileSync(join(cwd, file)).includes(SECRET);

  test('is there when asked for', async () => {
    expect(await rows('all.duckdb')).toHaveLength(5);
    expect(holds('all.duckdb')).toBe(true);
  });

  test('is left out by default, told, and in no byte of the file', async () => {
    const { stdout } = await published('open.duckdb');
    expect(stdout).toContain('1 of worklog, 2 of comment');
    expect(await rows('open.duckdb')).toEqual([
      ['open', 'Ann', '3600'],
      ['open', null, '0'],
    ]);
    expect(holds('open.duckdb')).toBe(false);
  });

  test('masked, keeps its hours and loses its words and its author', async () => {
    await published('masked.duckdb', '--restricted', 'mask');
    expect(await rows('masked.duckdb')).toEqual([
      ['open', 'Ann', '3600'],
      ['open', null, '0'],
      [null, null, '0'],
      [null, null, '0'],
      [null, null, '3600'],
    ]);
    expect(holds('masked.duckdb')).toBe(false);
    // Where somebody lives may tell who it is.
    const known = 'SELECT author_id, author_time_zone FROM worklog WHERE visibility_type IS NOT NULL';
    expect(await ask('all.duckdb', known)).toEqual([['p2', 'Australia/Sydney']]);
    expect(await ask('masked.duckdb', known)).toEqual([[null, null]]);
  });

  test('so are the words of a deleted comment in the history', async () => {
    const changes = 'SELECT field, from_text FROM history ORDER BY ALL';
    const summary = ['summary', 'Pay'];
    expect(await ask('all.duckdb', changes)).toEqual([['Comment', `${SECRET}-3`], summary]);
    expect(await ask('open.duckdb', changes)).toEqual([summary]);
    expect(await ask('masked.duckdb', changes)).toEqual([['Comment', null], summary]);
  });
});

test('a commit that comes meanwhile is in none of the tables, and the file names the snapshots it shows', async () => {
  const root = join(cwd, 'moving');
  await put(root, 'acme.issue_search', ISSUE, [{ id: '1', key: 'A-1' }]);
  const warehouse = await openForReading({ root }, { writable: cwd });
  const snapshot = warehouse.tables[0]?.version.currentSnapshotId;
  await put(root, 'acme.issue_search', ISSUE, [{ id: '2', key: 'A-2' }]);
  try {
    await publish(warehouse, {
      ...{ path: join(cwd, 'moving.duckdb'), views: ['issue', 'epic'], restricted: 'omit' },
      labels: new Map([['acme', "Acme's"]]),
      signal: new AbortController().signal,
      tell: () => undefined,
    });
  } finally {
    warehouse.close();
  }
  expect(await ask('moving.duckdb', 'SELECT key FROM issue')).toEqual([['A-1']]);
  const info = 'SELECT connection, stream, snapshot_id, restricted, snapshot_at < published_at FROM _published';
  expect(await ask('moving.duckdb', info)).toEqual([["Acme's", 'issue_search', snapshot, 'omit', true]]);
});

test('--select takes some views, each once', async () => {
  expect((await published('some.duckdb', '--select', 'worklog,issue', '--select', 'issue')).exitCode).toBe(0);
  const tables = await ask('some.duckdb', 'SELECT table_name FROM duckdb_tables() ORDER BY ALL');
  expect(tables.flat()).toEqual(['_published', 'issue', 'worklog']);
});

test.each([
  [['new.duckdb', '--select', 'isue'], 'Did you mean issue?'],
  [['new.duckdb', '--select', 'user_group'], 'connector sync --stream group_members'],
  [['warehouse'], 'is a folder'],
  [['all.duckdb'], '--force replaces it'],
  [['none/new.duckdb', '--warehouse', 'elsewhere'], 'cannot be written'],
  [['new.duckdb', '--warehouse', 'elsewhere'], 'connector sync'],
])('%j is told and writes nothing', async (argv, words) => {
  const before = readdirSync(cwd);
  const { exitCode, stderr } = await published(...argv);
  expect([exitCode, stderr]).toEqual([argv[0]?.startsWith('none') ? 1 : 2, expect.stringContaining(words)]);
  expect(readdirSync(cwd)).toEqual(before);
});

test('--force replaces a file, unless a program is writing to it', async () => {
  writeFileSync(join(cwd, 'mine.duckdb'), 'mine');
  writeFileSync(join(cwd, 'mine.duckdb.wal'), 'half');
  expect(await published('mine.duckdb', '--force')).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('.wal'),
  });
  rmSync(join(cwd, 'mine.duckdb.wal'));
  expect((await published('mine.duckdb', '--force', '--select', 'issue')).exitCode).toBe(0);
  expect(await ask('mine.duckdb', 'SELECT count(*) FROM issue')).toEqual([['3']]);
});

test('a damaged data file ends it with the name of the view; the file of before stays', async () => {
  const root = join(cwd, 'damaged');
  await put(root, 'acme.issue_search', ISSUE, [{ id: '1', key: 'A-1' }]);
  const data = readdirSync(root, { recursive: true, encoding: 'utf8' }).find((name) => name.endsWith('.parquet')) ?? '';
  writeFileSync(join(root, data), 'cut');
  writeFileSync(join(cwd, 'kept.duckdb'), 'kept');
  const before = readdirSync(cwd);
  const { exitCode, stderr } = await published('kept.duckdb', '--force', '--warehouse', 'damaged');
  expect([exitCode, stderr]).toEqual([1, expect.stringMatching(/The view issue .* damaged or cut off/)]);
  expect(readdirSync(cwd)).toEqual(before);
  expect(readFileSync(join(cwd, 'kept.duckdb'), 'utf8')).toBe('kept');
});

test('people that are to be pseudonyms and are not yet are not handed on', async () => {
  const connection = {
    name: 'acme',
    url: 'https://acme.atlassian.net',
    auth: { type: 'pat', token: `\${TOKEN}` },
    people: 'pseudonymous',
  };
  writeFileSync(join(cwd, 'people.yaml'), JSON.stringify({ warehouse: 'warehouse', connections: [connection] }));
  const { exitCode, stderr } = await published('people.duckdb', '--config', 'people.yaml');
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining('acme.issue_worklog')]);
  expect(existsSync(join(cwd, 'people.duckdb'))).toBe(false);
});

test('interrupted between two tables, it leaves nothing', async () => {
  const before = readdirSync(cwd);
  const controller = new AbortController();
  const silent = () => undefined;
  const log = { debug: silent, info: () => controller.abort(), warn: silent, error: silent };
  const job = { file: join(cwd, 'late.duckdb'), warehouse: { root: join(cwd, 'warehouse') }, select: [] };
  const words = { labels: new Map(), pseudonymous: new Set<string>(), restricted: 'omit' } as const;
  await expect(publishFile({ ...job, ...words }, { log, signal: controller.signal })).rejects.toThrow('Interrupted');
  expect(readdirSync(cwd)).toEqual(before);
});
