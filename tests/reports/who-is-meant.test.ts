/** Whom a timesheet is of on two sites: nobody is told to be missing who was not asked for, and no worklog is in no part. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { flowReports } from '../../src/app/report/flow.js';
import { told, type WorklogsOptions, worklogsReport } from '../../src/app/report/worklogs.js';
import { put, WORKLOG } from '../query/people-tables.js';
import { day } from '../query/stories.js';

const root = mkdtempSync(join(tmpdir(), 'who-is-meant-'));
const ISSUE = { id: 'string', key: 'string', project_key: 'string', created: 'timestamptz' } as const;
beforeAll(async () => {
  await site('acme', ['ann', 'con'], ['con']);
  await site('beta', ['bob', 'carl'], []);
  const logged = (id: string, author_id: string | null) => ({
    ...{ id, issue_id: '1', author_id, author_name: author_id, time_spent_seconds: 3600n },
    ...{ started: day(5), started_date: '2026-03-05' },
  });
  await put(root, 'acme.issue_worklog', WORKLOG, [logged('1', 'ann'), logged('2', 'con'), logged('3', null)]);
  // Read for the first time: no worklog yet, and no history.
  await put(root, 'fresh.issue_search', ISSUE, []);
  await put(root, 'acme.issue_search', ISSUE, [{ id: '1', key: 'P-1', project_key: 'P', created: day(1) }]);
  await put(root, 'acme.statuses', { id: 'string', name: 'string', category_key: 'string' }, []);
  const item = ['field', 'field_id', 'from_value', 'from_string', 'to_value', 'to_string'];
  await put(
    root,
    'acme.issue_changelog',
    {
      ...{ id: 'string', issue_id: 'string', created: 'timestamptz' },
      items: { list: { struct: item.map((name) => ({ name, type: 'string' as const })) } },
    },
    [],
  );
}, 60_000);
afterAll(() => rmSync(root, { recursive: true }));

/** Two people of one name on beta. */
async function site(connection: string, staff: readonly string[], contractors: readonly string[]): Promise<void> {
  const groups = ['staff', 'contractors'].map((name) => ({ group_id: name, name }));
  await put(root, `${connection}.groups`, { group_id: 'string', name: 'string' }, groups, ['group_id']);
  const members = [
    ...staff.map((account_id) => ({ group_id: 'staff', account_id })),
    ...contractors.map((account_id) => ({ group_id: 'contractors', account_id })),
  ];
  const key = ['group_id', 'account_id'];
  await put(root, `${connection}.group_members`, { group_id: 'string', account_id: 'string' }, members, key);
  const people = [
    ...staff.map((account_id) => ({ account_id, display_name: account_id })),
    { account_id: `${connection}1`, display_name: 'Kim' },
    ...(connection === 'beta' ? [{ account_id: 'beta2', display_name: 'Kim' }] : []),
  ];
  const columns = { account_id: 'string', display_name: 'string' } as const;
  await put(root, `${connection}.users_search`, columns, people, ['account_id']);
}

const place = { warehouse: { root }, labels: new Map<string, string>(), connections: () => [] };
const make = <Answer>(options: WorklogsOptions, use: (made: Awaited<ReturnType<typeof told>>) => Promise<Answer>) =>
  worklogsReport({ ...place, options: { period: '2026-03', ...options } }, {}, async (made) => use(await told(made)));
const short = (options: WorklogsOptions) =>
  make({ expected: 8, onlyMissing: true, ...options }, async ({ gaps }) => gaps?.map(({ name }) => name));

test('who was excluded is not told to have logged nothing', async () => {
  expect(await short({ groups: ['staff'], notGroups: ['contractors'] })).toEqual(['ann', 'bob', 'carl']);
  expect(await short({ users: ['con', 'ann'], notGroups: ['contractors'] })).toEqual(['ann']);
});

test('nor is who is of a connection that was not asked', async () => {
  expect(await short({ connections: ['acme'], groups: ['staff'] })).toEqual(['ann', 'con']);
});

test('two people of one name are in the way only where their connection is meant', async () => {
  await expect(short({ users: ['Kim'] })).rejects.toThrow('--user Kim is the name of 2 accounts of beta');
  expect(await short({ users: ['Kim'], connections: ['acme'] })).toEqual(['Kim']);
});

test('a worklog without an author is with all others, so that a group and its complement are the whole', async () => {
  const size = (options: WorklogsOptions) => make(options, async ({ report }) => (await report.totals()).worklogs);
  expect([await size({}), await size({ groups: ['staff'] }), await size({ notGroups: ['staff'] })]).toEqual([3, 2, 1]);
});

test('a connection that has no worklog, and no issue, is an empty report; one that is not there is refused', async () => {
  const options = { connections: ['fresh'] };
  expect(await make(options, async ({ head }) => head.answer)).toContain('Nothing of what was asked for was logged');
  const [document] = await flowReports({ ...place, reports: ['throughput'], options });
  expect(document?.sections[0].table.rows.every(({ finished }) => finished === 0)).toBe(true);
  await expect(make({ connections: ['fresch'] }, async () => 0)).rejects.toThrow('Did you mean `fresh`?');
  await expect(flowReports({ ...place, reports: ['throughput'], options: { connections: ['no'] } })).rejects.toThrow(
    'There is no connection `no`. There are: acme, beta, fresh.',
  );
});
