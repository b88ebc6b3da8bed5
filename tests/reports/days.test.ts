/** Periods and hours: the words people use, and the days they mean. */
import { describe, expect, test } from 'vitest';
import { eachDay, weekOf } from '../../src/reports/days.js';
import { showSeconds } from '../../src/reports/hours.js';
import { periodOf } from '../../src/reports/period.js';

const onSunday = (period: string, weekStart: 'monday' | 'sunday' | 'saturday' = 'monday') =>
  periodOf({ period }, '2026-03-01', weekStart);

describe('a period is the days its word means', () => {
  test.each([
    ['today', '2026-03-01', '2026-03-01'],
    ['yesterday', '2026-02-28', '2026-02-28'],
    ['this-week', '2026-02-23', '2026-03-01'],
    ['last-week', '2026-02-16', '2026-02-22'],
    ['this-month', '2026-03-01', '2026-03-31'],
    ['last-month', '2026-02-01', '2026-02-28'],
    ['this-quarter', '2026-01-01', '2026-03-31'],
    ['last-quarter', '2025-10-01', '2025-12-31'],
    ['this-year', '2026-01-01', '2026-12-31'],
    ['last-year', '2025-01-01', '2025-12-31'],
    ['2024', '2024-01-01', '2024-12-31'],
    ['2024-02', '2024-02-01', '2024-02-29'],
    ['2026-Q4', '2026-10-01', '2026-12-31'],
    // 1 January 2027 is a Friday: it lies in the last week of 2026, which has 53.
    ['2026-W53', '2026-12-28', '2027-01-03'],
    ['2027-W01', '2027-01-04', '2027-01-10'],
  ])('%s', (period, start, end) => expect(onSunday(period)).toEqual({ start, end }));

  test('a week begins on the day that was asked for', () => {
    expect(onSunday('this-week', 'sunday')).toEqual({ start: '2026-03-01', end: '2026-03-07' });
    expect(onSunday('this-week', 'saturday')).toEqual({ start: '2026-02-28', end: '2026-03-06' });
    expect(weekOf('2026-02-28', 'saturday').start).toBe('2026-02-28');
  });

  test.each([
    '2027-W53',
    '2026-W00',
    '2026-13',
    '2026-Q5',
    'last-fortnight',
    'constructor',
    '',
  ])('no calendar has %s, and it is refused with what there is', (period) =>
    expect(() => onSunday(period)).toThrow(/expected one of today/));

  test('a start alone means until today; an end before it, or a period beside it, is refused', () => {
    expect(periodOf({ start: '2026-02-27' }, '2026-03-01', 'monday')).toEqual({
      start: '2026-02-27',
      end: '2026-03-01',
    });
    expect(() => periodOf({ start: '2026-02-27', end: '2026-02-26' }, '2026-03-01', 'monday')).toThrow('is before');
    expect(() => periodOf({ start: '2026-02-27', period: 'today' }, '2026-03-01', 'monday')).toThrow('stands for');
    expect(() => periodOf({}, '2026-03-01', 'monday')).toThrow('Say which days');
  });

  test('every day is there once, across a change of clocks and a leap day', () => {
    expect(eachDay({ start: '2024-02-28', end: '2024-04-01' })).toHaveLength(34);
    expect(eachDay({ start: '2024-02-28', end: '2024-03-01' })).toEqual(['2024-02-28', '2024-02-29', '2024-03-01']);
  });
});

test.each([
  [27_000, 'h', '7.50'],
  [27_000, 'd', '0.94'],
  [27_000, 'm', '450'],
  [27_000, 'hm', '7h 30m'],
  [3600, 'hm', '1h'],
  [59 * 60, 'hm', '59m'],
  [7199, 'hm', '2h'],
  [0, 'hm', '0m'],
  [-5400, 'hm', '-1h 30m'],
  [60, 'h', '0.02'],
  [4_347_000, 'h', '1,207.50'],
] as const)('%d seconds in %s are %s', (seconds, unit, text) =>
  expect(showSeconds(seconds, { unit, hoursPerDay: 8 })).toBe(text));
