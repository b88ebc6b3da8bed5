/** The page of a worklog report in a real browser: what it shows, what it must not do, who can use it. */
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { told, type WorklogsOptions, worklogsReport } from '../../src/app/report/worklogs.js';
import { worklogHtml } from '../../src/reports/print/worklogs-html.js';
import { put } from '../query/people-tables.js';
import { hasBrowser, opened, startBrowser, violationsOf } from './browser.js';

const HOSTILE = '</script><script>document.title="owned"</script><img src=x onerror=alert(1)>\u202e=1+1';
const PEOPLE = ['Ada Lovelace', 'A'.repeat(60), 'Ωμέγα Ελληνίδα', '山田 太郎', HOSTILE];

const numberOf = (text: string) => Number(text.replaceAll(',', ''));

describe.runIf(hasBrowser)('the page of worklogs', () => {
  let folder = '';
  let browser: Browser;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'report-page-'));
    browser = await startBrowser();
    const projects = Array.from({ length: 11 }, (_, index) => `P${index}`);
    await put(
      folder,
      'acme.issue_search',
      { id: 'string', key: 'string', summary: 'string', project_key: 'string', project_name: 'string' },
      projects.map((key, index) => ({
        id: String(index),
        key: `${key}-1`,
        summary: HOSTILE,
        project_key: key,
        project_name: `${key} ${HOSTILE}`,
      })),
    );
    await put(
      folder,
      'acme.issue_worklog',
      {
        id: 'string',
        issue_id: 'string',
        author_id: 'string',
        author_name: 'string',
        started: 'timestamptz',
        time_spent_seconds: 'long',
        comment_text: 'string',
      },
      Array.from({ length: 60 }, (_, index) => ({
        id: String(index),
        issue_id: String(index % 11),
        author_id: `u${index % 5}`,
        author_name: PEOPLE[index % 5] ?? null,
        started: `2026-02-${String(1 + (index % 27)).padStart(2, '0')}T12:00:00.000000Z`,
        time_spent_seconds: 900 * (1 + (index % 9)),
        comment_text: HOSTILE,
      })),
    );
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const write = (options: WorklogsOptions) =>
    worklogsReport(
      { warehouse: { root: folder }, labels: new Map(), options, connections: () => [] },
      {},
      async (made) => {
        const { head, report, gaps } = await told(made);
        const file = join(
          folder,
          `${Object.values(options)
            .join('-')
            .replace(/[^\w-]/g, '')}.html`,
        );
        writeFileSync(file, await worklogHtml({ head, report, gaps, made: 'today' }));
        return { file, seconds: (await report.totals()).counted };
      },
    );

  test('shows the numbers of the tables, says nothing on the console and asks for nothing', async () => {
    const { file, seconds } = await write({ period: '2026-02', unit: 'm' });
    const { page, noises, close } = await opened(browser, file);
    const numbers = (selector: string) =>
      page
        .locator(selector)
        .allInnerTexts()
        .then((texts) => texts.map(numberOf));
    const sum = (all: readonly number[]) => all.reduce((total, one) => total + one, 0);
    expect(await numbers('table.grid tfoot td.total')).toEqual([seconds / 60]);
    expect(sum(await numbers('table.grid tr.level-0 td.total'))).toBe(seconds / 60);
    expect(sum(await numbers('table.grid tr.level-1 td:not(.total)'))).toBe(seconds / 60);
    const tips = await page
      .locator('section:first-of-type svg .mark')
      .evaluateAll((marks) => marks.map((mark) => mark.getAttribute('aria-label') ?? ''));
    expect(sum(tips.map((tip) => numberOf(tip.split(': ').at(-1) ?? '')))).toBe(seconds / 60);
    expect(await page.title()).toBe('Worklogs 2026-02-01 to 2026-02-28');
    expect(noises).toEqual([]);
    expect(statSync(file).size).toBeLessThan(300_000);
    await close();
  });

  test('a cell leads to the first of its worklogs, and days with less than expected are outlined', async () => {
    const { page, close } = await opened(browser, (await write({ period: '2026-02', unit: 'm', expected: 1 })).file);
    const cell = page.locator('table.grid tr.level-1 td a.cell').first();
    const [minutes, href] = [await cell.innerText(), await cell.getAttribute('href')];
    await cell.focus();
    await page.keyboard.press('Enter');
    // The fold that held it has opened.
    expect(await page.locator(`tr${href}`).isVisible()).toBe(true);
    expect(await page.locator(`tr${href} td`).nth(3).innerText()).toBe(minutes);
    const outlined = await page.locator('table.grid tr.level-0 td.short').allInnerTexts();
    const missing = await page.locator('section:has(> #missing) tbody tr td:last-child').allInnerTexts();
    const days = missing.map((text) => (text.endsWith(' days') ? Number.parseInt(text, 10) : text.split(', ').length));
    expect(outlined).toHaveLength(days.reduce((sum, one) => sum + one, 0));
    expect(outlined.every((text) => Number(text) < 60)).toBe(true);
    await close();
  });

  test('a plot tells by the keyboard what it tells by the pointer', async () => {
    const { page, close } = await opened(browser, (await write({ period: '2026-02' })).file);
    await page.locator('figure svg').first().focus();
    await page.keyboard.press('ArrowRight');
    const byKey = await page.locator('#tip').innerText();
    await page.keyboard.press('Escape');
    expect(await page.locator('#tip').isHidden()).toBe(true);
    await page.locator('figure svg .mark').first().hover();
    expect([byKey, byKey.length > 0]).toEqual([await page.locator('#tip').innerText(), true]);
    await close();
  });

  test.each([
    'light',
    'dark',
  ] as const)('everybody can read it: no violation of WCAG A or AA, %s', async (colorScheme) => {
    const { file } = await write({ period: '2026-02', expected: 8 });
    const { page, close } = await opened(browser, file, {
      bypassCSP: true,
      colorScheme,
      viewport: { width: colorScheme === 'dark' ? 390 : 1280, height: 900 },
    });
    await page.locator('details').evaluateAll((all) => all.map((one) => one.setAttribute('open', '')));
    expect(await violationsOf(page)).toEqual([]);
    await close();
  });

  test('it fits a narrow screen: wide things scroll in their own box', async () => {
    const { page, close } = await opened(browser, (await write({ period: '2026-02' })).file, {
      viewport: { width: 390, height: 800 },
    });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
    await close();
  });

  test('a page with nothing to show says so, in the same layout', async () => {
    const { page, noises, close } = await opened(browser, (await write({ period: '2020' })).file);
    expect(await page.locator('.answer').innerText()).toBe(
      'Nobody logged work in this period; the last day with work is 2026-02-27: --start 2026-02-27.',
    );
    expect(noises).toEqual([]);
    await close();
  });
});
