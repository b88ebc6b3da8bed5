/** Runs a property with a fixed seed, or, under `npm run fuzz`, with new ones for as long as was asked. */
import fc from 'fast-check';
import { test } from 'vitest';

/** Milliseconds for each property, set by `npm run fuzz`; absent: so many cases, always the same. */
const LONG = process.env.FUZZ_MS === undefined ? null : Number(process.env.FUZZ_MS);
/** Set to repeat what a long run has found. */
const GIVEN = process.env.FUZZ_SEED;
const SEED = 20_261_128;
const ROUND = 500;

type Check<T> = (value: T) => Promise<void> | void;

/** @param cases of an ordinary test run */
export function fuzz<T>(title: string, cases: number, values: fc.Arbitrary<T>, check: Check<T>): void {
  test(title, () => (LONG === null ? round(values, check, cases, Number(GIVEN ?? SEED)) : long(values, check, LONG)));
}

/** Round after round, since what fast-check keeps of one grows with it. */
async function long<T>(values: fc.Arbitrary<T>, check: Check<T>, ms: number): Promise<void> {
  const end = Date.now() + ms;
  let seed = Number(GIVEN ?? Math.floor(Math.random() * 2 ** 31));
  for (; Date.now() < end; seed++) await round(values, check, ROUND, seed);
}

/** What fails is told with its seed, in its smallest form. */
function round<T>(values: fc.Arbitrary<T>, check: Check<T>, numRuns: number, seed: number): Promise<void> {
  return fc.assert(
    fc.asyncProperty(values, async (value) => check(value)),
    { seed, numRuns },
  );
}

/** A text with a few places damaged: cut, doubled, moved, or replaced by one of these. */
export function damaged(text: fc.Arbitrary<string>, pieces: readonly string[]): fc.Arbitrary<string> {
  const damage = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    length: fc.nat({ max: 12 }),
    instead: fc.oneof(fc.constant(''), fc.constantFrom(...pieces), fc.string({ unit: 'binary', maxLength: 4 })),
  });
  return fc.tuple(text, fc.array(damage, { maxLength: 6 })).map(([whole, damages]) =>
    damages.reduce((rest, { at, length, instead }) => {
      const begin = Math.floor(at * rest.length);
      return rest.slice(0, begin) + instead + rest.slice(begin + length);
    }, whole),
  );
}
