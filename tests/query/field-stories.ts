/** Issues whose fields changed, of every kind that Jira tells in its own way, with the answers worked out by hand in the tests. */
import type { ColumnType } from '../../src/contract/table.js';
import { NAMED, OPTION, put, SPRINTS } from './people-tables.js';
import { day } from './stories.js';

/** A change as Jira tells it: ids where the field has some, else texts alone. */
type Change = readonly [
  at: string,
  field: string,
  from: readonly [id: string | null, text: string | null],
  to: readonly [id: string | null, text: string | null],
];

interface FieldStory {
  readonly key: string;
  readonly now: Readonly<Record<string, unknown>>;
  readonly changes: readonly Change[];
}

const NOTHING = [null, null] as const;
const LOW = ['4', 'Low'] as const;
const HIGH = ['2', 'High'] as const;

export const FIELD_STORIES: readonly FieldStory[] = [
  {
    key: 'F-1',
    now: {
      priority_id: '3',
      priority_name: 'Medium',
      summary: 'Pay by card',
      due_date: '2026-03-31',
      customfield_10016: 5,
    },
    changes: [
      [day(4), 'priority', HIGH, LOW],
      [day(10), 'priority', LOW, ['3', 'Medium']],
      [day(5), 'summary', [null, 'Pay'], [null, 'Pay by card']],
      [day(6), 'duedate', NOTHING, ['2026-03-31', '2026-03-31 00:00:00.0']],
      [day(7), 'customfield_10016', NOTHING, [null, '3']],
      [day(9), 'customfield_10016', [null, '3'], [null, '5']],
    ],
  },
  // Made with version 1, which made way for 2 in one entry; 3 came later. The component has been there from the beginning.
  {
    key: 'F-2',
    now: {
      fix_versions: [
        { id: '32', name: '2.0' },
        { id: '33', name: '3.0' },
      ],
      components: [{ id: '41', name: 'Web' }],
    },
    changes: [
      [day(5), 'fixVersions', ['31', '1.0'], NOTHING],
      [day(5), 'fixVersions', NOTHING, ['32', '2.0']],
      [day(8), 'fixVersions', NOTHING, ['33', '3.0']],
    ],
  },
  // Labels are told by words, sprints by ids, both as whole sets. `ui` went and came back.
  {
    key: 'F-3',
    now: {
      labels: ['api', 'ui'],
      customfield_10020: [
        { id: '11', name: 'Sprint 11', state: 'closed' },
        { id: '12', name: 'Sprint 12', state: 'active' },
      ],
    },
    changes: [
      [day(3), 'labels', [null, 'ui'], [null, 'api']],
      [day(4), 'labels', [null, 'api'], [null, 'api ui']],
      [day(6), 'customfield_10020', [null, null], ['11', 'Sprint 11']],
      [day(12), 'customfield_10020', ['11', 'Sprint 11'], ['11, 12', 'Sprint 11, Sprint 12']],
    ],
  },
  // Lived with the parent P-1, then with P-2; Jira gives that change no id of a field. Its severity never changed.
  {
    key: 'F-4',
    now: { parent_id: '902', parent_key: 'P-2', customfield_10032: { id: '7', value: 'Major' } },
    changes: [[day(9), 'IssueParentAssociation', ['901', 'P-1'], ['902', 'P-2']]],
  },
  // A migration set the priority without a change: believed since the issue was last updated, on the 20th.
  {
    key: 'F-5',
    now: { ...{ priority_id: '2', priority_name: 'High' }, updated: day(20) },
    changes: [[day(4), 'priority', HIGH, LOW]],
  },
  // Its change of epic tells an id, too, which is that of an issue; the field holds the key.
  {
    key: 'F-6',
    now: { customfield_10014: 'P-2' },
    changes: [[day(6), 'customfield_10014', ['901', 'P-1'], ['902', 'P-2']]],
  },
];

/** By which name a site without ids tells of a field. */
const CALLED: Readonly<Record<string, string>> = {
  ...{ priority: 'priority', summary: 'summary', duedate: 'duedate', labels: 'labels', fixVersions: 'Fix Version' },
  ...{
    customfield_10014: 'Epic Link',
    customfield_10016: 'Story Points',
    customfield_10020: 'Sprint',
    IssueParentAssociation: 'IssueParentAssociation',
  },
};

const TEXTS = (...names: readonly string[]): Record<string, ColumnType> =>
  Object.fromEntries(names.map((name) => [name, 'string' as const]));

export async function putFieldStories(folder: string, dialect: 'cloud' | 'datacenter' = 'cloud'): Promise<void> {
  await put(
    folder,
    'acme.issue_search',
    {
      ...TEXTS('id', 'key', 'project_key', 'summary', 'creator_id', 'assignee_id', 'assignee_name'),
      ...TEXTS('priority_id', 'priority_name', 'parent_id', 'parent_key'),
      ...{ created: 'timestamptz', updated: 'timestamptz', due_date: 'date', labels: { list: 'string' } },
      ...{ fix_versions: { list: NAMED }, components: { list: NAMED } },
      customfield_10014: ['string', 'Epic Link'],
      customfield_10016: ['double', 'Story Points'],
      customfield_10020: [SPRINTS, 'Sprint'],
      customfield_10032: [OPTION, 'Severity'],
    },
    FIELD_STORIES.map(({ key, now }, index) => ({
      ...{ id: String(700 + index), key, project_key: 'F', creator_id: 'ada', created: day(2), updated: day(15) },
      ...now,
    })),
  );
  const items = ['field', 'field_id', 'from_value', 'from_string', 'to_value', 'to_string'];
  await put(
    folder,
    'acme.issue_changelog',
    {
      ...TEXTS('id', 'issue_id', 'author_id'),
      created: 'timestamptz',
      items: { list: { struct: items.map((name) => ({ name, type: 'string' as const })) } },
    },
    FIELD_STORIES.flatMap(({ changes }, story) =>
      changes.map(([created, field, [from_value, from_string], [to_value, to_string]], index) => ({
        ...{ id: String(9000 + 100 * story + index), issue_id: String(700 + story), author_id: 'bob', created },
        items: [
          {
            ...{ field: CALLED[field], from_value, from_string, to_value, to_string },
            field_id: dialect === 'cloud' && field !== 'IssueParentAssociation' ? field : null,
          },
        ],
      })),
    ),
  );
  await put(folder, 'acme.fields', TEXTS('id', 'name'), [
    { id: 'priority', name: 'Priority' },
    { id: 'fixVersions', name: 'Fix versions' },
    { id: 'customfield_10016', name: 'Story Points' },
  ]);
}
