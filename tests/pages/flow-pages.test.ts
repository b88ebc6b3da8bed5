/** The flow reports and the overview as pages in a real browser, and their other formats read back by readers that are not ours. */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import type { Browser } from 'playwright-core';
import { readSheet } from 'read-excel-file/node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { flowReports } from '../../src/app/report/flow.js';
import { overviewPage } from '../../src/app/report/overview.js';
import type { ReportDocument } from '../../src/reports/document.js';
import { FLOW_NAMES, type FlowName } from '../../src/reports/flow/names.js';
import { POLICY } from '../../src/reports/html/page.js';
import { documentCsv, documentJson, documentNdjson } from '../../src/reports/print/document-data.js';
import { documentHtml } from '../../src/reports/print/document-html.js';
import { documentText } from '../../src/reports/print/document-text.js';
import { documentXlsx } from '../../src/reports/print/document-xlsx.js';
import { runMain } from '../cli/run-main.js';
import { putStories } from '../query/stories.js';
import { hasBrowser, opened, startBrowser, violationsOf } from './browser.js';

const NAMES = Object.keys(FLOW_NAMES) as [FlowName, ...FlowName[]];
const root = mkdtempSync(join(tmpdir(), 'flow-pages-'));
const place = { warehouse: { root: join(root, 'lake') }, labels: new Map<string, string>() };
const MARCH = { start: '2026-03-02', end: '2026-03-29' };
let documents: readonly ReportDocument[];
beforeAll(async () => {
  await putStories(place.warehouse.root);
  documents = await flowReports({ ...place, reports: NAMES, options: MARCH });
}, 60_000);
afterAll(() => rmSync(root, { recursive: true }));

const documentOf = (name: FlowName) => documents.find(({ report }) => report === name) as ReportDocument;

describe('formats', () => {
  test.each(NAMES)('%s says the same in json, csv, ndjson and xlsx', async (name) => {
    const document = documentOf(name);
    const [section] = document.sections;
    const names = section.table.columns.map((column) => column.name);
    const rows = section.table.rows.map((row) => names.map((one) => row[one] ?? null));
    const pick = (records: readonly Readonly<Record<string, unknown>>[]) =>
      records.map((record) => names.map((one) => record[one] ?? null));
    expect(pick(JSON.parse(documentJson(document))[section.id])).toEqual(rows);
    expect(pick([...documentNdjson(document)].map((line) => JSON.parse(line)))).toEqual(rows);
    const csv = parse([...documentCsv(document, false)].join(''), { columns: true }) as Record<string, string>[];
    expect(pick(csv)).toEqual(rows.map((row) => row.map((cell) => (cell === null ? '' : String(cell)))));
    const file = join(root, `${name}.xlsx`);
    writeFileSync(file, await documentXlsx(document, 'today'));
    const sheet = await readSheet(file);
    const numbers = section.table.columns.flatMap(({ kind }, index) => (kind === 'number' ? [index] : []));
    expect(sheet.slice(1).map((row) => numbers.map((index) => row[index]))).toEqual(
      rows.map((row) => numbers.map((index) => row[index] ?? null)),
    );
  });

  test('the terminal keeps to its width: columns fall away from the right, and no line is longer', () => {
    for (const document of documents) {
      const text = documentText(document, 80, false);
      const table = text.split('\n').filter((line) => /^(S-\d|\d{4}-\d\d-\d\d )/.test(line));
      expect(table.every((line) => [...line].length <= 80)).toBe(true);
      expect(text.replace(/\s+/g, ' ')).toContain(document.answer);
    }
  });

  test('the command writes what it is asked for, says what it lacks, and refuses an age', async () => {
    const run = (...argv: string[]) => runMain(['--warehouse', place.warehouse.root, 'report', ...argv], { cwd: root });
    const days = ['--start', MARCH.start, '--end', MARCH.end];
    const { stdout } = await run('throughput', ...days, '--format', 'csv');
    expect(stdout.split('\n')[1]).toBe('2026-03-02,5,5');
    expect(await run('throughput', ...days, '--project', 'NOPE')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('There is no project `NOPE`'),
    });
    expect(await run('aging', '--max-age', '1h')).toMatchObject({ exitCode: 75 });
    expect(await run('forecast', '--by', '2020-01-01')).toMatchObject({ exitCode: 2 });
    const empty = await runMain(['--warehouse', join(root, 'none'), 'report', 'cfd'], { cwd: root });
    expect(empty).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('connector sync --stream issue_changelog'),
    });
    expect((await run('overview', ...days, '--out', 'page.html')).exitCode).toBe(0);
    expect(readFileSync(join(root, 'page.html'), 'utf8')).toContain('9 issues were finished in 4 weeks');
    expect((await run('overview', ...days, '--out', 'page.html')).exitCode).toBe(2);
  });
});

describe.runIf(hasBrowser)('pages', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser?.close());

  const write = (name: string, text: string) => {
    const file = join(root, `${name}.html`);
    writeFileSync(file, text);
    return file;
  };

  const LOOKS = [
    { viewport: { width: 1280, height: 900 }, colorScheme: 'light' },
    { viewport: { width: 390, height: 800 }, colorScheme: 'dark' },
  ] as const;

  test.each(
    NAMES,
  )('%s shows its answer and the rows of its table, asks for nothing, and everybody can read it', async (name) => {
    const document = documentOf(name);
    const file = write(name, documentHtml(document, 'today'));
    const { page, noises, close } = await opened(browser, file);
    expect(await page.locator('.answer').innerText()).toBe(document.answer);
    expect(await page.locator('table').first().locator('tbody tr').count()).toBe(
      document.sections[0].table.rows.length,
    );
    expect(await page.locator('meta[http-equiv="Content-Security-Policy"]').getAttribute('content')).toBe(POLICY);
    expect(POLICY).toMatch(/^default-src 'none'; style-src 'sha256-[^ ]+'; script-src 'sha256-[^ ]+';/);
    await page.locator('#theme').click();
    await page
      .locator('details summary')
      .evaluateAll((all) => all.map((one) => (one as unknown as { click(): void }).click()));
    expect(noises).toEqual([]);
    await close();
    for (const look of LOOKS) {
      const judged = await opened(browser, file, { bypassCSP: true, ...look });
      await judged.page.locator('details').evaluateAll((all) => all.map((one) => one.setAttribute('open', '')));
      expect(await violationsOf(judged.page)).toEqual([]);
      expect(await judged.page.evaluate('document.documentElement.scrollWidth')).toBe(look.viewport.width);
      await judged.close();
    }
  }, 60_000);

  test.each(NAMES)('%s: tab and arrow keys reach what a pointer reaches, and the focus is seen', async (name) => {
    const { page, close } = await opened(browser, write(name, documentHtml(documentOf(name), 'today')));
    await page.locator('details').evaluateAll((all) => all.map((one) => one.setAttribute('open', '')));
    const [stops, marks] = (await page.evaluate(
      "[document.querySelectorAll('button, summary, .box, td a, th a, figure svg[tabindex]').length, document.querySelectorAll('.mark').length]",
    )) as [number, number];
    const seen: string[] = [];
    let told = 0;
    for (let stop = 0; stop < stops; stop++) {
      await page.keyboard.press('Tab');
      const [tag, outline] = (await page.evaluate(
        '[document.activeElement.localName, getComputedStyle(document.activeElement).outlineStyle + getComputedStyle(document.activeElement).outlineWidth]',
      )) as [string, string];
      seen.push(`${tag === 'body' ? 'nothing' : outline}`);
      if (tag !== 'svg') continue;
      // The drawing stands in a box that cuts what is outside of it.
      expect(await page.evaluate('parseFloat(getComputedStyle(document.activeElement).outlineOffset)')).toBeLessThan(0);
      told += (await page.evaluate("document.activeElement.querySelectorAll('.mark').length")) as number;
      await page.keyboard.press('End');
      const last = await page.evaluate(
        "[...document.activeElement.querySelectorAll('.mark')].at(-1).classList.contains('at')",
      );
      expect([last, await page.locator('#tip').isVisible()]).toEqual([true, true]);
    }
    expect([seen, told]).toEqual([Array(stops).fill('solid2px'), marks]);
    await close();
  }, 60_000);

  test('a dot tells by the keyboard what its row says', async () => {
    const { page, close } = await opened(browser, write('keys', documentHtml(documentOf('cycle-time'), 'today')));
    await page.locator('figure svg').first().focus();
    await page.keyboard.press('ArrowRight');
    expect(await page.locator('#tip').innerText()).toMatch(
      /^S-\d+ Story S-\d+\n2026-03-\d\d to 2026-03-\d\d: \d+ days?$/,
    );
    await close();
  });

  test('the overview leads from each answer to its plot, fits a narrow screen and stays small', async () => {
    const text = await overviewPage({ ...place, options: MARCH, made: 'today' });
    const file = write('overview', text);
    const { page, noises, close } = await opened(browser, file, { viewport: { width: 390, height: 800 } });
    const links = await page
      .locator('.answers a')
      .evaluateAll((all) => all.map((one) => one.getAttribute('href') ?? ''));
    expect(links).toEqual([
      '#throughput',
      '#cycle-time',
      '#time-in-status',
      '#cfd',
      '#aging',
      '#created-resolved',
      '#velocity',
      '#sprint',
    ]);
    for (const link of links) expect(await page.locator(`h2${link}`).count()).toBe(1);
    // The warehouse has no worklogs: that is told, not left out.
    expect(await page.locator('.missing').last().innerText()).toContain('no worklogs');
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
    expect(noises).toEqual([]);
    expect(statSync(file).size).toBeLessThan(300_000);
    await close();
    for (const look of LOOKS) {
      const judged = await opened(browser, file, { bypassCSP: true, ...look });
      await judged.page.locator('details').evaluateAll((all) => all.map((one) => one.setAttribute('open', '')));
      expect(await violationsOf(judged.page)).toEqual([]);
      await judged.close();
    }
  }, 60_000);

  test('where nothing happened a page says when something last did, and what to ask for', async () => {
    const empty = await flowReports({ ...place, reports: NAMES, options: { start: '2020-01-01', end: '2020-03-31' } });
    const answers = new Map(empty.map(({ report, answer }) => [report, answer]));
    expect(
      ['throughput', 'estimates', 'cycle-time', 'time-in-status', 'cfd', 'created-resolved'].map((name) =>
        answers.get(name),
      ),
    ).toEqual([
      expect.stringMatching(
        /^No issue was finished in this period; the last one was finished on 20\d\d-\d\d-\d\d: --start 20/,
      ),
      expect.stringMatching(
        /^No issue was finished in this period; the last one was finished on 20\d\d-\d\d-\d\d: --start 20/,
      ),
      expect.stringMatching(
        /^No issue that had been in progress was finished in this period; the last one was finished on 20/,
      ),
      expect.stringMatching(/^No visit to a status in progress ended in this period; the last one ended on 20/),
      expect.stringMatching(/^No issue was there in this period; the last one was created on 20/),
      expect.stringMatching(/^No issue was created or finished in this period; the last one was created on 20/),
    ]);
    const { page, noises, close } = await opened(
      browser,
      write('empty', documentHtml(empty.find(({ report }) => report === 'cycle-time') as ReportDocument, 'today')),
    );
    // No heading with nothing below it.
    expect(await page.locator('h2').allInnerTexts()).toEqual(['How it was counted']);
    expect(noises).toEqual([]);
    await close();
  });
});
