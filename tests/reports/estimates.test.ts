/** What issues were estimated at when work on them began: five stories of March 2026 with every number worked out by hand. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FlowOptions, flowReports } from '../../src/app/report/flow.js';
import { type OpenWarehouse, openForReading } from '../../src/query/open.js';
import type { ReportDocument } from '../../src/reports/document.js';
import { inDays } from '../../src/reports/flow/asked.js';
import { placesOf } from '../../src/reports/flow/estimation.js';
import { documentCsv } from '../../src/reports/print/document-data.js';
import { documentHtml } from '../../src/reports/print/document-html.js';
import { Sources } from '../../src/reports/sources.js';
import { put } from '../query/people-tables.js';
import { day } from '../query/stories.js';

type Change = readonly [at: string, field: 'status' | 'points' | 'original', from: string | null, to: string | null];
const FIELDS = { status: 'status', points: 'customfield_10016', original: 'timeoriginalestimate' } as const;
const NAMES = { ...FIELDS, points: 'Story Points' } as const;

const begun = (at: string): Change => [at, 'status', '1', '2'];
const done = (at: string, from = '2'): Change => [at, 'status', from, '4'];

interface Story {
  readonly key: string;
  readonly points?: number;
  /** Seconds. */
  readonly original?: number;
  readonly spent?: number;
  readonly changes: readonly Change[];
}

const STORIES: readonly Story[] = [
  // Estimated anew from 3 to 8 and from 2 hours to 4 while it was worked on: 3 and 2 count. 3 days; 3 hours logged, one too many.
  {
    ...{ key: 'E-1', points: 8, original: 14400, spent: 10800 },
    changes: [begun(day(3)), [day(4), 'points', '3', '8'], [day(4), 'original', '7200', '14400'], done(day(5))],
  },
  // Never estimated anew: 3. 1 day; an hour estimated, half of it logged.
  { key: 'E-2', points: 3, original: 3600, spent: 1800, changes: [begun(day(3)), done(day(3, '12:00'))] },
  // Estimated before work began: 5. 8 days; hours without an estimate are held against nothing.
  { key: 'E-3', points: 5, spent: 3600, changes: [[day(2), 'points', '1', '5'], begun(day(3)), done(day(10))] },
  // Estimated after work had begun: no points. 3 days; an hour estimated, none logged.
  { key: 'E-4', points: 2, original: 3600, changes: [begun(day(4)), [day(5), 'points', null, '2'], done(day(6))] },
  // Never in progress: in the table with what it was estimated at when it was finished.
  { key: 'E-5', points: 5, changes: [[day(4), 'points', '1', '5'], done(day(5), '1'), [day(6), 'points', '5', '5']] },
  // In the weeks after: finished twice, 2 days and 3. 2 hours estimated, 3 logged on the issue, by which end nobody knows.
  {
    ...{ key: 'E-6', points: 2, original: 7200, spent: 10800 },
    changes: [begun(day(16)), done(day(17)), [day(23), 'status', '4', '2'], done(day(25))],
  },
  // Estimated at 20 minutes.
  { key: 'E-7', original: 1200, changes: [begun(day(18)), done(day(18, '12:00'))] },
];

const texts = (...names: string[]) => names.map((name) => ({ name, type: 'string' as const }));
const root = mkdtempSync(join(tmpdir(), 'estimates-'));
let warehouse: OpenWarehouse;
let opened: Sources;

async function putTables(): Promise<void> {
  const text = 'string' as const;
  await put(
    root,
    'acme.issue_search',
    {
      ...{ id: text, key: text, summary: text, project_key: text, issue_type_name: text, status_id: text },
      ...{ status_name: text, issue_type_subtask: 'boolean', created: 'timestamptz', updated: 'timestamptz' },
      ...{ creator_id: text, original_estimate_seconds: 'long', time_spent_seconds: 'long' },
      customfield_10016: ['double', 'Story Points'],
    },
    STORIES.map(({ key, points = null, original = null, spent = null, changes }, index) => ({
      ...{ id: String(index), key, summary: key, project_key: 'E', issue_type_name: 'Story', status_id: '4' },
      ...{
        status_name: '4',
        issue_type_subtask: false,
        created: day(1),
        updated: changes.at(-1)?.[0],
        creator_id: 'ada',
      },
      ...{ customfield_10016: points, original_estimate_seconds: original, time_spent_seconds: spent },
    })),
  );
  await put(
    root,
    'acme.issue_changelog',
    {
      ...{ id: text, issue_id: text, created: 'timestamptz', author_id: text },
      items: { list: { struct: texts('field', 'field_id', 'from_value', 'from_string', 'to_value', 'to_string') } },
    },
    STORIES.flatMap(({ changes }, index) =>
      changes.map(([at, field, from, to], nth) => {
        const isStatus = field === 'status';
        const values = { from_value: isStatus ? from : null, to_value: isStatus ? to : null };
        const item = { field: NAMES[field], field_id: FIELDS[field], from_string: from, to_string: to, ...values };
        return {
          id: String(100 * (index + 1) + nth),
          issue_id: String(index),
          created: at,
          author_id: 'ada',
          items: [item],
        };
      }),
    ),
  );
  await put(root, 'acme.statuses', { id: text, name: text, category: text }, [
    { id: '1', name: 'To Do', category: 'TODO' },
    { id: '2', name: 'In Progress', category: 'IN_PROGRESS' },
    { id: '4', name: 'Done', category: 'DONE' },
  ]);
  const column = { struct: [...texts('name'), { name: 'status_ids', type: { list: text } }] };
  await put(
    root,
    'acme.board_configuration',
    {
      ...{ board_id: text, name: text, estimation_type: text, estimation_field_id: text, estimation_field_name: text },
      board_columns: { list: column },
    },
    [
      ['7', 'timeoriginalestimate', 'Original estimate'],
      ['8', 'customfield_10016', 'Story Points'],
    ].map(([id = '', field = '', name = '']) => ({
      ...{ board_id: id, name: `Board ${id}`, estimation_type: 'field' },
      ...{ estimation_field_id: field, estimation_field_name: name },
      board_columns: [
        ['To Do', '1'],
        ['Doing', '2'],
        ['Done', '4'],
      ].map(([called, ...status_ids]) => ({ name: called, status_ids })),
    })),
    ['board_id'],
  );
}

beforeAll(async () => {
  await putTables();
  warehouse = await openForReading({ root });
  opened = new Sources(warehouse);
}, 60_000);
afterAll(() => {
  warehouse?.close();
  rmSync(root, { recursive: true });
});

async function report(options: FlowOptions = {}): Promise<ReportDocument> {
  const place = { warehouse: { root }, labels: new Map<string, string>(), opened };
  const march = { start: '2026-03-02', end: '2026-03-15' };
  const [document] = await flowReports({ ...place, reports: ['estimates'], options: { ...march, ...options } });
  return document as ReportDocument;
}

test('an estimate is that of the moment when work began, whatever it was before or after', async () => {
  const { answer, sections, notes } = await report();
  expect(
    sections[0].table.rows.map((row) => [row.issue_key, row.estimate, row.cycle_days, row.original_estimate_hours]),
  ).toEqual([
    ['E-2', 3, 1, 1],
    ['E-1', 3, 3, 2],
    ['E-5', 5, 0, null],
    ['E-4', null, 3, 1],
    ['E-3', 5, 8, null],
  ]);
  expect(answer).toBe(
    '3 of 5 finished issues had an estimate when work began; half of those estimated at 3 were finished within 1 day; the one estimated at 5 took 8 days. 2 issues estimated at 3 hours took 3.5 (117 %), 1 of them more than estimated.',
  );
  expect(sections[1]?.table.rows).toEqual([
    { estimate: '3', issues: 2, p50_days: 1, p85_days: 3, p95_days: 3, mean_days: 2 },
    { estimate: '5', issues: 1, p50_days: 8, p85_days: 8, p95_days: 8, mean_days: 8 },
  ]);
  expect(notes.join('\n')).toMatch(
    /1 issue finished without ever being in progress[\s\S]*1 issue had no estimate when work began/,
  );
});

test('hours are compared where they were estimated and logged, by the week of the end', async () => {
  const { sections } = await report();
  expect(sections[0].table.rows.map((row) => row.difference_hours)).toEqual([0.5, -1, null, null, null]);
  expect(sections[2]?.table.rows).toEqual([
    { week: '2026-03-02', issues: 2, estimated_hours: 3, spent_hours: 3.5, difference_hours: -0.5 },
    { week: '2026-03-09', issues: 0, estimated_hours: 0, spent_hours: 0, difference_hours: 0 },
  ]);
});

const LATER = { start: '2026-03-16', end: '2026-03-29' };

test('--reopened split: hours that are logged on an issue count once, at its last end', async () => {
  const split = await report({ ...LATER, reopened: 'split' });
  const rows = split.sections[0].table.rows.filter((row) => row.issue_key === 'E-6');
  expect(rows.map((row) => [row.cycle_days, row.spent_hours, row.difference_hours])).toEqual([
    [2, null, null],
    [3, 3, -1],
  ]);
  expect(split.answer).toMatch(/ 1 issue estimated at 2 hours took 3 \(150 %\), more than estimated\.$/);
  expect(split.notes.join('\n')).toContain('at the last end of an issue in the period');
  expect((await report(LATER)).notes.join('\n')).not.toContain('at the last end');
});

test('where one issue is all there is, the sentence is of one', async () => {
  expect((await report({ start: '2026-03-20', end: '2026-03-29' })).answer).toMatch(
    /^The one finished issue was estimated at 2 when work on it began, and took 10 days\./,
  );
  expect((await report({ start: '2026-03-18', end: '2026-03-19' })).answer).toBe(
    'The one finished issue had no estimate when work on it began.',
  );
  expect((await report({ start: '2026-03-04', end: '2026-03-06' })).answer).toMatch(
    /^1 of 3 finished issues had an estimate when work began; the one estimated at 3 took 3 days\. 1 issue estimated at 2 hours took 3 /,
  );
});

test('an estimate of 20 minutes is told to two places of an hour, days as they are written', async () => {
  const { sections } = await report({ ...LATER, board: '7' });
  const { plot } = sections[0];
  expect(plot?.form === 'columns' && [plot.columns, plot.dots.map(({ tip }) => tip.split('\n')[1])]).toEqual([
    ['0.33', '2'],
    ['estimated at 0.33, 2026-03-18 to 2026-03-18: 1 day', 'estimated at 2, 2026-03-16 to 2026-03-25: 10 days'],
  ]);
  expect(sections[1]?.table.rows.map((row) => row.estimate)).toEqual(['0.33', '2']);
  // What is written alike is one place.
  expect(placesOf([1 / 3, 0.334, 1500]).map(({ place }) => place)).toEqual(['0.33', '1,500']);
  expect([0.97, 1.04, 31 / 30, 1.06, 0].map(inDays)).toEqual(['1 day', '1 day', '1 day', '1.1 days', '0 days']);
});

test('--board: the field that the board estimates by, and hours where it estimates by time', async () => {
  const points = await report({ board: '8' });
  expect(points.answer).toBe((await report()).answer);
  expect(points.notes.join('\n')).toContain('The estimate is Story Points, by which the board estimates');
  const { sections, answer } = await report({ board: 'Board 7' });
  expect(answer).toMatch(
    /^3 of 5 .* half of those estimated at 1 were finished within 1 day; the one estimated at 2 took 3 days\./,
  );
  expect(sections[0].table.rows.map((row) => row.estimate)).toEqual([1, 2, null, 1, null]);
});

test('the page and the table come of one result; a page draws a dot for each estimated issue', async () => {
  const document = await report();
  expect([...documentCsv(document, false)]).toHaveLength(6);
  const page = documentHtml(document, 'today');
  for (const key of ['E-1', 'E-2', 'E-3']) expect(page).toContain(`<title>${key} ${key}\nestimated at `);
  expect(page).not.toContain('<title>E-4');
});

test('of many different estimates each power of two has those up to it', () => {
  const places = placesOf([0, 0.5, 1, 1.5, 2, 3, 4, 5, 6, 7, 8, 20, 100]);
  expect(places.map(({ place }) => place)).toEqual([
    'up to 1',
    'up to 2',
    'up to 4',
    'up to 8',
    'up to 32',
    'up to 128',
  ]);
  for (const value of [0, 0.5, 1, 1.5, 2, 3, 8, 20, 100])
    expect(places.filter(({ holds }) => holds(value))).toHaveLength(1);
  expect(placesOf([3, 1, 3]).map(({ place }) => place)).toEqual(['1', '3']);
});
