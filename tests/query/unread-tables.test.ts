import { copyFileSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { literal } from '../../src/core/quote.js';
import { loadTables } from '../../src/query/tables/load-tables.js';
import { namesOf, rowsOf } from '../../src/query/tables/table-views.js';
import { UnreadTables } from '../../src/query/tables/unread-tables.js';
import { showViews } from '../../src/query/views.js';
import type { Field } from '../../src/writers/iceberg/model.js';
import { toLocalPath } from '../../src/writers/storage/local.js';
import { board, boards, temporaryFolder, write } from './warehouse.js';

let connection: DuckDBConnection;
let instance: DuckDBInstance;
beforeEach(async () => {
  instance = await DuckDBInstance.create(':memory:');
  connection = await instance.connect();
});
afterEach(() => {
  connection.closeSync();
  instance.closeSync();
});

/** Two connections with two tables each. */
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(realpathSync(tmpdir()), 'far-lake-'));
  for (const namespace of ['acme', 'zeta'])
    for (const name of ['boards', 'statuses'])
      await write(folder, { ...boards(namespace), name }, [board('1', { title: `${namespace} ${name}` })]);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The warehouse, whose files are fetched as those of an object store are: `fetched` says when. */
async function warehouse(failing?: string) {
  const copies = temporaryFolder();
  const loaded = await loadTables({ root: folder }, () => true);
  const fetched: string[] = [];
  vi.spyOn(loaded.catalog.storageOf({ namespace: 'acme', name: 'boards' }), 'localPaths').mockImplementation(
    async (locations) => {
      const [namespace = '', name = ''] = toLocalPath(locations[0] ?? '')
        .slice(folder.length + 1)
        .split('/');
      if (failing !== undefined && failing === name) throw new Error('The store is away.');
      if (locations.length > 0) fetched.push(`${namespace}.${name}`);
      return new Map(
        locations.map((location, at) => {
          const copy = join(copies, `${namespace}-${name}-${at}.parquet`);
          copyFileSync(toLocalPath(location), copy);
          return [location, copy];
        }),
      );
    },
  );
  const unread = new UnreadTables(connection, loaded.filesOf);
  const shown = await showViews(loaded.shown, unread, new Map());
  expect(shown.problems).toEqual([]);
  const ask = async (sql: string) => {
    await unread.readyFor(sql);
    return (await connection.runAndReadAll(sql)).getRowsJson();
  };
  return { fetched, ask };
}

describe('a table of a far lake', () => {
  test.each([
    ['a table of one connection', 'SELECT * FROM acme.boards', ['acme.boards']],
    ['its deleted rows too', 'FROM acme.boards_all', ['acme.boards']],
    ['one of all connections', 'SELECT count(*) FROM boards', ['acme.boards', 'zeta.boards']],
    ['other letters, quotes, the whole name', 'FROM memory."ACME".Boards', ['acme.boards']],
    ['a subquery', 'SELECT 1 WHERE EXISTS (FROM zeta.statuses)', ['zeta.statuses']],
    ['a common table expression', 'WITH boards AS (FROM acme.statuses) FROM boards', ['acme.statuses']],
    ['EXPLAIN ANALYZE', 'EXPLAIN ANALYZE FROM acme.boards', ['acme.boards']],
    ['SUMMARIZE', 'SUMMARIZE acme.boards', ['acme.boards']],
    ['PIVOT', 'PIVOT acme.boards ON id USING count(*)', ['acme.boards', 'zeta.boards']],
    ['a table named in a text', "FROM query('FROM acme.' || 'boards')", ['acme.boards', 'zeta.boards']],
    ['the columns alone', 'DESCRIBE acme.boards', []],
    ['the list of tables', 'SHOW ALL TABLES', []],
    ['no table', 'SELECT 1', []],
  ])('is fetched when a statement reads it, and no other: %s', async (_what, sql, expected) => {
    const { ask, fetched } = await warehouse();
    expect((await ask(sql)).length).toBeGreaterThan(0);
    expect(fetched.toSorted()).toEqual(expected);
  });

  test('is fetched also by a statement that names it together with one that is here already', async () => {
    const { ask, fetched } = await warehouse();
    await ask('FROM acme.boards');
    expect(await ask('SELECT title, b.id FROM boards b JOIN acme.statuses s USING (title)')).toEqual([]);
    expect(fetched.toSorted()).toEqual(['acme.boards', 'acme.statuses', 'zeta.boards']);
  });

  test('is fetched once, also by statements side by side', async () => {
    const { ask, fetched } = await warehouse();
    await Promise.all([ask('FROM acme.boards'), ask('FROM boards'), ask('FROM acme.boards')]);
    await ask('FROM acme.boards');
    expect(fetched.toSorted()).toEqual(['acme.boards', 'zeta.boards']);
  });

  test('never passes for an empty one when nobody saw that it was named', async () => {
    const { ask } = await warehouse();
    await expect(ask("FROM query('FROM acme.' || 'boa' || 'rds')")).rejects.toThrow(
      /acme\.boards have not been fetched/,
    );
  });

  test('that cannot be fetched fails the statement, and the next one tries again', async () => {
    const { ask } = await warehouse('statuses');
    for (const _time of [1, 2]) await expect(ask('FROM acme.statuses')).rejects.toThrow('The store is away.');
    expect(await ask('SELECT title FROM acme.boards')).toEqual([['acme boards']]);
  });
});

describe('position deletes', () => {
  const fields: readonly Field[] = [{ id: 1, name: 'id', required: false, type: 'long' }];

  async function live(
    name: (path: string) => string,
    inDeletes: (path: string) => string,
  ): Promise<readonly unknown[]> {
    const folder = temporaryFolder();
    const paths = ['a.parquet', 'b.parquet'].map((file) => join(folder, file));
    for (const path of paths)
      await connection.run(
        `COPY (SELECT range AS id FROM range(3)) TO ${literal(path)} (FORMAT parquet, FIELD_IDS {id: 1})`,
      );
    const deletes = join(folder, 'deletes.parquet');
    const [, second = ''] = paths;
    await connection.run(
      `COPY (SELECT ${literal(inDeletes(second))} AS file_path, 1::BIGINT AS pos) TO ${literal(deletes)} (FORMAT parquet)`,
    );
    const files = { data: new Map(paths.map((path) => [name(path), path])), deletes: [deletes] };
    await connection.run(`CREATE TABLE names AS ${namesOf(files)}`);
    const found = await connection.runAndReadAll(`SELECT id FROM (${rowsOf(fields, files, 'names')}) ORDER BY id`);
    return found.getRows().map(([id]) => Number(id));
  }

  const remote = (scheme: string) => (path: string) => `${scheme}://bucket/wäre house/${path.split('/').at(-1)}`;
  const same = (path: string) => path;
  test.each([
    ['files where they lie', same, same],
    ['files named by URI in the deletes alone', same, (path: string) => `file://${path}`],
    ['files named by URI in the metadata alone', (path: string) => `file:${path}`, same],
    ['copies of remote files', remote('s3'), remote('s3')],
    ['remote files that another writer names by an older scheme', remote('s3'), remote('s3a')],
    ['the same the other way round', remote('s3n'), remote('s3')],
  ])('reach the right rows: %s', async (_what, name, inDeletes) => {
    expect(await live(name, inDeletes)).toEqual([0, 0, 1, 2, 2]);
  });
});
