import { DuckDBInstance } from '@duckdb/node-api';
import { describe, expect, test } from 'vitest';
import { isBeneath, plainLocation, plainLocationSql } from '../../../src/writers/storage/location.js';

const SAME = [
  ['/w/a b/ü#1?%20', '/w/a b/ü#1?%20'],
  ['file:/w/x', '/w/x'],
  ['file:///w/x', '/w/x'],
  ['s3://bucket/key', 's3://bucket/key'],
  ['s3a://bucket/key', 's3://bucket/key'],
  ['s3n://bucket/s3a://key', 's3://bucket/s3a://key'],
  ['/w/file:/x', '/w/file:/x'],
] as const;

describe('one file of several names', () => {
  test.each(SAME)('%s is %s', (location, plain) => {
    expect(plainLocation(location)).toBe(plain);
  });

  test('is the same in SQL: else rows that a delete file names would be shown', async () => {
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    const values = SAME.map(([location]) => `('${location}')`).join(', ');
    const result = await connection.runAndReadAll(`SELECT ${plainLocationSql('l')} FROM (VALUES ${values}) AS t(l)`);
    expect(result.getRows().map(([plain]) => plain)).toEqual(SAME.map(([, plain]) => plain));
    connection.closeSync();
    instance.closeSync();
  });
});

describe('I10 a file of a table', () => {
  test.each([
    ['/w/t', '/w/t/data/x'],
    ['/w/t', 'file:///w/t/data/x'],
    ['file:/w/t', '/w/t/x'],
    ['s3a://b/t', 's3://b/t/x'],
    ['/w/t/', '/w/t/x'],
    ['/w/t', '/w/t/..x/x..'],
  ])('in %s lies %s', (folder, location) => {
    expect(isBeneath(folder, location)).toBe(true);
  });

  test.each([
    ['/w/t', '/w/t'],
    ['/w/t', '/w/t2/x'],
    ['/w/t', '/w/t/../u/x'],
    ['/w/t', '/w/t/a/..'],
    ['/w/t', '/w/t/./x'],
    ['/w/t', '/etc/passwd'],
    ['s3://b/t', 's3://b/t/../u/x'],
    ['s3://b/t', 's3://c/t/x'],
    ['/w/t', 's3://w/t/x'],
  ])('in %s does not lie %s', (folder, location) => {
    expect(isBeneath(folder, location)).toBe(false);
  });
});
