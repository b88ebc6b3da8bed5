import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { TableSpec } from '../../src/contract/table.js';
import { batch, ITEMS, storedRows, temporaryFolder, testWarehouse } from './support/tables.js';

const NAMES = ['select', 'a "quoted" name', "it's", 'dot.ted', 'straße 🚀', 'filename', 'constructor', 'c1'];

const EVERYTHING: TableSpec = {
  ...ITEMS,
  columns: [
    { name: 'id', type: 'string' },
    { name: 'flag', type: 'boolean' },
    { name: 'small', type: 'int' },
    { name: 'big', type: 'long' },
    { name: 'real', type: 'double' },
    { name: 'day', type: 'date' },
    { name: 'instant', type: 'timestamptz' },
    {
      name: 'deep',
      type: {
        list: {
          struct: [
            { name: 'Strange "key"', type: 'string' },
            { name: 'list', type: { list: 'long' } },
          ],
        },
      },
    },
    ...NAMES.map((name) => ({ name, type: 'string' as const })),
  ],
};

describe('values on their way through JSON, DuckDB and Parquet', () => {
  test('any text comes back byte by byte; lone surrogates become U+FFFD', { timeout: 60_000 }, async () => {
    const root = await temporaryFolder();
    const table = await (await testWarehouse(root)).open(ITEMS);
    const texts = fc.sample(fc.string({ unit: 'binary', maxLength: 40 }), 300);
    texts.push(
      '\0',
      'a\0b',
      '"',
      "'",
      '\\',
      '\\ud83d',
      '\u2028',
      '\ufeffx',
      '👩‍👩‍👧',
      'x\ud800',
      '\udc00y',
      '\n\r\t',
      '"}\n{',
      '',
    );
    await table.write(
      texts.map((text, index) => ({ id: String(index).padStart(4, '0'), parent_id: text, _extra: text })),
    );
    await table.commit(batch(1));
    const expected = texts.map((text) => text.replace(/\p{Surrogate}/gu, '\ufffd'));
    // As bytes: DuckDB's client drops a leading byte order mark from the texts it returns.
    const rows = await storedRows(root, ITEMS, 'id, hex(encode(parent_id)) AS parent_id, hex(encode(_extra)) AS extra');
    const bytes = expected.map((text) => Buffer.from(text).toString('hex').toUpperCase());
    expect(rows.map(({ parent_id }) => parent_id)).toEqual(bytes);
    expect(rows.map(({ extra }) => extra)).toEqual(bytes);
    await table.write(
      texts.map((text, index) => ({ id: String(index).padStart(4, '0'), parent_id: text, _extra: text })),
    );
    expect(await table.commit(batch(2))).toMatchObject({ written: 0, unchanged: texts.length });
  });

  test('extreme numbers, dates and times are exact', async () => {
    const root = await temporaryFolder();
    const table = await (await testWarehouse(root)).open(EVERYTHING);
    await table.write([
      {
        id: 'a',
        flag: true,
        small: -(2 ** 31),
        big: 2n ** 63n - 1n,
        real: 5e-324,
        day: '0001-01-01',
        instant: '0001-01-01T00:00:00Z',
      },
      {
        id: 'b',
        flag: false,
        small: 2 ** 31 - 1,
        big: -(2n ** 63n),
        real: -1.7976931348623157e308,
        day: '9999-12-31',
        instant: '9999-12-31T23:59:59.999999Z',
      },
      {
        id: 'c',
        flag: null,
        small: 0,
        big: 9007199254740993n,
        real: -0,
        day: '1969-12-31',
        instant: '1969-12-31T23:59:59.5Z',
      },
      { id: 'd', deep: [null, {}, { 'Strange "key"': 'é', list: [2n ** 62n, null] }] },
    ]);
    await table.commit(batch(1));
    expect(await storedRows(root, EVERYTHING)).toMatchObject([
      {
        flag: true,
        small: -2147483648,
        big: '9223372036854775807',
        real: 5e-324,
        day: '0001-01-01',
        instant: '0001-01-01 00:00:00+00',
      },
      {
        flag: false,
        small: 2147483647,
        big: '-9223372036854775808',
        real: -1.7976931348623157e308,
        day: '9999-12-31',
        instant: '9999-12-31 23:59:59.999999+00',
      },
      {
        flag: null,
        small: 0,
        big: '9007199254740993',
        real: -0,
        day: '1969-12-31',
        instant: '1969-12-31 23:59:59.5+00',
      },
      {
        big: null,
        deep: [
          null,
          { 'Strange "key"': null, list: null },
          { 'Strange "key"': 'é', list: ['4611686018427387904', null] },
        ],
      },
    ]);
  });

  test('I10 column names that need quoting work in every step, merge included', async () => {
    const root = await temporaryFolder();
    const table = await (await testWarehouse(root)).open({
      ...EVERYTHING,
      primaryKey: ['id', "it's"],
      cursor: 'a "quoted" name',
    });
    const row = (id: string, text: string) => ({ id, ...Object.fromEntries(NAMES.map((name) => [name, text])) });
    for (let number = 1; number <= 3; number += 1) {
      await table.write([row(`k${number}`, 'x')]);
      await table.commit(batch(number));
    }
    await table.write([row('k1', 'x'), { ...row('k2', 'x'), 'dot.ted': 'y' }, row('k2', 'other key')]);
    table.mark({ reason: 'feed', where: { column: "it's", in: ['other key'] }, exceptBatch: false });
    expect(await table.commit(batch(4))).toMatchObject({ written: 2, unchanged: 1, deleted: 1 });
    const rows = await storedRows(root, EVERYTHING);
    expect(rows.map((stored) => [stored.id, stored['dot.ted']])).toContainEqual(['k2', 'y']);
    expect(rows).toHaveLength(4);
  });

  test.each([
    'FILE_ROW_NUMBER',
  ])('a column %s, which would hide the positions of rows, is refused when the table is opened', async (name) => {
    const writer = await testWarehouse(await temporaryFolder());
    const columns = [...ITEMS.columns, { name, type: 'long' as const }];
    await expect(writer.open({ ...ITEMS, columns })).rejects.toThrow(/reserved/);
  });

  test.each([
    ['an unknown column', { id: 'a', nope: 1 }, /"nope"/],
    ['a missing key', { small: 1 }, /"id" needs a value/],
    ['a null key', { id: null }, /"id" needs a value/],
    ['a fraction for an integer', { id: 'a', big: 5.7 }, /"big" needs a 64-bit integer/],
    ['a number beyond exactness', { id: 'a', big: 2 ** 53 }, /"big"/],
    ['an integer of more than 64 bits', { id: 'a', big: 2n ** 63n }, /"big"/],
    ['a long for an int', { id: 'a', small: 2 ** 31 }, /"small"/],
    ['text for a number', { id: 'a', real: '1' }, /"real" needs a finite number, but a string/],
    ['a number that is none', { id: 'a', real: Number.NaN }, /"real"/],
    ['one for true', { id: 'a', flag: 1 }, /"flag"/],
    ['a time without zone', { id: 'a', instant: '2025-01-01T00:00:00' }, /"instant"/],
    ['an object for a list', { id: 'a', deep: {} }, /"deep" needs a list/],
    ['an unknown member', { id: 'a', deep: [{ other: 1 }] }, /"deep\[\].other"/],
  ])('a cell that does not fit is refused, not bent: %s', async (_, row, message) => {
    const root = await temporaryFolder();
    const table = await (await testWarehouse(root)).open(EVERYTHING);
    await expect(table.write([{ id: 'good' }, row])).rejects.toThrow(message);
    expect(table.pending, 'the page is refused as a whole').toBe(0);
  });
});
