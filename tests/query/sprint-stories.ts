/**
 * Issues in sprints with the answers beside them, worked out by hand. Sprint 11 of board 1 ran from 2 March 09:00 to 13 March
 * 17:00, sprint 12 began on the 16th at 09:00 and goes on; board 2 estimates by time. Done is status 4 alone, the last column of
 * board 1 that has statuses, although 5 is of the category done, too.
 */
import type { ColumnType } from '../../src/contract/table.js';
import { put, SPRINTS } from './people-tables.js';
import { day } from './stories.js';

type Change = readonly [
  at: string,
  field: 'sprint' | 'points' | 'status' | 'left',
  from: string | null,
  to: string | null,
];

interface SprintStory {
  readonly key: string;
  readonly created?: string;
  readonly type?: 'Sub-task' | 'Epic';
  readonly parent?: string;
  readonly sprints: readonly string[];
  readonly points?: number;
  readonly left?: number;
  readonly status?: string;
  readonly versions?: readonly string[];
  readonly changes?: readonly Change[];
}

const join = (at: string, ids = '11'): Change => [at, 'sprint', '', ids];
const plan = join(day(1, '12:00'));
const done = (at: string, from = '1'): Change => [at, 'status', from, '4'];

export const SPRINT_STORIES: readonly SprintStory[] = [
  // Committed and done: 3 and 3.
  {
    key: 'P-1',
    sprints: ['11'],
    points: 3,
    status: '4',
    changes: [plan, [day(3), 'status', '1', '2'], done(day(5), '2')],
    parent: 'P-30',
  },
  // Carried over at the very moment of closing, the closed sprint kept in the list, as Jira does; done in the next one: 5.
  {
    ...{ key: 'P-2', sprints: ['11', '12'], points: 5, status: '4', parent: 'P-30' },
    changes: [plan, [day(4), 'status', '1', '2'], [day(13, '17:00'), 'sprint', '11', '11, 12'], done(day(18), '2')],
  },
  // Moved half a minute after closing: 2 carried over. Done in sprint 12, and reopened.
  {
    ...{ key: 'P-3', sprints: ['12'], points: 2, status: '2', parent: 'P-30' },
    changes: [plan, ['2026-03-13T17:00:30.000Z', 'sprint', '11', '12'], done(day(17)), [day(19), 'status', '4', '2']],
  },
  // Moved a minute and a half before the stamp of closing: 1 carried over.
  { key: 'P-4', sprints: ['12'], points: 1, changes: [plan, ['2026-03-13T16:58:30.000Z', 'sprint', '11', '12']] },
  // Removed three minutes before: 8 removed.
  { key: 'P-5', sprints: [], points: 8, changes: [plan, [day(13, '16:57'), 'sprint', '11', '']] },
  // Added within and done: 2 added, 2 completed.
  { key: 'P-6', sprints: ['11'], points: 2, status: '4', changes: [join(day(6)), done(day(10))] },
  // Estimated anew from 3 to 5, and done.
  { key: 'P-7', sprints: ['11'], points: 5, status: '4', changes: [plan, [day(4), 'points', '3', '5'], done(day(12))] },
  // Done before the start: counts in neither.
  { key: 'P-8', sprints: ['11'], points: 13, status: '4', changes: [plan, done(day(1, '20:00'))] },
  // Without an estimate: 0, counted.
  { key: 'P-9', sprints: ['11'], status: '4', changes: [plan, done(day(9))] },
  // A sub-task: in no sum.
  {
    key: 'P-10',
    type: 'Sub-task',
    parent: 'P-1',
    sprints: ['11'],
    points: 1,
    status: '4',
    changes: [plan, done(day(9))],
  },
  // An id twice; closed, which is not the last column: 1 carried over.
  {
    key: 'P-11',
    sprints: ['11'],
    points: 1,
    status: '5',
    changes: [join(day(1, '12:00'), '11, 11'), [day(9), 'status', '1', '5']],
  },
  // A sprint that is gone.
  { key: 'P-12', sprints: [], changes: [join(day(1), '10'), [day(2), 'sprint', '10', '']] },
  // Made within the sprint, never changed: 4 added and carried over.
  { key: 'P-13', created: day(7), sprints: ['11'], points: 4 },
  // Removed and back: committed 2, completed 2, not added.
  {
    key: 'P-14',
    sprints: ['11'],
    points: 2,
    status: '4',
    changes: [plan, [day(5), 'sprint', '11', ''], join(day(6)), done(day(8))],
  },
  // By time: 2 hours left at the start, 1 at the end.
  { key: 'P-20', sprints: ['21'], left: 3600, changes: [join(day(1), '21'), [day(5), 'left', '7200', '3600']] },
  // The epic of P-1 (3, done), P-2 (5, done), P-3 (2, in progress) and P-31 (to do, without estimate); its own 100 points count nowhere.
  { key: 'P-30', type: 'Epic', sprints: [], points: 100 },
  { key: 'P-31', parent: 'P-30', sprints: [], versions: ['500'] },
];

const struct = (...names: string[]) => ({ struct: names.map((name) => ({ name, type: 'string' as const })) });
const ITEMS: ColumnType = {
  list: struct('field', 'field_id', 'from_value', 'from_string', 'to_value', 'to_string'),
};
const NAMES = { sprint: 'Sprint', points: 'Story Points', status: 'status', left: 'timeestimate' } as const;
const FIELDS = {
  sprint: 'customfield_10020',
  points: 'customfield_10016',
  status: 'status',
  left: 'timeestimate',
} as const;
const CATEGORY: Readonly<Record<string, string>> = { 1: 'new', 2: 'indeterminate', 4: 'done', 5: 'done' };
/** Data Center gives changes no ids of their fields and types no level: an epic has a name, and issues that are no sub-tasks link it. */
type SiteDialect = 'cloud' | 'datacenter';

const idOf = (key: string) => String(200 + SPRINT_STORIES.findIndex((story) => story.key === key));

async function putIssues(folder: string, dialect: SiteDialect): Promise<void> {
  const rows: Readonly<Record<string, unknown>>[] = SPRINT_STORIES.map(
    ({ key, created = day(1), type = 'Story', parent, sprints, points, left, status = '1', versions, changes }) => ({
      ...{
        id: idOf(key),
        key,
        summary: `Story ${key}`,
        project_key: 'P',
        issue_type_name: type,
        issue_type_subtask: type === 'Sub-task',
      },
      ...above(dialect, type, parent),
      ...{ status_id: status, status_name: status, status_category_key: CATEGORY[status] },
      ...{ created, updated: changes?.at(-1)?.[0] ?? created, creator_id: 'ada', customfield_10016: points ?? null },
      ...{ remaining_estimate_seconds: left ?? null, time_spent_seconds: key === 'P-1' ? 7200 : null },
      fix_versions: (versions ?? []).map((id) => ({ id, name: '1.0' })),
      customfield_10020: sprints.map((id) => ({ id, name: `Sprint ${id}`, state: 'closed', start_date: null })),
    }),
  );
  const columns: Readonly<Record<string, ColumnType>> = {
    ...{ id: 'string', key: 'string', summary: 'string', project_key: 'string', issue_type_name: 'string' },
    ...{ issue_type_subtask: 'boolean', issue_type_hierarchy_level: 'int', status_id: 'string', status_name: 'string' },
    ...{
      status_category_key: 'string',
      parent_id: 'string',
      parent_key: 'string',
      created: 'timestamptz',
      updated: 'timestamptz',
    },
    ...{ creator_id: 'string', remaining_estimate_seconds: 'long', time_spent_seconds: 'long' },
  };
  const custom: Readonly<Record<string, ColumnType | readonly [type: ColumnType, doc: string]>> = {
    ...(dialect === 'cloud'
      ? {}
      : { customfield_10011: ['string', 'Epic Name'], customfield_10014: ['string', 'Epic Link'] }),
    customfield_10016: ['double', 'Story Points'],
    customfield_10020: [SPRINTS, 'Sprint'],
    fix_versions: { list: struct('id', 'name') },
  };
  await put(folder, 'acme.issue_search', { ...columns, ...custom }, rows);
}

function above(dialect: SiteDialect, type: string, parent: string | undefined): Readonly<Record<string, unknown>> {
  const parents = { parent_id: parent === undefined ? null : idOf(parent), parent_key: parent ?? null };
  if (dialect === 'cloud')
    return { ...parents, issue_type_hierarchy_level: type === 'Epic' ? 1 : type === 'Sub-task' ? -1 : 0 };
  if (type === 'Sub-task') return parents;
  return { customfield_10011: type === 'Epic' ? 'The epic' : null, customfield_10014: parent ?? null };
}

async function putHistories(folder: string, dialect: SiteDialect): Promise<void> {
  const rows = SPRINT_STORIES.flatMap(({ key, changes = [] }) =>
    changes.map(([at, field, from, to], index) => {
      const ids = field === 'points' ? [null, null] : [from, to];
      const item = {
        field: NAMES[field],
        field_id: dialect === 'cloud' ? FIELDS[field] : null,
        from_value: ids[0],
        to_value: ids[1],
      };
      return {
        ...{ id: `${idOf(key)}${index}`, issue_id: idOf(key), created: at, author_id: 'bob', author_name: 'Bob' },
        items: [{ ...item, from_string: from, to_string: to }],
      };
    }),
  );
  const columns = {
    id: 'string',
    issue_id: 'string',
    created: 'timestamptz',
    author_id: 'string',
    author_name: 'string',
  } as const;
  await put(folder, 'acme.issue_changelog', { ...columns, items: ITEMS }, rows);
}

export async function putSprintStories(folder: string, dialect: SiteDialect = 'cloud'): Promise<void> {
  await putIssues(folder, dialect);
  await putHistories(folder, dialect);
  const statuses = [
    ['1', 'TODO'],
    ['2', 'IN_PROGRESS'],
    ['4', 'DONE'],
    ['5', 'DONE'],
  ];
  await put(
    folder,
    'acme.statuses',
    { id: 'string', name: 'string', category: 'string' },
    statuses.map(([id, category]) => ({ id, name: `status ${id}`, category })),
  );
  const sprint = (id: string, board: string, state: string, start: string, complete: string | null) => ({
    ...{
      id,
      board_id: board,
      origin_board_id: board,
      name: `Sprint ${id}`,
      state,
      start_date: start,
      complete_date: complete,
    },
    end_date: day(27, '17:00'),
  });
  await put(
    folder,
    'acme.board_sprints',
    {
      ...{ id: 'string', board_id: 'string', origin_board_id: 'string', name: 'string', state: 'string' },
      ...{ start_date: 'timestamptz', end_date: 'timestamptz', complete_date: 'timestamptz' },
    },
    [
      sprint('11', '1', 'closed', day(2, '09:00'), day(13, '17:00')),
      sprint('12', '1', 'active', day(16, '09:00'), null),
      sprint('21', '2', 'closed', day(2, '09:00'), day(13, '17:00')),
    ],
  );
  const members: ColumnType = {
    list: {
      struct: [
        { name: 'name', type: 'string' },
        { name: 'status_ids', type: { list: 'string' } },
      ],
    },
  };
  const columns = (...ids: string[][]) => ids.map((status_ids, index) => ({ name: `Column ${index}`, status_ids }));
  await put(
    folder,
    'acme.board_configuration',
    { board_id: 'string', board_columns: members, estimation_type: 'string', estimation_field_id: 'string' },
    [
      {
        board_id: '1',
        board_columns: columns(['1'], ['2', '5'], ['4'], []),
        estimation_type: 'field',
        estimation_field_id: 'customfield_10016',
      },
      {
        board_id: '2',
        board_columns: columns(['1'], ['4']),
        estimation_type: 'field',
        estimation_field_id: 'timeoriginalestimate',
      },
    ],
    ['board_id'],
  );
  await put(
    folder,
    'acme.project_versions',
    { id: 'string', name: 'string', project_id: 'string', released: 'boolean' },
    [
      { id: '500', name: '1.0', project_id: '1', released: false },
      { id: '501', name: '2.0', project_id: '1', released: false },
    ],
  );
}
