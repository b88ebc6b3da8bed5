/** What issues were of on a day, on two sites: one is a Data Center, whose changes have no ids, and one id is two fields. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FlowOptions, flowReports } from '../../src/app/report/flow.js';
import { told, worklogsReport } from '../../src/app/report/worklogs.js';
import type { ColumnType } from '../../src/contract/table.js';
import type { FlowName } from '../../src/reports/flow/names.js';
import { OPTION, put, WORKLOG } from '../query/people-tables.js';
import { day } from '../query/stories.js';

const TEXTS = (...names: readonly string[]): Record<string, ColumnType> =>
  Object.fromEntries(names.map((name) => [name, 'string' as const]));
const ITEMS: ColumnType = {
  list: {
    struct: ['field', 'field_id', 'from_value', 'from_string', 'to_value', 'to_string'].map((name) => ({
      name,
      type: 'string' as const,
    })),
  },
};

type Change = readonly [at: string, field: string, id: string | null, from: readonly string[], to: readonly string[]];

const root = mkdtempSync(join(tmpdir(), 'levels-then-'));
beforeAll(async () => {
  // Made for Ann Old, who is called Ann New since the 8th; the first issue went to Bob and came back, and was of team Red and project Old.
  await fill(
    'cloud',
    ['Team', 'Epic'],
    [
      [day(4), 'assignee', 'assignee', ['ann', 'Ann Old'], ['bob', 'Bob']],
      [day(9), 'assignee', 'assignee', ['bob', 'Bob'], ['ann', 'Ann New']],
      [day(12), 'Team', 'customfield_10050', ['1', 'Red'], ['2', 'Blue']],
      [day(12), 'Epic', 'customfield_10060', ['8', 'Eight'], ['9', 'Nine']],
      [day(12), 'project', 'project', ['20', 'Old project'], ['10', 'Project']],
      [day(12), 'status', 'status', ['1', 'To Do'], ['4', 'Done']],
    ],
  );
  await fill(
    'dc',
    ['Severity', 'Other'],
    [
      [day(12), 'Severity', null, ['1', 'Minor'], ['2', 'Major']],
      [day(12), 'status', null, ['1', 'To Do'], ['4', 'Done']],
    ],
  );
  // 33 summaries of 34 issues: two are called other, one has none.
  await fill('many', ['A', 'B'], [], 34);
  // Nothing lists people: each row has the name of its day.
  await fill(
    'renamed',
    ['A', 'B'],
    [
      [day(4), 'assignee', 'assignee', ['ann', 'Ann Old'], ['bob', 'Bob']],
      [day(9), 'assignee', 'assignee', ['bob', 'Bob'], ['ann', 'Ann New']],
    ],
    2,
    [
      ['1', 3, 'Ann Old'],
      ['1', 5, 'Ann Old'],
      ['2', 12, 'Ann New'],
    ],
  );
}, 60_000);
afterAll(() => rmSync(root, { recursive: true }));

async function fill(
  connection: string,
  [first = '', second = '']: readonly string[],
  changes: readonly Change[],
  most = 2,
  logged: readonly (readonly [issue: string, date: number, author?: string])[] = [['1', 5]],
) {
  const issue = (id: string, more: object) => ({
    ...{ id, key: `P-${id}`, project_key: 'P', project_id: '10', status_id: '4', status_name: 'Done', created: day(2) },
    ...{ issue_type_subtask: false, assignee_id: 'ann', assignee_name: 'Ann New', updated: day(20), ...more },
  });
  const option = (id: string, value: string) => ({ id, value });
  const [now, epic] = connection === 'cloud' ? ['Blue', 'Nine'] : ['Major', 'None'];
  await put(
    root,
    `${connection}.issue_search`,
    {
      ...TEXTS('id', 'key', 'summary', 'project_key', 'project_id', 'status_id', 'status_name', 'assignee_id'),
      ...TEXTS('assignee_name', 'issue_type_name'),
      ...{ issue_type_subtask: 'boolean', created: 'timestamptz', updated: 'timestamptz' },
      customfield_10050: [OPTION, first],
      customfield_10060: [OPTION, second],
    },
    [
      issue('1', { customfield_10050: option('2', now), customfield_10060: option('9', epic) }),
      ...Array.from({ length: most - 1 }, (_, index) =>
        issue(String(index + 2), {
          ...{ customfield_10050: option('2', now), summary: index < 2 ? 'other' : `Summary ${index}` },
        }),
      ),
    ],
  );
  await put(
    root,
    `${connection}.issue_changelog`,
    { ...TEXTS('id', 'issue_id', 'author_id'), created: 'timestamptz', items: ITEMS },
    changes.map(([created, field, field_id, from, to], index) => ({
      ...{ id: String(index), issue_id: '1', author_id: 'ann', created },
      items: [{ field, field_id, from_value: from[0], from_string: from[1], to_value: to[0], to_string: to[1] }],
    })),
  );
  await put(root, `${connection}.statuses`, TEXTS('id', 'name', 'category'), [
    { id: '1', name: 'To Do', category: 'TODO' },
    { id: '4', name: 'Done', category: 'DONE' },
  ]);
  await put(root, `${connection}.fields`, TEXTS('id', 'name'), [
    { id: 'customfield_10050', name: first },
    { id: 'customfield_10060', name: second },
  ]);
  await put(
    root,
    `${connection}.issue_worklog`,
    WORKLOG,
    logged.map(([issue_id, date, author_name = null], index) => ({
      ...{ id: String(index), issue_id, author_id: 'ann', author_name, time_spent_seconds: 60n },
      ...{ started: day(date), started_date: day(date).slice(0, 10) },
    })),
  );
}

const place = { warehouse: { root }, labels: new Map<string, string>(), connections: () => [] };

/** Labels with seconds, and what the report says of its levels. */
const logged = (by: string, connections: readonly string[]) =>
  worklogsReport(
    { ...place, options: { period: '2026-03', by: [by], columns: 'none', asOf: 'start', connections } },
    {},
    async (made) => {
      const { report, head } = await told(made);
      const { total } = await report.pivot();
      return { labels: total.rows.map(({ label }) => label), notes: head.notes.join('\n') };
    },
  );

/** Groups with the issues in them at the end of a day. */
async function groups(by: string, options: FlowOptions = {}, asOf = day(10).slice(0, 10)): Promise<unknown> {
  const [report] = await flowReports({
    ...place,
    reports: ['cfd'],
    options: { start: '2026-03-02', end: asOf, asOf, by, ...options },
  });
  const last = report?.sections[0].table.rows.filter((row) => row.day === asOf) ?? [];
  return Object.fromEntries(last.map((row) => [row.group, Number(row['to do']) + Number(row.done)]));
}

test('a status is the one of then, where changes have no id of their field, too', async () => {
  expect((await logged('status', ['cloud'])).labels).toEqual(['To Do']);
  expect((await logged('status', ['dc'])).labels).toEqual(['To Do']);
});

test('an id that is another field on another site tells nothing of this one', async () => {
  expect((await logged('team', ['cloud'])).labels).toEqual(['Red']);
  expect((await logged('team', ['dc'])).labels).toEqual(['(none)']);
  expect(await groups('team', { connections: ['cloud', 'dc'] })).toEqual({ Red: 1, Blue: 1, 'no team': 2 });
});

test('a custom field that is called like a level is not taken for it', async () => {
  const { labels, notes } = await logged('epic', ['cloud']);
  expect(labels).toEqual(['(none)']);
  expect(notes).toContain('As now, since no history tells what it was when the work began: epic.');
  await expect(groups('epic')).rejects.toThrow('What epic was on a day is not known');
});

test('a person who was renamed is one group, under the present name', async () => {
  expect(await groups('assignee', { connections: ['cloud'] }, '2026-03-03')).toEqual({ 'Ann New': 2 });
});

test.each([
  ['assignee', 'none', { 'Ann New': { '': 120 }, Bob: { '': 60 } }],
  ['assignee_name', 'none', { 'Ann New': { '': 120 }, Bob: { '': 60 } }],
  ['connection', 'assignee', { renamed: { 'Ann New': 120, Bob: 60 } }],
  ['connection', 'person', { renamed: { 'Ann New': 180 } }],
  ['person', 'month', { 'Ann New': { '2026-03': 180 } }],
  ['person', 'week', { 'Ann New': { '2026-03-02': 120, '2026-03-09': 60 } }],
])('a person who was renamed is one row of a timesheet and one column: %s, %s', async (by, columns, cells) => {
  const options = { period: '2026-03', by: [by], columns, asOf: 'start', connections: ['renamed'] } as const;
  await worklogsReport({ ...place, options }, {}, async ({ report }) => {
    const { total } = await report.pivot();
    expect(Object.fromEntries(total.rows.map((row) => [row.label, Object.fromEntries(row.cells)]))).toEqual(cells);
  });
});

test('a project is the one of then: by its key, where that is known', async () => {
  expect(await groups('project', { connections: ['cloud'] })).toEqual({ 'Old project': 1, P: 1 });
});

/** The first table of a report on 33 groups. */
async function ofMany(name: FlowName) {
  const options = { start: '2026-03-02', end: '2026-03-08', by: 'summary', connections: ['many'] };
  const [report] = await flowReports({ ...place, reports: [name], options });
  return { notes: report?.notes ?? [], section: report?.sections[0] };
}

test.each([
  ['cfd', 'done'],
  ['created-resolved', 'finished'],
] as const)('%s has rows of the 30 largest groups and of all others together; a group that is called other is one of its own', async (name, column) => {
  const { section, notes } = await ofMany(name);
  const rows = section?.table.rows.filter((row) => (row.day ?? '2026-03-08') === '2026-03-08') ?? [];
  expect(rows.map((row) => [row.group, row[column]])).toEqual([
    ['other', 2],
    ...Array.from({ length: 29 }, () => [expect.stringMatching(/^Summary/), 1]),
    ['other (the rest)', 3],
  ]);
  expect(notes).toContain('The 30 largest groups have rows of their own; all others are other (the rest).');
});

test('throughput has columns, and marks, of the largest groups and of all others together; so with a group called other', async () => {
  const { section, notes } = await ofMany('throughput');
  const [row = {}] = section?.table.rows ?? [];
  expect(Object.keys(row)).toHaveLength(33);
  expect(row).toMatchObject({ finished: 34, other: 2, 'other (the rest)': 3 });
  const bars = section?.plot?.form === 'bars' ? section.plot.bars : [];
  expect(section?.plot).toMatchObject({ hasRest: true });
  expect(bars.map(({ group, value }) => [group, value])).toEqual([
    ['other', 2],
    ...Array.from({ length: 6 }, () => [expect.stringMatching(/^Summary/), 1]),
    ['other (the rest)', 26],
  ]);
  expect(notes).toContain('The 30 largest groups have a column of their own; all others are other (the rest).');
});
