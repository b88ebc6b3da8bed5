/** Whether a table's rows have the columns that are wanted now: held against sets of columns that are written out. */
import { describe, expect, test } from 'vitest';
import { askedOf, bothColumns, haveColumns } from '../../../src/runtime/plan/columns-read.js';
import type { ColumnChoice } from '../../../src/runtime/streams/column-choice.js';

const ALL = ['a', 'b', 'c', 'Story points, all'];
const subsets = Array.from({ length: 2 ** ALL.length }, (_, bits) => ALL.filter((_name, at) => (bits >> at) & 1));
const choices: (ColumnChoice | undefined)[] = [
  undefined,
  ...subsets.filter(({ length }) => length > 0).flatMap((words) => [{ include: words }, { exclude: words }]),
];
/** A column that no list of ours names stands for those that come later. */
const columnsOf = (choice: ColumnChoice | undefined) =>
  [...ALL, 'later'].filter((name) =>
    !choice ? true : 'include' in choice ? choice.include.includes(name) : !choice.exclude.includes(name),
  );
const textOf = (choice: ColumnChoice | undefined) =>
  askedOf({ ...(choice ? { chosen: { choice, drop: [], keep: [] } } : {}) }).columns;

describe('of every two choices', () => {
  test('no table passes for having a column that it was read without; a longer list of columns left out is no new reading', () => {
    for (const before of choices)
      for (const now of choices) {
        const has = new Set(columnsOf(before));
        const reallyHas = columnsOf(now).every((name) => has.has(name));
        const says = haveColumns(textOf(before), textOf(now));
        if (says) expect([before, now, reallyHas]).toEqual([before, now, true]);
        const sameKind = before !== undefined && now !== undefined && 'include' in before === 'include' in now;
        if (sameKind || before === undefined) expect([before, now, says]).toEqual([before, now, reallyHas]);
      }
  });

  test('what rows of both have never holds more than either', () => {
    for (const one of choices)
      for (const other of choices) {
        const both = bothColumns(textOf(one), textOf(other));
        for (const wanted of choices)
          if (haveColumns(both, textOf(wanted))) {
            const held = [one, other].every((choice) =>
              columnsOf(wanted).every((name) => columnsOf(choice).includes(name)),
            );
            expect([one, other, wanted, held]).toEqual([one, other, wanted, true]);
          }
      }
  });
});

test('a long list fits into a state, and equals itself alone', () => {
  const long = (first: number) => ({ exclude: Array.from({ length: 400 }, (_, at) => `customfield_${first + at}`) });
  const text = textOf(long(10_000)) ?? '';
  expect(text.length).toBeLessThan(100);
  expect([haveColumns(text, text), haveColumns(text, textOf(long(10_001))), haveColumns(text, '-a')]).toEqual([
    true,
    false,
    false,
  ]);
});
