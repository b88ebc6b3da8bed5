/** Worklogs of four people in three zones, as a sync writes them: a site on the clock of Berlin, three issues one below the other. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { told, type WorklogsOptions, worklogsReport } from '../../src/app/report/worklogs.js';
import type { ColumnType } from '../../src/contract/table.js';
import { NAMED, put } from '../query/people-tables.js';

const at = (iso: string) => new Date(iso).toISOString().replace('Z', '000Z');

const TEXTS = (...names: readonly string[]): Record<string, ColumnType> =>
  Object.fromEntries(names.map((name) => [name, 'string' as const]));
const WORKLOG: Record<string, ColumnType> = {
  ...TEXTS('id', 'issue_id', 'author_id', 'author_name', 'comment_text', 'visibility_type', 'visibility_value'),
  ...{ started: 'timestamptz', created: 'timestamptz', updated: 'timestamptz', started_date: 'date' },
  time_spent_seconds: 'long',
};
const ISSUE: Record<string, ColumnType> = {
  ...TEXTS('id', 'key', 'summary', 'project_key', 'project_name', 'issue_type_name', 'status_name', 'parent_id'),
  ...TEXTS('project_id', 'parent_key'),
  ...{ issue_type_hierarchy_level: 'int', created: 'timestamptz', updated: 'timestamptz', labels: { list: 'string' } },
  ...{ components: { list: NAMED }, fix_versions: { list: NAMED }, due_date: 'date' },
  issue_links: {
    list: {
      struct: ['id', 'type_name', 'inward', 'outward', 'inward_issue_id', 'outward_issue_id'].map((name) => ({
        name,
        type: 'string' as const,
      })),
    },
  },
};
const CHANGE: Record<string, ColumnType> = {
  ...TEXTS('id', 'issue_id'),
  created: 'timestamptz',
  items: {
    list: {
      struct: ['field', 'field_id', 'from_string', 'to_string', 'from_value', 'to_value'].map((name) => ({
        name,
        type: 'string' as const,
      })),
    },
  },
};

export interface Logged {
  readonly id: string;
  readonly issue: string;
  readonly author: string;
  readonly started: string;
  readonly seconds: number;
  readonly more?: Readonly<Record<string, unknown>>;
}

/** As a site on +01:00 / +02:00 sends them: the date is that of its own clock. */
const worklog = ({ id, issue, author, started, seconds, more }: Logged) => ({
  id,
  issue_id: issue,
  author_id: author,
  author_name: NAMES[author] ?? null,
  started: at(started),
  created: at(started),
  updated: at(started),
  started_date: new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/Berlin' }).format(new Date(started)),
  time_spent_seconds: seconds,
  ...more,
});

const NAMES: Readonly<Record<string, string>> = {
  syd: 'Sydney Sider',
  ada: 'Ada Lovelace',
  ny: 'New Yorker',
  hid: 'Hidden Zone',
};
export const ZONES: Readonly<Record<string, string | null>> = {
  syd: 'Australia/Sydney',
  ada: 'Europe/Berlin',
  ny: 'America/New_York',
  hid: null,
};

const BLOCKS = { id: '7', type_name: 'Blocks', inward: 'is blocked by', outward: 'blocks' };

/** Monday 2 February, 09:00 in Sydney, is still Sunday evening in Berlin. */
const SYDNEY_MONDAY = '2026-02-01T22:00:00Z';

export const LOGGED: readonly Logged[] = [
  { id: '1', issue: '10', author: 'syd', started: SYDNEY_MONDAY, seconds: 3600 },
  {
    id: '2',
    issue: '10',
    author: 'ada',
    started: '2026-02-02T08:00:00Z',
    seconds: 1000,
    more: { comment_text: '=HYPERLINK("http://x")\n<script>' },
  },
  { id: '3', issue: '11', author: 'ny', started: '2026-02-03T03:30:00Z', seconds: 7200 },
  {
    id: '4',
    issue: '12',
    author: 'hid',
    started: '2026-02-03T22:30:00Z',
    seconds: 1800,
    more: { visibility_type: 'role', visibility_value: 'Admins' },
  },
];

/** A folder of tables for the tests of one file. */
export function worklogTables() {
  let folder = '';
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'report-'));
    await fill(folder);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const make = <Answer>(options: WorklogsOptions, use: (made: Awaited<ReturnType<typeof told>>) => Promise<Answer>) =>
    worklogsReport(
      { warehouse: { root: folder }, labels: new Map(), options, connections: () => [] },
      {},
      async (made) => use(await told(made)),
    );
  /** Seconds by the label of each row, then by column. */
  const cells = (options: WorklogsOptions) =>
    make(options, async ({ report }) => {
      const { total } = await report.pivot();
      return Object.fromEntries(total.rows.map((row) => [row.label, Object.fromEntries(row.cells)]));
    });
  return { make, cells, folder: () => folder };
}

async function fill(folder: string): Promise<void> {
  const issues = [
    {
      id: '10',
      key: 'ENG-9',
      summary: 'Pay page',
      ...{ parent_id: '11', parent_key: 'ENG-10' },
      issue_type_name: 'Sub-task',
      issue_type_hierarchy_level: -1,
      status_name: 'Done',
      ...{ labels: ['beta', 'gamma'], components: [{ id: '31', name: 'Search' }] },
      ...{ fix_versions: [{ id: '43', name: '2.0' }], due_date: '2026-04-01' },
      issue_links: [{ ...BLOCKS, inward_issue_id: null, outward_issue_id: '12' }],
    },
    {
      id: '11',
      key: 'ENG-10',
      summary: 'Payments',
      ...{ parent_id: '12', parent_key: 'OPS-1' },
      issue_type_name: 'Story',
      issue_type_hierarchy_level: 0,
      status_name: 'To Do',
    },
    {
      id: '12',
      key: 'OPS-1',
      summary: 'Money',
      parent_id: null,
      issue_links: [{ ...BLOCKS, inward_issue_id: '10', outward_issue_id: null }],
      issue_type_name: 'Epic',
      issue_type_hierarchy_level: 1,
      status_name: 'To Do',
    },
  ].map((issue) => ({
    ...issue,
    project_key: issue.key.split('-')[0] ?? '',
    project_name: issue.key.startsWith('E') ? 'Engineering' : 'Operations',
    project_id: issue.key.startsWith('E') ? '2' : '3',
    ...{ created: at('2026-01-05T00:00:00Z'), updated: at('2026-02-05T00:00:00Z') },
  }));
  await put(folder, 'acme.issue_search', ISSUE, issues);
  await put(folder, 'acme.issue_worklog', WORKLOG, [...LOGGED, ...random(300)].map(worklog));
  await put(
    folder,
    'acme.users_search',
    TEXTS('account_id', 'display_name', 'email_address', 'time_zone', 'account_type'),
    [...Object.keys(NAMES), 'idle'].map((id) => ({
      account_id: id,
      display_name: NAMES[id] ?? 'Idle Person',
      email_address: `${id}@example.org`,
      time_zone: ZONES[id] ?? null,
      account_type: 'atlassian',
    })),
    ['account_id'],
  );
  await put(
    folder,
    'acme.myself',
    TEXTS('account_id', 'display_name', 'time_zone'),
    [{ account_id: 'ada', display_name: 'Ada Lovelace', time_zone: 'Europe/Berlin' }],
    ['account_id'],
  );
  await put(
    folder,
    'acme.groups',
    TEXTS('group_id', 'name'),
    [
      { group_id: 'g1', name: 'south' },
      { group_id: 'g2', name: 'north' },
    ],
    ['group_id'],
  );
  await put(
    folder,
    'acme.group_members',
    TEXTS('group_id', 'account_id'),
    [
      ['g1', 'syd'],
      ['g1', 'idle'],
      ['g2', 'ada'],
      ['g2', 'ny'],
      ['g2', 'hid'],
    ].map(([group_id, account_id]) => ({ group_id, account_id })),
    ['group_id', 'account_id'],
  );
  const item = (from: string, to: string, field = 'status') => ({
    field,
    field_id: field === 'Key' ? null : field,
    from_string: from,
    to_string: to,
    from_value: null as string | null,
    to_value: null as string | null,
  });
  const ids = (from: string | null, to: string | null) => ({ from_value: from, to_value: to });
  await put(folder, 'acme.issue_changelog', CHANGE, [
    {
      id: '100',
      issue_id: '10',
      created: at('2026-02-02T00:00:00Z'),
      items: [
        item('To Do', 'In Progress'),
        item('alpha', 'gamma beta', 'labels'),
        { ...item('', 'Search', 'components'), ...ids(null, '31') },
        { ...item('OPS-1', 'ENG-10', 'parent'), ...ids('12', '11') },
        // Operations was called otherwise then.
        { ...item('Old', 'Engineering', 'project'), ...ids('3', '2') },
        { ...item('1.0', '', 'fixVersions'), ...ids('41', null) },
        { ...item('1.1', '', 'fixVersions'), ...ids('42', null) },
        { ...item('', '2.0', 'fixVersions'), ...ids(null, '43') },
        { ...item('2026-03-01 00:00:00.0', '2026-04-01 00:00:00.0', 'duedate'), ...ids('2026-03-01', '2026-04-01') },
      ],
    },
    {
      id: '101',
      issue_id: '10',
      created: at('2026-02-05T00:00:00Z'),
      items: [item('In Progress', 'Done'), item('OLD-7', 'ENG-9', 'Key')],
    },
  ]);
}

/** Spread over the hours around two changes of clocks of three continents. Outside the first week of February. */
export function random(count: number): readonly Logged[] {
  let state = 7;
  const next = (below: number) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state % below;
  };
  return Array.from({ length: count }, (_, index) => ({
    id: String(1000 + index),
    issue: String(10 + next(3)),
    author: Object.keys(NAMES)[next(4)] ?? 'ada',
    started: new Date(Date.parse('2026-03-05T00:00:00Z') + next(240 * 24 * 4) * 900_000).toISOString(),
    seconds: 60 * (1 + next(600)),
  }));
}

export const FEBRUARY = { start: '2026-02-01', end: '2026-02-28' };
