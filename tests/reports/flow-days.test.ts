/** What the time of issues was made of, and which days count, on the stories of March 2026: every number was worked out by hand. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import type { FlowOptions } from '../../src/app/report/flow.js';
import { overviewPage } from '../../src/app/report/overview.js';
import { windowOf } from '../../src/reports/flow/rolling.js';
import { BETA, BOTH, marchReports } from './march.js';

const { cycles, place, report, root, rowsOf } = marchReports();

describe('cycle-time as a control chart', () => {
  test('--time-in adds up the times in these statuses, or columns of the board, until the end', async () => {
    const timed = async (options: FlowOptions) =>
      (await rowsOf('cycle-time', options))
        .filter((row) => row.timed_days !== null)
        .map((row) => [row.issue_key, row.timed_days]);
    // S-5 was in Review from the 11th to the 13th; S-10 never was, though a change says that it came from there.
    expect(await timed({ timeIn: ['Review'] })).toEqual([['S-5', 2]]);
    expect(await timed({ timeIn: ['Review'], board: '7' })).toEqual([['S-5', 2]]);
    // S-3: 1 and 2 days; to do for 6 hours and for a day. S-2: 2 and 4 days.
    const work = await timed({ timeIn: ['in-progress'] });
    expect(work).toEqual([
      ['S-1', 2.25],
      ['S-10', 3],
      ['S-3', 3],
      ['S-11', 5],
      ['S-5', 2],
      ['S-6', 1],
      ['S-2', 6],
    ]);
    expect(await timed({ timeIn: ['To Do', 'in-progress'] })).toContainEqual(['S-3', 4.25]);
    const { answer, notes } = await report('cycle-time', { timeIn: ['in-progress'] });
    expect(answer).toBe(
      'Half of 7 issues were in progress for at most 3 days, 85 % for at most 5 days, 95 % for at most 6 days.',
    );
    expect(notes.join('\n')).toContain('the sum of all times in progress until the end');
    // The second end of S-2 has the days since it was reopened.
    expect(await timed({ timeIn: ['in-progress'], reopened: 'split' })).toContainEqual(['S-2', 4]);
    const two = await report('cycle-time', { timeIn: ['Review', 'in-progress'] });
    expect(two.notes.join('\n')).toContain('the sum of all times in Review or progress until the end');
    await expect(report('cycle-time', { timeIn: ['Revue'] })).rejects.toThrow(/no status `Revue`.*`Review`/);
    await expect(report('cycle-time', { timeIn: ['Closed'], board: '7' })).rejects.toThrow(
      /Team board has no column `Closed`/,
    );
  });

  test('--time-in: of nine finished issues the one that was there is not called the one that was finished', async () => {
    const { answer, sections } = await report('cycle-time', { timeIn: ['Review'], by: 'resolution' });
    expect(answer).toBe('1 of 9 finished issues had been in Review, for 2 days.');
    expect(sections[0].sentence).toContain('percentiles are of what had been in Review');
    expect(sections[0].table.columns.map(({ label }) => label)).toContain('of them there');
    const friday = { start: '2026-03-12', end: '2026-03-13' };
    expect((await report('cycle-time', friday)).answer).toBe(
      '1 of 2 finished issues had been in progress; it took 3 days.',
    );
    expect((await report('cycle-time', { start: '2026-03-13', end: '2026-03-13' })).answer).toBe(
      'The one issue that was finished took 3 days.',
    );
  });

  test('--mean rolling: five issues at least, as many before as after, and the deviation of the same', async () => {
    const document = await report('cycle-time', { mean: 'rolling' });
    // Days in the order of their ends: 3, 4, 5, 6, 3, 2, 12. S-11, the fourth: 4, 5, 6, 3, 2, of mean 4 and variance 2.
    const means = document.sections[0].table.rows
      .filter((row) => row.started_at !== null)
      .map((row) => Number(row.rolling_mean_days));
    expect(means.map((mean) => mean.toFixed(2))).toEqual(['4.00', '4.50', '4.20', '4.00', '5.60', '5.75', '5.67']);
    const [row] = document.sections[0].table.rows.filter(({ issue_key: key }) => key === 'S-11');
    expect(row?.rolling_deviation_days).toBeCloseTo(Math.SQRT2);
    expect(document.answer).toMatch(/ The mean is 5 days; around the last issue it is 5\.7 days\.$/);
    const { plot } = document.sections[0];
    expect(plot?.form === 'dots' && [plot.lines, plot.curve?.label, plot.curve?.points.length]).toEqual([
      [{ value: 5, label: 'mean: 5' }],
      'rolling mean of 5 issues',
      // S-10 and S-3 were finished on one day.
      6,
    ]);
    expect([7, 30, 49, 100].map(windowOf)).toEqual([5, 7, 9, 21]);
  });
});

describe('what the time was made of', () => {
  test('--waiting: flags, statuses in which nobody works, and what was not in progress are no work', async () => {
    const of = (key: string) => cycles({ waiting: ['Review'] }, key, 'waiting_days', 'flow_efficiency');
    expect(await of('S-1')).toEqual([[0.5, 78]]);
    expect(await of('S-2')).toEqual([[0, 55]]);
    expect(await of('S-3')).toEqual([[0, 75]]);
    expect(await of('S-5')).toEqual([[2, 0]]);
    expect(await of('S-4')).toEqual([[0, null]]);
  });

  test('--working-hours: hours of working days alone, on their zone’s clock, without days off', async () => {
    const of = (key: string, more: FlowOptions = {}) =>
      cycles({ workingHours: 'mon-fri 09:00-17:00', ...more }, key, 'elapsed_hours', 'working_hours');
    expect(await of('S-1')).toEqual([[54, 22]]);
    expect(await of('S-2')).toEqual([[264, 72]]);
    // In New York it is five hours earlier: two whole days, and two hours of the third.
    expect(await of('S-1', { workingHours: 'mon-fri 09:00-17:00 America/New_York' })).toEqual([[54, 18]]);
    const daysOff = join(root, 'off.ics');
    const event = 'BEGIN:VEVENT\nUID:1\nDTSTART;VALUE=DATE:20260310\nDTEND;VALUE=DATE:20260311\nEND:VEVENT';
    writeFileSync(daysOff, `BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\n${event}\nEND:VCALENDAR\n`);
    expect(await of('S-2', { daysOff })).toEqual([[264, 64]]);
    await expect(report('cycle-time', { workingHours: '9 to 5' })).rejects.toThrow(/expected days, hours and a zone/);
    const chain = { workingHours: 'mon-wed-fri 09:00-17:00' };
    await expect(report('cycle-time', chain)).rejects.toThrow(/expected days, hours and a zone/);
    await expect(report('cycle-time', { daysOff })).rejects.toThrow(/--days-off has no meaning without/);
  });

  test('created-resolved: what is open at the end of a week, how old it is, and how long the finished took', async () => {
    const [first] = await rowsOf('created-resolved');
    // S-12, made a week before; ends after 79, 102, 72, 96, 144 and 48 hours.
    expect(first).toMatchObject({ open: 1, mean_age_days: 7 });
    expect(first?.mean_lead_days).toBeCloseTo(541 / 6 / 24);
  });

  test('cycle-time tells how often its numbers are doubtful', async () => {
    const { notes } = await report('cycle-time');
    expect(notes).toContain(
      'Of 9 issues: 1 reopened (such as S-2), 2 moved back to an earlier stage (such as S-3), 4 finished without a resolution (such as S-9).',
    );
  });
});

describe('days', () => {
  test('a week that the period cuts is in no mean, and its open issues are those of the last day', async () => {
    const cut = { start: '2026-03-04', end: '2026-03-17' };
    const { answer, sections } = await report('throughput', cut);
    expect(answer).toBe('8 issues were finished in 3 weeks: 2.0 a week, between 2 and 2.');
    const { plot } = sections[0];
    const pale = plot?.form === 'bars' ? plot.bars.filter((bar) => bar.pale).map(({ key }) => key) : [];
    expect([...new Set(pale)]).toEqual(['2026-03-02', '2026-03-16']);
    const none = await report('throughput', { start: '2026-03-04', end: '2026-03-06' });
    expect(none.answer).toBe('4 issues were finished in 1 week, which is not whole.');
    // S-2 and S-12; S-7 and S-8 came on the two days after.
    expect((await rowsOf('created-resolved', cut)).at(-1)).toMatchObject({ open: 2 });
  });

  test('the hours of the overview are those of its days, where only the last is given', async () => {
    const made = await overviewPage({ ...place(), options: { ...BETA, end: '2026-03-20' }, made: 'today' });
    // Days are kept on one line by markup.
    const page = made.replaceAll(/<\/?span[^>]*>/g, '');
    expect(page).toContain('2025-12-20 to 2026-03-20');
    // Of two hours the second was logged on the 24th.
    expect(page).toContain('2026-02-21 to 2026-03-20: 1 person logged 1.00 hours in 1 worklog');
  });

  test('time-in-status: issues of two sites with one id are two', async () => {
    const issues = async (options: FlowOptions) =>
      Number((await rowsOf('time-in-status', options)).find((row) => row.status_name === 'In Progress')?.issues);
    expect(await issues(BOTH)).toBe((await issues({})) + (await issues(BETA)));
  });

  test('today is that of UTC, as all days are: an evening in the west is in the period', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 2, 20, 1) });
    vi.spyOn(Date.prototype, 'getTimezoneOffset').mockReturnValue(480);
    try {
      const { title } = await report('throughput', { start: undefined, end: undefined, asOf: undefined });
      expect(title).toMatch(/ to 2026-03-20$/);
    } finally {
      vi.restoreAllMocks();
      vi.useRealTimers();
    }
  });
});
