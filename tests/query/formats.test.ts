import { tableFromIPC } from 'apache-arrow';
import { describe, expect, test } from 'vitest';
import { render as renderAnswers } from '../../src/query/formats/formats.js';
import type { FormatName } from '../../src/query/formats/names.js';
import type { FormatOptions } from '../../src/query/formats/result-rows.js';
import { prepareAll } from '../../src/query/read-only.js';
import { opened, temporaryFolder } from './warehouse.js';

async function render(format: FormatName, sql: string, options: FormatOptions = {}): Promise<Buffer> {
  const warehouse = await opened(temporaryFolder());
  const parts: Buffer[] = [];
  for await (const part of renderAnswers(format, await prepareAll(warehouse, sql), options))
    parts.push(Buffer.from(part));
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

test('table: neither a cell nor a head can move the cursor of the terminal or turn what is written around', async () => {
  const evil = '\u001b[2J\u202e\u009b\n';
  const text = (await render('table', `SELECT '${evil}x' AS "head${evil}"`)).toString();
  expect(text).toContain('│ head\\u001b[2J\\u202e\\u009b\\n │');
  expect(text).toContain('│ \\u001b[2J\\u202e\\u009b\\nx');
  expect(text.match(/\n/g)?.length).toBe(6);
});

test('table: rows too wide for the terminal, or all of them when asked, are shown as records; numbers stand at the right', async () => {
  const sql = "SELECT 7 AS a, 'long' AS word UNION ALL SELECT 12345, NULL ORDER BY a";
  const text = async (options: FormatOptions) => (await render('table', sql, options)).toString();
  expect(await text({ fold: 'wide', width: 80 })).toContain('│     7 │ long │\n│ 12345 │      │');
  const records = '-[ 1 ]--\na     7\nword  long\n-[ 2 ]--\na     12345\nword\n2 rows.\n';
  expect(await text({ fold: 'wide', width: 10 })).toBe(records);
  expect(await text({ fold: 'always', width: 80 })).toBe(records);
  expect(await text({ fold: 'never', width: 10 })).toContain('│ 12345 │');
});

test('json: what would move a cursor is escaped, and means the same', async () => {
  const evil = '\u001b[2J\u202e\u009b\u2028';
  const text = (await render('json', `SELECT '${evil}' AS "${evil}"`)).toString();
  expect([...evil].filter((char) => char !== '[' && char !== '2' && char !== 'J' && text.includes(char))).toEqual([]);
  expect(JSON.parse(text)).toEqual([{ [evil]: evil }]);
});

test('a cell of megabytes goes on its way in pieces, no character cut', async () => {
  const warehouse = await opened(temporaryFolder());
  const pieces: (string | Uint8Array)[] = [];
  const answers = await prepareAll(warehouse, "SELECT 'x' || repeat('😀', 3000000) AS a");
  for await (const piece of renderAnswers('csv', answers, {})) pieces.push(piece);
  expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(1_100_000);
  expect(Buffer.concat(pieces.map((piece) => Buffer.from(piece))).toString()).toBe(`a\nx${'😀'.repeat(3_000_000)}\n`);
});

describe('several statements', () => {
  const SQL = "SELECT 1 AS a; ; SELECT 'x;y' AS b -- no; statement\n; SELECT 3 AS c WHERE false;";

  test('table and csv: each is answered, in order, with an empty line between', async () => {
    expect((await render('csv', SQL)).toString()).toBe('a\n1\n\nb\nx;y\n\nc\n');
    const table = (await render('table', SQL)).toString();
    expect(table.match(/\d rows?\./g)).toEqual(['1 row.', '1 row.', '0 rows.']);
  });

  test('json: one document, with an array for each', async () => {
    expect(JSON.parse((await render('json', SQL)).toString())).toEqual([[{ a: 1 }], [{ b: 'x;y' }], []]);
  });

  test('arrow: refused, because readers would take the first answer for all', async () => {
    await expect(render('arrow', SQL)).rejects.toThrow('holds one answer, and there are 3 statements');
  });

  test('a mistake in the last one is told before the first is answered', async () => {
    await expect(render('csv', 'SELECT 1; SELECT nope')).rejects.toThrow(/^Binder Error/);
  });
});

describe('csv for a spreadsheet', () => {
  const sheet = async (sql: string) =>
    (await render('csv', sql, { spreadsheet: true })).toString().split('\n').slice(0, -1);

  test.each([
    '=1+1',
    '+1',
    '-1',
    '@SUM(A1)',
    '\tx',
    '=HYPERLINK("http://x")',
  ])('a text that begins like a formula is told to be a text: %j', async (text) => {
    const sql = `SELECT '${text}' AS summary`;
    const plain = (await render('csv', sql)).toString().split('\n')[1] ?? '';
    expect(plain.replace(/^"/, '').startsWith("'")).toBe(false);
    expect((await sheet(sql))[1]).toBe(plain.startsWith('"') ? plain.replace('"', `"'`) : `'${plain}`);
  });

  test('a carriage return at its beginning too', async () => {
    expect(await sheet("SELECT chr(13) || '=1' AS summary")).toEqual(['summary', "'\\r=1"]);
  });

  test('numbers, dates, spans, ids, lists and texts that begin otherwise stay as they are', async () => {
    expect(
      await sheet(
        "SELECT -1 AS i, -1.5 AS d, -2::DOUBLE AS f, INTERVAL (-1) DAY AS span, DATE '2024-02-29' AS day, '-1' AS resolution_id, ['=1'] AS list, 'a=1' AS text, NULL::VARCHAR AS nothing",
      ),
    ).toEqual(['i,d,f,span,day,resolution_id,list,text,nothing', '-1,-1.5,-2,-1 day,2024-02-29,-1,"[""=1""]",a=1,']);
  });

  test('an id that is a formula is no id, and a head may be one too', async () => {
    expect(await sheet('SELECT \'=1\' AS id, 2 AS "=head"')).toEqual(["id,'=head", "'=1,2"]);
  });

  test('ESC is never raw', async () => {
    expect(await sheet("SELECT 'a' || chr(27) || '[2J' AS summary")).toEqual(['summary', 'a\\u001b[2J']);
  });
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
