/** Columns of the issue beside a worklog's own, in each format: neither takes the place of the other, and none becomes words about its type. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { readSheet } from 'read-excel-file/node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type MadeWorklogs, told, worklogsReport } from '../../src/app/report/worklogs.js';
import { worklogCsv } from '../../src/reports/print/worklogs-csv.js';
import { worklogJson } from '../../src/reports/print/worklogs-json.js';
import { OWN, worklogNdjson } from '../../src/reports/print/worklogs-ndjson.js';
import { worklogXlsx } from '../../src/reports/print/worklogs-xlsx.js';
import { put, WORKLOG } from '../query/people-tables.js';
import { day } from '../query/stories.js';

const root = mkdtempSync(join(tmpdir(), 'more-fields-'));
beforeAll(async () => {
  await put(
    root,
    'acme.issue_search',
    {
      ...{ id: 'string', key: 'string', summary: 'string', project_key: 'string', created: 'timestamptz' },
      labels: { list: 'string' },
      customfield_1: ['string', 'Comment'],
      customfield_2: ['double', 'Größe (m²)'],
      customfield_3: ['string', 'Worklog'],
      customfield_4: ['boolean', 'Billable'],
      customfield_5: ['string', 'Seconds'],
      customfield_6: ['string', 'Issue created'],
      customfield_7: ['string', 'Day'],
    },
    [
      {
        ...{ id: '1', key: 'P-1', summary: 'Pay', project_key: 'P', created: day(1), labels: ['a', 'b'] },
        ...{ customfield_1: 'of the issue', customfield_2: 12.5, customfield_3: 'field', customfield_4: true },
        ...{ customfield_5: 'many', customfield_6: 'by hand', customfield_7: 'Monday' },
      },
    ],
  );
  await put(root, 'acme.issue_worklog', { ...WORKLOG, created: 'timestamptz', updated: 'timestamptz' }, [
    {
      ...{ id: '1', issue_id: '1', author_id: 'a', author_name: 'Ada', comment_text: 'of the worklog' },
      ...{ started: day(5), started_date: '2026-03-05', time_spent_seconds: 3600n, created: day(6), updated: day(6) },
    },
  ]);
}, 60_000);
afterAll(() => rmSync(root, { recursive: true }));

const made = <Answer>(moreFields: readonly string[], use: (made: MadeWorklogs) => Promise<Answer>) => {
  const place = { warehouse: { root }, labels: new Map<string, string>(), connections: () => [] };
  return worklogsReport({ ...place, options: { period: '2026-03', moreFields } }, {}, use);
};

async function bytesOf(pieces: AsyncIterable<string | Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(Buffer.from(piece));
  return Buffer.concat(all);
}

const ALIKE = ['created', 'comment', 'seconds', 'day', 'issue_created'];
const OF_BOTH = {
  ...{ created: '2026-03-06T00:00:00.000Z', issue_issue_created: '2026-03-01T00:00:00.000Z', issue_created: 'by hand' },
  ...{ comment: 'of the worklog', issue_comment: 'of the issue', issue_seconds: 'many' },
  ...{ day: '2026-03-05', issue_day: 'Monday' },
};

test('a column of the issue that is called like one of the worklog stands beside it, in CSV and JSON lines', async () => {
  const [line, csv] = await made(ALIKE, async ({ report }) => [
    JSON.parse(String(await bytesOf(worklogNdjson(report.worklogs(), report.asked)))),
    String(await bytesOf(worklogCsv(report.worklogs(), report.asked, false))),
  ]);
  expect(line).toMatchObject({ ...OF_BOTH, seconds: 3600 });
  const heads = (csv.split('\n')[0] ?? '').split(',');
  expect(heads).toHaveLength(new Set(heads).size);
  expect(parse(csv, { columns: true })).toEqual([expect.objectContaining({ ...OF_BOTH, seconds: '3600' })]);
});

test('the names that are a worklog’s own are those it has', async () => {
  await made([], async ({ report }) => {
    const line = JSON.parse(String(await bytesOf(worklogNdjson(report.worklogs(), report.asked))));
    expect(Object.keys(line).filter((name) => !OWN.includes(name))).toEqual([]);
    const csv = String(await bytesOf(worklogCsv(report.worklogs(), report.asked, false)));
    expect((csv.split('\n')[0] ?? '').split(',').filter((name) => !OWN.includes(name))).toEqual([]);
  });
});

test('a field called Worklog does not take the place of the worklogs in JSON', async () => {
  const json = await made(['worklog', 'summary'], async ({ report }) =>
    bytesOf(worklogJson(report.worklogs(true), report.asked)),
  );
  expect(JSON.parse(String(json))[0].fields).toMatchObject({
    ...{ summary: 'Pay', issue_worklog: 'field', issue_summary: 'Pay' },
    worklog: { worklogs: [expect.objectContaining({ id: '1' })] },
  });
});

test('a list is JSON in a workbook, a number a number; a field is found by what the site calls it, and given twice is there once', async () => {
  const book = await made(['labels', 'Größe (m²)', 'grosse_m2', 'Billable', 'comment'], async (all) =>
    bytesOf(worklogXlsx({ ...(await told(all)), made: 'today' })),
  );
  const [heads = [], row = []] = await readSheet(book, 'Worklogs');
  expect(heads.slice(4, 9)).toEqual(['labels', 'grosse_m2', 'billable', 'issue_comment', 'person']);
  expect(row.slice(4, 9)).toEqual(['["a","b"]', 12.5, true, 'of the issue', 'Ada']);
});
