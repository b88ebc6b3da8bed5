/** One name for one thing, in views, reports and options: what is called two ways is found by nobody who knows the other. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { flowReports } from '../../src/app/report/flow.js';
import { type OpenWarehouse, openForReading } from '../../src/query/open.js';
import type { ReportDocument } from '../../src/reports/document.js';
import { FLOW_NAMES, type FlowName } from '../../src/reports/flow/names.js';
import { FLOW_CHOICES, FLOW_OPTIONS, FLOW_QUESTIONS } from '../../src/reports/flow/options.js';
import { ISSUE_LEVEL_WORDS } from '../../src/reports/issue-level-words.js';
import { worklogCsv } from '../../src/reports/print/worklogs-csv.js';
import type { WorklogsAsked } from '../../src/reports/worklogs/asked.js';
import { LEVEL_NAMES } from '../../src/reports/worklogs/levels.js';
import { WORKLOG_OPTIONS } from '../../src/reports/worklogs/options.js';
import { put, WORKLOG } from '../query/people-tables.js';
import { putStories } from '../query/stories.js';

const NAMES = Object.keys(FLOW_NAMES) as [FlowName, ...FlowName[]];
const root = mkdtempSync(join(tmpdir(), 'words-agree-'));
let warehouse: OpenWarehouse;
let documents: readonly ReportDocument[];
beforeAll(async () => {
  await putStories(root);
  const more = {
    created: 'timestamptz',
    updated: 'timestamptz',
    visibility_type: 'string',
    visibility_value: 'string',
  } as const;
  await put(root, 'acme.issue_worklog', { ...WORKLOG, ...more }, [{ id: '1', issue_id: '1' }]);
  const place = { warehouse: { root }, labels: new Map<string, string>() };
  documents = await flowReports({ ...place, reports: NAMES, options: { start: '2026-03-02', end: '2026-03-29' } });
  warehouse = await openForReading({ root });
});
afterAll(() => {
  warehouse?.close();
  rmSync(root, { recursive: true });
});

/** Columns of every view for people that has this one. */
const besideColumn = (name: string) =>
  new Set(
    warehouse.peopleViews.flatMap((view) => {
      const columns = [...(warehouse.columns.get(view)?.keys() ?? [])];
      return columns.includes(name) ? columns : [];
    }),
  );

test('a column beside the key of an issue or an epic is called as in the views that have that key', () => {
  const otherwise = documents.flatMap(({ report, sections }) =>
    sections.flatMap(({ table }) => {
      const names = table.columns.map(({ name }) => name);
      return ['issue', 'epic'].flatMap((thing) => {
        if (!names.includes(`${thing}_key`)) return [];
        const known = besideColumn(`${thing}_key`);
        return names.filter((name) => known.has(`${thing}_${name}`)).map((name) => [report, name]);
      });
    }),
  );
  expect(otherwise).toEqual([]);
  expect(besideColumn('issue_key').has('issue_summary')).toBe(true);
});

/** Of a report alone: what it counted, and in which measure. */
const OF_THE_REPORT = ['counted_seconds'];

test('a column of a worklog in CSV is that of the view `worklog`', async () => {
  async function* none() {}
  const asked = { moreFields: [], rates: [] } as unknown as WorklogsAsked;
  let text = '';
  for await (const piece of worklogCsv(none(), asked, false)) text += piece;
  const view = [...(warehouse.columns.get('worklog')?.keys() ?? [])];
  expect(
    text
      .trim()
      .split(',')
      .filter((name) => !view.includes(name)),
  ).toEqual(OF_THE_REPORT);
});

test('the word of a level begins the name of its column, and is the same word in timesheets', () => {
  for (const [word, { column }] of Object.entries(ISSUE_LEVEL_WORDS))
    expect([word, column.startsWith(word)]).toEqual([word, true]);
  expect(Object.keys(ISSUE_LEVEL_WORDS).filter((word) => !LEVEL_NAMES.includes(word))).toEqual([]);
});

/** Two things under one name, as each stands in its own report's help. */
const TWO_THINGS = ['as-of', 'by'];

test('an option of timesheets and of flow reports is read alike', () => {
  const flow = [...FLOW_OPTIONS, ...FLOW_QUESTIONS, ...FLOW_CHOICES];
  const apart = WORKLOG_OPTIONS.filter((option) =>
    flow.some(({ name, kind }) => name === option.name && kind !== option.kind),
  );
  expect(apart.map(({ name }) => name).sort()).toEqual(TWO_THINGS);
});
