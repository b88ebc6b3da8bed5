import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ConnectorError } from '../../src/core/errors.js';
import { type OpenWarehouse, openForReading } from '../../src/query/open.js';
import { board, boards, opened, rowsOf, temporaryFolder, write } from './warehouse.js';

let folder: string;
let warehouse: OpenWarehouse;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "wäre house's [x] "));
  await write(folder, boards('acme'), [board('1')]);
  warehouse = await openForReading({ root: folder });
});
afterAll(() => {
  warehouse.close();
  rmSync(folder, { recursive: true, force: true });
});

const quoted = (path: string) => `'${path.replaceAll("'", "''")}'`;

describe('a query changes nothing', () => {
  test.each([
    ['COPY into the warehouse', (file: string) => `COPY (SELECT 1) TO ${file}`],
    ['EXPLAIN ANALYZE of a COPY', (file: string) => `EXPLAIN ANALYZE COPY (SELECT 1) TO ${file}`],
    ['EXPLAIN with options', (file: string) => `EXPLAIN /* x */ (ANALYZE) COPY (SELECT 1) TO ${file}`],
    ['a second statement', (file: string) => `SELECT 1; COPY (SELECT 1) TO ${file}`],
    ['a prepared COPY', (file: string) => `PREPARE p AS COPY (SELECT 1) TO ${file}; EXECUTE p`],
    ['ATTACH', (file: string) => `ATTACH ${file}`],
    ['EXPORT', (file: string) => `EXPORT DATABASE ${file}`],
    ['SET', () => "SET temp_directory = '/tmp/elsewhere'"],
    ['INSTALL', () => 'INSTALL httpfs'],
    ['LOAD', () => 'LOAD httpfs'],
    ['CALL', () => 'CALL enable_logging()'],
    ['PRAGMA', () => 'PRAGMA enable_profiling'],
    ['a view', () => 'CREATE TEMP VIEW v AS SELECT 1'],
    ['a profile of the query', (file: string) => `SELECT * FROM enable_profiling(save_location = ${file})`],
    ['a log', (file: string) => `FROM enable_logging(storage = 'file', storage_config = {'path': ${file}})`],
    ['no log any more', () => 'FROM disable_logging()'],
    ['an empty log', () => 'SELECT * FROM truncate_duckdb_logs()'],
    ['a checkpoint', () => 'FROM checkpoint()'],
    ['a call with its schema', () => 'FROM system.main.force_checkpoint()'],
    ['a call in quotes and other letters', () => 'SELECT * FROM "Enable_Logging"()'],
    ['a line for the log', () => "SELECT write_log('x')"],
    ['one in a common table expression', () => 'WITH x AS (FROM enable_logging()) SELECT 1'],
    ['one in a condition', () => 'SELECT 1 WHERE EXISTS (FROM enable_logging())'],
    ['one beside the rows', () => 'FROM range(2) r(i), LATERAL (FROM enable_logging())'],
    ['one in a union', () => 'SELECT 1 UNION ALL BY NAME FROM enable_logging()'],
    ['one in a lambda', () => 'SELECT list_transform([1], lambda x: write_log(x::VARCHAR))'],
    ['one in an order', () => "SELECT row_number() OVER (ORDER BY write_log('x'))"],
    ['one in a limit', () => "FROM range(3) LIMIT (SELECT length(write_log('x')))"],
    ['one in a list of values', () => "VALUES (1), (write_log('x')::INT)"],
    ['one in an aggregate', () => "FROM range(3) SELECT sum(range ORDER BY write_log('x')) FILTER (true)"],
    ['DESCRIBE of one', () => 'DESCRIBE FROM enable_logging()'],
    ['SUMMARIZE of one', () => 'SUMMARIZE FROM enable_logging()'],
    ['EXPLAIN ANALYZE of one', () => 'EXPLAIN ANALYZE SELECT * FROM enable_logging()'],
    ['EXPLAIN ANALYZE behind a comment', () => '-- x\nEXPLAIN /* y */ (ANALYZE) FROM enable_logging()'],
    ['a text run as SQL', () => "FROM query('FROM enable_logging()')"],
    ['a tree run as SQL', () => "FROM json_execute_serialized_sql(json_serialize_sql('FROM enable_logging()'))"],
    ['a text planned as SQL', () => "SELECT json_serialize_plan('SELECT write_log(''x'')')"],
    ['what stands behind a NUL', () => 'SELECT 1\0; FROM enable_logging()'],
    ['a pointer', () => 'FROM seq_scan(1)'],
  ])('%s is refused', async (_what, sql) => {
    const before = readdirSync(folder, { recursive: true }).sort();
    const target = join(folder, 'acme', 'evil');
    const refused = await rowsOf(warehouse, sql(quoted(target))).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ConnectorError);
    expect(refused).toMatchObject({ kind: 'usage' });
    expect(existsSync(target)).toBe(false);
    expect(readdirSync(folder, { recursive: true }).sort()).toEqual(before);
  });

  test('files outside the warehouse cannot be read', async () => {
    const outside = join(temporaryFolder(), 'secret.txt');
    writeFileSync(outside, 'canary');
    const warehouse = await opened(temporaryFolder());
    // Not by a guarded statement, and not by one of our own that somebody made wrong.
    const sql = `SELECT * FROM read_text(${quoted(outside)})`;
    await expect(rowsOf(warehouse, sql)).rejects.toThrow('read_text() opens files');
    await expect(warehouse.read(sql)).rejects.toThrow(/disabled by configuration/);
  });

  test.each([
    (file: string) => `FROM read_text(${file})`,
    (file: string) => `FROM ${file}`,
    (file: string) => `DESCRIBE ${file}`,
    (file: string) => `SELECT (SELECT count(*) FROM ${file})`,
    (file: string) => `FROM query_table(${file})`,
    (file: string) => `FROM histogram(${file}, a)`,
    (file: string) => `FROM parquet_metadata(${file})`,
    (file: string) => `FROM glob(${file})`,
    (file: string) => `FROM "${file.slice(1, -5)}".csv`,
  ])('files of the warehouse are read through its tables alone: %s', async (sql) => {
    const file = join(folder, 'notes.csv');
    writeFileSync(file, 'a\n1\n');
    await expect(rowsOf(warehouse, sql(quoted(file)))).rejects.toThrow(/^Only reading is allowed here/);
  });

  test.each([
    'SELECT 1',
    'FROM acme.boards',
    'DESCRIBE acme.boards',
    'SUMMARIZE acme.boards',
    'SHOW TABLES',
    'VALUES (1)',
    'EXPLAIN SELECT 1',
    'WITH x AS (SELECT 1) FROM x',
    'TABLE acme.boards',
    'EXPLAIN ANALYZE FROM acme.boards',
    'EXPLAIN (FORMAT json) FROM acme.boards',
    '/* a */ -- b\nexplain select 1',
    'SELECT 1; EXPLAIN SELECT 2; SHOW ALL TABLES',
    'FROM acme.boards PIVOT (count(*) FOR title IN (NULL, 1))',
    'UNPIVOT acme.boards ON seconds',
    "PIVOT boards ON title IN ('a', 'b') USING count(*)",
    'WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r WHERE n < 3) FROM r',
    'WITH x AS MATERIALIZED (SELECT 1) FROM x UNION BY NAME SELECT 2 AS y',
    'SELECT * EXCLUDE (title) REPLACE (upper(id) AS id) FROM boards ORDER BY ALL LIMIT 10%',
    'SELECT id, count(*) FILTER (seconds > 1), lag(id) OVER (PARTITION BY title ORDER BY seconds DESC NULLS LAST ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM boards GROUP BY id, title, seconds',
    "SELECT [x.field FOR x IN items IF x.field <> ''], {'a': 1}.a, MAP {'k': 1}['k'], items[1:2], id COLLATE nocase, id ~ 'x', try_cast(id AS DECIMAL(10, 2)), CASE id WHEN '1' THEN 1 END FROM boards",
    "SELECT DISTINCT ON (id) COLUMNS(c -> c LIKE 'i%'), #1, $$x$$, id IN (SELECT id FROM boards), boards.at BETWEEN now() - INTERVAL 3 DAY AND today(), CAST([1] AS INTEGER[]) FROM boards USING SAMPLE 5 ROWS",
    'FROM boards b LEFT JOIN LATERAL (SELECT unnest(items)) ON true ASOF JOIN (VALUES (1)) v(n) ON b.seconds >= v.n SELECT 1 UNION ALL SELECT 2',
    "SELECT extract(year FROM current_date), position('a' IN 'ba'), substring('abc' FROM 2 FOR 1), trim(BOTH FROM ' a '), TIMESTAMP '2024-01-01' AT TIME ZONE 'UTC', getvariable('x'), current_setting('TimeZone')",
    'SELECT group_concat(id), GROUPING(id) FROM boards GROUP BY CUBE (id) HAVING count(*) > 0 QUALIFY row_number() OVER () = 1',
    "FROM duckdb_columns() WHERE table_name = 'boards' UNION ALL FROM duckdb_columns()",
    "FROM json_each('[1]')",
    'FROM range(3) WITH ORDINALITY',
    'SELECT table_name FROM information_schema.tables',
  ])('%s is reading', async (sql) => {
    expect(await rowsOf(warehouse, sql)).toBeInstanceOf(Array);
  });

  test('PIVOT without a list takes the values there are, in two statements that the guard judges', async () => {
    const listed = await rowsOf(warehouse, "PIVOT (FROM range(6)) ON range % 3 IN ('0', '1', '2') USING count(*)");
    expect(await rowsOf(warehouse, 'PIVOT (FROM range(6)) -- ON, USING\n ON range % 3 -- in\n USING count(*)')).toEqual(
      listed,
    );
    expect(await rowsOf(warehouse, "PIVOT (SELECT 'it''s; )' AS a, 1 AS n) ON a USING sum(n); SELECT 1")).toHaveLength(
      2,
    );
    expect(await rowsOf(warehouse, 'PIVOT (FROM range(0)) ON range USING count(*) GROUP BY range')).toEqual([]);
    await expect(rowsOf(warehouse, 'PIVOT (FROM range(900)) ON range USING count(*)')).rejects.toThrow(
      'more than 500 columns',
    );
    await expect(rowsOf(warehouse, "PIVOT read_text('/etc/passwd') ON content")).rejects.toThrow('read_text');
    await expect(rowsOf(warehouse, "PIVOT (FROM range(2)) ON getenv('HOME')")).rejects.toThrow('getenv');
    await expect(rowsOf(warehouse, 'PIVOT boards ON id, title')).rejects.toThrow(
      'unless it lists its columns: ON … IN (…)',
    );
  });

  test('a mistake in SQL is told in the words of DuckDB', async () => {
    const warehouse = await opened(temporaryFolder());
    await expect(rowsOf(warehouse, 'SELECT nope')).rejects.toThrow(/^Binder Error: Referenced column "nope"/);
    await expect(rowsOf(warehouse, 'SELEC 1')).rejects.toThrow(/^Parser Error/);
    await expect(rowsOf(warehouse, ' -- nothing')).rejects.toThrow('no SQL statement');
    await expect(rowsOf(warehouse, "SELECT CAST(x AS INT) FROM (VALUES ('a')) t(x)")).rejects.toMatchObject({
      kind: 'usage',
    });
  });
});

test('an error in the midst of many rows is an error, not their end; then the next statement is answered', async () => {
  const late = "SELECT CAST(CASE WHEN range < 300000 THEN '1' ELSE 'x' END AS INTEGER) AS n FROM range(1000000)";
  await expect(rowsOf(warehouse, late)).rejects.toThrow("Could not convert string 'x'");
  expect(await rowsOf(warehouse, 'SELECT 1')).toEqual([[1]]);
});
