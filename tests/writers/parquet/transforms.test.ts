/** Partition values: a row in a partition where other readers do not look for it is a lost row. */
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { literal } from '../../../src/core/quote.js';
import type { PrimitiveType } from '../../../src/writers/iceberg/model.js';
import { bindSpec } from '../../../src/writers/iceberg/partitions.js';
import { sqlType } from '../../../src/writers/parquet/column-sql.js';
import { Duck } from '../../../src/writers/parquet/duckdb.js';
import { partitionValue, transformSql } from '../../../src/writers/parquet/transform-sql.js';
import { lacksPyiceberg, runPython } from '../../helpers/pyiceberg.js';
import { temporaryFolder } from '../support/tables.js';

type Value = string | number | boolean | null;
/** Dates as days, moments as microseconds since 1970. */
type Case = readonly [type: PrimitiveType, transform: string, values: readonly Value[]];

async function ours(cases: readonly Case[]): Promise<Value[][]> {
  const duck = await Duck.open({ memoryLimit: '256MB', temporaryFolder: await temporaryFolder() });
  try {
    return await duck.withSession(async (session) => {
      const results: Value[][] = [];
      for (const [type, transform, values] of cases) {
        const schema = { schemaId: 0, identifierFieldIds: [], fields: [{ id: 1, name: 'v', required: false, type }] };
        const field = bindSpec({ specId: 0, fields: [{ id: 1000, name: 'p', sourceId: 1, transform }] }, [schema]);
        const [bound] = field.fields;
        if (!bound) throw new Error('no field');
        const list = values.map((value, at) => `(${at}, ${sqlOf(type, value)}::${sqlType(type)})`);
        // As JSON: DuckDB's client drops a leading byte order mark from the texts it returns.
        const rows = await session.rows(
          `SELECT to_json([${transformSql(bound)}])::VARCHAR AS key FROM (VALUES ${list.join(', ')}) t(number, v) ORDER BY number`,
        );
        results.push(
          rows.map(({ key }) => {
            const [text] = JSON.parse(String(key)) as (string | null)[];
            return text == null ? null : plain(partitionValue(bound.result, text));
          }),
        );
      }
      return results;
    });
  } finally {
    await duck.close();
  }
}

const plain = (value: string | number | bigint | boolean) => (typeof value === 'bigint' ? Number(value) : value);

function sqlOf(type: PrimitiveType, value: Value): string {
  if (value === null) return 'NULL';
  if (type === 'date') return `(DATE '1970-01-01' + (${value})::INTEGER)`;
  if (type === 'timestamptz') return `make_timestamptz((${value})::BIGINT)`;
  return literal(String(value));
}

test('bucket hashes as the test vectors of the specification say', async () => {
  const cases: Case[] = [
    ['int', 'bucket[2147483]', [34]],
    ['long', 'bucket[2147483]', [34]],
    ['date', 'bucket[2147483]', [17486]],
    ['timestamptz', 'bucket[2147483]', [1510871468000000, 1510871468000001]],
    ['string', 'bucket[2147483]', ['iceberg']],
  ];
  const hashes = [[2017239379], [2017239379], [-653330422], [-2047944441, -1207196810], [1210000089]];
  expect(await ours(cases)).toEqual(hashes.map((list) => list.map((hash) => (hash & 0x7fffffff) % 2147483)));
});

test('values below zero and before 1970 fall into the partition below, texts are cut between code points', async () => {
  expect(
    await ours([
      ['int', 'truncate[10]', [-1, -10, 9, -2147483648, null]],
      ['string', 'truncate[2]', ['a🚀b', '🚀🚀🚀', '\ufeffab', '', null]],
      ['date', 'year', [-1, 0, -719162]],
      ['date', 'month', [-1, 0, 31, -32]],
      ['timestamptz', 'hour', [-1, 0, -3600000000, 3600000000]],
      ['timestamptz', 'day', [-1, -86400000000, 86400000000 - 1]],
      ['string', 'void', ['a', null]],
    ]),
  ).toEqual([
    // The last as Iceberg's own library has it: below the least int it goes on from the greatest.
    [-10, -10, 0, 2147483646, null],
    ['a🚀', '🚀🚀', '\ufeffa', '', null],
    [-1, 0, -1969],
    [-1, 0, 1, -2],
    [-1, 0, -1, 1],
    [-1, -1, 0],
    [null, null],
  ]);
});

const WIDTHS = [1, 2, 7, 16, 1000, 2147483];
const VALUES: Readonly<Record<PrimitiveType, fc.Arbitrary<Value>>> = {
  string: fc.string({ unit: 'binary', maxLength: 40 }).filter((text) => !text.includes('\0')),
  boolean: fc.boolean(),
  int: fc.integer({ min: -2147000000 }),
  // Whole in JSON, and in a number.
  long: fc.maxSafeInteger(),
  float: fc.float({ noNaN: true, noDefaultInfinity: true }),
  double: fc.double({ noNaN: true, noDefaultInfinity: true }),
  // The years 1 to 9999.
  date: fc.integer({ min: -719162, max: 2932896 }),
  timestamptz: fc.maxSafeInteger().map((micros) => micros % 62135596800000000),
};
const WORDS: Readonly<Record<string, readonly PrimitiveType[]>> = {
  identity: ['string', 'boolean', 'int', 'long', 'float', 'double', 'date', 'timestamptz'],
  void: ['string', 'double', 'timestamptz'],
  year: ['date', 'timestamptz'],
  month: ['date', 'timestamptz'],
  day: ['date', 'timestamptz'],
  hour: ['timestamptz'],
  bucket: ['int', 'long', 'string', 'date', 'timestamptz'],
  truncate: ['int', 'long', 'string'],
};

test.skipIf(lacksPyiceberg() !== null)('every transform of every type makes what pyiceberg makes of it', async () => {
  const cases = Object.entries(WORDS).flatMap(([word, types]) =>
    types.flatMap((type) => {
      const names = word === 'bucket' || word === 'truncate' ? WIDTHS.map((width) => `${word}[${width}]`) : [word];
      return names.map((name): Case => [type, name, [null, ...fc.sample(VALUES[type], 300)]]);
    }),
  );
  const theirs = runPython(join(import.meta.dirname, 'transforms.py'), cases) as Value[][];
  const found = await ours(cases);
  for (const [at, [type, name, values]] of cases.entries())
    for (const [index, value] of values.entries())
      expect({ type, name, value, result: found[at]?.[index] }).toEqual({
        ...{ type, name, value },
        result: theirs[at]?.[index],
      });
});
