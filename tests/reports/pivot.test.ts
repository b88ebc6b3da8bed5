/** The grid of a worklog report: sums on both edges, columns of the period, rows that can be told apart. */
import { describe, expect, test } from 'vitest';
import { gapsOf } from '../../src/reports/worklogs/expected.js';
import { type PivotAsked, type PivotCell, pivotOf, withoutLoneLevels } from '../../src/reports/worklogs/pivot.js';

const ASKED: PivotAsked = {
  by: ['person'],
  span: { start: '2026-02-27', end: '2026-03-03' },
  columns: 'day',
  weekStart: 'monday',
  weekend: ['saturday', 'sunday'],
  hideWeekends: false,
};
const cell = (path: readonly string[], column: string, seconds: number): PivotCell => ({
  path: path.map((label) => ({ key: label, label })),
  column,
  seconds,
  worklogs: 1,
});
const keys = (asked: Partial<PivotAsked>, cells: readonly PivotCell[] = []) =>
  pivotOf(cells, { ...ASKED, ...asked }).columns.map(({ key }) => key);

describe('the grid', () => {
  test('has a sum for each row, each column and the whole', () => {
    const { total } = pivotOf(
      [
        cell(['Ada', 'ENG-2'], '2026-02-27', 60),
        cell(['Ada', 'ENG-10'], '2026-03-02', 30),
        cell(['Bob', 'ENG-2'], '2026-02-27', 10),
      ],
      ASKED,
    );
    expect([total.seconds, total.worklogs, total.cells.get('2026-02-27'), total.cells.get('2026-03-02')]).toEqual([
      100, 3, 70, 30,
    ]);
    expect(total.rows.map(({ label, seconds, rows }) => [label, seconds, rows.map((row) => row.label)])).toEqual([
      ['Ada', 90, ['ENG-2', 'ENG-10']],
      ['Bob', 10, ['ENG-2']],
    ]);
  });

  test('shows days on which nobody worked, in order', () =>
    expect(keys({})).toEqual(['2026-02-27', '2026-02-28', '2026-03-01', '2026-03-02', '2026-03-03']));

  test('keeps the hours of hidden weekends in a column of their own, so that totals stay true', () => {
    expect(keys({ hideWeekends: true })).toEqual(['2026-02-27', '2026-03-02', '2026-03-03']);
    expect(keys({ hideWeekends: true }, [cell(['Ada'], 'weekend', 5)]).at(-1)).toBe('weekend');
  });

  test('has every week and month that the period touches', () => {
    expect(keys({ columns: 'week' })).toEqual(['2026-02-23', '2026-03-02']);
    expect(keys({ columns: 'week', weekStart: 'sunday' })).toEqual(['2026-02-22', '2026-03-01']);
    expect(keys({ columns: 'month' })).toEqual(['2026-02', '2026-03']);
    expect(keys({ columns: 'none' })).toEqual([]);
  });

  test('tells apart two that have one name, and puts those without a value last', () => {
    const two = ['demo|ENG', 'onprem|ENG'].map((key) => ({
      ...cell([], 'x', 1),
      path: [{ key, label: 'Engineering' }],
    }));
    const none = { ...cell([], 'x', 1), path: [{ key: '', label: '(none)' }] };
    const { total } = pivotOf([none, ...two], { ...ASKED, columns: 'status' });
    expect(total.rows.map(({ label }) => label)).toEqual([
      'Engineering (demo ENG)',
      'Engineering (onprem ENG)',
      '(none)',
    ]);
  });

  test('drops a level that tells nothing apart, never the last one', () => {
    const { total } = pivotOf([cell(['Sales', 'Ada'], 'x', 1), cell(['Sales', 'Bob'], 'x', 2)], {
      ...ASKED,
      columns: 'none',
    });
    expect(withoutLoneLevels(total).row.rows.map(({ label }) => label)).toEqual(['Ada', 'Bob']);
    const alone = pivotOf([cell(['Ada'], 'x', 1)], { ...ASKED, columns: 'none' }).total;
    expect(withoutLoneLevels(alone).row.rows.map(({ label }) => label)).toEqual(['Ada']);
  });
});

test('hours are expected on working days alone, and what one day has too much does not fill another', () => {
  const days = new Map([
    ['2026-02-27', 12 * 3600],
    ['2026-03-01', 3600],
  ]);
  const person = { id: 'a', name: 'Ada', seconds: 13 * 3600, days };
  const expectation = { span: ASKED.span, weekend: ASKED.weekend, daysOff: new Set(['2026-03-03']), seconds: 8 * 3600 };
  expect(gapsOf([person], expectation)).toEqual([
    { id: 'a', name: 'Ada', logged: 13 * 3600, expected: 16 * 3600, missing: 3 * 3600, shortDays: ['2026-03-02'] },
  ]);
});
