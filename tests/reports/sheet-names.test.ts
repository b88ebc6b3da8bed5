/** Sheets are called as a site calls its sprints, and Excel does not take every name. */
import { unzipSync } from 'fflate';
import { expect, test } from 'vitest';
import type { Section } from '../../src/reports/document.js';
import { documentXlsx } from '../../src/reports/print/document-xlsx.js';

const section = (heading: string): Section => ({
  ...{ id: heading, heading },
  table: { columns: [{ name: 'a', kind: 'text' }], rows: [{ a: heading }] },
});

async function sheetsOf(first: string, ...others: readonly string[]): Promise<readonly string[]> {
  const book = await documentXlsx(
    {
      ...{ report: 'sprint', title: '', freshness: [], answer: '', notes: [] },
      sections: [section(first), ...others.map(section)],
    },
    'today',
  );
  const xml = new TextDecoder().decode(unzipSync(book)['xl/workbook.xml']);
  return [...xml.matchAll(/<sheet name="([^"]*)"/g)].map(([, name = '']) =>
    name.replaceAll('&apos;', "'").replaceAll('&#39;', "'"),
  );
}

test.each([
  ["Sprint 14 (Team 'A'", "Sprint 14 (Team 'A"],
  [`'${'x'.repeat(28)}' and more`, 'x'.repeat(28)],
  ['Q1/Q2 [plan]: go?', 'Q1 Q2  plan   go'],
  ['History', 'History (2)'],
  ['about', 'about (2)'],
  ["'", 'Sheet'],
  [`${'x'.repeat(30)}\u{1f680}`, 'x'.repeat(30)],
  ['tab\tand\u0000nul', 'tab and nul'],
])('a sprint called %j does not make its workbook fail: the sheet is %j', async (called, name) => {
  expect(await sheetsOf(called)).toEqual([name, 'About']);
});

test('a sprint that is called like another sheet has a number, and every sheet keeps its own rows', async () => {
  expect(await sheetsOf('Completed', 'Completed', 'completed', 'Removed')).toEqual([
    ...['Completed', 'Completed (2)', 'completed (3)', 'Removed', 'About'],
  ]);
  const long = 'y'.repeat(40);
  expect(await sheetsOf(long, long)).toEqual(['y'.repeat(31), `${'y'.repeat(27)} (2)`, 'About']);
});
