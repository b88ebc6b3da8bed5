import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ConnectorError } from '../../src/errors.js';
import { board, boards, opened, rowsOf, temporaryFolder, write } from './warehouse.js';

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
  ])('%s is refused', async (_what, sql) => {
    const folder = temporaryFolder();
    await write(folder, boards('acme'), [board('1')]);
    const warehouse = await opened(folder);
    const before = readdirSync(folder, { recursive: true }).sort();
    const target = join(folder, 'acme', 'evil');
    const refused = await rowsOf(warehouse, sql(quoted(target))).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ConnectorError);
    expect(refused).toMatchObject({ kind: 'usage' });
    expect(existsSync(target)).toBe(false);
    expect(readdirSync(folder, { recursive: true }).sort()).toEqual(before);
  });

  test('files outside the warehouse cannot be read', async () => {
    const warehouse = await opened(temporaryFolder());
    const outside = join(temporaryFolder(), 'secret.txt');
    writeFileSync(outside, 'canary');
    await expect(rowsOf(warehouse, `SELECT * FROM read_text(${quoted(outside)})`)).rejects.toThrow(
      /disabled by configuration/,
    );
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
  ])('%s is reading', async (sql) => {
    const folder = temporaryFolder();
    await write(folder, boards('acme'), [board('1')]);
    expect((await rowsOf(await opened(folder), sql)).length).toBeGreaterThan(0);
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
