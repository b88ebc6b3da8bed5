import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { parse } from 'csv-parse/sync';
import { readSheet } from 'read-excel-file/node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rowsXlsx } from '../../src/reports/print/rows-xlsx.js';
import { Texts } from '../../src/reports/print/workbook.js';
import { board, boards, write } from '../query/warehouse.js';
import { runMain } from './run-main.js';

const HOSTILE = '=HYPERLINK("http://x","y")\n</script>, "quoted" \u202e\u001b[2J\u0000end';
const LONG = 'x'.repeat(40_000);
let cwd: string;

beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'export-'));
  const spec = boards('acme');
  const rows = [
    board('1', { title: HOSTILE, seconds: 5n, at: '2024-02-29T23:59:59.123000Z', items: [{ field: 'a' }] }),
    board('2', { title: LONG }),
    board('3', { title: '-1+1' }),
  ];
  await write(join(cwd, 'warehouse'), spec, rows);
  await write(
    join(cwd, 'warehouse'),
    spec,
    [],
    [{ reason: 'feed', where: { column: 'id', in: ['3'] }, exceptBatch: false }],
  );
});
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

const exported = (...argv: string[]) => runMain(['export', ...argv], { cwd });

describe('rows read back by tools that are not ours are those of the table', () => {
  test('csv: nested as JSON text, ISO with Z, a formula is told to be a text, also of a long one', async () => {
    expect((await exported('boards', '--format', 'csv', '--out', 'b.csv')).stderr).toBe('');
    const rows = parse<Record<string, string>>(readFileSync(join(cwd, 'b.csv')), { columns: true });
    const first = rows.find(({ id }) => id === '1');
    expect(first).toMatchObject({ seconds: '5', at: '2024-02-29T23:59:59.123Z', items: '[{"field":"a"}]' });
    expect(first?.title).toMatch(/^'=HYPERLINK/);
    expect(rows.find(({ id }) => id === '2')?.title).toBe(LONG);
  });

  test('ndjson and json: the very texts; --columns and --where choose', async () => {
    const asked = ['acme.boards', '--columns', 'id,title', '--where', "id < '3' -- a comment", '--out', '-'];
    const lines = (await exported(...asked, '--format', 'ndjson')).stdout.trimEnd().split('\n');
    const rows: { id: string; title: string }[] = lines.map((line) => JSON.parse(line));
    expect(rows.sort((a, b) => (a.id < b.id ? -1 : 1))).toEqual([
      { id: '1', title: HOSTILE },
      { id: '2', title: LONG },
    ]);
    expect(JSON.parse((await exported(...asked, '--format', 'json')).stdout)).toHaveLength(2);
  });

  test('xlsx: strings are no formulas; what a cell cannot hold is cut or replaced, and counted', async () => {
    const { stderr, exitCode } = await exported(
      'boards',
      '--format',
      'xlsx',
      '--out',
      'b.xlsx',
      '--columns',
      'id,title,seconds,at,items',
    );
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(/1 texts are longer[\s\S]*1 texts held characters/);
    const [head, ...rows] = await readSheet(join(cwd, 'b.xlsx'));
    expect(head).toEqual(['id', 'title', 'seconds', 'at', 'items']);
    const first = rows.find(([id]) => id === '1');
    expect(first?.slice(2)).toEqual([5, '2024-02-29T23:59:59.123Z', '[{"field":"a"}]']);
    expect(first?.[1]).toMatch(/^=HYPERLINK.*\n<\/script>/);
    expect(String(rows.find(([id]) => id === '2')?.[1])).toHaveLength(32_767);
  });

  test('parquet: of a statement, with a comment at its end', async () => {
    const sql = 'SELECT id, title, items FROM boards ORDER BY id; -- so';
    const { exitCode, stderr } = await exported('--sql', sql, '--format', 'parquet', '--out', 'b.parquet');
    expect([exitCode, stderr]).toEqual([0, '']);
    const connection = await (await DuckDBInstance.create()).connect();
    const read = await connection.runAndReadAll(`SELECT id, title FROM '${join(cwd, 'b.parquet')}' LIMIT 2`);
    expect(read.getRowsJson()).toEqual([
      ['1', HOSTILE],
      ['2', LONG],
    ]);
  });
});

test('--all-rows has those that are deleted, too', async () => {
  const asked = ['boards', '--format', 'csv', '--columns', 'id', '--out', '-'];
  expect((await exported(...asked)).stdout.split('\n').sort()).toEqual(['', '1', '2', 'id']);
  expect((await exported(...asked, '--all-rows')).stdout.split('\n').sort()).toEqual(['', '1', '2', '3', 'id']);
});

test('a file that is there stays without --force, and a failed export leaves nothing', async () => {
  writeFileSync(join(cwd, 'mine.csv'), 'mine');
  const asked = ['boards', '--format', 'csv', '--out'];
  expect(await exported(...asked, 'mine.csv')).toMatchObject({ exitCode: 2 });
  expect(readFileSync(join(cwd, 'mine.csv'), 'utf8')).toBe('mine');
  const before = readdirSync(cwd);
  expect((await exported(...asked, 'bad.csv', '--where', "error('no')")).exitCode).not.toBe(0);
  expect(readdirSync(cwd)).toEqual(before);
  expect((await exported(...asked, 'mine.csv', '--force')).exitCode).toBe(0);
  expect(readFileSync(join(cwd, 'mine.csv'), 'utf8')).toContain('HYPERLINK');
});

test.each([
  [['bords', '--format', 'csv'], 'Did you mean boards?'],
  [['--format', 'csv'], 'one of them'],
  [['boards', '--sql', 'SELECT 1', '--format', 'csv'], 'one of them'],
  [['--sql', 'SELECT 1; SELECT 2', '--format', 'csv'], '2 statements'],
  [['--sql', 'SELECT 1; SELECT 2', '--format', 'parquet'], 'one SELECT'],
  [['--sql', "COPY boards TO 'x'", '--format', 'parquet'], 'Only reading'],
  [['boards', '--format', 'ndjson', '--where', "true) UNION (SELECT * FROM read_text('/etc/passwd')"], 'read_text'],
  [['boards', '--format', 'csv', '--columns', 'titel'], 'title'],
  [['boards', '--format', 'csv', '--columns', 'titel', '--sql', 'SELECT 1'], 'one of them'],
])('%j is exit 2 and writes nothing', async (argv, words) => {
  const { exitCode, stderr } = await exported(...argv, '--out', 'never');
  expect([exitCode, existsSync(join(cwd, 'never'))]).toEqual([2, false]);
  expect(stderr).toContain(words);
});

test('more rows than a sheet holds are counted and refused, not left out', async () => {
  async function* lines() {
    yield '{"names":["a"],"numbers":[true]}\n[1]\n[2';
    yield ']\n[3]\n';
  }
  const read = async () => {
    for await (const _ of rowsXlsx(lines(), new Texts(), 2));
  };
  await expect(read()).rejects.toThrow('A sheet holds 2 rows below its head, and there are 3');
});
