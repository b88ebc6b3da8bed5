/** A summary that means harm, or is as long as Jira takes it and longer, reaches CSV, a workbook and a terminal as a text and nothing else. Pages are opened in a browser: tests/pages. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { unzipSync } from 'fflate';
import { readSheet } from 'read-excel-file/node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type MadeWorklogs, told, worklogsReport } from '../../src/app/report/worklogs.js';
import { pivotText } from '../../src/reports/print/terminal.js';
import { worklogCsv } from '../../src/reports/print/worklogs-csv.js';
import { worklogXlsx } from '../../src/reports/print/worklogs-xlsx.js';
import { put, WORKLOG } from '../query/people-tables.js';
import { day } from '../query/stories.js';

const START = '=HYPERLINK("http://x","y")';
const HOSTILE = `${START}</script>\u202e\u001b[2J\u0000,"${'x'.repeat(40_000)}`;
const CONTROLS = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029]/u;

const root = mkdtempSync(join(tmpdir(), 'hostile-'));
beforeAll(async () => {
  const issue = { id: 'string', key: 'string', summary: 'string', project_key: 'string' } as const;
  await put(root, 'acme.issue_search', issue, [{ id: '1', key: 'P-1', summary: HOSTILE, project_key: 'P' }]);
  await put(root, 'acme.issue_worklog', WORKLOG, [
    {
      ...{ id: '1', issue_id: '1', author_id: 'a', author_name: HOSTILE, comment_text: HOSTILE },
      ...{ started: day(5), started_date: '2026-03-05', time_spent_seconds: 3600n },
    },
  ]);
}, 60_000);
afterAll(() => rmSync(root, { recursive: true }));

const made = <Answer>(use: (made: MadeWorklogs) => Promise<Answer>) => {
  const place = { warehouse: { root }, labels: new Map<string, string>(), connections: () => [] };
  return worklogsReport({ ...place, options: { period: '2026-03', by: ['person', 'issue'] } }, {}, use);
};

async function bytesOf(pieces: AsyncIterable<string | Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(Buffer.from(piece));
  return Buffer.concat(all);
}

test('CSV has it whole, its control characters written out, and told to be a text', async () => {
  const csv = await made(({ report }) => bytesOf(worklogCsv(report.worklogs(), report.asked, false)));
  const [row]: { issue_summary: string }[] = parse(csv, { columns: true });
  expect(row?.issue_summary).toBe(`'${START}</script>\\u202e\\u001b[2J\\u0000,"${'x'.repeat(40_000)}`);
});

test('a workbook has what a cell holds, without what XML cannot, and no formula', async () => {
  const book = await made(async (all) => bytesOf(worklogXlsx({ ...(await told(all)), made: 'today' })));
  const [heads = [], row = []] = await readSheet(book, 'Worklogs');
  const summary = String(row[heads.indexOf('issue_summary')] ?? row[heads.indexOf('summary')]);
  expect([summary.startsWith(START), summary.length, summary.includes('\u0000')]).toEqual([true, 32_767, false]);
  for (const name of ['Summary', 'People']) {
    const cells = (await readSheet(book, name)).flat();
    expect(cells.filter((cell) => String(cell).includes('HYPERLINK')).map((cell) => String(cell).length)).toEqual(
      name === 'Summary' ? [32_767, 32_767] : [32_767],
    );
  }
  const parts = unzipSync(book);
  const formulas = ['sheet1', 'sheet2', 'sheet3', 'sheet4'].map((name) => {
    const sheet = parts[`xl/worksheets/${name}.xml`];
    expect(sheet?.length).toBeGreaterThan(100);
    return new TextDecoder().decode(sheet).match(/<f[ >][^<]*/g) ?? [];
  });
  // Sums of the summary alone.
  expect(formulas.flat().length).toBeGreaterThan(0);
  expect(formulas.map((all) => all.filter((one) => !/^<f>SUM\([A-Z]+\d+:[A-Z]+\d+\)$/.test(one)))).toEqual([
    [],
    [],
    [],
    [],
  ]);
  expect(formulas.slice(1)).toEqual([[], [], []]);
});

test('a terminal gets no control character of it', async () => {
  const text = await made(async ({ report }) => {
    const pivot = await report.pivot();
    return pivotText(pivot, report.asked.by, report.asked.shown, 10_000);
  });
  expect(text).toContain('=HYPERLINK');
  expect((text ?? '').split('\n').filter((line) => CONTROLS.test(line))).toEqual([]);
});
