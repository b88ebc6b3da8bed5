import { tableFromIPC } from 'apache-arrow';
import { expect, test } from 'vitest';
import { FORMATS, type FormatName } from '../../src/query/formats/formats.js';
import { resultRows } from '../../src/query/formats/result-rows.js';
import { runSql } from '../../src/query/read-only.js';
import { opened, temporaryFolder } from './warehouse.js';

async function render(format: FormatName, sql: string): Promise<Buffer> {
  const warehouse = await opened(temporaryFolder());
  const parts: Buffer[] = [];
  for await (const part of FORMATS[format](resultRows(await runSql(warehouse, sql)))) parts.push(Buffer.from(part));
  return Buffer.concat(parts);
}

const ODD = `SELECT 9007199254740993 AS big, 5::BIGINT AS small, TIMESTAMPTZ '2024-02-29 23:59:59.123456+02' AS at,
  TIMESTAMPTZ '1969-12-31 23:59:59.5Z' AS before, DATE '2024-02-29' AS day, [{'a': 'x', 'n': NULL}, NULL] AS nested, 'say "hi",' || chr(10) || 'you' AS text, NULL AS nothing, 'nan'::DOUBLE AS nan, '' AS empty`;

test('json: one document, integers exact, times in ISO form', async () => {
  expect(JSON.parse((await render('json', ODD)).toString())).toEqual([
    {
      big: '9007199254740993',
      small: 5,
      at: '2024-02-29T21:59:59.123456Z',
      before: '1969-12-31T23:59:59.500Z',
      day: '2024-02-29',
      nested: [{ a: 'x', n: null }, null],
      text: 'say "hi",\nyou',
      nothing: null,
      nan: 'NaN',
      empty: '',
    },
  ]);
});

test('json: no row is an empty array, many rows are one array, columns of one name are both kept', async () => {
  expect(JSON.parse((await render('json', 'SELECT 1 WHERE false')).toString())).toEqual([]);
  const many = JSON.parse((await render('json', 'SELECT range AS a, -range AS a FROM range(5000)')).toString());
  expect(many.length).toBe(5000);
  expect(Object.values(many[4999])).toEqual([4999, -4999]);
});

test('csv: a quote, a comma and a line break stay within their cell, an empty text is not null', async () => {
  const lines = (
    await render('csv', "SELECT 'say \"hi\",' || chr(10) || 'you' AS text, NULL AS n, '' AS e")
  ).toString();
  expect(lines).toBe('text,n,e\n"say ""hi"",\nyou",,""\n');
});

test('table: a cell cannot move the cursor of the terminal', async () => {
  const text = (await render('table', "SELECT chr(27) || '[2Jx' AS evil")).toString();
  expect(text).not.toContain('\u001b[2J');
  expect(text).toContain('1 row.');
});

test('table: rows left out are told', async () => {
  expect((await render('table', 'FROM range(1001)')).toString()).toContain('1001 rows. The first 1000 are shown');
});

test('arrow: types and values survive, over several batches', async () => {
  const table = tableFromIPC(
    await render(
      'arrow',
      `SELECT range AS n, (range % 7)::INT AS i, 'é' || range AS text, TIMESTAMPTZ '2024-02-29 23:59:59.123456Z' AS at, DATE '2024-02-29' AS day,
        [{'a': 'x' || range, 'l': [range]}] AS nested, range % 2 = 0 AS even, CASE WHEN range > 0 THEN 1.5 END AS d, sum(range) OVER () AS total FROM range(10000)`,
    ),
  );
  expect(table.numRows).toBe(10_000);
  expect(table.batches.length).toBeGreaterThan(1);
  expect(String(table.schema.fields.find(({ name }) => name === 'at')?.type)).toBe('Timestamp<MICROSECOND, UTC>');
  expect(table.getChild('at')?.data[0]?.values[0]).toBe(1709251199123456n);
  const last = table.get(9999);
  expect(last?.n).toBe(9999n);
  expect(last?.i).toBe(9999 % 7);
  expect(last?.text).toBe('é9999');
  expect(new Date(last?.day).toISOString()).toBe('2024-02-29T00:00:00.000Z');
  expect(
    JSON.parse(JSON.stringify(last?.nested, (_, value) => (typeof value === 'bigint' ? Number(value) : value))),
  ).toEqual([{ a: 'x9999', l: [9999] }]);
  expect([last?.even, last?.d, last?.total]).toEqual([false, 1.5, 49_995_000]);
  expect(table.get(0)?.d).toBe(null);
});

test('arrow: no row still says the columns', async () => {
  const table = tableFromIPC(await render('arrow', "SELECT 1 AS a, 'x' AS b WHERE false"));
  expect([table.numRows, table.schema.names]).toEqual([0, ['a', 'b']]);
});
