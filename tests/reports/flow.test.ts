/** The flow reports on the twelve stories of March 2026, asked on Friday 27: every number was worked out by hand. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type OpenWarehouse, openForReading } from '../../src/query/open.js';
import { type FlowAsked, percentile, UNASKED } from '../../src/reports/flow/asked.js';
import { finishedWithin, weeksUntil } from '../../src/reports/flow/forecast.js';
import type { FlowName } from '../../src/reports/flow/names.js';
import { FLOW } from '../../src/reports/flow/reports.js';
import { Sources } from '../../src/reports/sources.js';
import { putStories } from '../query/stories.js';

const ASKED: FlowAsked = {
  ...UNASKED,
  span: { start: '2026-03-02', end: '2026-03-29' },
  today: '2026-03-27',
};

const root = mkdtempSync(join(tmpdir(), 'flow-'));
let warehouse: OpenWarehouse;
let sources: Sources;
beforeAll(async () => {
  await putStories(root);
  warehouse = await openForReading({ root });
  sources = new Sources(warehouse);
}, 60_000);
afterAll(() => {
  warehouse?.close();
  rmSync(root, { recursive: true });
});

const report = (name: FlowName, asked: Partial<FlowAsked> = {}) => FLOW[name](sources, { ...ASKED, ...asked });
const rowsOf = async (name: FlowName, asked: Partial<FlowAsked> = {}) =>
  (await report(name, asked)).sections[0].table.rows;

test('throughput: reopened issues count once, the week that is not over is pale and in no mean', async () => {
  const { answer, sections } = await report('throughput');
  expect(answer).toBe('9 issues were finished in 4 weeks: 3.0 a week, between 2 and 5.');
  expect(sections[0].table.rows.map(({ week, finished }) => [week, finished])).toEqual([
    ['2026-03-02', 5],
    ['2026-03-09', 2],
    ['2026-03-16', 2],
    ['2026-03-23', 0],
  ]);
  const { plot } = sections[0];
  const pale = plot?.form === 'bars' ? plot.bars.filter((bar) => bar.pale).map(({ key }) => key) : [];
  expect(pale).toEqual(['2026-03-23']);
});

test.each([
  'throughput',
  'cycle-time',
  'time-in-status',
  'cfd',
  'aging',
  'created-resolved',
] as const)('%s counts only issues that a filter found, and each of several has to hold', async (name) => {
  const all = (await sources.rows('SELECT id FROM main.issue')).map(({ id }) => ['acme', String(id)] as const);
  const [one] = (await sources.rows('SELECT issue_id AS id FROM main.cycle_time LIMIT 1')).map(
    ({ id }) => ['acme', String(id)] as const,
  );
  expect(await rowsOf(name, { matched: [all] })).toEqual(await rowsOf(name));
  expect(JSON.stringify(await rowsOf(name, { matched: [all, one ? [one] : []] }))).not.toBe(
    JSON.stringify(await rowsOf(name)),
  );
  expect(await rowsOf(name, { matched: [[]] })).toEqual(await rowsOf(name, { matched: [all, []] }));
});

test('cycle-time: percentiles are of what was begun; what never was stands in the table and is told', async () => {
  const { answer, sections, notes } = await report('cycle-time');
  expect(answer).toBe('Half of 7 issues took at most 4 days, 85 % at most 6 days, 95 % at most 12 days.');
  expect(sections[0].table.rows).toHaveLength(9);
  expect(notes.join('\n')).toMatch(
    /2 issues finished without ever being in progress[\s\S]*history of 2 issues does not hold together/,
  );
});

test('time-in-status: visits that ended count whole, those that go on apart', async () => {
  const rows = await rowsOf('time-in-status');
  const figures = ({
    status_name: name,
    visits,
    issues,
    median_days,
    p85_days,
    total_days,
    ongoing,
  }: (typeof rows)[number]) =>
    [name, visits, issues, median_days, p85_days, Math.round(24 * Number(total_days)), ongoing] as const;
  expect(rows.map(figures)).toEqual([
    // Hours of ended visits: 4, 6, 10, 24, 24, 24, 24, 24, 25, 34, 48, 57; S-8 and S-12 wait.
    ['To Do', 12, 11, 1, 2, 304, 2],
    // 0, 24, 24, 24, 48, 48, 54, 72, 96, 120.
    ['In Progress', 10, 8, 2, 4, 510, 1],
    ['Review', 1, 1, 2, 2, 48, 0],
    // 24, 120 and 192, of S-12, S-2 and S-6.
    ['Done', 3, 3, 5, 8, 336, 8],
    ['Closed', 0, 0, null, null, 0, 1],
    ['Gone', 1, 1, 2, 2, 48, 0],
  ]);
});

test('cfd: each day has every issue that was there at its end, in one band', async () => {
  const rows = await rowsOf('cfd');
  expect(rows).toHaveLength(26);
  expect(rows.find(({ day }) => day === '2026-03-04')).toEqual({
    day: '2026-03-04',
    done: 1,
    'in progress': 4,
    'to do': 0,
    unknown: 1,
  });
  expect(rows.at(-1)).toEqual({ day: '2026-03-27', done: 9, 'in progress': 1, 'to do': 2, unknown: 0 });
});

test('aging: days since the first work, today included, beside what finished work took', async () => {
  const { answer, sections } = await report('aging');
  expect(answer).toBe('1 issue (S-7) is in progress, for 8 days: longer than 85 % of finished work took (6 days).');
  expect(sections[0].table.rows).toMatchObject([
    { issue_key: 'S-7', status_name: 'In Progress', age_days: 8, stalled: 'yes' },
  ]);
});

test('aging: what is open is held against the ages at which finished issues had left its status for good', async () => {
  const { sections, notes } = await report('aging');
  // In Progress was left for good at the age of 1 (S-5), 2 (S-6), 3 (S-1), 4 (S-10), 5 (S-3), 6 (S-11) and 12 days (S-2, which came back).
  expect(sections[1]?.table.rows).toEqual([
    { column: 'In Progress', finished: 7, p50_days: 4, p85_days: 6, p95_days: 12, open: 1, old: 1 },
  ]);
  // S-7 is there for 8 days.
  expect(sections[0].table.rows[0]).toMatchObject({ issue_key: 'S-7', beyond_percent: 85 });
  const { plot } = sections[0];
  expect(plot?.form === 'columns' && plot.bands.map(({ edges }) => edges.map(({ value }) => value))).toEqual([
    [4, 6, 12],
  ]);
  expect(notes.join('\n')).toContain('older than 85 % of them were when they had left its status');
});

test('aging: of fewer than five finished issues no percentile is told, and it says so', async () => {
  // S-2, S-5 and S-6.
  const { sections } = await report('aging', { span: { start: '2026-03-09', end: '2026-03-29' } });
  expect(sections[1]?.table.rows).toEqual([
    { column: 'In Progress', finished: 3, p50_days: null, p85_days: null, p95_days: null, open: 1, old: null },
  ]);
  expect(sections[1]?.sentence).toContain(
    'Fewer than 5 finished issues are known of In Progress: no percentiles there.',
  );
  expect(sections[0].table.rows[0]).toMatchObject({ beyond_percent: null });
  const { plot } = sections[0];
  expect(plot?.form === 'columns' && [plot.bands, plot.lines.map(({ value }) => value)]).toEqual([[], [3, 12, 12]]);
});

test('created-resolved: every end and every reopening counts in its week, and they add up to what is open', async () => {
  const { answer, sections } = await report('created-resolved');
  expect(
    sections[0].table.rows.map(({ created, finished, reopened, cumulative }) => [
      created,
      finished,
      reopened,
      cumulative,
    ]),
  ).toEqual([
    [6, 6, 1, 1],
    [3, 3, 0, 1],
    [3, 2, 1, 3],
    [0, 0, 0, 3],
  ]);
  expect(answer).toBe('12 issues were created and 11 were finished, 2 reopened: 3 more are open than before.');
});

describe('forecast', () => {
  test('draws whole weeks that end yesterday, and says what it drew from', async () => {
    // 4, 2 and 1 were finished in the three weeks to 26 March: 3 open issues need one week at least and three at most.
    const { answer, sections, notes } = await report('forecast');
    expect(answer).toMatch(/^3 issues will be finished by 2026-04-\d\d in 85 % of the runs/);
    const weeks = sections[0].table.rows.map((row) => Number(row.weeks));
    expect(Math.min(...weeks)).toBeGreaterThanOrEqual(1);
    expect(Math.max(...weeks)).toBeLessThanOrEqual(3);
    expect(notes[0]).toContain('seed 1, each of weeks drawn from 3 whole weeks');
    expect((await report('forecast')).sections).toEqual(sections);
  });

  test('of weeks that are alike there is one answer, and none where nothing was ever finished', () => {
    expect(new Set(weeksUntil(7, [2], 1, 50))).toEqual(new Set([4]));
    expect(new Set(finishedWithin(3, [2], 1, 50))).toEqual(new Set([6]));
    expect(weeksUntil(7, [0, 0], 1, 50)).toBeNull();
    const many = weeksUntil(100, [0, 1, 2, 3], 7) ?? [];
    // 100 at 1.5 a week on the average: 66 weeks and two thirds.
    expect(Math.abs((percentile(many, 0.5) ?? 0) - 67)).toBeLessThanOrEqual(2);
    expect(percentile(many, 0.85)).toBeGreaterThan(percentile(many, 0.5));
  });

  test('how many by a day: what 85 % of the runs reach is less than what half of them do', async () => {
    const { sections } = await report('forecast', { by: '2026-05-29' });
    const [half, most] = sections[0].table.rows.map((row) => Number(row.issues));
    expect(most).toBeLessThan(half ?? 0);
  });
});

test('a period, a project or a connection without anything is answered in words, by every report', async () => {
  for (const name of Object.keys(FLOW) as FlowName[]) {
    const { answer, notes } = await report(name, { connections: ['nobody'] });
    expect(answer.length).toBeGreaterThan(10);
    expect(answer).not.toMatch(/NaN|Infinity|undefined|null/);
    expect(notes.join()).not.toMatch(/NaN|Infinity|undefined/);
  }
});
