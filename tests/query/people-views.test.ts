import { describe, expect, test } from 'vitest';
import { ISSUE, NAMED, OPTION, put, SPRINTS, WORKLOG } from './people-tables.js';
import { opened, rowsOf, temporaryFolder } from './warehouse.js';

const columnsOf = async (folder: string, view: string) =>
  (await rowsOf(await opened(folder), `DESCRIBE ${view}`)).map(([name]) => name);

describe('issue', () => {
  test('a custom field called Status or Epic takes no word that means Jira’s own field: it carries its number', async () => {
    const folder = temporaryFolder();
    const named = {
      customfield_10050: ['string', 'Status'],
      customfield_10051: ['string', 'Epic'],
      customfield_10052: ['string', 'Parent'],
    } as const;
    await put(folder, 'acme.issue_search', { ...ISSUE, ...named }, [{ id: '1', key: 'ENG-1' }]);
    const columns = await columnsOf(folder, 'acme.issue');
    expect(columns).toEqual(expect.arrayContaining(['status_10050', 'epic_10051', 'parent_10052']));
    expect(columns.filter((name) => ['status', 'epic', 'parent'].includes(String(name)))).toEqual([]);
  });

  test('custom fields stand under their display names, in values one can group by', async () => {
    const folder = temporaryFolder();
    const cascade = {
      struct: [...(OPTION as { struct: [] }).struct, { name: 'child_value', type: 'string' }],
    } as const;
    await put(
      folder,
      'acme.issue_search',
      {
        ...ISSUE,
        customfield_10016: ['double', 'Story Points'],
        customfield_10027: ['double', 'Story Points'],
        customfield_10020: [SPRINTS, 'Sprint'],
        customfield_10031: ['string', 'Criteria ✅'],
        customfield_10031_text: ['string', 'Criteria ✅ (plain text)'],
        customfield_10032: [OPTION, 'Severity'],
        customfield_10033: [{ list: OPTION }, 'Zielmärkte'],
        customfield_10034: [cascade, 'Région'],
        customfield_10035_id: ['string', 'Reviewer (account id)'],
        customfield_10035_name: ['string', 'Reviewer (name)'],
        customfield_10036: [{ list: NAMED }, 'Approvers'],
      },
      [
        {
          id: '1',
          key: 'ENG-1',
          customfield_10016: 5,
          customfield_10027: 8,
          customfield_10020: [
            { id: '9', name: 'S 9', state: 'closed', start_date: '2026-01-01T00:00:00Z' },
            { id: '10', name: 'S 10', state: 'active', start_date: '2026-02-01T00:00:00Z' },
            { id: '11', name: 'S 11', state: 'future', start_date: null },
          ],
          customfield_10031: '{"type":"doc"}',
          customfield_10031_text: 'It works.',
          customfield_10032: { id: '1', value: 'High' },
          customfield_10033: [{ id: '1', value: 'DE' }, null, { id: '2', value: 'FR' }],
          customfield_10034: { id: '1', value: 'Europe', child_value: 'Alsace' },
          customfield_10035_id: 'a1',
          customfield_10035_name: 'Ada',
          customfield_10036: [{ id: 'a1', name: 'Ada' }],
        },
        { id: '2', key: 'ENG-2', customfield_10020: [], customfield_10033: [] },
        { id: '3', key: 'ENG-3' },
      ],
    );
    const warehouse = await opened(folder);
    const shown =
      await warehouse.read(`SELECT story_points, story_points_10027, sprint, len(sprints) AS sprints, criteria,
      severity, zielmarkte, region, region_child, reviewer, reviewer_id, approvers, url, connection FROM acme.issue ORDER BY key`);
    expect(shown.getRowObjectsJson()).toEqual([
      {
        story_points: 5,
        story_points_10027: 8,
        sprint: 'S 10',
        sprints: '3',
        criteria: 'It works.',
        severity: 'High',
        zielmarkte: ['DE', null, 'FR'],
        region: 'Europe',
        region_child: 'Alsace',
        reviewer: 'Ada',
        reviewer_id: 'a1',
        approvers: ['Ada'],
        url: 'https://acme.atlassian.net/browse/ENG-1',
        connection: 'acme',
      },
      expect.objectContaining({ sprint: null, sprints: '0', zielmarkte: [], severity: null, reviewer: null }),
      expect.objectContaining({
        sprint: null,
        sprints: null,
        zielmarkte: null,
        region_child: null,
        story_points: null,
      }),
    ]);
  });

  test('without an active sprint it is the one to come, else the one that began last', async () => {
    const folder = temporaryFolder();
    const sprint = (id: string, state: string, start: string | null) => ({
      id,
      name: `S ${id}`,
      state,
      start_date: start && `${start}T00:00:00Z`,
    });
    await put(folder, 'acme.issue_search', { ...ISSUE, customfield_1: [SPRINTS, 'Спринт'] }, [
      {
        id: '1',
        key: 'A-1',
        customfield_1: [sprint('30', 'closed', '2026-01-01'), sprint('4', 'closed', '2026-03-01')],
      },
      { id: '2', key: 'A-2', customfield_1: [sprint('1', 'future', null), sprint('5', 'closed', '2026-03-01')] },
    ]);
    const rows = await rowsOf(await opened(folder), 'SELECT key, sprint FROM issue ORDER BY key');
    expect(rows).toEqual([
      ['A-1', 'S 4'],
      ['A-2', 'S 1'],
    ]);
  });

  test('a sprint that was closed since is not the present one: its state is that of its board', async () => {
    const folder = temporaryFolder();
    const sprint = (id: string, state: string) => ({ id, name: `S ${id}`, state, start_date: '2026-03-01T00:00:00Z' });
    await put(folder, 'acme.issue_search', { ...ISSUE, customfield_1: [SPRINTS, 'Sprint'] }, [
      // As Jira leaves it: the issue was not changed when its sprints were.
      { id: '1', key: 'A-1', customfield_1: [sprint('1', 'active'), null, sprint('2', 'future')] },
      { id: '2', key: 'A-2', customfield_1: [sprint('9', 'active'), sprint('1', 'active')] },
      { id: '3', key: 'A-3' },
    ]);
    const SHOWN =
      "SELECT key, sprint, array_to_string(list_transform(sprints, lambda s: coalesce(s.state, '-')), ' ') FROM issue ORDER BY key";
    expect(await rowsOf(await opened(folder), SHOWN)).toEqual([
      ['A-1', 'S 1', 'active - future'],
      ['A-2', 'S 9', 'active active'],
      ['A-3', null, null],
    ]);
    const columns = { board_id: 'string', id: 'string', state: 'string' } as const;
    await put(
      folder,
      'acme.board_sprints',
      columns,
      [
        { board_id: '1', id: '1', state: 'closed' },
        { board_id: '2', id: '1', state: 'closed' },
        { board_id: '1', id: '2', state: 'active' },
      ],
      ['board_id', 'id'],
    );
    // Sprint 9 is on no board that is read.
    expect(await rowsOf(await opened(folder), SHOWN)).toEqual([
      ['A-1', 'S 2', 'closed - active'],
      ['A-2', 'S 9', 'active closed'],
      ['A-3', null, null],
    ]);
  });

  test('connections with other custom fields come together by name, those with other types as text', async () => {
    const folder = temporaryFolder();
    await put(
      folder,
      'acme.issue_search',
      { ...ISSUE, customfield_1: ['double', 'Size'], customfield_2: [{ list: 'string' }, 'Tags'] },
      [{ id: '1', key: 'A-1', customfield_1: 3, customfield_2: ['x'] }],
    );
    await put(
      folder,
      'zeta.issue_search',
      { ...ISSUE, customfield_1: [OPTION, 'Size'], customfield_2: ['string', 'Tags'], customfield_3: ['date', 'Day'] },
      [
        {
          id: '1',
          key: 'Z-1',
          customfield_1: { id: '1', value: 'XL' },
          customfield_2: 'y',
          customfield_3: '2026-01-02',
        },
      ],
    );
    const warehouse = await opened(folder, { labels: new Map([['zeta', 'Zeta & Co']]) });
    const issues = await warehouse.read('SELECT _connection, connection, key, size, tags, day FROM issue ORDER BY key');
    expect(issues.getRowsJson()).toEqual([
      ['acme', 'acme', 'A-1', '3.0', '["x"]', null],
      ['zeta', 'Zeta & Co', 'Z-1', 'XL', 'y', '2026-01-02'],
    ]);
    const raw = await warehouse.read('SELECT key, customfield_1 FROM issue_search ORDER BY key');
    expect(raw.getRowsJson()).toEqual([
      ['A-1', '3.0'],
      ['Z-1', '{"id":"1","value":"XL"}'],
    ]);
  });

  test('Which epic does a sub-task belong to? Its story’s, by parents or by Epic Link; and no circle of parents holds it up', async () => {
    const folder = temporaryFolder();
    const issue = (id: string, level: number, parent_id: string | null, link: string | null = null) => ({
      ...{ id, key: `A-${id}`, issue_type_hierarchy_level: level, parent_id, customfield_10014: link },
    });
    await put(folder, 'acme.issue_search', { ...ISSUE, customfield_10014: ['string', 'Epic Link'] }, [
      issue('1', 1, null),
      // Team-managed: parents all the way.
      issue('2', 0, '1'),
      issue('3', -1, '2'),
      // Company-managed: the story links its epic, the sub-task has a parent alone.
      issue('4', 0, null, 'A-1'),
      issue('5', -1, '4'),
      // An epic below an initiative is its own; a story below an initiative has none.
      issue('6', 2, null),
      issue('7', 1, '6'),
      issue('8', 0, '6'),
      // Each other's parents, its own parent, and a parent that is not there.
      issue('9', 0, '10'),
      issue('10', 0, '9'),
      issue('11', 0, '11'),
      issue('12', 0, '999'),
    ]);
    const warehouse = await opened(folder);
    expect(
      await rowsOf(
        warehouse,
        "SELECT string_agg(id || ' ' || coalesce(epic_key, '-'), ', ' ORDER BY id::INT) FROM issue",
      ),
    ).toEqual([['1 A-1, 2 A-1, 3 A-1, 4 A-1, 5 A-1, 6 -, 7 A-7, 8 -, 9 -, 10 -, 11 -, 12 -']]);
    expect(await rowsOf(warehouse, 'SELECT count(*)::INT FROM issue')).toEqual([[12]]);
  });

  test('a table called issue is not hidden by the view of that name', async () => {
    const folder = temporaryFolder();
    await put(folder, 'acme.issue_search', ISSUE, [{ id: '1', key: 'A-1' }]);
    await put(folder, 'zeta.issue', { id: 'string' }, [{ id: 'a table' }]);
    const warehouse = await opened(folder);
    expect(warehouse.problems).toEqual([]);
    expect(await rowsOf(warehouse, 'SELECT id FROM issue')).toEqual([['a table']]);
  });
});

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

  test('on a site that links epics by a field, the link of the issue or of its parent counts', async () => {
    const folder = temporaryFolder();
    const { issue_type_hierarchy_level: _, ...flat } = ISSUE;
    await put(folder, 'dc.issue_search', { ...flat, customfield_10014: ['string', 'Epic Link'] }, [
      { id: '1', key: 'A-1', summary: 'Epic' },
      { id: '2', key: 'A-2', customfield_10014: 'A-1' },
      { id: '3', key: 'A-3', parent_id: '2' },
    ]);
    await put(folder, 'dc.issue_worklog', WORKLOG, [logged]);
    const rows = await rowsOf(await opened(folder), 'SELECT issue_key, epic_key, epic_summary FROM dc.worklog');
    expect(rows).toEqual([['A-3', 'A-1', 'Epic']]);
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

test('comment: its text, whom it is restricted to, and its address', async () => {
  const folder = temporaryFolder();
  await put(folder, 'acme.issue_search', ISSUE, [{ id: '1', key: 'A-1', summary: 'One' }]);
  await put(
    folder,
    'acme.issue_comments',
    { id: 'string', issue_id: 'string', author_name: 'string', body_text: 'string', visibility_value: 'string' },
    [{ id: '5', issue_id: '1', author_name: 'Ada', body_text: 'Hello', visibility_value: 'Admins' }],
  );
  const rows = await rowsOf(
    await opened(folder),
    'SELECT issue_key, author_name, text, visibility_value, created, url FROM comment',
  );
  expect(rows).toEqual([
    ['A-1', 'Ada', 'Hello', 'Admins', null, 'https://acme.atlassian.net/browse/A-1?focusedCommentId=5'],
  ]);
});

test('history: one row for each field that changed', async () => {
  const folder = temporaryFolder();
  const members = ['field', 'field_id', 'from_value', 'from_string', 'to_value', 'to_string'];
  const items = { list: { struct: members.map((name) => ({ name, type: 'string' as const })) } };
  const item = (field: string, from: string | null, to: string) => ({
    field,
    field_id: field,
    from_value: null,
    from_string: from,
    to_value: '3',
    to_string: to,
  });
  await put(
    folder,
    'acme.issue_changelog',
    { id: 'string', issue_id: 'string', created: 'timestamptz', author_name: 'string', items },
    [
      {
        id: '1',
        issue_id: '1',
        author_name: 'Ada',
        items: [item('status', 'To Do', 'Done'), item('priority', null, 'High')],
      },
      { id: '2', issue_id: '1', items: null },
    ],
  );
  const rows = await rowsOf(
    await opened(folder),
    'SELECT history_id, author_name, field, from_text, to_text, to_id, issue_key FROM history ORDER BY field',
  );
  expect(rows).toEqual([
    ['1', 'Ada', 'priority', null, 'High', '3', null],
    ['1', 'Ada', 'status', 'To Do', 'Done', '3', null],
  ]);
});

test('sprint: one row though two boards show it, with the name of the board it was made on', async () => {
  const folder = temporaryFolder();
  const columns = {
    board_id: 'string',
    id: 'string',
    name: 'string',
    state: 'string',
    origin_board_id: 'string',
  } as const;
  await put(
    folder,
    'acme.board_sprints',
    columns,
    [
      { board_id: '1', id: '10', name: 'S 10', state: 'active', origin_board_id: '2' },
      { board_id: '2', id: '10', name: 'S 10', state: 'active', origin_board_id: '2' },
      { board_id: '1', id: '11', name: 'S 11', state: 'future', origin_board_id: null },
    ],
    ['board_id', 'id'],
  );
  await put(folder, 'acme.boards', { id: 'string', name: 'string' }, [
    { id: '1', name: 'One' },
    { id: '2', name: 'Two' },
  ]);
  await put(
    folder,
    'acme.sprint_issues',
    { sprint_id: 'string', issue_id: 'string' },
    [
      { sprint_id: '10', issue_id: '1' },
      { sprint_id: '10', issue_id: '2' },
    ],
    ['sprint_id', 'issue_id'],
  );
  const warehouse = await opened(folder);
  const rows = await warehouse.read('SELECT sprint_id, name, state, board_name, issues FROM sprint ORDER BY sprint_id');
  expect(rows.getRowsJson()).toEqual([
    ['10', 'S 10', 'active', 'Two', '2'],
    ['11', 'S 11', 'future', 'One', '0'],
  ]);
});

test('views are there only where their tables are', async () => {
  const folder = temporaryFolder();
  await put(folder, 'acme.issue_search', ISSUE, []);
  expect((await opened(folder)).peopleViews).toEqual(['issue', 'epic', 'epic_progress']);
  expect(await columnsOf(folder, 'acme.issue')).toEqual(
    expect.arrayContaining(['key', 'summary', 'url', 'connection', '_synced_at', '_extra']),
  );
});
