/** When a parent that is owed is asked again, when it is believed, and when it is given up. */
import { describe, expect, test } from 'vitest';
import {
  afterTry,
  type Debt,
  type Difference,
  dueOf,
  isDue,
  isHidden,
  isOpen,
  isStillHidden,
  isTroubleOfMany,
  newDebt,
  passed,
} from '../../../src/runtime/plan/debt-rules.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = Date.parse('2026-11-28T12:00:00Z');
const owing = { stream: 'issue_comments', parent: 'issue_id=7', name: 'issue 7 "ENG-7"', values: { issue_id: '7' } };
const refused = { reason: 'answered with status 403.', status: 403, waits: false };
const short = (came: number, total: number): Difference => ({ came, total, updated: 5 });

/** One try a day, all refused alike. */
function triedDaily(times: number, status = 403): Debt {
  let debt = newDebt(owing, 'new', NOW);
  for (let day = 0; day < times; day += 1) debt = afterTry(debt, owing, { ...refused, status }, NOW + day * DAY);
  return debt;
}

test('the distance between tries grows: 1, 2, 4 … runs, and never more than a day', () => {
  const passes: number[] = [];
  let debt: Debt | undefined;
  for (let tries = 0; tries < 4; tries += 1) {
    debt = afterTry(debt, owing, refused, NOW);
    passes.push(debt.pass);
  }
  expect(passes).toEqual([0, 1, 3, 7]);
  expect(debt && isDue(debt, NOW + HOUR)).toBe(false);
  expect(debt && isDue(debt, NOW + DAY)).toBe(true);
  expect(debt && passed(debt).pass).toBe(6);
});

test('a debt that nobody tried yet is due at once', () => expect(isDue(newDebt(owing, 'new', NOW), NOW)).toBe(true));

describe('a parent is given up', () => {
  test('after seven days and five refusals with the same status, and not before', () => {
    expect(triedDaily(7).state).toBe('owed');
    expect(triedDaily(8).state).toBe('refused');
    expect(afterTry(afterTry(undefined, owing, refused, NOW), owing, refused, NOW + 30 * DAY).state).toBe('owed');
  });

  test('never for a limit, a fault of the site, or answers that differ', () => {
    expect(triedDaily(20, 429).state).toBe('owed');
    expect(triedDaily(20, 500).state).toBe('owed');
    expect(afterTry(triedDaily(20), owing, { ...refused, status: 404 }, NOW + 20 * DAY).state).toBe('owed');
  });

  test('is tried weekly, and fails the run only when asked to be strict', () => {
    const debt = triedDaily(8);
    expect(isDue(debt, NOW + 8 * DAY)).toBe(false);
    expect(isDue(debt, NOW + 15 * DAY)).toBe(true);
    expect([isOpen(debt, false), isOpen(debt, true)]).toEqual([false, true]);
  });
});

describe('a difference is hidden', () => {
  test('at once when two ways to read it agree, but never when nothing came', () => {
    expect(isHidden(undefined, short(2, 5), true, NOW)).toBe(true);
    expect(isHidden(undefined, short(0, 5), true, NOW)).toBe(false);
  });

  test('when it is the same an hour later, whatever was tried in between', () => {
    let debt = afterTry(undefined, owing, { ...refused, status: null, difference: short(2, 5) }, NOW);
    debt = afterTry(debt, owing, { ...refused, status: null, difference: short(2, 5) }, NOW + HOUR / 2);
    expect(isHidden(debt, short(2, 5), false, NOW + HOUR / 2)).toBe(false);
    expect(isHidden(debt, short(2, 5), false, NOW + HOUR)).toBe(true);
    expect(isHidden(debt, short(3, 5), false, NOW + HOUR)).toBe(false);
    expect(isHidden(debt, { ...short(2, 5), updated: 6 }, false, NOW + HOUR)).toBe(false);
  });

  test('as long as neither the count nor the parent moves', () => {
    const tried = afterTry(undefined, owing, { ...refused, difference: short(2, 5) }, NOW);
    const debt: Debt = { ...tried, state: 'hidden' };
    expect(isStillHidden(debt, { total: 5, updated: 5 })).toBe(true);
    expect(isStillHidden(debt, { total: 6, updated: 5 })).toBe(false);
    expect(isStillHidden(debt, { total: 5, updated: 6 })).toBe(false);
    expect(isStillHidden(tried, { total: 5, updated: 5 })).toBe(false);
    expect(isOpen(debt, true)).toBe(false);
    expect([isDue(debt, NOW + DAY), isDue(debt, NOW + 7 * DAY)]).toEqual([false, true]);
  });
});

test('at most 50 are tried in a run, the oldest first; all of them when asked for', () => {
  const debts = Array.from({ length: 60 }, (_, n) => newDebt({ ...owing, parent: `issue_id=${n}` }, 'new', NOW - n));
  const due = dueOf(debts, NOW, false);
  expect(due).toHaveLength(50);
  expect(due[0]?.parent).toBe('issue_id=59');
  expect(dueOf(debts, NOW, true)).toHaveLength(60);
});

test('a hundred parents in trouble are single ones of many, and a hundred and one of few are not', () => {
  expect(isTroubleOfMany(100, 100)).toBe(false);
  expect(isTroubleOfMany(101, 1000)).toBe(true);
  expect(isTroubleOfMany(101, 10_000)).toBe(false);
});
