/** What a page draws where there is next to nothing, or far too much; see tests/pages for the same in a browser. */
import { expect, test } from 'vitest';
import type { PlotSpec, ReportDocument } from '../../src/reports/document.js';
import { leadDays } from '../../src/reports/flow/cfd.js';
import { prose } from '../../src/reports/html/page.js';
import { cutApart, middleCut } from '../../src/reports/html/words.js';
import { documentHtml } from '../../src/reports/print/document-html.js';
import { overviewHtml, partOf } from '../../src/reports/print/overview-html.js';
import { placed } from '../../src/reports/print/plot-words.js';

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

test.each([
  [['Bug', 'other'], false, ['k1', 'k2']],
  [['other', 'other (the rest)'], true, ['k1', 'k0']],
] as const)('what is left after the others is grey, whatever it is called, and nothing else: %o', (groups, hasRest, swatches) => {
  const bars = groups.map((group) => ({ key: '2026-03-02', group, value: 1, tip: group }));
  const page = documentHtml(
    documentOf({ form: 'bars', title: 'Bars', unit: 'issues', groups, hasRest, bars }),
    'today',
  );
  expect([...page.matchAll(/class="[^"]*\b(k\d)\b/g)].map(([, swatch]) => swatch)).toEqual(swatches);
  expect(page.includes('var(--other)"')).toBe(hasRest);
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

const shown = (plot: PlotSpec) => documentHtml(documentOf(plot), 'today');
const near = { value: 20, label: '50 %: 20' };

test('words of lines that lie close to each other stay apart, and within the drawing', () => {
  // Three lines at the top would push the highest out of the picture; one at zero would lie on the axis.
  expect(placed([262, 262, 262], [17, 17, 17], 300)).toEqual([249, 266, 283]);
  expect(placed([-8.5], [17], 300)).toEqual([0]);
  expect(placed([0, 100, 105], [17, 17, 17], 300)).toEqual([0, 100, 117]);
});

test('of bars that lie, no name is cut at the left: wide letters have the room that they need', () => {
  const bars = (key: string): PlotSpec => ({
    ...{ form: 'stacks', title: 'Epics', unit: 'issues', parts: [{ name: 'done', role: 'done' }] },
    bars: [{ key, part: 'done', value: 3, tip: '' }],
  });
  const left = (key: string) =>
    Number(/<g [^>]*text-anchor="end"[^>]*><text[^>]*translate\(([\d.]+)/.exec(shown(bars(key)))?.[1]);
  expect(left('支払いが失敗する支払いが失')).toBeGreaterThan(26 * 8);
  expect(left('ENG-1')).toBeLessThan(80);
  expect(middleCut('支払いが失敗する支払いが失敗する', 12)).toBe('支払い…する');
});

test('labels that are cut still tell sprints apart', () => {
  const names = [7, 8, 13].map((number) => `Platform sprint ${number} (payments and accounts)`);
  expect([...cutApart(names, 14).values()]).toEqual(['…orm sprint 7…', '…orm sprint 8…', '…rm sprint 13…']);
  expect([...cutApart(['One', 'Two'], 14).values()]).toEqual(['One', 'Two']);
});

test('triangles say what they are, also where all are triangles', () => {
  const ages = (mark: 'plain' | 'stalled'): PlotSpec => ({
    ...{ form: 'columns', title: 'Ages', unit: 'days', columns: ['Doing'], bands: [], lines: [near] },
    dots: [{ column: 'Doing', value: 5, mark, tip: '', href: null }],
  });
  expect(shown(ages('stalled'))).toContain('stalled (triangles)');
  expect(shown(ages('plain'))).not.toContain('class="keys"');
});

test('a band has words and a mark for each edge; a column without one says why', () => {
  const edges = [1, 3, 9].map((value, nth) => ({
    value,
    label: ['50 %', '85 %', '95 %'][nth] ?? '',
    tip: `edge ${value}`,
  }));
  const page = shown({
    ...{ form: 'columns', title: 'Ages', unit: 'days', columns: ['Doing', 'Review'], lines: [] },
    bands: [{ column: 'Doing', edges }],
    dots: [{ column: 'Doing', value: 5, mark: 'blocked', tip: 'S-1', href: null }],
  });
  for (const tip of ['edge 1', 'edge 3', 'edge 9', 'S-1']) expect(page).toContain(`<title>${tip}</title>`);
  expect(page.match(/>(50|85|95) %</g)).toHaveLength(3);
  expect(page.match(/few finished/g)).toHaveLength(1);
  expect(page).toContain('blocked (squares)');
});

test('a rolling mean has a curve, a band and a key beside the dots', () => {
  const points = [2, 3].map((date) => ({ day: `2026-03-0${date}`, value: 4, low: 2, high: 60 }));
  const page = shown({ ...(cycleTime(10) as PlotSpec & { form: 'dots' }), curve: { label: 'rolling mean', points } });
  expect(page).toContain('rolling mean</li>');
  // As high as the band goes.
  expect(page).toContain('>60<');
});

test('an axis that goes below zero has numbers on both sides of it', () => {
  const lines: PlotSpec = {
    ...{ form: 'lines', title: 'Weeks', unit: 'issues', series: [{ name: 'a', role: 'todo' }] },
    points: [-1, 1].map((value, index) => ({ day: `2026-03-0${2 + index}`, series: 'a', value, tip: '' })),
  };
  expect([...shown(lines).matchAll(/<text[^>]*>([−\d]+)<\/text>/g)].map(([, tick]) => tick)).toEqual(['−1', '0', '1']);
});

test('the axis of a sprint begins with the day of its start', () => {
  const steps: PlotSpec = {
    ...{ form: 'steps', title: 'Left', unit: 'estimate', series: [{ name: 'left', role: 'doing' }], shades: [] },
    points: [
      { at: '2026-03-02T20:00:00.000Z', series: 'left', value: 8, tip: '' },
      { at: '2026-03-04T20:00:00.000Z', series: 'left', value: 3, tip: '' },
    ],
  };
  const [, first = ''] = /translate\(([\d.]+),[\d.]+\)" y="0.71em">2 Mar</.exec(shown(steps)) ?? [];
  expect(Number(first)).toBe(60);
});

test('what a column is stands once in a table, not in each of its thousands of cells', () => {
  const page = documentHtml(documentOf(cycleTime(10), 2000), 'today');
  expect(page).not.toMatch(/<td class/);
  expect(page.length).toBeLessThan(100_000);
});

test('days, keys and options keep to one line', () => {
  expect(prose('By 2026-03-02 of ENG-12: --start 2026').text).toBe(
    'By <span class="whole">2026-03-02</span> of <span class="whole">ENG-12</span>: <span class="whole">--start</span> 2026',
  );
});
