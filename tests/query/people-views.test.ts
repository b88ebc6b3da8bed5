/** The views for people beside those of issues and worklogs, and which of them there are. */
import { expect, test } from 'vitest';
import { columnsOf, ISSUE, put } from './people-tables.js';
import { opened, rowsOf, temporaryFolder } from './warehouse.js';

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
