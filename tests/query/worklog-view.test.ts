/** The view `worklog`: its issue, its epic, its working day. */
import { describe, expect, test } from 'vitest';
import { ISSUE, put, WORKLOG } from './people-tables.js';
import { opened, rowsOf, temporaryFolder } from './warehouse.js';

const EPIC_FIELDS = {
  customfield_10011: ['string', 'Epic Name'],
  customfield_10014: ['string', 'Epic Link'],
} as const;

describe('worklog', () => {
  const logged = {
    id: '7',
    issue_id: '3',
    author_id: 'a1',
    author_name: 'Ada',
    started: '2026-01-31T23:30:00Z',
    started_date: '2026-02-01',
    time_spent_seconds: 5400n,
    comment_text: 'done',
  };

  test('says issue, epic, working day and hours, also of a sub-task whose epic is two steps up', async () => {
    const folder = temporaryFolder();
    await put(folder, 'acme.issue_search', ISSUE, [
      { id: '1', key: 'A-1', summary: 'Epic', issue_type_hierarchy_level: 1 },
      { id: '2', key: 'A-2', summary: 'Story', issue_type_hierarchy_level: 0, parent_id: '1', parent_key: 'A-1' },
      {
        id: '3',
        key: 'A-3',
        summary: 'Task',
        issue_type_name: 'Sub-task',
        issue_type_hierarchy_level: -1,
        parent_id: '2',
        parent_key: 'A-2',
        project_key: 'A',
        project_name: 'Apollo',
      },
    ]);
    await put(folder, 'acme.issue_worklog', WORKLOG, [logged, { id: '8', issue_id: 'gone' }]);
    const warehouse = await opened(folder, { labels: new Map([['acme', 'Acme']]) });
    const rows =
      await warehouse.read(`SELECT connection, worklog_id, issue_key, issue_summary, issue_type_name, project_name, parent_key,
      epic_key, epic_summary, author_name, started_date, seconds, hours, comment, url FROM worklog ORDER BY worklog_id`);
    expect(rows.getRowObjectsJson()).toEqual([
      {
        connection: 'Acme',
        worklog_id: '7',
        issue_key: 'A-3',
        issue_summary: 'Task',
        issue_type_name: 'Sub-task',
        project_name: 'Apollo',
        parent_key: 'A-2',
        epic_key: 'A-1',
        epic_summary: 'Epic',
        author_name: 'Ada',
        started_date: '2026-02-01',
        seconds: '5400',
        hours: 1.5,
        comment: 'done',
        url: 'https://acme.atlassian.net/browse/A-3',
      },
      expect.objectContaining({ worklog_id: '8', issue_key: null, epic_key: null, url: null, hours: null }),
    ]);
  });

  test('on a site that links epics by a field and tells no levels, the link of the issue or of its parent counts, and an epic is what has a name of one', async () => {
    const folder = temporaryFolder();
    const { issue_type_hierarchy_level: _, ...flat } = ISSUE;
    await put(folder, 'dc.issue_search', { ...flat, ...EPIC_FIELDS }, [
      { id: '1', key: 'A-1', summary: 'Epic', customfield_10011: 'The epic' },
      { id: '2', key: 'A-2', customfield_10014: 'A-1' },
      { id: '3', key: 'A-3', parent_id: '2' },
      { id: '4', key: 'A-4', parent_id: '1' },
    ]);
    const on = (issue: string) => ({ ...logged, id: issue, issue_id: issue });
    await put(folder, 'dc.issue_worklog', WORKLOG, ['1', '2', '3', '4'].map(on));
    const warehouse = await opened(folder);
    const rows = await rowsOf(warehouse, 'SELECT issue_key, epic_key, epic_summary FROM dc.worklog ORDER BY ALL');
    expect(rows).toEqual(['A-1', 'A-2', 'A-3', 'A-4'].map((key) => [key, 'A-1', 'Epic']));
    expect(await rowsOf(warehouse, 'SELECT epic_key, name FROM dc.epic')).toEqual([['A-1', 'The epic']]);
    expect(await rowsOf(warehouse, 'SELECT epic_key, issues::INT FROM dc.epic_progress')).toEqual([['A-1', 3]]);
  });

  test('counts on which day? The author’s own, where the profile tells the zone, else the one that Jira sent', async () => {
    const folder = temporaryFolder();
    const at = (id: string, author_id: string, started: string, started_date: string | null) => ({
      ...{ id, issue_id: '3', author_id, started, started_date },
    });
    await put(folder, 'acme.issue_worklog', WORKLOG, [
      // Monday 10:30 in Sydney; the site in Berlin says Monday 00:30 or, in the second row, still Sunday.
      at('1', 'syd', '2026-03-01T23:30:00Z', '2026-03-02'),
      at('2', 'syd', '2026-03-01T22:30:00Z', '2026-03-01'),
      at('3', 'hidden', '2026-03-01T22:30:00Z', '2026-03-01'),
      at('4', 'odd', '2026-03-01T23:30:00Z', null),
      at('5', 'gone', '2026-03-01T23:30:00Z', '2026-03-02'),
    ]);
    await put(folder, 'acme.server_info', { id: 'string', server_time_zone: 'string' }, [
      { id: '1', server_time_zone: 'Europe/Berlin' },
    ]);
    const days = async () =>
      rowsOf(
        await opened(folder),
        'SELECT worklog_id, day::VARCHAR, author_time_zone, site_time_zone FROM worklog ORDER BY 1',
      );
    expect((await days()).map(([, day]) => day)).toEqual([
      '2026-03-02',
      '2026-03-01',
      '2026-03-01',
      '2026-03-02',
      '2026-03-02',
    ]);
    await put(
      folder,
      'acme.users_search',
      { account_id: 'string', time_zone: 'string' },
      [
        { account_id: 'syd', time_zone: 'Australia/Sydney' },
        { account_id: 'hidden', time_zone: null },
        { account_id: 'odd', time_zone: "Mars/O'Leary" },
      ],
      ['account_id'],
    );
    expect(await days()).toEqual([
      ['1', '2026-03-02', 'Australia/Sydney', 'Europe/Berlin'],
      ['2', '2026-03-02', 'Australia/Sydney', 'Europe/Berlin'],
      ['3', '2026-03-01', null, 'Europe/Berlin'],
      ['4', '2026-03-02', null, 'Europe/Berlin'],
      ['5', '2026-03-02', null, 'Europe/Berlin'],
    ]);
  });

  test('without the table of issues it has nulls for their words, not an error', async () => {
    const folder = temporaryFolder();
    await put(folder, 'acme.issue_worklog', WORKLOG, [logged]);
    const warehouse = await opened(folder);
    expect(warehouse.peopleViews).toEqual(['worklog']);
    expect(await rowsOf(warehouse, 'SELECT worklog_id, issue_key, epic_key, url FROM worklog')).toEqual([
      ['7', null, null, null],
    ]);
  });
});
