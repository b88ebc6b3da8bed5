/** A list that is cut off is asked for by beginnings until each answer is short, and no beginning is asked for twice. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Prefixes } from '../../../src/runtime/plan/prefixes.js';

/** A site that answers with at most `cap` of the names that begin alike. */
function enumerate(names: readonly string[], cap: number, most = 10_000) {
  const answer = (prefix: string) => names.filter((name) => name.startsWith(prefix));
  const known = new Set(answer('').slice(0, cap));
  const asked: string[] = [];
  const prefixes = new Prefixes();
  if (names.length > cap) prefixes.cutOff('', known);
  for (let prefix = prefixes.next(); prefix !== undefined; prefix = prefixes.next()) {
    if (asked.length >= most) return { known, asked, exhausted: false };
    asked.push(prefix);
    const found = answer(prefix);
    for (const name of found.slice(0, cap)) known.add(name);
    if (found.length > cap) prefixes.cutOff(prefix, known);
    else prefixes.learn(known);
  }
  return { known, asked, exhausted: prefixes.exhausted };
}

test('a list below the cap needs no beginnings', () => expect(enumerate(['a', 'b'], 2).asked).toEqual([]));

test('beginnings of known names come first, and each is asked for once', () => {
  const { known, asked } = enumerate(['ada', 'adam', 'adele', 'zoe', '山田'], 3);
  expect(asked[0]).toBe('a');
  expect(new Set(asked).size).toBe(asked.length);
  // Nobody could guess the last name, and none of the known ones tells of it.
  expect([...known]).toEqual(['ada', 'adam', 'adele', 'zoe']);
});

test('names of other scripts are found where a known name begins like them', () => {
  const names = ['山a', '山b', '山c', 'z'];
  expect([...enumerate(names, 2).known].sort()).toEqual(['z', '山a', '山b', '山c']);
});

test('every name of letters and digits is found, however unevenly they lie', () => {
  const name = fc.stringMatching(/^[a-d0-2]{1,6}$/);
  fc.assert(
    fc.property(fc.uniqueArray(name, { maxLength: 60 }), fc.integer({ min: 3, max: 10 }), (names, cap) => {
      // Of two names one may be the beginning of the other: the shorter is in the answer for itself, which comes in order.
      const sorted = [...names].sort();
      const { known, exhausted } = enumerate(sorted, cap);
      expect(exhausted).toBe(true);
      expect([...known].sort()).toEqual(sorted);
    }),
  );
});

test('names that cannot be told apart by 40 characters are given up, and said so', () => {
  const names = Array.from({ length: 4 }, (_, at) => `${'x'.repeat(60)}${at}`);
  expect(enumerate(names, 3).exhausted).toBe(false);
});
