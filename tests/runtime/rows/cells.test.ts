import { expect, test } from 'vitest';
import { MISFIT, readList, readScalar } from '../../../src/runtime/rows/cells.js';
import { jsonText } from '../../../src/runtime/rows/json-text.js';

test.each([
  ['string', 5, MISFIT],
  ['string', '', ''],
  ['id', 10001, '10001'],
  ['id', 9007199254740993n, '9007199254740993'],
  ['id', 1.5, MISFIT],
  ['boolean', 'true', MISFIT],
  ['int', 2 ** 31, MISFIT],
  ['long', 9223372036854775807n, 9223372036854775807n],
  ['long', 9223372036854775808n, MISFIT],
  ['long', '5', MISFIT],
  ['long', 5.7, MISFIT],
  ['double', Number.POSITIVE_INFINITY, MISFIT],
  ['double', '1e400', MISFIT],
  ['date', '2024-02-30', MISFIT],
  ['json', { a: [1n, null] }, '{"a":[1,null]}'],
] as const)('%s of %s', (type, value, expected) => expect(readScalar(type, value)).toBe(expected));

test('one odd element in a list stands aside and takes no other with it', () => {
  expect(readList('string', ['a', 1, null, ['b']])).toEqual({ cells: ['a'], odd: [1, ['b']] });
  expect(readList('string', ['a', null])).toEqual({ cells: ['a'], odd: [] });
  expect(readList('string', 'a')).toBe(MISFIT);
  expect(readList('string', [1, null])).toBe(MISFIT);
});

test('a nest of 10,000 levels is written whole, or refused by an engine whose stack is too small: it is never cut', () => {
  let deep: unknown = 1;
  for (let level = 0; level < 10_000; level++) deep = [deep];
  let text = '';
  try {
    text = jsonText(deep);
  } catch (error) {
    expect(error).toBeInstanceOf(RangeError);
    return;
  }
  expect(text).toBe(`${'['.repeat(10_000)}1${']'.repeat(10_000)}`);
});
