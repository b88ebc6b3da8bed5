/** Whose hours they are on several sites: an account of Cloud is the same on all, a Data Center numbers its own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { told, worklogsReport } from '../../src/app/report/worklogs.js';
import { put, WORKLOG } from '../query/people-tables.js';
import { day } from '../query/stories.js';

const TEXT = 'string' as const;
const ITEMS = {
  list: {
    struct: ['field', 'from_value', 'from_string', 'to_value', 'to_string'].map((name) => ({ name, type: TEXT })),
  },
} as const;

const root = mkdtempSync(join(tmpdir(), 'people-of-sites-'));
beforeAll(async () => {
  await site('acme', 'Server', 'JIRAUSER10100', 'Ada');
  await site('beta', 'Data Center', 'JIRAUSER10100', 'Bob');
  await site('east', 'Cloud', '712020:ann', 'Ann');
  await site('west', 'Cloud', '712020:ann', 'Ann');
}, 60_000);
afterAll(() => rmSync(root, { recursive: true }));

/** An issue that is one person's, who logged an hour on it before it was given to Carl and back. */
async function site(connection: string, deployment_type: string, id: string, name: string) {
  await put(
    root,
    `${connection}.server_info`,
    { base_url: TEXT, deployment_type: TEXT },
    [{ base_url: connection, deployment_type }],
    ['base_url'],
  );
  const roles = ['assignee', 'reporter', 'creator'];
  const people = Object.fromEntries(
    roles.flatMap((role) => [
      [`${role}_id`, id],
      [`${role}_name`, name],
    ]),
  );
  const texts = Object.fromEntries(Object.keys(people).map((column) => [column, TEXT]));
  await put(
    root,
    `${connection}.issue_search`,
    { ...texts, ...{ id: TEXT, key: TEXT, project_key: TEXT, created: 'timestamptz', updated: 'timestamptz' } },
    [{ ...people, id: '1', key: 'P-1', project_key: 'P', created: day(2), updated: day(20) }],
  );
  const change = (from_value: string, from_string: string, to_value: string, to_string: string) => [
    { field: 'assignee', from_value, from_string, to_value, to_string },
  ];
  await put(root, `${connection}.issue_changelog`, { id: TEXT, issue_id: TEXT, created: 'timestamptz', items: ITEMS }, [
    { id: '1', issue_id: '1', created: day(9), items: change(id, name, 'c', 'Carl') },
    { id: '2', issue_id: '1', created: day(10), items: change('c', 'Carl', id, name) },
  ]);
  await put(root, `${connection}.issue_worklog`, WORKLOG, [
    {
      ...{ id: '1', issue_id: '1', author_id: id, author_name: name, time_spent_seconds: 3600n },
      ...{ started: day(5), started_date: '2026-03-05' },
    },
  ]);
}

const place = { warehouse: { root }, labels: new Map<string, string>(), connections: () => [] };
const HOURS = [
  ['Ada', 3600],
  ['Ann', 7200],
  ['Bob', 3600],
];

test.each([
  ['person', undefined],
  ['assignee', undefined],
  ['reporter', undefined],
  ['creator_name', undefined],
  ['assignee', 'start'],
] as const)('one key of two Data Centers is two people, one account of two Cloud sites is one: %s, as of %s', async (by, asOf) => {
  const options = { period: '2026-03', by: [by], columns: by, ...(asOf && { asOf }) };
  await worklogsReport({ ...place, options }, {}, async ({ report }) => {
    const { total } = await report.pivot();
    expect(total.rows.map(({ label, seconds }) => [label, seconds])).toEqual(HOURS);
    expect([...total.cells].sort()).toEqual(HOURS);
  });
});

test('they are counted, and held against what was expected of them, one by one', async () => {
  const options = { period: '2026-03', users: ['Ada', 'Bob', 'Ann'], expected: 1, by: ['person'] };
  await worklogsReport({ ...place, options }, {}, async (made) => {
    const { report, gaps, head } = await told(made);
    expect((await report.people()).map(({ name, seconds }) => [name, seconds])).toEqual(HOURS);
    expect(gaps?.map(({ name, logged }) => [name, logged])).toEqual(HOURS);
    expect(head.answer).toMatch(/^3 people logged/);
  });
});
