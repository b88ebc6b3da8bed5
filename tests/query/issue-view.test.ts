/** The view `issue`: words, custom fields under their names, the present sprint, the epic. */
import { describe, expect, test } from 'vitest';
import { columnsOf, ISSUE, NAMED, OPTION, put, SPRINTS } from './people-tables.js';
import { opened, rowsOf, temporaryFolder } from './warehouse.js';

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
