/** The pictures of README out of the page that the demo ends with: npm run picture -- WAREHOUSE/overview.html (needs Chromium) */
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

/** A README is read over the network: more than this is no picture of it. */
const MOST_BYTES = 200_000;

async function pictures(file: string): Promise<void> {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  });
  try {
    for (const colorScheme of ['light', 'dark'] as const) {
      const page = await browser.newPage({ colorScheme, viewport: { width: 1100, height: 1000 } });
      await page.goto(pathToFileURL(resolve(file)).href);
      const path = `docs/overview-${colorScheme}.png`;
      await page.screenshot({ path });
      const { size } = statSync(path);
      if (size > MOST_BYTES) throw new Error(`${path} has ${size} bytes, and may have ${MOST_BYTES}.`);
      console.log(`wrote ${path}: ${size} bytes`);
    }
  } finally {
    await browser.close();
  }
}

await pictures(process.argv[2] ?? 'warehouse/overview.html');
