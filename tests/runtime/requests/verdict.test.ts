/** What is believed of an answer: silence and lack of time delete nothing. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { halves, speaksOf, verdictsOf } from '../../../src/runtime/requests/verdict.js';

const WORDS = 'Issue does not exist';

test('only a refusal that says so proves that a record is gone', () => {
  const refused = [
    { id: '2', why: 'Issue does not exist or you do not have permission to see it.' },
    { id: '3', why: 'The issue could not be read in time.' },
    { id: '1', why: 'Issue does not exist' },
  ];
  expect(Object.fromEntries(verdictsOf(['1', '2', '3', '4'], new Set(['1']), refused, WORDS))).toEqual({
    1: 'there',
    2: 'gone',
    3: 'unclear',
    4: 'unclear',
  });
  expect(verdictsOf(['2'], new Set(), refused, null).get('2')).toBe('unclear');
});

test('both halves together are the whole, and a single one is not asked again as it was', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(), { minLength: 2 }), (items) => {
      const parts = halves(items);
      expect(parts.flat()).toEqual(items);
      expect(parts.every((part) => part.length > 0 && part.length < items.length)).toBe(true);
    }),
  );
  expect(halves([])).toEqual([]);
});

test('a refusal that names a longer number is not about this one', () => {
  expect(speaksOf("A value with ID '10068' does not exist for the field 'id'.", '10068')).toBe(true);
  expect(speaksOf("A value with ID '110068' does not exist for the field 'id'.", '10068')).toBe(false);
  expect(speaksOf('', '10068')).toBe(false);
});
