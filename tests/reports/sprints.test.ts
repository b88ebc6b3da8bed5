/** The reports of sprints and epics on stories worked out by hand: tests/query/sprint-stories.ts. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { flowReports } from '../../src/app/report/flow.js';
import type { ReportDocument } from '../../src/reports/document.js';
import type { FlowAsked } from '../../src/reports/flow/asked.js';
import type { FlowName } from '../../src/reports/flow/names.js';
import { MOST, progressPlot, withDays } from '../../src/reports/flow/progress.js';
import { documentJson } from '../../src/reports/print/document-data.js';
import { documentHtml } from '../../src/reports/print/document-html.js';
import { hasBrowser, opened, startBrowser, violationsOf } from '../pages/browser.js';
import { putSprintStories } from '../query/sprint-stories.js';
import { day } from '../query/stories.js';

const NAMES: [FlowName, ...FlowName[]] = ['velocity', 'sprint', 'burndown', 'epics', 'versions'];
const root = mkdtempSync(join(tmpdir(), 'sprint-reports-'));
const place = { warehouse: { root: join(root, 'lake') }, labels: new Map<string, string>() };
let documents: readonly ReportDocument[];
beforeAll(async () => {
  await putSprintStories(place.warehouse.root);
  const options = { start: '2026-03-02', end: '2026-03-29', sprint: 'Sprint 11' };
  documents = await flowReports({ ...place, reports: NAMES, options });
}, 60_000);
afterAll(() => rmSync(root, { recursive: true }));

const documentOf = (name: FlowName) => documents.find(({ report }) => report === name) as ReportDocument;
const cells = (name: FlowName, columns: readonly string[]) =>
  documentOf(name).sections[0].table.rows.map((row) => columns.map((column) => row[column]));

test('velocity: 25 committed, 12 completed', () => {
  expect(documentOf('velocity').answer).toBe('The one sprint that was closed completed 12.');
  expect(cells('velocity', ['sprint_id', 'committed', 'completed', 'committed_issues', 'unestimated_issues'])).toEqual([
    ['11', 25, 12, 9, 1],
  ]);
});

test('sprint: four lists with their sums', () => {
  expect(documentOf('sprint').answer).toBe(
    'Sprint 11 (2026-03-02 to 2026-03-13): 5 issues completed with 12 of 25 committed, 5 not completed with 13.',
  );
  expect(documentOf('sprint').sections.map(({ id, sentence }) => [id, sentence])).toEqual([
    ['sprint', undefined],
    ['completed', '5 issues, 12 by estimate.'],
    ['not_completed', '5 issues, 13 by estimate.'],
    ['completed_before', '1 issue, 13 by estimate.'],
    ['removed', '1 issue, 8 by estimate.'],
  ]);
});

test('burndown: every event with who and when, and what was left and the scope after it', () => {
  expect(cells('burndown', ['at', 'issue_key', 'event', 'who', 'change', 'scope', 'left'])).toEqual([
    [day(2, '09:00'), '', 'start', '', 0, 25, 25],
    [day(4), 'P-7', 're-estimated', 'Bob', 2, 27, 27],
    [day(5), 'P-14', 'removed', 'Bob', -2, 25, 25],
    [day(5), 'P-1', 'done', 'Bob', -3, 25, 22],
    [day(6), 'P-14', 'added', 'Bob', 2, 27, 24],
    [day(6), 'P-6', 'added', 'Bob', 2, 29, 26],
    [day(7), 'P-13', 'added', 'ada', 4, 33, 30],
    [day(8), 'P-14', 'done', 'Bob', -2, 33, 28],
    [day(9), 'P-9', 'done', 'Bob', 0, 33, 28],
    [day(10), 'P-6', 'done', 'Bob', -2, 33, 26],
    [day(12), 'P-7', 'done', 'Bob', -5, 33, 21],
    [day(13, '16:57'), 'P-5', 'removed', 'Bob', -8, 25, 13],
  ]);
  expect(documentOf('burndown').answer).toBe(
    'Sprint 11: 13 of 25 were left when it was closed; it began with 25, and 11 events followed.',
  );
});

test('epics: issues by their category, and a range of days for the rest', () => {
  const columns = ['epic_key', 'issues_done', 'issues_in_progress', 'issues_to_do', 'points_done', 'points'];
  expect(cells('epics', columns)).toEqual([['P-30', 2, 1, 1, 8, 10]]);
  const [row] = documentOf('epics').sections[0].table.rows;
  expect(String(row?.half) <= String(row?.most)).toBe(true);
  expect(row?.half).toMatch(/^\d{4}-\d\d-\d\d$/);
});

test('versions: those to be released that have issues, by their category', () => {
  expect(cells('versions', ['version', 'issues_done', 'issues_in_progress', 'issues_to_do', 'half'])).toEqual([
    ['1.0', 0, 0, 1, null],
  ]);
  expect(documentOf('versions').answer).toBe('1 version is to be released: 0 of 1 issue is done.');
});

test('a Data Center, whose changes and types say less, has the same sprints, burndown and epics', async () => {
  const warehouse = { root: join(root, 'datacenter') };
  await putSprintStories(warehouse.root, 'datacenter');
  const options = { start: '2026-03-02', end: '2026-03-29', sprint: 'Sprint 11' };
  const told = await flowReports({ ...place, warehouse, reports: NAMES, options });
  const shown = (some: readonly ReportDocument[]) => some.map(({ answer, sections }) => ({ answer, sections }));
  expect(shown(told)).toEqual(shown(documents));
});

test('a burndown of a board that estimates by time has what was left in hours, and no more than the sprint report', async () => {
  const options = { start: '2026-03-02', end: '2026-03-29', sprint: 'Sprint 21' };
  const [told] = await flowReports({ ...place, reports: ['burndown'], options });
  const rows = told?.sections[0].table.rows.map(({ at, event, change, left }) => [at, event, change, left]);
  expect(rows).toEqual([
    [day(2, '09:00'), 'start', 0, 2],
    [day(5), 're-estimated', -1, 1],
  ]);
});

test('epics of two sites with one key and name have a bar each, and only the largest get days', () => {
  const row = (site: string) => ({ _connection: site, epic_key: 'A-1', issues: 2, issues_done: 1 });
  const plot = progressPlot([row('one'), row('two')], 'epics', (one) => String(one.epic_key));
  expect(plot.form === 'stacks' && new Set(plot.bars.map(({ key }) => key))).toEqual(new Set(['one A-1', 'two A-1']));
  const rows = Array.from({ length: MOST + 2 }, (_, index) => ({ ...row('one'), epic_key: `A-${index}` }));
  const finished = rows.map(({ epic_key: owner }) => ({ _connection: 'one', owner, week: 0, issues: 1 }));
  const span = { start: '2026-03-02', end: '2026-03-29' };
  const asked = { span, today: '2026-03-29', seed: 1 } as FlowAsked;
  const days = withDays(rows, finished, 'epic_key', asked).map(({ half }) => half);
  expect(days.filter((day) => day !== null)).toHaveLength(MOST);
  expect(withDays([row('two')], finished, 'epic_key', asked)[0]?.half).toBeNull();
});

test('without a sprint in the period or of the name it is told why, and what to do', async () => {
  const asked = (options: object) =>
    flowReports({
      ...place,
      reports: ['velocity', 'burndown'],
      options: { start: '2026-01-01', end: '2026-01-31', ...options },
    });
  expect((await asked({})).map(({ answer }) => answer)[0]).toBe(
    'No sprint was closed in this period; the last one was closed on 2026-03-13: --start 2026-03-13.',
  );
  expect((await asked({ sprint: 'NOPE' })).map(({ answer }) => answer)[1]).toContain('No such sprint');
});

test.runIf(hasBrowser)(
  'the pages show the same numbers, ask for nothing, and everybody can read them',
  async () => {
    const browser = await startBrowser();
    try {
      for (const [index, document] of documents.entries()) {
        const file = join(root, `${document.report}.html`);
        writeFileSync(file, documentHtml(document, 'today'));
        const scheme = index % 2 === 0 ? ('light' as const) : ('dark' as const);
        const { page, noises, close } = await opened(browser, file, {
          bypassCSP: true,
          colorScheme: scheme,
          viewport: { width: 390, height: 800 },
        });
        expect(await page.locator('.answer').innerText()).toBe(document.answer);
        const [{ id, table, isBelow }] = document.sections;
        // What stands in the lists of the sprint is shown once.
        const drawn = await (isBelow ? page : page.locator('table').first()).locator('tbody tr').count();
        expect(drawn).toBe(table.rows.length);
        expect(JSON.parse(documentJson(document))[id]).toHaveLength(drawn);
        await page.locator('details').evaluateAll((all) => all.map((one) => one.setAttribute('open', '')));
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
        expect([document.report, noises, await violationsOf(page)]).toEqual([document.report, [], []]);
        await close();
      }
    } finally {
      await browser.close();
    }
  },
  60_000,
);
