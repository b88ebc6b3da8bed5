import { DuckDBConnection } from '@duckdb/node-api';
import { expect, test, vi } from 'vitest';
import { PeopleViews } from '../../src/query/people-views.js';
import { FIELD_STORIES, putFieldStories } from './field-stories.js';
import { ISSUE, OPTION, put } from './people-tables.js';
import { opened, rowsOf, temporaryFolder } from './warehouse.js';

async function twoConnections() {
  const folder = temporaryFolder();
  await putFieldStories(folder);
  const more = { customfield_1: [OPTION, 'Severity'], customfield_2: [{ list: 'string' }, 'Story Points'] } as const;
  await put(folder, 'zeta.issue_search', { ...ISSUE, ...more }, [{ id: '1', key: 'Z-1' }]);
  return opened(folder);
}

/** What DuckDB has of views for people, without making any. */
async function made(warehouse: Awaited<ReturnType<typeof twoConnections>>) {
  const read = await warehouse.connection.runAndReadAll(
    "SELECT schema_name || '.' || view_name FROM duckdb_views() WHERE NOT internal ORDER BY 1",
  );
  const names = new Set(warehouse.peopleViews);
  return read.getRows().flatMap(([name]) => (names.has(String(name).split('.')[1] ?? '') ? [String(name)] : []));
}

test('a statement makes the views that it names and no other, in the connection that it names', async () => {
  const warehouse = await twoConnections();
  expect(await made(warehouse)).toEqual([]);
  await rowsOf(warehouse, 'SELECT count(*) FROM issue_search');
  expect(await made(warehouse)).toEqual([]);
  await rowsOf(warehouse, 'SELECT count(*) FROM "EPIC"');
  await rowsOf(warehouse, 'DESCRIBE issue_label');
  expect(await made(warehouse)).toEqual(['main.epic', 'main.issue_label']);
  expect(await rowsOf(warehouse, 'SELECT key FROM zeta.issue')).toEqual([['Z-1']]);
  expect(await made(warehouse)).toEqual(['main.epic', 'main.issue', 'main.issue_label', 'zeta.issue']);
});

test('statements that are asked for at once run one after the other: files come between no other, and none runs when it is closed', async () => {
  const warehouse = await twoConnections();
  const run = vi.spyOn(warehouse.connection, 'runAndReadAll');
  const real = DuckDBConnection.prototype.runAndReadAll.bind(warehouse.connection);
  let [running, most] = [0, 0];
  run.mockImplementation(async (...asked) => {
    most = Math.max(most, ++running);
    return real(...asked).finally(() => running--);
  });
  const asked = ['field_history', 'issue', 'issue_search', 'no_such_view', 'epic'];
  const answers = await Promise.allSettled(asked.map((view) => warehouse.read(`SELECT count(*) FROM main.${view}`)));
  expect(answers.map(({ status }) => status)).toEqual(
    asked.map((view) => (view === 'no_such_view' ? 'rejected' : 'fulfilled')),
  );
  expect(most).toBe(1);
});

test('a statement that lists views finds all of them, whatever was made before', async () => {
  const names = async (sql: string) => (await rowsOf(await twoConnections(), sql)).map(([name]) => String(name));
  const { peopleViews } = await twoConnections();
  const lists = [
    "SELECT DISTINCT table_name FROM information_schema.tables WHERE table_schema = 'main'",
    'SELECT view_name FROM duckdb_views()',
    "SELECT name FROM (SHOW ALL TABLES) WHERE schema = 'main'",
    'SHOW TABLES',
  ];
  for (const sql of lists) expect(await names(sql)).toEqual(expect.arrayContaining([...peopleViews]));
});

test('the columns that are known beforehand are those that DuckDB finds, in their order', async () => {
  const warehouse = await twoConnections();
  const found = new Map<string, string[]>();
  for (const [view, column] of await rowsOf(
    warehouse,
    "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'main' ORDER BY ordinal_position",
  ))
    found.set(String(view), [...(found.get(String(view)) ?? []), String(column)]);
  const known = new Map([...warehouse.columns].map(([view, columns]) => [view, [...columns.keys()]]));
  expect(Object.fromEntries(known)).toEqual(Object.fromEntries(found));
  expect(warehouse.columns.get('issue')?.get('story_points')).toBe('VARCHAR');
});

test('after files were read a view can still be made, and a PIVOT finds its tables', async () => {
  const warehouse = await twoConnections();
  await rowsOf(warehouse, 'SELECT * FROM acme.issue_search');
  expect(await rowsOf(warehouse, 'PIVOT (SELECT project_key FROM acme.issue) ON project_key USING count(*)')).toEqual([
    [BigInt(FIELD_STORIES.length)],
  ]);
  expect(await rowsOf(warehouse, 'SELECT count(*) FROM issue JOIN field_history USING (_connection)')).not.toEqual([]);
});

test('a view that cannot be made fails the statements that read it with the reason, and is tried once', async () => {
  const run: string[] = [];
  const views = new PeopleViews(async (sql) => {
    run.push(sql);
    if (sql.includes('broken')) throw new Error("no column of that name, says 'the engine'");
  });
  views.add('issue', null, { connection: 'acme', columns: [], select: 'SELECT broken' });
  await views.readyFor('SELECT 1 FROM issue');
  await views.readyFor('SELECT 1 FROM issue');
  expect(run).toEqual([
    expect.stringContaining('broken'),
    `CREATE VIEW main."issue" AS SELECT error('main."issue" cannot be made; please report this. no column of that name, says ''the engine''') AS problem`,
  ]);
});
