/** `report worklogs` over tables as a sync writes them: whose day it is, who is meant, and what is put together. */
import { describe, expect, test } from 'vitest';
import type { AskSites } from '../../src/app/report/matching-issues.js';
import { type WorklogsOptions, worklogsReport } from '../../src/app/report/worklogs.js';
import type { Connection } from '../../src/app/settings/config.js';
import { monthOf, type Span, yearOf } from '../../src/reports/days.js';
import { FEBRUARY, LOGGED, random, worklogTables } from './worklog-tables.js';

const { make, cells, folder } = worklogTables();

describe('a worklog lies on one day, by the clock that was asked for', () => {
  test.each([
    ['author', '2026-02-02', /^A day is the author's own: that of the profile's time zone\.$/],
    ['site', '2026-02-01', /^A day is the site's/],
    ['utc', '2026-02-01', /^A day is that of UTC/],
    ['Asia/Tokyo', '2026-02-02', /^A day is that of Asia\/Tokyo/],
  ])('the colleague in Sydney who logs Monday at nine, counted by %s, as the head says', async (day, expected, words) => {
    const options = { ...FEBRUARY, day, by: ['person'], users: ['syd'] };
    expect(await cells(options)).toEqual({ 'Sydney Sider': { [expected]: 3600 } });
    await make(options, async ({ head }) => expect(head.notes[0]).toMatch(words));
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

test('people, groups, projects, issues and filters partition the whole: what each selects adds up to it', async () => {
  const sizeOf = async (options: WorklogsOptions) => {
    const job = { warehouse: { root: folder() }, labels: new Map<string, string>(), askSites, connections };
    return worklogsReport({ ...job, options: { period: '2026', ...options } }, {}, async ({ report }) => {
      const { worklogs, seconds } = await report.totals();
      return [worklogs, seconds] as const;
    });
  };
  // The site's answer to each filter: issues of acme.
  const found: Readonly<Record<string, readonly string[]>> = { '--filter 1': ['10'], '--filter 2': ['11', '12'] };
  const askSites: AskSites = async (questions) =>
    questions.map(({ option }) => (found[option] ?? []).map((id) => ['acme', id] as const));
  const connections = () => [{ name: 'acme', auth: { type: 'pat' } } as unknown as Connection];
  const whole = await sizeOf({});
  expect(whole[0]).toBe(304);
  const parts: Readonly<Record<string, readonly WorklogsOptions[]>> = {
    users: ['syd', 'ada', 'ny', 'hid'].map((user) => ({ users: [user] })),
    groups: [{ groups: ['south'] }, { groups: ['north'] }],
    'a group and all others': [{ groups: ['g1'] }, { notGroups: ['g1'] }],
    projects: [{ projects: ['ENG'] }, { projects: ['OPS'] }],
    issues: [{ issues: ['ENG-9', 'ENG-10'] }, { issues: ['OPS-1'] }],
    filters: [{ filters: ['1'] }, { filters: ['2'] }],
  };
  for (const [name, options] of Object.entries(parts)) {
    const sizes = await Promise.all(options.map(sizeOf));
    expect(Math.min(...sizes.map(([worklogs]) => worklogs)), name).toBeGreaterThan(0);
    const sum = sizes.reduce(([worklogs, seconds], one) => [worklogs + one[0], seconds + one[1]], [0, 0]);
    expect(sum, name).toEqual(whole);
  }
  expect(await sizeOf({ filters: ['1', '2'] })).toEqual(whole);
});

describe('rows and columns', () => {
  const totals = (options: WorklogsOptions) =>
    cells({ ...FEBRUARY, columns: 'none', ...options }).then((found) =>
      Object.fromEntries(Object.entries(found).map(([name, row]) => [name, row[''] ?? 0])),
    );

  test('hours roll up to the parent, the epic, the top, or along a link, and none is lost', async () => {
    expect(await totals({ by: ['issue'] })).toEqual({
      'ENG-9 Pay page': 4600,
      'ENG-10 Payments': 7200,
      'OPS-1 Money': 1800,
    });
    expect(await totals({ by: ['issue'], rollup: 'parent' })).toEqual({ 'ENG-10 Payments': 4600, 'OPS-1 Money': 9000 });
    expect(await totals({ by: ['issue'], rollup: 'epic' })).toEqual({ 'OPS-1 Money': 13_600 });
    expect(await totals({ by: ['top'] })).toEqual({ 'OPS-1 Money': 13_600 });
    expect(await totals({ by: ['issue'], rollup: 'link:blocks' })).toEqual({
      'ENG-10 Payments': 7200,
      'OPS-1 Money': 6400,
    });
  });

  test('a status is the one of now, or the one the issue had when the work began', async () => {
    expect(await totals({ by: ['status'], issues: ['ENG-9'] })).toEqual({ Done: 4600 });
    expect(await totals({ by: ['status'], issues: ['ENG-9'], asOf: 'start' })).toEqual({
      'To Do': 3600,
      'In Progress': 1000,
    });
  });

  test.each([
    ['label', { 'beta, gamma': 4600 }, { alpha: 3600, 'beta, gamma': 1000 }],
    ['component', { Search: 4600 }, { '(none)': 3600, Search: 1000 }],
    ['parent', { 'ENG-10 Payments': 4600 }, { 'OPS-1 Money': 3600, 'ENG-10 Payments': 1000 }],
    ['project', { Engineering: 4600 }, { Operations: 3600, Engineering: 1000 }],
    // Columns of `issue` are read as the words that stand for them.
    ['labels', { 'beta, gamma': 4600 }, { alpha: 3600, 'beta, gamma': 1000 }],
    ['components', { Search: 4600 }, { '(none)': 3600, Search: 1000 }],
    ['fix_versions', { '2.0': 4600 }, { '1.0, 1.1': 3600, '2.0': 1000 }],
    ['parent_key', { 'ENG-10': 4600 }, { 'OPS-1': 3600, 'ENG-10': 1000 }],
    ['project_key', { ENG: 4600 }, { OPS: 3600, ENG: 1000 }],
    ['project_name', { Engineering: 4600 }, { Operations: 3600, Engineering: 1000 }],
    ['due_date', { '2026-04-01': 4600 }, { '2026-03-01': 3600, '2026-04-01': 1000 }],
  ])('%s, too, is the one of now, or the one the issue had when the work began', async (level, now, then) => {
    expect(await totals({ by: [level], issues: ['ENG-9'] })).toEqual(now);
    expect(await totals({ by: [level], issues: ['ENG-9'], asOf: 'start' })).toEqual(then);
  });

  test('what has no history is as it is now, and the report says so', async () => {
    await make({ ...FEBRUARY, by: ['epic', 'status'], asOf: 'start' }, async ({ head }) => {
      expect(head.notes).toContain('As when the work began: status.');
      expect(head.notes).toContain('As now, since no history tells what it was when the work began: epic.');
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
    await expect(totals({ by: ['statuss'] })).rejects.toThrow('--by statuss is neither a level nor a column');
    for (const asOf of ['now', 'start'] as const)
      await expect(totals({ columns: 'statuss', asOf })).rejects.toThrow(
        /^--columns statuss is neither .* Did you mean `status`\?/,
      );
    // A part of a name, which is no slip for another one.
    await expect(totals({ by: ['type'] })).rejects.toThrow(
      '--by type is neither a level nor a column of the view issue. Did you mean `issue_type`?',
    );
    await expect(totals({ columns: 'type' })).rejects.toThrow('Did you mean `issue_type`?');
    await expect(totals({ day: 'berlin' })).rejects.toThrow('Did you mean `Europe/Berlin`?');
    await expect(totals({ by: ['person', 'issue', 'day', 'week'] })).rejects.toThrow('up to 3 levels');
  });
});
