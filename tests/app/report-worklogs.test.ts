/** `report worklogs` over tables as a sync writes them: whose day it is, who is meant, and formats that agree. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { unzipSync } from 'fflate';
import { readSheet } from 'read-excel-file/node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type MadeWorklogs, type WorklogsOptions, worklogsReport } from '../../src/app/report/worklogs.js';
import type { ColumnType } from '../../src/contract/table.js';
import { addDays, monthOf, type Span, yearOf } from '../../src/reports/days.js';
import { timeTrackerCsv, worklogCsv } from '../../src/reports/print/worklogs-csv.js';
import { worklogJson } from '../../src/reports/print/worklogs-json.js';
import { worklogNdjson } from '../../src/reports/print/worklogs-ndjson.js';
import { worklogXlsx } from '../../src/reports/print/worklogs-xlsx.js';
import type { WorklogReport } from '../../src/reports/worklogs/report.js';
import { put } from '../query/people-tables.js';

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
  issue_type_hierarchy_level: 'int',
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

interface Logged {
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
const ZONES: Readonly<Record<string, string | null>> = {
  syd: 'Australia/Sydney',
  ada: 'Europe/Berlin',
  ny: 'America/New_York',
  hid: null,
};

/** Monday 2 February, 09:00 in Sydney, is still Sunday evening in Berlin. */
const SYDNEY_MONDAY = '2026-02-01T22:00:00Z';

const LOGGED: readonly Logged[] = [
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

let folder = '';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'report-'));
  const issues = [
    {
      id: '10',
      key: 'ENG-9',
      summary: 'Pay page',
      parent_id: '11',
      issue_type_name: 'Sub-task',
      issue_type_hierarchy_level: -1,
      status_name: 'Done',
    },
    {
      id: '11',
      key: 'ENG-10',
      summary: 'Payments',
      parent_id: '12',
      issue_type_name: 'Story',
      issue_type_hierarchy_level: 0,
      status_name: 'To Do',
    },
    {
      id: '12',
      key: 'OPS-1',
      summary: 'Money',
      parent_id: null,
      issue_type_name: 'Epic',
      issue_type_hierarchy_level: 1,
      status_name: 'To Do',
    },
  ].map((issue) => ({
    ...issue,
    project_key: issue.key.split('-')[0] ?? '',
    project_name: issue.key.startsWith('E') ? 'Engineering' : 'Operations',
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
    from_value: null,
    to_value: null,
  });
  await put(folder, 'acme.issue_changelog', CHANGE, [
    { id: '100', issue_id: '10', created: at('2026-02-02T00:00:00Z'), items: [item('To Do', 'In Progress')] },
    {
      id: '101',
      issue_id: '10',
      created: at('2026-02-05T00:00:00Z'),
      items: [item('In Progress', 'Done'), item('OLD-7', 'ENG-9', 'Key')],
    },
  ]);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Spread over the hours around two changes of clocks of three continents. Outside the first week of February. */
function random(count: number): readonly Logged[] {
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

const FEBRUARY = { start: '2026-02-01', end: '2026-02-28' };

const make = <Answer>(options: WorklogsOptions, use: (made: MadeWorklogs) => Promise<Answer>) =>
  worklogsReport({ warehouse: { root: folder }, labels: new Map(), options, connections: () => [] }, {}, use);

const cells = (options: WorklogsOptions) =>
  make(options, async ({ report }) => {
    const { total } = await report.pivot();
    return Object.fromEntries(total.rows.map((row) => [row.label, Object.fromEntries(row.cells)]));
  });

async function text(pieces: AsyncIterable<string>): Promise<string> {
  let all = '';
  for await (const piece of pieces) all += piece;
  return all;
}

describe('a worklog lies on one day, by the clock that was asked for', () => {
  test.each([
    ['author', '2026-02-02'],
    ['site', '2026-02-01'],
    ['utc', '2026-02-01'],
    ['Asia/Tokyo', '2026-02-02'],
  ])('the colleague in Sydney who logs Monday at nine, counted by %s', async (day, expected) => {
    const found = await cells({ ...FEBRUARY, day, by: ['person'], users: ['syd'] });
    expect(found).toEqual({ 'Sydney Sider': { [expected]: 3600 } });
  });

  test('an author whose zone is hidden is counted on the connection’s clock, and the report says for how many', async () => {
    expect(await cells({ ...FEBRUARY, by: ['person'], users: ['hid'] })).toEqual({
      'Hidden Zone': { '2026-02-03': 1800 },
    });
    await make(FEBRUARY, async ({ head }) => expect(head.notes[0]).toContain('for 1 of 4 it is not known'));
  });

  test('months add up to the year, whichever clock counts', async () => {
    const whole = [...LOGGED, ...random(300)].reduce((sum, one) => sum + one.seconds, 0);
    await make({ period: '2026' }, async ({ report }) => {
      for (const day of ['author', 'site', 'utc', 'America/Los_Angeles']) {
        const seconds = async (span: Span) => (await report.with({ day, span }).totals()).seconds;
        let sum = 0;
        for (let month = 1; month <= 12; month++)
          sum += await seconds(monthOf(`2026-${String(month).padStart(2, '0')}-01`));
        expect([day, await seconds(yearOf('2026-01-01')), sum]).toEqual([day, whole, whole]);
      }
    });
  });

  test('a day that is no clock’s is refused', async () => {
    await expect(cells({ ...FEBRUARY, day: 'Europe/Berlim' })).rejects.toThrow('Did you mean `Europe/Berlin`?');
  });
});

describe('who and what is meant', () => {
  const people = (options: WorklogsOptions) =>
    cells({ ...FEBRUARY, by: ['person'], columns: 'none', ...options }).then((found) => Object.keys(found).sort());

  test('a person by id, address, name, or as the account that reads', async () => {
    expect(await people({ users: ['ada@example.org'] })).toEqual(['Ada Lovelace']);
    expect(await people({ users: ['Ada Lovelace', 'ny'] })).toEqual(['Ada Lovelace', 'New Yorker']);
    expect(await people({ users: ['me'] })).toEqual(['Ada Lovelace']);
    await expect(people({ users: ['Ada'] })).rejects.toThrow('--user Ada is no account id');
  });

  test('groups add people and take them away; the two parts make the whole', async () => {
    expect(await people({ groups: ['south'] })).toEqual(['Sydney Sider']);
    expect(await people({ notGroups: ['g1'] })).toEqual(['Ada Lovelace', 'Hidden Zone', 'New Yorker']);
    await expect(people({ groups: ['sout'] })).rejects.toThrow('Did you mean `south`?');
  });

  test('an issue by its old key, a project by its key, and neither by a wrong one', async () => {
    expect(await people({ issues: ['OLD-7'] })).toEqual(['Ada Lovelace', 'Sydney Sider']);
    expect(await people({ projects: ['OPS'] })).toEqual(['Hidden Zone']);
    await expect(people({ issues: ['ENG-999'] })).rejects.toThrow('There is no issue ENG-999');
  });

  test('worklogs that only some may see are left out when that is asked', async () => {
    expect(await people({ restricted: 'omit' })).not.toContain('Hidden Zone');
  });

  test('people who were asked for and logged nothing are told to be missing', async () => {
    await make(
      { start: '2026-02-02', end: '2026-02-03', groups: ['south'], expected: 8, onlyMissing: true },
      async ({ gaps }) =>
        expect(gaps?.map(({ name, logged, missing }) => [name, logged, missing])).toEqual([
          ['Idle Person', 0, 16 * 3600],
          ['Sydney Sider', 3600, 15 * 3600],
        ]),
    );
  });
});

describe('rows and columns', () => {
  const totals = (options: WorklogsOptions) =>
    cells({ ...FEBRUARY, columns: 'none', ...options }).then((found) =>
      Object.fromEntries(Object.entries(found).map(([name, row]) => [name, row[''] ?? 0])),
    );

  test('hours roll up to the parent, the epic, or the top, and none is lost', async () => {
    expect(await totals({ by: ['issue'] })).toEqual({
      'ENG-9 Pay page': 4600,
      'ENG-10 Payments': 7200,
      'OPS-1 Money': 1800,
    });
    expect(await totals({ by: ['issue'], rollup: 'parent' })).toEqual({ 'ENG-10 Payments': 4600, 'OPS-1 Money': 9000 });
    expect(await totals({ by: ['issue'], rollup: 'epic' })).toEqual({ 'OPS-1 Money': 13_600 });
    expect(await totals({ by: ['top'] })).toEqual({ 'OPS-1 Money': 13_600 });
  });

  test('a status is the one of now, or the one the issue had when the work began', async () => {
    expect(await totals({ by: ['status'], issues: ['ENG-9'] })).toEqual({ Done: 4600 });
    expect(await totals({ by: ['status'], issues: ['ENG-9'], asOf: 'start' })).toEqual({
      'To Do': 3600,
      'In Progress': 1000,
    });
  });

  test('each worklog is rounded before anything is summed', async () => {
    expect(await totals({ by: ['person'], users: ['ada'], round: { seconds: 900, mode: 'nearest' } })).toEqual({
      'Ada Lovelace': 900,
    });
    expect(await totals({ by: ['person'], users: ['ada'], round: { seconds: 900, mode: 'up' } })).toEqual({
      'Ada Lovelace': 1800,
    });
  });

  test('a level that is none is refused with the nearest; so are four of them', async () => {
    await expect(totals({ by: ['statuss'] })).rejects.toThrow('Did you mean `status`?');
    await expect(totals({ by: ['person', 'issue', 'day', 'week'] })).rejects.toThrow('up to 3 levels');
  });
});

describe('formats', () => {
  test('50 windows have the same seconds in json, csv and ndjson as the worklogs have', async () => {
    const rows = [...LOGGED, ...random(300)];
    await make({ period: '2026' }, async ({ report: year }) => {
      for (let window = 0; window < 50; window++) {
        const start = addDays('2026-03-01', window * 4);
        const span = { start, end: addDays(start, window % 9) };
        const day = ['author', 'site', 'utc', 'Pacific/Auckland'][window % 4] ?? 'utc';
        const expected = rows.filter((one) => isWithin(one, day, span)).reduce((sum, one) => sum + one.seconds, 0);
        const report = year.with({ span, day });
        expect(await sums(report)).toEqual({ json: expected, ndjson: expected, csv: expected, pivot: expected });
      }
    });
  }, 60_000);

  test('a workbook read by another library has the same hours, their sums as formulas, and texts that are none', async () => {
    await make({ ...FEBRUARY, by: ['person', 'issue'], columns: 'day', unit: 'm' }, async ({ head, report, gaps }) => {
      const bytes = Buffer.from(await worklogXlsx({ head, report, gaps, made: 'today' }));
      const summary = await readSheet(bytes, 'Summary');
      expect(summary[0]?.slice(0, 3)).toEqual(['person', 'issue', '2026-02-01']);
      expect(summary.at(-1)?.at(-1)).toBe(13_600 / 60);
      const totals = summary.slice(1, -1).map((row) => Number(row.at(-1)));
      expect(totals.reduce((sum, one) => sum + one, 0)).toBeCloseTo(13_600 / 60);
      const worklogs = await readSheet(bytes, 'Worklogs');
      expect(worklogs.find((row) => row[4] === 'Ada Lovelace')).toEqual(
        expect.arrayContaining(['ENG-9', new Date('2026-02-02'), '=HYPERLINK("http://x")\n<script>']),
      );
      const about = await readSheet(bytes, 'About');
      expect(about.map(([line]) => line)).toContain(head.answer);
      const xml = new TextDecoder().decode(unzipped(bytes, 'xl/worksheets/sheet1.xml'));
      expect(xml).toMatch(/<f>SUM\(C2:AD2\)<\/f><v>[\d.]+<\/v>/);
      expect(new TextDecoder().decode(unzipped(bytes, 'xl/worksheets/sheet2.xml'))).not.toContain('<f>');
    });
  });

  test('JSON has the shape of the endpoint it stands for: issues by number, in each only worklogs of the report', async () => {
    await make(FEBRUARY, async ({ report }) => {
      const json = JSON.parse(await text(worklogJson(report.worklogs(true))));
      expect(json.map(({ key }: { key: string }) => key)).toEqual(['ENG-9', 'ENG-10', 'OPS-1']);
      expect(Object.keys(json[0])).toEqual(['expand', 'id', 'self', 'key', 'connection', 'fields']);
      expect(json[2].fields.worklog.worklogs).toEqual([
        expect.objectContaining({
          author: 'hid',
          authorName: 'Hidden Zone',
          startedDate: '2026-02-03',
          timeSpent: '30m',
          timeSpentSeconds: 1800,
          visibility: { type: 'role', value: 'Admins' },
        }),
      ]);
    });
  });

  test('without a worklog JSON is an empty array', async () => {
    await make({ period: '2020' }, async ({ head, report }) => {
      expect(JSON.parse(await text(worklogJson(report.worklogs(true))))).toEqual([]);
      expect(head.answer).toBe('Nobody logged work in this period.');
    });
  });

  test('a comment that is a formula is told to be a text in CSV, unless raw texts are asked for', async () => {
    await make({ ...FEBRUARY, users: ['ada'] }, async ({ report }) => {
      expect(await text(worklogCsv(report.worklogs(), report.asked, false))).toContain(`"'=HYPERLINK(""http://x"")`);
      expect(await text(worklogCsv(report.worklogs(), report.asked, true))).toContain(`"=HYPERLINK(""http://x"")`);
    });
  });

  test('the layout of Time Tracker has its byte order mark, columns, quotes and last line', async () => {
    await make({ ...FEBRUARY, users: ['ada'] }, async ({ report }) =>
      expect(await text(timeTrackerCsv(report.worklogs(true), report.asked))).toBe(
        '\ufeffProject,Issue Type,Key,Summary,Priority,Date Started,Display Name,Time Spent (h),Work Description\n' +
          `"Engineering",Sub-task,ENG-9,"Pay page","",2026-02-02 09:00:00,"Ada Lovelace",0.28,"'=HYPERLINK(""http://x"") &lt;script&gt;"\n` +
          'Total,,,,,,,0.28,\n',
      ),
    );
  });
});

describe('files that come from outside', () => {
  const file = (name: string, content: string) => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };

  test('days off of a calendar are not expected to be worked, repeated ones included', async () => {
    const daysOff = file(
      'off.ics',
      [
        'BEGIN:VCALENDAR',
        'VERSION:2.0',
        'BEGIN:VEVENT',
        'UID:1',
        'DTSTART;VALUE=DATE:20260202',
        'DTEND;VALUE=DATE:20260204',
        'END:VEVENT',
        'BEGIN:VEVENT',
        'UID:2',
        'DTSTART;VALUE=DATE:20250206',
        'RRULE:FREQ=YEARLY',
        'END:VEVENT',
        'END:VCALENDAR',
      ].join('\r\n'),
    );
    await make({ start: '2026-02-02', end: '2026-02-06', users: ['idle'], expected: 8, daysOff }, async ({ gaps }) =>
      expect(gaps?.[0]?.shortDays).toEqual(['2026-02-04', '2026-02-05']),
    );
    await expect(make({ ...FEBRUARY, daysOff: file('no.ics', 'Mon Tue') }, async () => 0)).rejects.toThrow(
      'cannot be read as a calendar',
    );
  });

  test('a rate holds from its day on, and one for the project before the general one', async () => {
    const rates = file(
      'rates.csv',
      'person,project,rate,currency,from\nAda Lovelace,,36,EUR,\nada,ENG,72,EUR,2026-02-02\nada,ENG,720,EUR,2026-02-03\n',
    );
    await make({ ...FEBRUARY, rates }, async ({ report }) => {
      const { cost, unpriced } = await report.totals();
      expect([[...cost], unpriced]).toEqual([[['EUR', 20]], 3]);
    });
  });

  test.each([
    ['person,rate\nx,1', /name the columns person, rate and currency/],
    ['person,rate,currency\nx,much,EUR', /line 2: expected an amount an hour/],
    ['person,rate,currency,from\nx,1,EUR,2026-02-30', /line 2: expected a day/],
  ])('a file of rates with a mistake is refused: %j', async (content, words) => {
    await expect(make({ ...FEBRUARY, rates: file('bad.csv', content) }, async () => 0)).rejects.toThrow(words);
  });
});

function isWithin({ author, started }: Logged, day: string, { start, end }: Span): boolean {
  const zone = { author: ZONES[author] ?? 'Europe/Berlin', site: 'Europe/Berlin', utc: 'UTC' }[day] ?? day;
  const date = new Intl.DateTimeFormat('en-CA', { timeZone: zone }).format(new Date(started));
  return date >= start && date <= end;
}

/** One part of a workbook, by a zip reader that is not the writer's. */
function unzipped(bytes: Uint8Array, name: string): Uint8Array {
  return unzipSync(bytes, { filter: (file) => file.name === name })[name] ?? new Uint8Array();
}

interface JsonIssue {
  readonly fields: { readonly worklog: { readonly worklogs: readonly { readonly timeSpentSeconds: number }[] } };
}

/** Each format read back by another reader than ours. */
async function sums(report: WorklogReport) {
  const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);
  const json = JSON.parse(await text(worklogJson(report.worklogs(true)))) as readonly JsonIssue[];
  const lines = (await text(worklogNdjson(report.worklogs()))).split('\n').filter(Boolean);
  const csv: { seconds: string }[] = parse(await text(worklogCsv(report.worklogs(), report.asked, false)), {
    columns: true,
  });
  return {
    json: sum(json.flatMap(({ fields }) => fields.worklog.worklogs.map((one) => one.timeSpentSeconds))),
    ndjson: sum(lines.map((line) => (JSON.parse(line) as { seconds: number }).seconds)),
    csv: sum(csv.map(({ seconds }) => Number(seconds))),
    pivot: (await report.pivot()).total.seconds,
  };
}
