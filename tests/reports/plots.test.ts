/** What a page draws where there is next to nothing, or far too much; see tests/pages for the same in a browser. */
import { expect, test } from 'vitest';
import type { PlotSpec, ReportDocument } from '../../src/reports/document.js';
import { leadDays } from '../../src/reports/flow/cfd.js';
import { documentHtml } from '../../src/reports/print/document-html.js';
import { overviewHtml, partOf } from '../../src/reports/print/overview-html.js';

const issues = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    ...{ day: `2026-03-${String(1 + (index % 28)).padStart(2, '0')}`, value: 1 + (index % 40), href: null },
    tip: `S-${index}`,
  }));

const cycleTime = (count: number): PlotSpec => ({
  ...{ form: 'dots', title: 'Days', unit: 'days', dots: issues(count) },
  lines: [
    { value: 20, label: '50 %: 20' },
    { value: 38, label: '85 %: 38' },
    { value: 38, label: '95 %: 38' },
  ],
  span: { start: '2026-01-01', end: '2026-03-31' },
});

const documentOf = (plot: PlotSpec, rows = 1): ReportDocument => ({
  ...{ report: 'cycle-time', title: 'Cycle time', freshness: [], answer: 'The answer.', notes: [] },
  sections: [
    {
      ...{ id: 'cycle-time', heading: 'Cycle time', plot },
      table: {
        columns: [{ name: 'n', kind: 'number' }],
        rows: Array.from({ length: rows }, (_, n) => ({ n })),
      },
    },
  ],
});

const marks = (page: string) => page.split('<title>').length - 2;

test('each issue is a dot, until a browser would draw for seconds: then they are counted, and the page says so', () => {
  expect(marks(documentHtml(documentOf(cycleTime(2000)), 'today'))).toBe(2000);
  const page = documentHtml(documentOf(cycleTime(50_000)), 'today');
  expect(marks(page)).toBeLessThan(1500);
  expect(page).toContain('darker: more issues, and the 300 slowest as dots');
  const counted = [...page.matchAll(/\n([\d,]+) issues?<\/title>/g)].map(([, count = '']) =>
    Number(count.replace(',', '')),
  );
  expect(counted.reduce((sum, one) => sum + one, 0)).toBe(50_000);
});

test('lines that lie upon each other have their words below each other', () => {
  const page = documentHtml(documentOf(cycleTime(10)), 'today');
  expect(page).toMatch(/95 %: 38.*85 %: 38/s);
  expect(page.match(/50 %: 20/g)).toHaveLength(1);
});

test('the axis has the days that were asked for, at most eight of them', () => {
  const page = documentHtml(documentOf(cycleTime(1)), 'today');
  expect(page).toContain('>1 Jan<');
  expect(page.match(/>\d+ (Jan|Feb|Mar)</g)?.length).toBeLessThanOrEqual(8);
});

test('of zeros no plot is drawn: an axis would have no length', () => {
  const zero: PlotSpec = {
    ...{ form: 'bars', title: 'Weeks', unit: 'issues', groups: ['a'] },
    bars: [{ key: '2026-03-02', group: 'a', value: 0, tip: '' }],
  };
  expect(documentHtml(documentOf(zero), 'today')).not.toContain('<svg');
});

test('a count of one has no tenths on its axis', () => {
  const one: PlotSpec = {
    ...{ form: 'bars', title: 'Weeks', unit: 'issues', groups: ['a'] },
    bars: [{ key: '2026-03-02', group: 'a', value: 1, tip: '' }],
  };
  expect(documentHtml(documentOf(one), 'today')).not.toMatch(/>0\.\d</);
});

test('the overview has a plot beside each answer, and says of how many rows it shows the first', () => {
  const page = overviewHtml(
    { title: 'Overview', freshness: [], parts: [partOf(documentOf(cycleTime(300), 1500))] },
    'today',
  );
  expect(page.match(/<span class="small" aria-hidden="true"><svg/g)).toHaveLength(1);
  expect(page).toContain('The first 200 of 1,500 rows are shown');
});

test('lead times are read off where as many had come as are done now', () => {
  const days = [
    { all: 4, done: 0 },
    { all: 6, done: 4 },
    { all: 9, done: 5 },
    { all: 9, done: 9 },
  ];
  // Before the first day; as many as on the first, the day before; on the first again, two days before; on the last itself.
  expect(leadDays(days)).toEqual([null, 1, 2, 0]);
});
