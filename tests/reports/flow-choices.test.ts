/** What may be chosen of flow reports, on the stories of March 2026 asked as of Friday 27: every number was worked out by hand. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type FlowOptions, flowReports } from '../../src/app/report/flow.js';
import { overviewPage } from '../../src/app/report/overview.js';
import { type OpenWarehouse, openForReading } from '../../src/query/open.js';
import type { ReportDocument } from '../../src/reports/document.js';
import { UNASKED } from '../../src/reports/flow/asked.js';
import { finishedOf } from '../../src/reports/flow/finished.js';
import type { FlowName } from '../../src/reports/flow/names.js';
import { windowOf } from '../../src/reports/flow/rolling.js';
import { documentCsv, documentJson } from '../../src/reports/print/document-data.js';
import { documentText } from '../../src/reports/print/document-text.js';
import { type Row, Sources } from '../../src/reports/sources.js';
import { day, putBoard, putSecondSite, putStories } from '../query/stories.js';

const root = mkdtempSync(join(tmpdir(), 'flow-choices-'));
const lake = join(root, 'lake');
let warehouse: OpenWarehouse;
let opened: Sources;
beforeAll(async () => {
  await putStories(lake);
  await putBoard(lake);
  await putSecondSite(lake);
  warehouse = await openForReading({ root: lake });
  opened = new Sources(warehouse);
}, 60_000);
afterAll(() => {
  warehouse?.close();
  rmSync(root, { recursive: true });
});

const MARCH = { start: '2026-03-02', end: '2026-03-29', asOf: '2026-03-27' };
const ACME = { ...MARCH, connections: ['acme'] };
/** Its issues and its project have the ids of acme's. */
const BETA = { connections: ['beta'] };
const BOTH = { connections: [] };
async function report(name: FlowName, options: FlowOptions = {}): Promise<ReportDocument> {
  const place = { warehouse: { root: lake }, labels: new Map<string, string>(), opened };
  const [document] = await flowReports({ ...place, reports: [name], options: { ...ACME, ...options } });
  return document as ReportDocument;
}
const rowsOf = async (name: FlowName, options: FlowOptions = {}) =>
  (await report(name, options)).sections[0].table.rows as readonly Row[];
const finished = async (options: FlowOptions) => (await rowsOf('throughput', options)).map((row) => row.finished);
const cycles = async (options: FlowOptions, key: string, ...columns: string[]) =>
  (await rowsOf('cycle-time', options))
    .filter((row) => row.issue_key === key)
    .map((row) => columns.map((column) => row[column]));

test('without a choice, what is finished and how long it took is what the view cycle_time says', async () => {
  const columns =
    'issue_key, started_at, finished_at, cycle_days, active_days, lead_days, reopened_count, history_broken, resolution_name';
  const asked = { ...UNASKED, connections: ['acme'], span: MARCH, today: '2026-03-27' };
  const own = await opened.rows(`SELECT ${columns} FROM ${finishedOf(opened, asked)} f ORDER BY issue_key`);
  expect(own).toEqual(
    await opened.rows(`SELECT ${columns} FROM main.cycle_time WHERE _connection = 'acme' ORDER BY issue_key`),
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

describe('what is finished, and how often', () => {
  test('--reopened split: each end counts, from the reopening on', async () => {
    expect(await finished({ reopened: 'split' })).toEqual([6, 3, 2, 0]);
    const columns = ['cycle_days', 'lead_days', 'active_days', 'reopened_count'];
    expect(await cycles({}, 'S-2', ...columns)).toEqual([[12, 11.17, 6, 1]]);
    expect(await cycles({ reopened: 'split' }, 'S-2', ...columns)).toEqual([
      [3, 2.17, 2, 0],
      [5, 4, 4, 1],
    ]);
  });

  test('--begun-at last: time before an issue was put back to wait does not count', async () => {
    expect(await cycles({}, 'S-3', 'cycle_days', 'active_days')).toEqual([[5, 3]]);
    expect(await cycles({ begunAt: 'last' }, 'S-3', 'cycle_days', 'active_days')).toEqual([[3, 2]]);
    // Reopened straight into progress: it never waited again.
    expect(await cycles({ begunAt: 'last' }, 'S-2', 'cycle_days')).toEqual([[12]]);
  });

  test('--done-by resolution: the last time that it was set; one of no history by its date', async () => {
    expect(await finished({ doneBy: 'resolution' })).toEqual([2, 1, 2, 0]);
    expect(await cycles({ doneBy: 'resolution' }, 'S-2', 'finished_at')).toEqual([['2026-03-20T13:00:00.000Z']]);
    expect(await cycles({ doneBy: 'resolution' }, 'S-11', 'finished_at')).toEqual([['2026-03-08T00:00:00.000Z']]);
    const rows = await rowsOf('created-resolved', { doneBy: 'resolution' });
    // S-12 was resolved and reopened in the first week, S-2 resolved in the second and reopened in the third.
    expect(rows.map((row) => [row.finished, row.reopened, row.open])).toEqual([
      [3, 1, 4],
      [2, 0, 5],
      [2, 1, 7],
      [0, 0, 7],
    ]);
  });

  test('--project-as-of then: what was finished in another project is not counted where it is now', async () => {
    const projects = ['S'];
    expect(await finished({ projects })).toEqual([5, 2, 2, 0]);
    // S-5 was done on the 13th, and moved on the 14th.
    expect(await finished({ projects, projectAsOf: 'then' })).toEqual([5, 1, 2, 0]);
  });

  test('--project-as-of then: ids are of one site alone, and a project without issues can be asked for', async () => {
    expect(await finished({ ...BOTH, projects: ['S'], projectAsOf: 'then' })).toEqual([5, 1, 2, 0]);
    expect(await finished({ ...BOTH, projects: ['OLD'], projectAsOf: 'then' })).toEqual([1, 0, 0, 0]);
    await expect(report('throughput', { projectAsOf: 'then' })).rejects.toThrow(/no meaning without --project/);
  });

  test('the resolution is that of the day, and of each end', async () => {
    const asOf = '2026-03-10';
    expect(await finished({ ...BETA, asOf })).toEqual([3, 0, 0, 0]);
    expect(await finished({ ...BETA, asOf, excludeResolutions: ['Duplicate'] })).toEqual([3, 0, 0, 0]);
    expect(await finished({ ...BETA, asOf, resolutions: ['Duplicate'] })).toEqual([0, 0, 0, 0]);
    expect(await finished({ ...BETA, asOf, resolutions: ['Repaired'] })).toEqual([1, 0, 0, 0]);
    const split = { ...BETA, reopened: 'split' } as const;
    expect(await cycles(split, 'OPS-1', 'resolution_name')).toEqual([['Repaired'], ['Duplicate']]);
    // An hour after it was done, and still done.
    expect(await cycles({ reopened: 'split' }, 'S-2', 'resolution_name')).toEqual([['Done'], ['Done']]);
  });

  test('--done-by resolution says what is open, too', async () => {
    const doneBy = 'resolution';
    expect((await report('forecast', BETA)).answer).toMatch(/^2 issues will/);
    expect((await report('forecast', { ...BETA, doneBy })).answer).toMatch(/^3 issues will/);
    const keys = async (options: FlowOptions) => (await rowsOf('aging', options)).map((row) => row.issue_key);
    expect(await keys(BETA)).toEqual(['OPS-6', 'OPS-3']);
    expect(await keys({ ...BETA, doneBy })).toEqual(['OPS-6', 'OPS-4', 'OPS-5']);
  });

  test('--done-by resolution --reopened split: a first end has no later date, and work goes on without a change of status', async () => {
    const split = { ...BETA, doneBy: 'resolution', reopened: 'split' } as const;
    expect(await cycles(split, 'OPS-2', 'finished_at')).toEqual([[day(2)], [day(17)]]);
    expect(await cycles(split, 'OPS-3', 'cycle_days', 'active_days')).toEqual([
      [4, 3],
      [3, 2],
    ]);
  });

  test('--resolutions and --exclude-resolutions choose by the resolution; a word that is none is refused', async () => {
    expect(await finished({ excludeResolutions: ["Won't do"] })).toEqual([5, 1, 2, 0]);
    expect(await finished({ resolutions: ['none'] })).toEqual([3, 1, 0, 0]);
    await expect(report('throughput', { resolutions: ['Dome'] })).rejects.toThrow(/no resolution `Dome`.*`Done`/);
  });
});

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
    expect(answer).toBe('Half of 7 issues took at most 3 days, 85 % at most 5 days, 95 % at most 6 days.');
    expect(notes.join('\n')).toContain('the sum of all times in progress until the end');
    // The second end of S-2 has the days since it was reopened.
    expect(await timed({ timeIn: ['in-progress'], reopened: 'split' })).toContainEqual(['S-2', 4]);
    await expect(report('cycle-time', { timeIn: ['Revue'] })).rejects.toThrow(/no status `Revue`.*`Review`/);
    await expect(report('cycle-time', { timeIn: ['Closed'], board: '7' })).rejects.toThrow(
      /Team board has no column `Closed`/,
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

describe('--by', () => {
  test('throughput has a column for each value, several values of one issue are one', async () => {
    const rows = await rowsOf('throughput', { by: 'component' });
    expect(rows.slice(0, 3)).toEqual([
      { week: '2026-03-02', finished: 5, 'no component': 4, Billing: 0, 'Billing, Search': 1 },
      { week: '2026-03-09', finished: 2, 'no component': 2, Billing: 0, 'Billing, Search': 0 },
      { week: '2026-03-16', finished: 2, 'no component': 1, Billing: 1, 'Billing, Search': 0 },
    ]);
  });

  test('cycle-time and aging have a row of figures for each group, in every format from one result', async () => {
    const document = await report('cycle-time', { by: 'resolution' });
    const [groups, issues] = document.sections;
    expect(groups.table.rows).toEqual([
      { group: 'Done', ...figures(4, 4, [3, 12, 12], 5.75, 5.47), reopened: 1 },
      { group: 'no resolution', ...figures(4, 3, [4, 5, 5], 4, 3.67), reopened: 0 },
      { group: "Won't do", ...figures(1, 0, [null, null, null], null, 2), reopened: 0 },
    ]);
    expect(issues?.table.rows).toHaveLength(9);
    expect([...documentCsv(document, false)][1]).toMatch(/^Done,4,4,3,12,12,5.75,5.47/);
    expect(JSON.parse(documentJson(document)).groups).toEqual(groups.table.rows);
    expect(documentText(document, undefined, true)).toMatch(/Won't do +1 +0/);
    expect(await rowsOf('aging', { by: 'resolution' })).toEqual([
      { group: 'no resolution', issues: 1, median_days: 8, mean_days: 8, oldest_days: 8, old: 1, stalled: 1 },
    ]);
  });

  test('groups add up to the whole, in every report', async () => {
    const sum = (rows: readonly Row[], column: string) => rows.reduce((all, row) => all + Number(row[column]), 0);
    for (const [name, columns] of [
      ['created-resolved', ['created', 'finished', 'reopened', 'open']],
      ['time-in-status', ['visits', 'ongoing', 'total_days']],
      ['cfd', ['done', 'in progress', 'to do']],
    ] as const) {
      const [whole, groups] = [await rowsOf(name), await rowsOf(name, { by: 'component' })];
      for (const column of columns) expect(sum(groups, column), column).toBeCloseTo(sum(whole, column));
    }
  });

  test('is refused where rows are something else, and for words that mean nothing', async () => {
    await expect(report('velocity', { by: 'issue_type' })).rejects.toThrow(
      /--by is for cycle-time, throughput, time-in-status, cfd, aging, created-resolved, forecast, not for velocity: the rows/,
    );
    await expect(report('cfd', { by: 'componend' })).rejects.toThrow(/Did you mean `component`/);
  });
});

describe('--as-of', () => {
  test('aging, cfd and throughput are what they were at the end of that day', async () => {
    const asOf = '2026-03-10';
    const [row, ...others] = await rowsOf('aging', { asOf });
    expect(row).toMatchObject({ issue_key: 'S-2', age_days: 2, status_days: 1.5, stalled: '' });
    expect(others).toEqual([]);
    const last = { day: '2026-03-10', done: 5, 'in progress': 1, 'to do': 3, unknown: 0 };
    expect((await rowsOf('cfd', { asOf })).at(-1)).toEqual(last);
    // S-2 was done on the 11th for the first time, and reopened on the 16th.
    expect(await finished({ asOf: '2026-03-15' })).toEqual([5, 3, 0, 0]);
  });

  test('aging: what never changed is stalled, and nothing is old where nothing was finished', async () => {
    const [row] = await rowsOf('aging', BETA);
    expect(row).toMatchObject({ issue_key: 'OPS-6', stalled: 'yes' });
    const none = { ...BETA, start: '2026-02-02', end: '2026-02-27' };
    const { answer } = await report('aging', none);
    expect(answer).toBe('2 issues are in progress, the oldest (OPS-6) for 26 days.');
    expect((await rowsOf('aging', { ...none, by: 'resolution' })).map(({ old }) => old)).toEqual([null, null]);
  });

  test('groups are those of that day, by the history of the field; what has none is refused', async () => {
    const of = async (by: string, asOf: string) =>
      (await rowsOf('cycle-time', { by, asOf })).map(({ group, finished: all }) => [group, all]);
    expect(await of('component', '2026-03-20')).toEqual([
      ['no component', 7],
      ['Billing, Search', 1],
      ['Search', 1],
    ]);
    expect(await of('team', '2026-03-20')).toEqual([
      ['no team', 7],
      ['Red', 2],
    ]);
    expect(await of('team', '2026-03-27')).toContainEqual(['Blue', 1]);
    await expect(report('cfd', { by: 'epic', asOf: '2026-03-20' })).rejects.toThrow(
      /What epic was on a day is not known/,
    );
    await expect(report('epics', {})).rejects.toThrow(/--as-of is for .*, not for epics: sprints, epics, versions and/);
    await expect(report('cfd', { asOf: '2999-01-01' })).rejects.toThrow(/is after today/);
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
    expect(none.answer).toBe('4 issues were finished in 1 week, none of them whole.');
    // S-2 and S-12; S-7 and S-8 came on the two days after.
    expect((await rowsOf('created-resolved', cut)).at(-1)).toMatchObject({ open: 2 });
  });

  test('the hours of the overview are those of its days, where only the last is given', async () => {
    const place = { warehouse: { root: lake }, labels: new Map<string, string>(), opened };
    const made = await overviewPage({ ...place, options: { ...BETA, end: '2026-03-20' }, made: 'today' });
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

const figures = (
  all: number,
  begun: number,
  shares: readonly (number | null)[],
  mean: number | null,
  lead: number,
) => ({
  ...{ finished: all, begun, p50_days: shares[0], p85_days: shares[1], p95_days: shares[2] },
  mean_days: mean,
  mean_lead_days: expect.closeTo(lead, 1) as number,
});
