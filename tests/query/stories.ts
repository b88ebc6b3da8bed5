/**
 * Small histories with the answers beside them, worked out by hand: what reports and views of intervals say is held against
 * them. All times are UTC; `day(3, '09:00')` is nine o'clock on 3 March 2026.
 */
import type { ColumnType } from '../../src/contract/table.js';
import { NAMED, put, WORKLOG } from './people-tables.js';

export const day = (date: number, time = '00:00') => `2026-03-${String(date).padStart(2, '0')}T${time}:00.000Z`;

const STATUSES = [
  { id: '1', name: 'To Do', category: 'TODO' },
  { id: '2', name: 'In Progress', category: 'IN_PROGRESS' },
  { id: '3', name: 'Review', category: 'IN_PROGRESS' },
  { id: '4', name: 'Done', category: 'DONE' },
  { id: '5', name: 'Closed', category: 'DONE' },
];
const nameOf = (id: string) => STATUSES.find((status) => status.id === id)?.name ?? 'Gone';

/** A move to a status. `from` is what Jira wrote, where it is not the status before. */
interface Move {
  readonly at: string;
  readonly to: string;
  readonly from?: string;
  /** Number of the entry; moves of one entry share it. */
  readonly entry?: number;
}

export interface Story {
  readonly key: string;
  readonly created: string;
  readonly type?: string;
  readonly moves: readonly Move[];
  /** Where the issue is now; default: where the last move led, `1` without one. */
  readonly present?: string;
  readonly updated?: string;
}

export const STORIES: readonly Story[] = [
  // Straight: created 2nd 09:00, begun 3rd 10:00, done 5th 16:00. Lead 3.29 days, work on the 3rd, 4th and 5th: 3 days.
  {
    key: 'S-1',
    created: day(2, '09:00'),
    moves: [
      { at: day(3, '10:00'), to: '2' },
      { at: day(5, '16:00'), to: '4' },
    ],
  },
  // Reopened: the last end counts, the first beginning stays. 9th to 20th: 12 days.
  {
    key: 'S-2',
    created: day(9, '08:00'),
    moves: [
      { at: day(9, '12:00'), to: '2' },
      { at: day(11, '12:00'), to: '4' },
      { at: day(16, '12:00'), to: '2' },
      { at: day(20, '12:00'), to: '4' },
    ],
  },
  // Back and forth: to do again in between; moved back once. 2nd to 6th: 5 days.
  {
    key: 'S-3',
    created: day(2),
    moves: [
      { at: day(2, '06:00'), to: '2' },
      { at: day(3, '06:00'), to: '1' },
      { at: day(4, '06:00'), to: '2' },
      { at: day(6, '06:00'), to: '4' },
    ],
  },
  // Done without ever being in progress: finished, no beginning, 0 days.
  { key: 'S-4', created: day(10), moves: [{ at: day(12), to: '4' }] },
  // Two moves in one second: the entry with the higher number is the later one. A visit of 0 seconds stays.
  {
    key: 'S-5',
    created: day(10),
    moves: [
      { at: day(11, '10:00'), to: '3', entry: 5002 },
      { at: day(11, '10:00'), to: '2', entry: 5001 },
      { at: day(13, '10:00'), to: '4', entry: 5003 },
    ],
  },
  // Done, then closed: both are done, and the first of them is the end. 16th to 17th: 2 days.
  {
    key: 'S-6',
    created: day(16),
    moves: [
      { at: day(16, '10:00'), to: '2' },
      { at: day(17, '10:00'), to: '4' },
      { at: day(25, '10:00'), to: '5' },
    ],
  },
  // Still in progress since the 20th 09:00.
  { key: 'S-7', created: day(18), moves: [{ at: day(20, '09:00'), to: '2' }], type: 'Bug' },
  // Never moved.
  { key: 'S-8', created: day(19), moves: [] },
  // Deleted status: known by its name alone, and of no known category; then done.
  {
    key: 'S-9',
    created: day(2),
    moves: [
      { at: day(3), to: '77' },
      { at: day(5), to: '4' },
    ],
  },
  // Broken chain: the second move comes from a status that the first did not lead to.
  {
    key: 'S-10',
    created: day(2),
    moves: [
      { at: day(3), to: '2' },
      { at: day(6), from: '3', to: '4' },
    ],
  },
  // Broken end: the last move leads elsewhere than the issue is; it is believed to have got there when it was last updated.
  { key: 'S-11', created: day(2), moves: [{ at: day(3), to: '2' }], present: '4', updated: day(8) },
  // Reopened and left open: not finished.
  {
    key: 'S-12',
    created: day(2),
    moves: [
      { at: day(3), to: '2' },
      { at: day(4), to: '4' },
      { at: day(5), to: '1' },
    ],
  },
];

/** A change of another field: [when, field, its id, from and to as id and as text]. */
type Change = readonly [at: string, field: string, id: string, from: string | null, to: string | null];

interface Facts {
  readonly resolution?: string;
  readonly resolved?: string;
  readonly components?: readonly string[];
  readonly team?: string;
  readonly changes?: readonly Change[];
}

/** What else is told of some stories, for reports that ask for it. Resolutions need not be set when an issue is done. */
const FACTS: Readonly<Record<string, Facts>> = {
  // Under a flag for 12 of its 54 hours in progress.
  'S-1': {
    ...{ resolution: 'Done', resolved: day(5, '16:00'), components: ['Billing', 'Search'], team: 'Red' },
    changes: [
      [day(4, '10:00'), 'Flagged', 'customfield_10021', null, 'Impediment'],
      [day(4, '22:00'), 'Flagged', 'customfield_10021', 'Impediment', null],
      [day(5, '16:00'), 'resolution', 'resolution', null, 'Done'],
    ],
  },
  // Resolved an hour after it was done again; moved from Search to Billing and from Red to Blue on the 25th.
  'S-2': {
    ...{ resolution: 'Done', resolved: day(20, '13:00'), components: ['Billing'], team: 'Blue' },
    changes: [
      [day(11, '12:00'), 'resolution', 'resolution', null, 'Done'],
      [day(16, '12:00'), 'resolution', 'resolution', 'Done', null],
      [day(20, '13:00'), 'resolution', 'resolution', null, 'Done'],
      [day(25), 'Component', 'components', 'Search', null],
      [day(25), 'Component', 'components', null, 'Billing'],
      [day(25), 'Team', 'customfield_10050', 'Red', 'Blue'],
    ],
  },
  'S-4': {
    ...{ resolution: "Won't do", resolved: day(12) },
    changes: [[day(12), 'resolution', 'resolution', null, "Won't do"]],
  },
  'S-6': {
    ...{ resolution: 'Done', resolved: day(17, '10:00') },
    changes: [[day(17, '10:00'), 'resolution', 'resolution', null, 'Done']],
  },
  // Made in another project, and moved after it was done.
  'S-5': { changes: [[day(14), 'project', 'project', '1', '2']] },
  // Resolved by an import: the date is known, and no history tells of it.
  'S-11': { resolution: 'Done', resolved: day(8) },
  'S-12': {
    changes: [
      [day(4), 'resolution', 'resolution', null, 'Done'],
      [day(5), 'resolution', 'resolution', 'Done', null],
    ],
  },
};

const ITEMS: ColumnType = {
  list: {
    struct: ['field', 'field_id', 'field_type', 'from_value', 'from_string', 'to_value', 'to_string'].map((name) => ({
      name,
      type: 'string' as const,
    })),
  },
};

/** @param dialect Data Center names the field and gives no id. */
export async function putStories(folder: string, dialect: 'cloud' | 'datacenter' = 'cloud'): Promise<void> {
  const issues = STORIES.map(({ key, created, type = 'Story', moves, present, updated }, index) => {
    const { resolution = null, resolved = null, components = [], team = null } = FACTS[key] ?? {};
    const status = present ?? moves.toSorted(inOrder).at(-1)?.to ?? '1';
    return {
      id: String(100 + index),
      key,
      summary: `Story ${key}`,
      project_key: 'S',
      project_id: '2',
      issue_type_name: type,
      issue_type_subtask: false,
      status_id: status,
      status_name: nameOf(status),
      ...{ resolution_id: resolution, resolution_name: resolution, resolution_date: resolved, customfield_10050: team },
      components: components.map((name) => ({ id: name, name })),
      created,
      updated: updated ?? moves.at(-1)?.at ?? created,
      creator_id: 'ada',
    };
  });
  await put(
    folder,
    'acme.issue_search',
    {
      ...{ id: 'string', key: 'string', summary: 'string', project_key: 'string', issue_type_name: 'string' },
      ...{ issue_type_subtask: 'boolean', status_id: 'string', status_name: 'string', resolution_name: 'string' },
      ...{ created: 'timestamptz', updated: 'timestamptz', creator_id: 'string' },
      ...{ project_id: 'string', resolution_id: 'string', resolution_date: 'timestamptz', components: { list: NAMED } },
      customfield_10050: ['string', 'Team'],
    },
    issues,
  );
  const histories = STORIES.flatMap(({ key, moves }, index) => {
    let before = '1';
    return moves
      .map((move, at) => ({ entry: 1000 * (index + 1) + at, ...move }))
      .sort(inOrder)
      .map(({ at, to, from = before, entry }) => {
        before = to;
        const item = { field: 'status', field_id: dialect === 'cloud' ? 'status' : null, field_type: 'jira' };
        const texts = { from_value: from, from_string: nameOf(from), to_value: to, to_string: nameOf(to) };
        return {
          id: String(entry),
          issue_id: String(100 + index),
          created: at,
          author_id: `who-${key}`,
          items: [{ ...item, ...texts }],
        };
      });
  });
  const changes = STORIES.flatMap(({ key }, index) =>
    (FACTS[key]?.changes ?? []).map(([at, field, id, from, to], nth) => ({
      ...{
        id: String(1000 * (index + 1) + 500 + nth),
        issue_id: String(100 + index),
        created: at,
        author_id: `who-${key}`,
      },
      items: [
        {
          ...{ field, field_id: dialect === 'cloud' ? id : null, field_type: 'jira' },
          ...{ from_value: from, from_string: from, to_value: to, to_string: to },
        },
      ],
    })),
  );
  await put(
    folder,
    'acme.issue_changelog',
    { id: 'string', issue_id: 'string', created: 'timestamptz', author_id: 'string', items: ITEMS },
    [...histories, ...changes],
  );
  await put(folder, 'acme.statuses', { id: 'string', name: 'string', category: 'string' }, STATUSES);
}

/**
 * The board *Team board*, which has all stories but S-11. Its last column holds Done alone: what is closed is in no column, and
 * neither is what was in the status that is gone.
 */
export async function putBoard(folder: string): Promise<void> {
  const columns = [['Backlog'], ['To Do', '1'], ['In Progress', '2'], ['Review', '3'], ['Done', '4']];
  await putConfiguration(folder, 'acme', [
    { ...{ board_id: '7', name: 'Team board', filter_id: '10200' }, board_columns: columnsOf(columns) },
    { board_id: '8', name: 'Empty board', filter_id: null, board_columns: [] },
  ]);
  const on = STORIES.map(({ key }, index) => ({ key, id: String(100 + index) })).filter(({ key }) => key !== 'S-11');
  await put(
    folder,
    'acme.board_issues',
    { board_id: 'string', issue_id: 'string' },
    on.map(({ id }) => ({ board_id: '7', issue_id: id })),
    ['board_id', 'issue_id'],
  );
  await put(folder, 'acme.fields', { id: 'string', name: 'string' }, [{ id: 'customfield_10050', name: 'Team' }]);
}

/** A move of status by ids, or a change of another field by texts. */
type Told = readonly [at: string, field: 'status' | 'resolution' | 'project', from: string | null, to: string | null];

/** Of the second site: [where it is now, its resolution, when that came, what its history tells]. */
const SECOND: readonly (readonly [
  status: string,
  resolution: string | null,
  resolved: string | null,
  told: readonly Told[],
])[] = [
  // OPS-1: fixed, reopened, closed as a duplicate.
  [
    ...(['4', 'Duplicate', day(23)] as const),
    [
      [day(3), 'status', '1', '2'],
      ...at(day(5), ['status', '2', '4'], ['resolution', null, 'Fixed']),
      ...at(day(12), ['status', '4', '2'], ['resolution', 'Fixed', null]),
      ...at(day(23), ['status', '2', '4'], ['resolution', null, 'Duplicate']),
    ],
  ],
  // OPS-2: came as done and resolved, was reopened and resolved again.
  [
    ...(['4', 'Fixed', day(17)] as const),
    [
      ...at(day(10, '12:00'), ['status', '4', '2'], ['resolution', 'Fixed', null]),
      ...at(day(17), ['status', '2', '4'], ['resolution', null, 'Fixed']),
    ],
  ],
  // OPS-3: resolved twice while it is in progress.
  [
    ...(['2', 'Fixed', day(11)] as const),
    [
      [day(3), 'status', '1', '2'],
      [day(6), 'resolution', null, 'Fixed'],
      [day(9), 'resolution', 'Fixed', null],
      [day(11), 'resolution', null, 'Fixed'],
    ],
  ],
  // OPS-4: done without a resolution.
  [
    '4',
    null,
    null,
    [
      [day(3), 'status', '1', '2'],
      [day(4), 'status', '2', '4'],
    ],
  ],
  // OPS-5: the same, in a project whose issues have all moved away.
  [
    '4',
    null,
    null,
    [
      [day(3), 'status', '1', '2'],
      [day(6), 'status', '2', '4'],
      [day(20), 'project', '9', '2'],
    ],
  ],
  // OPS-6: made in progress, and never changed.
  ['2', null, null, []],
];

function at(moment: string, ...items: readonly (readonly [Told[1], Told[2], Told[3]])[]): readonly Told[] {
  return items.map(([field, from, to]) => [moment, field, from, to]);
}

/** The connection *beta*: another site, with the ids of acme's issues and of its project, and a board whose issues are not read. */
export async function putSecondSite(folder: string): Promise<void> {
  const issues = SECOND.map(([status, resolution, resolved, told], index) => ({
    ...{ id: String(100 + index), key: `OPS-${index + 1}`, summary: 'Of beta', project_key: 'OPS', project_id: '2' },
    ...{ issue_type_name: 'Task', issue_type_subtask: false, status_id: status, status_name: nameOf(status) },
    ...{ resolution_id: resolution, resolution_name: resolution, resolution_date: resolved },
    ...{ created: day(2), updated: told.at(-1)?.[0] ?? day(2) },
  }));
  await put(
    folder,
    'beta.issue_search',
    {
      ...{ id: 'string', key: 'string', summary: 'string', project_key: 'string', project_id: 'string' },
      ...{ issue_type_name: 'string', issue_type_subtask: 'boolean', status_id: 'string', status_name: 'string' },
      ...{ resolution_id: 'string', resolution_name: 'string', resolution_date: 'timestamptz' },
      ...{ created: 'timestamptz', updated: 'timestamptz' },
    },
    issues,
  );
  const changes = SECOND.flatMap(([, , , told], index) =>
    told.map(([moment, field, from, to], nth) => ({
      ...{ id: String(1000 * (index + 1) + nth), issue_id: String(100 + index), created: moment, author_id: 'bob' },
      items: [
        {
          ...{ field, field_id: field, field_type: 'jira', from_value: from, to_value: to },
          from_string: field === 'status' ? nameOf(from ?? '') : from,
          to_string: field === 'status' ? nameOf(to ?? '') : to,
        },
      ],
    })),
  );
  await put(
    folder,
    'beta.issue_changelog',
    { id: 'string', issue_id: 'string', created: 'timestamptz', author_id: 'string', items: ITEMS },
    changes,
  );
  await put(folder, 'beta.statuses', { id: 'string', name: 'string', category: 'string' }, STATUSES);
  // One was renamed since.
  await put(folder, 'beta.resolutions', { id: 'string', name: 'string' }, [
    { id: 'Fixed', name: 'Repaired' },
    { id: 'Duplicate', name: 'Duplicate' },
  ]);
  const hour = { issue_id: '100', author_id: 'bob', author_name: 'Bob', time_spent_seconds: 3600 };
  await put(
    folder,
    'beta.issue_worklog',
    WORKLOG,
    [10, 24].map((date) => ({ ...hour, id: String(date), started: day(date), started_date: day(date).slice(0, 10) })),
  );
  await put(folder, 'beta.project_search', { id: 'string', key: 'string' }, [
    { id: '2', key: 'OPS' },
    { id: '9', key: 'OLD' },
  ]);
  await putConfiguration(folder, 'beta', [
    {
      ...{ board_id: '9', name: 'Ops board', filter_id: null },
      board_columns: columnsOf([
        ['To Do', '1'],
        ['In Progress', '2'],
        ['Done', '4'],
      ]),
    },
  ]);
}

export interface Histories {
  readonly created: string;
  readonly issues: readonly {
    readonly key: string;
    /** The status it was made in. */
    readonly from: string;
    readonly moves: readonly (readonly [at: string, to: string])[];
  }[];
  readonly statuses: readonly (readonly [id: string, name: string, category: string])[];
  /** Of the board *Board*: names and statuses. */
  readonly columns: readonly (readonly string[])[];
}

/** A connection of which nothing is known but moves of status. */
export async function putHistories(folder: string, connection: string, told: Histories): Promise<void> {
  const { created, issues, statuses, columns } = told;
  const named = (id: string) => statuses.find(([one]) => one === id)?.[1] ?? id;
  await put(
    folder,
    `${connection}.issue_search`,
    {
      ...{ id: 'string', key: 'string', summary: 'string', project_key: 'string', issue_type_name: 'string' },
      ...{ issue_type_subtask: 'boolean', status_id: 'string', status_name: 'string' },
      ...{ created: 'timestamptz', updated: 'timestamptz' },
    },
    issues.map(({ key, from, moves }, index) => {
      const [updated, status] = moves.at(-1) ?? [created, from];
      return {
        ...{
          id: String(index),
          key,
          summary: key,
          project_key: 'T',
          issue_type_name: 'Task',
          issue_type_subtask: false,
        },
        ...{ status_id: status, status_name: named(status), created, updated },
      };
    }),
  );
  const entries = issues.flatMap(({ from, moves }, index) =>
    moves.map(([at, to], nth) => {
      const before = moves[nth - 1]?.[1] ?? from;
      const item = { field: 'status', field_id: 'status', field_type: 'jira', from_value: before, to_value: to };
      return {
        ...{ id: String(100 * index + nth), issue_id: String(index), created: at, author_id: 'bob' },
        items: [{ ...item, from_string: named(before), to_string: named(to) }],
      };
    }),
  );
  const entry = {
    id: 'string',
    issue_id: 'string',
    created: 'timestamptz',
    author_id: 'string',
    items: ITEMS,
  } as const;
  await put(folder, `${connection}.issue_changelog`, entry, entries);
  await put(
    folder,
    `${connection}.statuses`,
    { id: 'string', name: 'string', category: 'string' },
    statuses.map(([id, name, category]) => ({ id, name, category })),
  );
  const board = { board_id: '1', name: 'Board', filter_id: null, board_columns: columnsOf(columns) };
  await putConfiguration(folder, connection, [board]);
}

const columnsOf = (columns: readonly (readonly string[])[]) =>
  columns.map(([name, ...status_ids]) => ({ name, status_ids }));

async function putConfiguration(folder: string, connection: string, boards: readonly Record<string, unknown>[]) {
  const struct: ColumnType = {
    struct: [
      { name: 'name', type: 'string' },
      { name: 'status_ids', type: { list: 'string' } },
    ],
  };
  const columns = { board_id: 'string', name: 'string', filter_id: 'string', board_columns: { list: struct } } as const;
  await put(folder, `${connection}.board_configuration`, columns, boards, ['board_id']);
}

const inOrder = (a: Move, b: Move) => (a.at < b.at ? -1 : a.at > b.at ? 1 : (a.entry ?? 0) - (b.entry ?? 0));
