/** A real browser for tests of pages. Without one they are skipped on a developer's machine; CI has one. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const PLACES = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

export const browserPath = PLACES.find((path): path is string => path !== undefined && existsSync(path));

/** False: there is none, and nobody promised one. */
export const hasBrowser = browserPath !== undefined || process.env.CI === 'true';

export const startBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: browserPath ?? 'chromium', args: ['--no-sandbox', '--disable-dev-shm-usage'] });

/** A page as a reader opens it, and all it said or asked for beside its file. */
export async function opened(browser: Browser, file: string, options: BrowserContextOptions = {}) {
  const context = await browser.newContext({ offline: true, ...options });
  const page = await context.newPage();
  const noises: string[] = [];
  page.on('console', (message) => noises.push(message.text()));
  page.on('pageerror', (error) => noises.push(error.message));
  page.on('request', (request) => request.url() !== `file://${file}` && noises.push(request.url()));
  await page.goto(`file://${file}`);
  return { page, noises, close: () => context.close() };
}

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface AxeAnswer {
  readonly violations: readonly { readonly id: string; readonly nodes: readonly { readonly html: string }[] }[];
}

/** What WCAG 2 A and AA find wrong, one line each. The page's context has to be opened with `bypassCSP`. */
export async function violationsOf(page: Page): Promise<readonly string[]> {
  await page.evaluate(AXE);
  const answer = (await page.evaluate(
    "axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] })",
  )) as AxeAnswer;
  return answer.violations.flatMap(({ id, nodes }) =>
    nodes.slice(0, 3).map((node) => `${id}: ${node.html.slice(0, 160)}`),
  );
}
