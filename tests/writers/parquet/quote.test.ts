import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { identifier, literal, pathList } from '../../../src/core/quote.js';
import { temporaryFolder } from '../support/tables.js';

const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).filter((value) => !value.includes('\0'));
const hostile = fc.constantFrom(
  '"; DROP TABLE t; --',
  "'; DROP TABLE t; --",
  '""',
  "''",
  '\\',
  '\n',
  'select',
  '$$',
  "E'\\n'",
);

test('I10 whatever a name or a text holds, DuckDB reads it as one name and one text', async () => {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  await fc.assert(
    fc.asyncProperty(fc.oneof(text, hostile), fc.oneof(text, hostile), async (name, value) => {
      const found = await connection.runAndReadAll(`SELECT ${literal(value)} AS ${identifier(name)}`);
      expect(found.columnNames()).toEqual([name]);
      expect(found.getRows()).toEqual([[value]]);
    }),
  );
  connection.closeSync();
});

test('I10 a folder named like a wildcard is read as itself', async () => {
  const root = await temporaryFolder();
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  for (const name of ['*', 'a?', '[ab]', "o'clock", 'ü b', '[', 'a*']) {
    const folder = join(root, name);
    await mkdir(folder);
    await writeFile(join(folder, 'x.json'), `{"a":${JSON.stringify(name)}}\n`);
    const found = await connection.runAndReadAll(`SELECT a FROM read_json(${pathList([join(folder, 'x.json')])})`);
    expect(found.getRows()).toEqual([[name]]);
  }
  connection.closeSync();
});

test('NUL and the empty name, which SQL cannot hold, are refused', () => {
  expect(() => identifier('')).toThrow(/empty/);
  expect(() => identifier('a\0')).toThrow(/NUL/);
  expect(() => literal('\0')).toThrow(/NUL/);
});
