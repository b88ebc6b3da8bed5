/** The guard of `query`: what does more than read is refused wherever it stands, and nothing that passes is more than reading. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StatementType } from '@duckdb/node-api';
import fc from 'fast-check';
import { afterAll, beforeAll, expect } from 'vitest';
import { ConnectorError } from '../../src/core/errors.js';
import { ALLOWED, REFUSED } from '../../src/query/guard/functions.js';
import { guardedStatements } from '../../src/query/guard/guard.js';
import { type OpenViews, openViews } from '../../src/query/views.js';
import { damaged, fuzz } from './fuzz.js';

let folder: string;
let views: OpenViews;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fuzz-sql-'));
  const tables = [
    {
      namespace: 'acme',
      name: 'boards',
      site: null,
      fields: [{ id: 1, name: 'id', required: false, type: 'string' as const }],
    },
  ];
  const wanted = { tables, labels: new Map(), folders: [folder], temporary: join(folder, 'temporary') };
  views = await openViews(wanted, async () => ({ data: new Map(), deletes: [] }));
});
afterAll(() => {
  views.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What a text may be made of, so that the parser often understands it. */
const WORDS = [
  ...'SELECT FROM WHERE WITH x AS ( ) , ; * . \' " $$ -- /* */ UNION ALL BY NAME VALUES 1 NULL TABLE boards acme EXPLAIN ANALYZE'.split(
    ' ',
  ),
  ...'DESCRIBE SUMMARIZE SHOW COPY TO INSERT INTO UPDATE SET DELETE CREATE VIEW DROP ATTACH PRAGMA CALL LOAD EXECUTE PREPARE'.split(
    ' ',
  ),
  ..."enable_logging() write_log('x') query('SELECT 1') range(3) read_text( EXPORT DATABASE IMPORT USE BEGIN COMMIT CHECKPOINT VACUUM".split(
    ' ',
  ),
  ..."RETURNING LATERAL JOIN ON PIVOT UNPIVOT FOR IN OVER ORDER LIMIT USING lambda : -> :: INTEGER E' \\ \n \0 \u00a0 ; ;".split(
    ' ',
  ),
];

type Make = (inner: string) => string;

/** Places of a statement where a value may stand, and those where rows may. */
const AROUND_VALUE: readonly Make[] = [
  (value) => `SELECT ${value}`,
  (value) => `SELECT 1 WHERE ${value} IS NULL`,
  (value) => `SELECT list_transform([1], lambda i: ${value})`,
  (value) => `SELECT [${value} FOR i IN [1]]`,
  (value) => `SELECT CASE WHEN ${value} IS NULL THEN 1 END`,
  (value) => `SELECT max(id ORDER BY ${value}) FILTER (${value} IS NULL) FROM boards`,
  (value) => `SELECT row_number() OVER (PARTITION BY ${value} ORDER BY ${value}) FROM boards`,
  (value) => `FROM boards ORDER BY ${value}`,
  (value) => `FROM boards GROUP BY ${value} HAVING ${value} IS NULL SELECT 1`,
  (value) => `FROM boards QUALIFY ${value} IS NULL`,
  (value) => `FROM boards LIMIT (SELECT length(${value}::VARCHAR))`,
  (value) => `FROM range((SELECT length(${value}::VARCHAR)))`,
  (value) => `VALUES (1, ${value})`,
  (value) => `SELECT * REPLACE (${value} AS id) FROM boards`,
  (value) => `SELECT DISTINCT ON (${value}) id FROM boards`,
  (value) => `FROM boards b JOIN boards c ON ${value} IS NULL SELECT 1`,
  (value) => `SELECT CAST(${value} AS VARCHAR) COLLATE nocase`,
  (value) => `SELECT {'a': ${value}}, MAP {'k': ${value}}, [${value}][1:2], (${value}) IN (${value})`,
  (value) => `FROM boards PIVOT (max(${value}) FOR id IN ('a'))`,
  (value) => `FROM boards AT (TIMESTAMP => ${value})`,
];
const AROUND_ROWS: readonly Make[] = [
  (rows) => `FROM (${rows})`,
  (rows) => `WITH x AS (${rows}) SELECT 1`,
  (rows) => `WITH x AS MATERIALIZED (${rows}) FROM x`,
  (rows) => `WITH RECURSIVE x AS (SELECT 1 UNION ALL (${rows})) FROM x`,
  (rows) => `SELECT 1 UNION ALL BY NAME (${rows})`,
  (rows) => `SELECT (${rows})`,
  (rows) => `SELECT 1 WHERE EXISTS (${rows})`,
  (rows) => `SELECT 1 IN (${rows})`,
  (rows) => `FROM boards, LATERAL (${rows})`,
  (rows) => `FROM boards LEFT JOIN (${rows}) ON true`,
  (rows) => `DESCRIBE ${rows}`,
  (rows) => `SUMMARIZE ${rows}`,
  (rows) => `FROM (DESCRIBE ${rows})`,
  (rows) => `SELECT array(${rows})`,
];
const ONCE: readonly Make[] = [
  (sql) => sql,
  (sql) => `${sql};`,
  (sql) => `SELECT 1; ${sql}`,
  (sql) => `${sql}; SELECT ';'`,
  (sql) => `EXPLAIN ${sql}`,
  (sql) => `explain analyze ${sql}`,
  (sql) => `/* ; */ EXPLAIN (ANALYZE, FORMAT json) ${sql}`,
  (sql) => `-- SELECT 1\n${sql}`,
];

const spelled = (names: readonly string[]): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.constantFrom(...names),
      fc.constantFrom<Make>(
        (name) => name,
        (name) => name.toUpperCase(),
        (name) => `"${name}"`,
        (name) => `main.${name}`,
        (name) => `system.main."${name}"`,
      ),
    )
    .map(([name, spell]) => spell(name));
const refused = (role: 'value' | 'rows') => spelled(Object.values(REFUSED[role]).flat());
const within = (makes: readonly Make[], inner: fc.Arbitrary<string>) =>
  fc.tuple(fc.constantFrom(...makes), inner).map(([make, sql]) => make(sql));

const argument = fc.constantFrom('', "'x'", "'x', 1", "'/tmp/x'", "a := 'x'", '1, 2, 3');
const call = (name: fc.Arbitrary<string>) => fc.tuple(name, argument).map(([one, given]) => `${one}(${given})`);
const evilValue = call(refused('value'));
const evilRows = fc.oneof(
  call(refused('rows')).map((one) => `FROM ${one}`),
  within(AROUND_VALUE, evilValue),
  fc.constantFrom("FROM '/tmp/x.csv'", 'FROM "/tmp/x".csv', "FROM 's3://bucket/x.parquet'"),
);
const statement = within(
  ONCE,
  fc.oneof(evilRows, within(AROUND_ROWS, evilRows), within(AROUND_ROWS, within(AROUND_ROWS, evilRows))),
);

fuzz('SQL: what does more than read is refused wherever it stands', 600, statement, async (sql) => {
  expect(await passed(sql), sql).toBeNull();
});

/** The guard's answer, or null when it refuses. */
async function passed(text: string): Promise<readonly string[] | null> {
  try {
    return await guardedStatements(views.connection, text);
  } catch (error) {
    if (error instanceof ConnectorError) expect(error.kind).toBe('usage');
    // DuckDB's own words; `query` makes a ConnectorError of them.
    else expect(String(error)).toMatch(/Error: /);
    return null;
  }
}

async function isReading(text: string): Promise<void> {
  for (const one of (await passed(text)) ?? []) {
    const extracted = await views.connection.extractStatements(one);
    expect(extracted.count, one).toBe(1);
    const prepared = await extracted.prepare(0).catch(() => null);
    if (prepared) expect([StatementType.SELECT, StatementType.EXPLAIN], one).toContain(prepared.statementType);
  }
  expect(readdirSync(folder)).toEqual([]);
  const state = await views.connection.runAndReadAll(
    "SELECT current_setting('enable_logging')::VARCHAR, current_setting('enable_profiling')::VARCHAR, (SELECT count(*) FROM duckdb_tables() WHERE schema_name <> '_files')::INT",
  );
  expect(state.getRows()).toEqual([['0', null, 0]]);
}

const soup = fc.array(fc.constantFrom(...WORDS), { maxLength: 14 }).map((words) => words.join(' '));
const harmless = within(
  ONCE,
  within(AROUND_ROWS, within(AROUND_VALUE, fc.constantFrom('1', 'now()', "upper('x')", 'NULL'))),
);

fuzz('SQL: what passes is one statement that only reads, whatever the text: words at random', 600, soup, isReading);

fuzz(
  'SQL: what passes is one statement that only reads, whatever the text: statements damaged',
  600,
  damaged(fc.oneof(harmless, statement), WORDS),
  isReading,
);

const NAMES = [...ALLOWED.value].filter((name) => /^\w+$/.test(name));
fuzz(
  'SQL: what only reads passes',
  300,
  within(
    ONCE,
    fc.oneof(
      within(AROUND_VALUE, call(spelled(NAMES))),
      within(AROUND_ROWS, within(AROUND_VALUE, call(spelled(NAMES)))),
    ),
  ),
  async (sql) => {
    const said = await guardedStatements(views.connection, sql).catch((error: unknown) => String(error));
    expect(typeof said === 'string' ? said : '', sql).not.toMatch(/Only reading/);
  },
);
