/** Warehouses that pages are looked at with: the same site with no issue, one, and more than a page has room for. */

import { makeBigTable } from '../../bench/big-table.js';
import type { ColumnType, TableSpec } from '../../src/contract/table.js';

const struct = (...names: readonly string[]): ColumnType => ({
  struct: names.map((name) => ({ name, type: 'string' as const })),
});
const ITEMS: ColumnType = {
  list: struct('field', 'field_id', 'field_type', 'from_value', 'from_string', 'to_value', 'to_string'),
};
const COLUMNS: ColumnType = {
  list: {
    struct: [
      { name: 'name', type: 'string' },
      { name: 'status_ids', type: { list: 'string' } },
    ],
  },
};

/** Names as long as Jira takes them, and of scripts that are wider, taller, or run the other way. */
const PEOPLE = [
  'Wolfeschlegelsteinhausenbergerdorff-Montgomery of the Platform',
  '山田 太郎',
  'Ωμέγα Ελληνίδα',
  'محمد عبد الله',
  'Ada',
];
const PROJECTS = [
  'Platform',
  'Zahlungsverkehrsabwicklungsgesellschaft für Zentraleuropa',
  'お客様サポート',
  'Mobile',
  'Data',
];
const STATUSES = [
  ['1', 'To Do', 'TODO'],
  ['2', 'In Progress', 'IN_PROGRESS'],
  ['3', 'In Prüfung durch die Qualitätssicherung des Auftraggebers', 'IN_PROGRESS'],
  ['4', 'Done', 'DONE'],
] as const;
const SPRINT_DAYS = 14;
const SPRINTS = 13;

const names = (all: readonly string[]) => `[${all.map((one) => `'${one}'`).join(', ')}]`;
const pick = (all: readonly string[], index: string) => `${names(all)}[1 + (${index}) % ${all.length}]`;
/** The same number below `most` for the same row. */
const chance = (most: number, salt: number, i = 'i') => `(hash(${i} * 31 + ${salt}) % ${most})::INT`;

interface Made {
  readonly name: string;
  readonly columns: TableSpec['columns'];
  readonly cells: Readonly<Record<string, string>>;
  readonly rows: number;
  readonly key?: string;
}

function tablesOf(issues: number): readonly Made[] {
  const day = "date_trunc('day', now())";
  const created = (i: string) => `(${day} - to_days(2 + ${chance(180, 1, i)}) + to_minutes(${chance(1400, 2, i)}))`;
  const begun = (i: string) => `(${created(i)} + to_hours(1 + ${chance(400, 3, i)}))`;
  const tested = (i: string) => `(${begun(i)} + to_hours(1 + ${chance(150, 4, i)}))`;
  const ended = (i: string) => `(${tested(i)} + to_hours(1 + ${chance(60, 5, i)} * ${chance(14, 6, i)}))`;
  const status = `CASE WHEN ${ended('i')} < now() THEN 4 WHEN ${tested('i')} < now() THEN 3 WHEN ${begun('i')} < now() THEN 2 ELSE 1 END`;
  const person = (i: string, salt: number) => chance(40, salt, i);
  const nameOf = (person: string) => `${pick(PEOPLE, person)} || ' ' || (${person})`;
  const isEpic = (i: string) => `${i} % 500 = 1`;
  /** Every twentieth issue is in the sprint after its making. */
  const sprint = (i: string) =>
    `least(${SPRINTS}, 1 + ${SPRINTS} - (date_diff('day', ${created(i)} + INTERVAL 9 DAY, ${day}) + 4) // ${SPRINT_DAYS})`;
  const text = (...all: string[]) => all.map((name) => ({ name, type: 'string' as const }));
  const moment = (...all: string[]) => all.map((name) => ({ name, type: 'timestamptz' as const }));
  const moved = `CASE i % 4 WHEN 0 THEN ${begun('(i // 4)')} WHEN 1 THEN ${tested('(i // 4)')} WHEN 2 THEN ${ended('(i // 4)')} ELSE ${created('(i // 4)')} + INTERVAL 1 HOUR END`;
  const begins = `(${day} - to_days(${SPRINT_DAYS} * (${SPRINTS} - i - 1) + 4) + INTERVAL 9 HOUR)`;
  return [
    {
      name: 'issue_search',
      rows: issues,
      columns: [
        ...text('id', 'key', 'summary', 'project_key', 'project_name', 'issue_type_name', 'status_id', 'status_name'),
        ...text('status_category_key', 'parent_id', 'parent_key', 'creator_id', 'assignee_id', 'assignee_name'),
        ...moment('created', 'updated'),
        { name: 'issue_type_subtask', type: 'boolean' },
        { name: 'issue_type_hierarchy_level', type: 'int' },
        { name: 'customfield_10016', type: 'double', doc: 'Story Points' },
        { name: 'customfield_10020', type: { list: struct('id', 'name', 'state') }, doc: 'Sprint' },
        { name: 'fix_versions', type: { list: struct('id', 'name') } },
      ],
      cells: {
        id: '(10_000_000 + i)',
        key: "'P' || i % 12 || '-' || i",
        summary: `CASE i % 9 WHEN 0 THEN repeat('A summary that goes on ', 9) WHEN 1 THEN '支払いが失敗する' WHEN 2 THEN 'لا يمكن تسجيل الدخول' ELSE 'Payments fail when the card has expired' END`,
        project_key: "'P' || i % 12",
        project_name: `${pick(PROJECTS, 'i % 12')} || ' ' || i % 12`,
        issue_type_name: `CASE WHEN ${isEpic('i')} THEN 'Epic' ELSE ${pick(['Story', 'Bug', 'Task', 'Anforderung', 'Change request with approval', '改善', 'Spike', 'Risk', 'Test'], chance(9, 7))} END`,
        issue_type_subtask: 'false',
        issue_type_hierarchy_level: `CASE WHEN ${isEpic('i')} THEN 1 ELSE 0 END`,
        status_id: status,
        status_name: `${names(STATUSES.map(([, name]) => name))}[${status}]`,
        status_category_key: `['new', 'indeterminate', 'indeterminate', 'done'][${status}]`,
        parent_id: `CASE WHEN ${isEpic('i')} THEN NULL ELSE 10_000_001 + 500 * (i // 500) END`,
        parent_key: `CASE WHEN ${isEpic('i')} THEN NULL ELSE 'P' || (1 + 500 * (i // 500)) % 12 || '-' || (1 + 500 * (i // 500)) END`,
        creator_id: `'u' || ${person('i', 8)}`,
        assignee_id: `'u' || ${person('i', 9)}`,
        assignee_name: nameOf(person('i', 9)),
        created: created('i'),
        updated: `least(now() - INTERVAL 1 HOUR, ${ended('i')})`,
        customfield_10016: `CASE WHEN i % 11 = 5 THEN NULL ELSE [1, 2, 3, 5, 8][1 + ${chance(5, 10)}] END`,
        customfield_10020: `CASE WHEN i % 20 = 0 AND ${sprint('i')} > 0 THEN [{'id': (${sprint('i')})::VARCHAR, 'name': 'Sprint', 'state': 'closed'}] ELSE [] END`,
        fix_versions: "CASE WHEN i % 7 = 0 THEN [{'id': (500 + i % 12)::VARCHAR, 'name': 'Release'}] ELSE [] END",
      },
    },
    {
      name: 'issue_changelog',
      rows: 4 * issues,
      columns: [
        ...text('id', 'issue_id', 'author_id', 'author_name'),
        ...moment('created'),
        { name: 'items', type: ITEMS },
      ],
      cells: {
        id: '(20_000_000 + i)',
        issue_id: '(10_000_000 + i // 4)',
        author_id: `'u' || ${person('(i // 4)', 9)}`,
        author_name: nameOf(person('(i // 4)', 9)),
        created: `least(${moved}, now())`,
        // What would lie ahead has not happened.
        items: `[CASE WHEN i % 80 = 3 AND ${sprint('(i // 4)')} > 0 THEN {'field': 'Sprint', 'field_id': 'customfield_10020', 'field_type': 'custom', 'from_value': '', 'from_string': '', 'to_value': (${sprint('(i // 4)')})::VARCHAR, 'to_string': 'Sprint'}
          WHEN i % 4 < 3 AND ${moved} < now() THEN {'field': 'status', 'field_id': 'status', 'field_type': 'jira', 'from_value': (1 + i % 4)::VARCHAR, 'from_string': '', 'to_value': (2 + i % 4)::VARCHAR, 'to_string': ''}
          ELSE {'field': 'labels', 'field_id': 'labels', 'field_type': 'jira', 'from_value': '', 'from_string': '', 'to_value': 'a', 'to_string': 'a'} END]`,
      },
    },
    {
      name: 'issue_worklog',
      rows: 4 * issues,
      columns: [
        ...text('id', 'issue_id', 'author_id', 'author_name', 'comment_text'),
        ...moment('started'),
        { name: 'started_date', type: 'date' },
        { name: 'time_spent_seconds', type: 'long' },
      ],
      cells: {
        id: '(30_000_000 + i)',
        issue_id: '(10_000_000 + i // 4)',
        author_id: `'u' || ${person('i', 11)}`,
        author_name: nameOf(person('i', 11)),
        comment_text: "CASE i % 5 WHEN 0 THEN repeat('and then ', 60) ELSE 'Looked into it' END",
        started: `(${day} - to_days(${chance(180, 12)}) + to_hours(8 + ${chance(9, 13)}))`,
        started_date: `(${day} - to_days(${chance(180, 12)}))::DATE`,
        time_spent_seconds: `60 * (1 + ${chance(34, 14)})`,
      },
    },
    {
      name: 'statuses',
      rows: STATUSES.length,
      columns: text('id', 'name', 'category'),
      cells: Object.fromEntries(
        ['id', 'name', 'category'].map((name, at) => [name, `${names(STATUSES.map((one) => one[at] ?? ''))}[1 + i]`]),
      ),
    },
    {
      name: 'board_sprints',
      rows: issues === 0 ? 0 : SPRINTS,
      columns: [
        ...text('id', 'board_id', 'origin_board_id', 'name', 'state'),
        ...moment('start_date', 'end_date', 'complete_date'),
      ],
      cells: {
        id: '(1 + i)',
        board_id: "'1'",
        origin_board_id: "'1'",
        name: "'Platform sprint ' || (1 + i) || ' (payments and accounts)'",
        state: `CASE WHEN i = ${SPRINTS - 1} THEN 'active' ELSE 'closed' END`,
        start_date: begins,
        end_date: `${begins} + to_days(${SPRINT_DAYS} - 1) + INTERVAL 8 HOUR`,
        complete_date: `CASE WHEN i = ${SPRINTS - 1} THEN NULL ELSE ${begins} + to_days(${SPRINT_DAYS} - 1) + INTERVAL 8 HOUR END`,
      },
    },
    {
      name: 'board_configuration',
      rows: issues === 0 ? 0 : 1,
      key: 'board_id',
      columns: [
        ...text('board_id', 'estimation_type', 'estimation_field_id'),
        { name: 'board_columns', type: COLUMNS },
      ],
      cells: {
        board_id: "'1'",
        estimation_type: "'field'",
        estimation_field_id: "'customfield_10016'",
        board_columns:
          "[{'name': 'To do', 'status_ids': ['1']}, {'name': 'Doing', 'status_ids': ['2', '3']}, {'name': 'Done', 'status_ids': ['4']}]",
      },
    },
    {
      name: 'project_versions',
      rows: issues === 0 ? 0 : 12,
      columns: [
        ...text('id', 'name', 'project_id'),
        { name: 'released', type: 'boolean' },
        { name: 'archived', type: 'boolean' },
        { name: 'release_date', type: 'date' },
      ],
      cells: {
        id: '(500 + i)',
        name: "'Release ' || i",
        project_id: "'1'",
        released: 'i > 8',
        archived: 'false',
        release_date: 'current_date + 20 * i::INT - 40',
      },
    },
  ];
}

/** Some months of a site up to today. */
export async function makeSite(root: string, issues: number): Promise<void> {
  for (const { name, rows, columns, cells, key = 'id' } of tablesOf(issues)) {
    const spec: TableSpec = { namespace: 'acme', name, doc: `${name}.`, columns, primaryKey: [key], mode: 'merge' };
    await makeBigTable(root, rows, 1, spec, cells);
  }
}
