/**
 * Every report as people meet it: on the demo's tables, on a site without issues, with one, and with 50,000; in three widths,
 * light and dark, and printed. `npm run pages -- FOLDER [PART OF A NAME]...` (needs Chromium); it tells size and opening of each page.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium } from 'playwright-core';
import { flowReports } from '../src/app/report/flow.js';
import { overviewPage } from '../src/app/report/overview.js';
import { told, worklogsReport } from '../src/app/report/worklogs.js';
import { packageRoot } from '../src/core/engine.js';
import { addDays, dayAt } from '../src/reports/days.js';
import { FLOW_NAMES, type FlowName } from '../src/reports/flow/names.js';
import { documentHtml } from '../src/reports/print/document-html.js';
import { worklogHtml } from '../src/reports/print/worklogs-html.js';
import { makeSite } from './look/sites.js';

const SITES = { nothing: 0, one: 1, large: 50_000 } as const;
const WIDTHS = [1440, 768, 390] as const;
/** A picture of a long table shows nothing that its beginning does not. */
const MOST_HEIGHT = 5000;

type Place = Parameters<typeof overviewPage>[0];

const REPORTS: Readonly<Record<string, (place: Place) => Promise<string>>> = {
  overview: (place) => overviewPage(place),
  worklogs: ({ warehouse, labels, made }) => {
    const today = dayAt(Date.now());
    const options = { start: addDays(today, -27), end: today, expected: 8 };
    return worklogsReport({ warehouse, labels, options, connections: () => [] }, {}, async (report) =>
      worklogHtml({ ...(await told(report)), made }),
    );
  },
  ...Object.fromEntries(
    (Object.keys(FLOW_NAMES) as FlowName[]).map((name) => [
      name,
      async ({ warehouse, labels, made }: Place) => {
        const [document] = await flowReports({ warehouse, labels, options: {}, reports: [name] });
        return document ? documentHtml(document, made) : '';
      },
    ]),
  ),
};

async function warehouses(folder: string): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  const demo = join(folder, 'lake-demo');
  if (!existsSync(demo))
    execFileSync(
      process.execPath,
      [join(packageRoot(), 'dist/bin/connector.js'), '--warehouse', demo, 'demo', '--port', '0'],
      { cwd: folder, stdio: 'ignore' },
    );
  found.set('demo', demo);
  for (const [name, issues] of Object.entries(SITES)) {
    const root = join(folder, `lake-${name}`);
    if (!existsSync(root)) await makeSite(root, issues);
    found.set(name, root);
  }
  return found;
}

async function look(browser: Browser, folder: string, name: string, text: string): Promise<void> {
  const file = join(folder, `${name}.html`);
  writeFileSync(file, text);
  let opening = '';
  for (const width of WIDTHS)
    for (const colorScheme of ['light', 'dark'] as const) {
      const page = await browser.newPage({ colorScheme, viewport: { width, height: 900 } });
      await page.goto(pathToFileURL(file).href);
      const [loaded, height] = (await page.evaluate(
        '[Math.round(performance.getEntriesByType("navigation")[0].loadEventEnd), document.documentElement.scrollHeight]',
      )) as [number, number];
      opening ||= `${loaded} ms`;
      const clip = { x: 0, y: 0, width, height: Math.min(MOST_HEIGHT, height) };
      await page.screenshot({ path: join(folder, `${name}-${width}-${colorScheme}.png`), fullPage: true, clip });
      if (width === WIDTHS[0] && colorScheme === 'light')
        await page.pdf({ path: join(folder, `${name}.pdf`), preferCSSPageSize: true });
      await page.close();
    }
  console.log(`${name}: ${Math.round(text.length / 1000)} kB, opened in ${opening}`);
}

const [folder = 'pages', ...asked] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
try {
  for (const [site, root] of await warehouses(resolve(folder)))
    for (const [report, write] of Object.entries(REPORTS))
      if (asked.length === 0 || asked.some((part) => `${site}-${report}`.includes(part))) {
        const place: Place = { warehouse: { root }, labels: new Map(), options: {}, made: 'today' };
        await look(browser, resolve(folder), `${site}-${report}`, await write(place));
      }
} finally {
  await browser.close();
}
