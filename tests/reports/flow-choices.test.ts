/** Flow reports by the columns of a board, on the stories of March 2026: every number was worked out by hand. */
import { describe, expect, test } from 'vitest';
import { UNASKED } from '../../src/reports/flow/asked.js';
import { finishedOf } from '../../src/reports/flow/finished.js';
import { BETA, MARCH, marchReports } from './march.js';

const { finished, opened, report, rowsOf } = marchReports();

test('without a choice, what is finished and how long it took is what the view cycle_time says', async () => {
  const columns =
    'issue_key, started_at, finished_at, cycle_days, active_days, lead_days, reopened_count, history_broken, resolution_name';
  const asked = { ...UNASKED, connections: ['acme'], span: MARCH, today: '2026-03-27' };
  const own = await opened().rows(`SELECT ${columns} FROM ${finishedOf(opened(), asked)} f ORDER BY issue_key`);
  expect(own).toEqual(
    await opened().rows(`SELECT ${columns} FROM main.cycle_time WHERE _connection = 'acme' ORDER BY issue_key`),
  );
  expect(own).toHaveLength(9);
});

describe('--board', () => {
  const board = 'team BOARD';

  test('its last column is done, and what left that column or is not on the board does not count', async () => {
    expect(await finished({})).toEqual([5, 2, 2, 0]);
    // S-6 went on to a status that is in no column; S-11 is not on the board.
    expect(await finished({ board })).toEqual([4, 2, 1, 0]);
    expect(await finished({ board: '7' })).toEqual([4, 2, 1, 0]);
    expect((await report('throughput', { board })).notes.join('\n')).toContain(
      'By the board Team board: Done is done, work is In Progress, Review',
    );
  });

  test('aging: ages at leaving rise from column to column, as who skipped a column had left it, too', async () => {
    const { sections } = await report('aging', { board });
    // In Progress was left at 1 (S-5), 3 (S-1), 4 (S-10), 5 (S-3) and 12 (S-2); Review, where S-5 alone was, at 3, 3, 4, 5 and 12.
    expect(sections[1]?.table.rows).toEqual([
      { column: 'In Progress', finished: 5, p50_days: 4, p85_days: 12, p95_days: 12, open: 1, old: 0 },
      { column: 'Review', finished: 5, p50_days: 4, p85_days: 12, p95_days: 12, open: 0, old: 0 },
    ]);
    expect(sections[0].table.rows[0]).toMatchObject({ issue_key: 'S-7', age_days: 8, beyond_percent: 50 });
    const { plot } = sections[0];
    expect(plot?.form === 'columns' && plot.columns).toEqual(['In Progress', 'Review']);
  });

  test('cfd has a band for each column; by the furthest reached, what moved back or out stays done', async () => {
    const end = { day: '2026-03-27', Review: 0, 'In Progress': 1 };
    expect((await rowsOf('cfd', { board })).at(-1)).toEqual({ ...end, Done: 7, 'To Do': 2, elsewhere: 1 });
    expect((await rowsOf('cfd', { board, furthest: true })).at(-1)).toEqual({ ...end, Done: 9, 'To Do': 1 });
  });

  test('one whose issues are not read counts all of its connection, and says so', async () => {
    const { notes } = await report('throughput', { ...BETA, board: '9' });
    expect(await finished({ ...BETA, board: '9' })).toEqual([2, 0, 1, 1]);
    expect(notes.join('\n')).toContain('Which issues are on the board is not read');
  });

  test('what stands in no column is not open, and is told', async () => {
    // S-6 was closed on the 25th.
    const forecast = await report('forecast', { board });
    expect(forecast.answer).toMatch(/^3 issues will/);
    expect(forecast.notes).toContain('Left out: 1 issue in a status that stands in no column of the board.');
    expect((await rowsOf('created-resolved', { board })).at(-1)).toMatchObject({ reopened: 0, open: 3 });
    const time = await report('time-in-status', { board });
    const names = time.sections[0].table.rows.map((row) => row.status_name);
    expect(names.toSorted()).toEqual(['Done', 'In Progress', 'Review', 'To Do']);
    expect(time.notes).toContain('Left out: 1 visit to statuses in no column of the board, and 1 that go on there.');
  });

  test('one that is not there, or has no columns, is refused with what is there', async () => {
    await expect(report('cfd', { board: 'Teem board' })).rejects.toThrow(
      /no board `Teem board`. Did you mean `Team board`\? There are: Team board \(acme 7\), Empty board \(acme 8\)/,
    );
    await expect(report('cfd', { board: '8' })).rejects.toThrow(/columns of the board Empty board are not known/);
  });
});
